"""Notices of one session, from its booking to its receipt."""

from dataclasses import replace
from datetime import date, datetime

from bot.chat import Screen
from bot.keyboards import notice as keys
from bot.keyboards.notice import Values
from bot.screens import zone
from bot.words import Words


def booked(words: Words, values: Values) -> Screen:
    local = taught(words, values)
    text = words.t("<b>New booking</b>: {when}, {minutes} min with {trainee}.", **of_session(local, values))
    return Screen(zone.noted(words, text, local.zone), keys.to_taught(words, keys.number(values, "booking_id")))


def cancelled(words: Words, values: Values) -> Screen:
    local = taught(words, values)
    text = words.t(
        "<b>Cancelled</b>: {trainee} will not come {when}. The time is free again.", **of_session(local, values)
    )
    return Screen(zone.noted(words, text, local.zone), keys.to_day(words, keys.number(values, "booking_id")))


def cancelled_by_trainer(words: Words, values: Values) -> Screen:
    facts = of_session(words, values)
    if values.get("off"):
        lines = [words.t("<b>Did not take place</b>: {when} with {trainer}.", **facts)]
    else:
        lines = [words.t("<b>Cancelled</b>: {trainer} had to cancel {when}.", **facts)]
    returned, gone = keys.number(values, "returned"), keys.number(values, "units") - keys.number(values, "returned")
    if returned:
        lines.append(words.t("{units} went back to your balance.", units=words.units(returned)))
    if gone:
        lines.append(
            words.t(
                "{units} could not go back: the last day was {day}. Please ask the studio about it.",
                units=words.units(gone),
                day=words.day(date.fromisoformat(str(values["last_on"]))),
            )
        )
    return Screen(zone.noted(words, " ".join(lines)), keys.book_again(words, values))


def moved(words: Words, values: Values) -> Screen:
    local = taught(words, values)
    text = words.t("<b>Moved</b>: {trainee} now comes {when} instead of {before}.", **of_session(local, values))
    return Screen(zone.noted(words, text, local.zone), keys.to_taught(words, keys.number(values, "booking_id")))


def moved_by_trainer(words: Words, values: Values) -> Screen:
    text = words.t(
        "<b>Moved</b>: {trainer} moved your session to {when} (it was {before}). It still holds {units}.",
        **of_session(words, values),
    )
    if words.now > keys.instant(values, "free_until"):
        text += "\n" + words.t(
            "Free cancelling is over for it; if it does not suit you, tell {trainer}.", **of_session(words, values)
        )
    text = "\n".join([text, *zone.both(words, keys.instant(values, "starts_at"))])
    return Screen(text, keys.to_card(words, keys.number(values, "booking_id")))


def reminder(words: Words, values: Values) -> Screen:
    text = reminder_text(words, values)
    if values.get("coming"):
        text += "\n" + words.t("You said you'll be there.")
    return Screen(text, keys.reminder(words, values))


def reminder_text(words: Words, values: Values) -> str:
    """When, how long, with whom and where; the studio's own time where the reader's zone is another."""
    facts, place = of_session(words, values), str(values.get("place") or "")
    facts["when"] = words.capital(words.when(keys.instant(values, "starts_at")))
    if place:
        text = words.t("<b>{when}</b>: {minutes} min with {trainer}, {place}.", **facts, place=place)
    else:
        text = words.t("<b>{when}</b>: {minutes} min with {trainer}.", **facts)
    return "\n".join([text, *zone.both(words, keys.instant(values, "starts_at"))])


def nudge(words: Words, values: Values) -> Screen:
    local = taught(words, values)
    text = words.t("Did {trainee} train {when}? The session is not completed yet.", **of_session(local, values))
    rows = keys.nudge(words, keys.number(values, "booking_id"), keys.number(values, "units"))
    return Screen(zone.noted(words, text, local.zone), rows)


def receipt(words: Words, values: Values) -> Screen:
    return Screen(receipt_text(words, values), keys.receipt(words, keys.number(values, "booking_id")))


def receipt_text(words: Words, values: Values) -> str:
    text = words.t("Session with {trainer}, {when}: <b>{units} used</b>.", **of_session(words, values))
    return zone.noted(words, f"{text}\n{_left(words, values)}")


def missed(words: Words, values: Values) -> Screen:
    return Screen(missed_text(words, values), keys.missed(words, values))


def missed_text(words: Words, values: Values) -> str:
    text = words.t(
        "You did not come: {when} with {trainer}. We hope all is well. <b>{units} used</b>, as agreed when you booked.",
        **of_session(words, values),
    )
    return zone.noted(words, f"{text}\n{_left(words, values)}")


def of_session(words: Words, values: Values) -> dict[str, object]:
    """What most notices say; with the date, since nobody knows when they will be read."""
    facts: dict[str, object] = {
        "when": words.dated(keys.instant(values, "starts_at")),
        "minutes": values["minutes"],
        "trainer": values["trainer"],
        "trainee": values["trainee"],
        "units": words.units(keys.number(values, "units")),
    }
    if "from_at" in values:
        facts["before"] = words.dated(datetime.fromisoformat(str(values["from_at"])))
    return facts


def taught(words: Words, values: Values) -> Words:
    """A trainer reads of their own sessions in the zone of their hours."""
    return replace(words, zone=str(values.get("trainer_zone") or words.zone))


def _left(words: Words, values: Values) -> str:
    return words.t("{free} free, {held} held.", free=values["free"], held=values["held"])
