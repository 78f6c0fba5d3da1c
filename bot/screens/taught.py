"""One session as its trainer sees it, and the questions before a trainer's cancelling and a no-show."""

from dataclasses import replace
from datetime import datetime

from bot.chat import Screen
from bot.keyboards import taught as keys
from bot.screens import complaint, reach
from bot.screens import zone as zones
from bot.words import Words
from domain.lot import Lapse
from domain.session import Answer, Booking, Status


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
    if booked.receipt is Answer.CONFIRMED:
        lines.append(words.t("{name} says that's right.", name=booked.trainee_name))
    if booked.receipt is Answer.DISPUTED:
        lines.append(
            words.t(
                "<b>{name} says something is wrong</b>: “{complaint}”. Please talk.",
                name=booked.trainee_name,
                complaint=complaint.named(words, booked.complaint or ""),
            )
        )
    if booked.receipt is Answer.SETTLED:
        lines.append(
            words.t(
                "{name} said something was wrong: “{complaint}”. It is settled.",
                name=booked.trainee_name,
                complaint=complaint.named(words, booked.complaint or ""),
            )
        )
    if booked.active and booked.coming:
        lines.append(words.t("{name} said: I'll be there.", name=booked.trainee_name))
    return Screen("\n".join(lines), keys.card(words, booked))


def cancelling(words: Words, booked: Booking, zone: str, lapse: Lapse | None) -> Screen:
    """What cancelling means; for a session that has begun, that it did not take place."""
    when, name = replace(words, zone=zone).when(booked.starts_at), booked.trainee_name
    if booked.starts_at <= words.now:
        lines = [words.t("<b>{when} with {name} did not take place?</b>", when=words.capital(when), name=name)]
    else:
        lines = [words.t("<b>Cancel {when} with {name}?</b>", when=when, name=name)]
    lines += zones.named(words, zone)
    returned = booked.units - (lapse.units if lapse else 0)
    effects = []
    if returned:
        effects.append(words.t("{name} gets {units} back.", name=booked.trainee_name, units=words.units(returned)))
    if lapse:
        effects.append(_lapsed(words, lapse))
    if booked.starts_at > words.now:
        effects.append(words.t("The time is free again."))
    lines += [" ".join(effects), reach.told(words, booked.trainee_name, reachable=booked.trainee_reachable)]
    return Screen("\n".join(lines), keys.cancelling(words, booked, returned))


def cancelled(words: Words, booked: Booking, zone: str, lapse: Lapse | None = None) -> str:
    """What became of it; after a second tap, or one that the trainee was ahead of, without the `lapse`."""
    facts = {"when": replace(words, zone=zone).when(booked.starts_at), "name": booked.trainee_name}
    if booked.off:
        done = words.t("✓ <b>Did not take place</b>: {when} with {name}.", **facts)
    else:
        done = words.t("✓ <b>Cancelled</b>: {when} with {name}.", **facts)
    text = f"{done} {_returned(words, booked, lapse)}"
    if booked.cancelled_by != booked.trainer_id:
        return text
    return text + "\n" + reach.told(words, booked.trainee_name, reachable=booked.trainee_reachable)


def cancelled_toast(words: Words, booked: Booking) -> str:
    facts = {"name": booked.trainee_name}
    if booked.off:
        if booked.trainee_reachable:
            return words.plain("Did not take place; {name} is told", **facts)
        return words.plain("Did not take place; {name} is not told, please call", **facts)
    if booked.trainee_reachable:
        return words.plain("Cancelled; {name} is told", **facts)
    return words.plain("Cancelled; {name} is not told, please call", **facts)


def ask_no_show(words: Words, booked: Booking, zone: str) -> Screen:
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
    return Screen("\n".join([question, *zones.named(words, zone), effect]), keys.ask_no_show(words, booked))


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
        return f"{_ended(words, booked)} {_returned(words, booked)}"
    if booked.status is Status.CANCELLED_LATE:
        return words.t("Cancelled late: {units} used.", units=units)
    if booked.starts_at > words.now:
        return words.t("{units} held · {away}", units=units, away=words.away(booked.starts_at))
    return words.t("{units} held · <b>not completed yet</b>", units=units)


def _ended(words: Words, booked: Booking) -> str:
    """Whose word ended it, at no cost."""
    if booked.off:
        return words.t("It did not take place.")
    if booked.cancelled_by == booked.trainer_id:
        return words.t("Cancelled by you.")
    return words.t("Cancelled by {name}.", name=booked.trainee_name)


def _returned(words: Words, booked: Booking, lapse: Lapse | None = None) -> str:
    """What came back and what did not; until when the rest could be used is known only while it is given back."""
    parts = []
    if booked.returned_units:
        parts.append(words.t("{units} went back.", units=words.units(booked.returned_units)))
    if lapse:
        parts.append(_lapsed(words, lapse))
    elif booked.lapsed_units:
        parts.append(words.t("{units} had expired.", units=words.units(booked.lapsed_units)))
    return " ".join(parts)


def _lapsed(words: Words, lapse: Lapse) -> str:
    return words.t(
        "{units} cannot go back: the last day was {day}. An admin can give new ones.",
        units=words.units(lapse.units),
        day=words.day(lapse.last_on),
    )
