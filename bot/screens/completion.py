"""Receipts as the trainee answers them, and what the reminder says after "I'll be there"."""

from bot.chat import Screen
from bot.keyboards import notice as keys
from bot.screens import complaint, reach, zone
from bot.screens.notice import booking
from bot.words import Words
from domain.lot import Balance
from domain.session import Answer, Booking, Status, facts


def redeemed(words: Words, ended: Booking) -> str:
    """The toast for the trainer."""
    if ended.status is Status.MISSED:
        return words.plain("✗ {name}: no-show, {units} used", name=ended.trainee_name, units=words.units(ended.units))
    return words.plain("✓ {name}: {units} redeemed", name=ended.trainee_name, units=words.units(ended.units))


def undone(words: Words, reopened: Booking) -> str:
    return words.plain(
        "Undone: {units} of {name} held again", units=words.units(reopened.units), name=reopened.trainee_name
    )


def receipt(words: Words, ended: Booking, left: Balance) -> Screen:
    """The receipt with the trainee's answer, which can still be changed."""
    values = facts(ended, "") | {"free": left.available, "held": left.held}
    text = booking.missed_text(words, values) if ended.status is Status.MISSED else booking.receipt_text(words, values)
    if ended.receipt is Answer.DISPUTED:
        answer = words.t(
            "<b>You said something is wrong</b>: “{complaint}”. Thank you: {trainer} and the studio were told and "
            "will talk to you.",
            trainer=ended.trainer_name,
            complaint=complaint.named(words, ended.complaint or ""),
        )
    else:
        answer = words.t("✓ You said that's right. Thank you.")
    return Screen(f"{text}\n\n{answer}", keys.answered(words, ended))


def ask_complaint(words: Words, ended: Booking) -> Screen:
    facts = {
        "when": words.dated(ended.starts_at),
        "trainer": ended.trainer_name,
        "units": words.units(ended.units),
    }
    if ended.status is Status.MISSED:
        text = words.t(
            "<b>What is wrong</b> with the no-show {when} with {trainer} ({units} used)?\n"
            "Tap it, or type it in a sentence, for example <i>I waited at the door</i>.",
            **facts,
        )
    else:
        text = words.t(
            "<b>What is wrong</b> with {when} with {trainer} ({units} used)?\n"
            "Tap it, or type it in a sentence, for example <i>We stopped after 20 minutes</i>.",
            **facts,
        )
    text = "\n".join([text, *zone.named(words, words.zone)])
    return Screen(text, keys.complaints(words, ended.id, complaint.usual(words, ended.status)))


def settled(words: Words, ended: Booking) -> Screen:
    """What an admin sees who has settled a complaint, or finds it settled."""
    facts = {"name": ended.trainee_name, "when": words.dated(ended.starts_at), "trainer": ended.trainer_name}
    if ended.receipt is Answer.SETTLED:
        text = words.t("✓ <b>Settled</b>: what {name} said about {when} with {trainer}.", **facts)
        text += " " + reach.told(words, ended.trainee_name, reachable=ended.trainee_reachable)
    else:
        text = words.t("{name} says no more that something is wrong with {when} with {trainer}.", **facts)
    return Screen("\n".join([text, *zone.named(words, words.zone)]), keys.settled(words, ended))


def settled_toast(words: Words, ended: Booking) -> str:
    return words.plain("Settled") if ended.receipt is Answer.SETTLED else ""


def will_come(words: Words, booked: Booking, place: str) -> Screen:
    """The reminder again, with what can still be changed."""
    text = words.t("✓ Noted. See you {when}!", when=words.when(booked.starts_at))
    values = facts(booked, place) | {"coming": 1}
    return Screen(f"{text}\n{booking.reminder_text(words, values)}", keys.reminder(words, values))
