"""One session as its trainer sees it, and the questions before a trainer's cancelling and a no-show."""

from dataclasses import replace
from datetime import datetime

from bot.chat import Screen
from bot.keyboards import taught as keys
from bot.screens import notice, reach
from bot.screens import zone as zones
from bot.words import Words
from domain.session import Booking, Receipt, Status


def card(words: Words, booked: Booking, zone: str) -> Screen:
    words = replace(words, zone=zone)
    lines = [
        words.t(
            "<b>{span}</b> ({city})\n{name} · {minutes} min",
            span=words.span(booked.starts_at, booked.ends_at),
            city=words.city(),
            name=booked.trainee_name,
            minutes=booked.minutes,
        ),
        _state(words, booked),
    ]
    if booked.receipt is Receipt.CONFIRMED:
        lines.append(words.t("{name} says that's right.", name=booked.trainee_name))
    if booked.receipt is Receipt.DISPUTED:
        lines.append(
            words.t(
                "<b>{name} says something is wrong</b>: “{complaint}”. Please talk.",
                name=booked.trainee_name,
                complaint=notice.complaint(words, booked.complaint or ""),
            )
        )
    if booked.active and booked.coming:
        lines.append(words.t("{name} said: I'll be there.", name=booked.trainee_name))
    return Screen("\n".join(lines), keys.card(words, booked))


def cancelling(words: Words, booked: Booking, zone: str) -> Screen:
    local = replace(words, zone=zone)
    facts = {
        "when": local.when(booked.starts_at),
        "name": booked.trainee_name,
        "units": words.units(booked.units),
    }
    lines = [
        words.t("<b>Cancel {when} with {name}?</b>", **facts),
        *zones.named(words, zone),
        words.t("{name} gets {units} back. The time is free again.", **facts),
        reach.told(words, booked.trainee_name, reachable=booked.trainee_reachable),
    ]
    return Screen("\n".join(lines), keys.cancelling(words, booked))


def cancelled(words: Words, booked: Booking, zone: str) -> str:
    words = replace(words, zone=zone)
    done = words.t(
        "✓ <b>Cancelled</b>: {when} with {name}. {units} went back.",
        when=words.when(booked.starts_at),
        name=booked.trainee_name,
        units=words.units(booked.units),
    )
    return f"{done}\n{reach.told(words, booked.trainee_name, reachable=booked.trainee_reachable)}"


def cancelled_toast(words: Words, booked: Booking) -> str:
    if booked.trainee_reachable:
        return words.plain("Cancelled; {name} is told", name=booked.trainee_name)
    return words.plain("Cancelled; {name} is not told, please call", name=booked.trainee_name)


def missing(words: Words, booked: Booking, zone: str) -> Screen:
    local = replace(words, zone=zone)
    facts = {
        "name": booked.trainee_name,
        "when": local.when(booked.starts_at),
        "units": words.units(booked.units),
    }
    question = words.t("<b>{name} did not come {when}?</b>", **facts)
    if booked.trainee_reachable:
        effect = words.t("{name} loses {units} and is told a minute later.", **facts)
    else:
        effect = words.t("{name} loses {units}.", **facts) + "\n" + reach.to_be_called(words, booked.trainee_name)
    return Screen("\n".join([question, *zones.named(words, zone), effect]), keys.missing(words, booked))


def asked_later(words: Words, booked: Booking, zone: str, due_at: datetime) -> Screen:
    local = replace(words, zone=zone)
    text = words.t(
        "I will ask about {name} ({when}) again {later}.",
        name=booked.trainee_name,
        when=local.when(booked.starts_at),
        later=local.when(due_at),
    )
    return Screen("\n".join([text, *zones.named(words, zone)]), keys.asked_later(words, booked))


def _state(words: Words, booked: Booking) -> str:
    units = words.units(booked.units)
    if booked.status is Status.COMPLETED:
        return words.t("✓ Completed: {units} redeemed.", units=units)
    if booked.status is Status.MISSED:
        return words.t("✗ No-show: {units} used.", units=units)
    if booked.status is Status.CANCELLED:
        return words.t("Cancelled: {units} went back.", units=units)
    if booked.status is Status.CANCELLED_LATE:
        return words.t("Cancelled late: {units} used.", units=units)
    if booked.starts_at > words.now:
        return words.t("{units} held · {away}", units=units, away=words.away(booked.starts_at))
    return words.t("{units} held · <b>not completed yet</b>", units=units)
