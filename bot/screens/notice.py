"""Notices as screens: one function for each kind, from plain values, as of the moment of sending."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from bot.chat import Screen
from bot.keyboards import notice as keys
from bot.screens import adjustment, reconcile
from bot.screens import zone as zones
from bot.words import Words
from domain.outbox import Kind, Value
from domain.permission import Role
from domain.session import Complaint, Status

Values = dict[str, Value]


def screen_for(words: Words, kind: Kind, values: Values) -> Screen:
    """The message of a notice; every kind has one."""
    return SCREENS[kind](words, values)


def booked(words: Words, values: Values) -> Screen:
    local = _taught(words, values)
    text = words.t("<b>New booking</b>: {when}, {minutes} min with {trainee}.", **_facts(local, values))
    return Screen(_zoned(words, text, local.zone), keys.to_taught(words, keys.number(values, "booking_id")))


def cancelled(words: Words, values: Values) -> Screen:
    local = _taught(words, values)
    text = words.t("<b>Cancelled</b>: {trainee} will not come {when}. The time is free again.", **_facts(local, values))
    return Screen(_zoned(words, text, local.zone), keys.to_day(words, keys.number(values, "booking_id")))


def cancelled_by_trainer(words: Words, values: Values) -> Screen:
    facts = _facts(words, values)
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
    return Screen(_zoned(words, " ".join(lines)), keys.book_again(words, values))


def moved(words: Words, values: Values) -> Screen:
    local = _taught(words, values)
    text = words.t("<b>Moved</b>: {trainee} now comes {when} instead of {before}.", **_facts(local, values))
    return Screen(_zoned(words, text, local.zone), keys.to_taught(words, keys.number(values, "booking_id")))


def moved_by_trainer(words: Words, values: Values) -> Screen:
    text = words.t(
        "<b>Moved</b>: {trainer} moved your session to {when} (it was {before}). It still holds {units}.",
        **_facts(words, values),
    )
    if words.now > keys.instant(values, "free_until"):
        text += "\n" + words.t(
            "Free cancelling is over for it; if it does not suit you, tell {trainer}.", **_facts(words, values)
        )
    text = "\n".join([text, *zones.both(words, keys.instant(values, "starts_at"))])
    return Screen(text, keys.to_card(words, keys.number(values, "booking_id")))


def reminder(words: Words, values: Values) -> Screen:
    text = reminder_text(words, values)
    if values.get("coming"):
        text += "\n" + words.t("You said you'll be there.")
    return Screen(text, keys.reminder(words, values))


def reminder_text(words: Words, values: Values) -> str:
    """When, how long, with whom and where; the studio's own time where the reader's zone is another."""
    facts, place = _facts(words, values), str(values.get("place") or "")
    when = words.when(keys.instant(values, "starts_at"))
    facts["when"] = when[:1].upper() + when[1:]
    if place:
        text = words.t("<b>{when}</b>: {minutes} min with {trainer}, {place}.", **facts, place=place)
    else:
        text = words.t("<b>{when}</b>: {minutes} min with {trainer}.", **facts)
    return "\n".join([text, *zones.both(words, keys.instant(values, "starts_at"))])


def nudge(words: Words, values: Values) -> Screen:
    local = _taught(words, values)
    text = words.t("Did {trainee} train {when}? The session is not completed yet.", **_facts(local, values))
    rows = keys.nudge(words, keys.number(values, "booking_id"), keys.number(values, "units"))
    return Screen(_zoned(words, text, local.zone), rows)


def receipt(words: Words, values: Values) -> Screen:
    return Screen(receipt_text(words, values), keys.receipt(words, keys.number(values, "booking_id")))


def receipt_text(words: Words, values: Values) -> str:
    text = words.t("Session with {trainer}, {when}: <b>{units} used</b>.", **_facts(words, values))
    return _zoned(words, f"{text}\n{_left(words, values)}")


def missed(words: Words, values: Values) -> Screen:
    return Screen(missed_text(words, values), keys.missed(words, values))


def missed_text(words: Words, values: Values) -> str:
    text = words.t(
        "You did not come: {when} with {trainer}. We hope all is well. <b>{units} used</b>, as agreed when you booked.",
        **_facts(words, values),
    )
    return _zoned(words, f"{text}\n{_left(words, values)}")


def disputed(words: Words, values: Values) -> Screen:
    local = _taught(words, values) if values.get("own") else words
    facts = _facts(local, values) | {"complaint": complaint(words, str(values["complaint"]))}
    if values.get("own"):
        text = words.t(
            "<b>{trainee} says something is wrong</b> with {when}, {minutes} min ({units}): “{complaint}”. "
            "The studio was told, too. Please talk to each other.",
            **facts,
        )
    else:
        text = words.t(
            "<b>{trainee} says something is wrong</b> with {when}, {minutes} min with {trainer} ({units}): "
            "“{complaint}”. {trainer} was told, too.",
            **facts,
        )
    return Screen(_zoned(words, text, local.zone), keys.disputed(words, values))


def settled(words: Words, values: Values) -> Screen:
    local = _taught(words, values) if values.get("own") else words
    text = words.t(
        "✓ <b>{trainee} says it is right after all</b>: {when}, {minutes} min with {trainer} ({units}).",
        **_facts(local, values),
    )
    return Screen(_zoned(words, text, local.zone), keys.plain(words))


def complaint_settled(words: Words, values: Values) -> Screen:
    text = words.t(
        "✓ <b>{name} says that this is settled</b>: {when} with {trainer} ({units}), where you said “{complaint}”. "
        "If it is not, tap below.",
        **_facts(words, values) | {"name": values["name"], "complaint": complaint(words, str(values["complaint"]))},
    )
    return Screen(_zoned(words, text), keys.complaint_settled(words, keys.number(values, "booking_id")))


def complaint(words: Words, what: str) -> str:
    """What is wrong, in the reader's words; a typed one is as it was typed."""
    known: dict[str, str] = {each.value: said for each, said in _complaints(words).items()}
    return known.get(what, what)


def complaints(words: Words, status: Status) -> dict[Complaint, str]:
    """What is usually wrong with a session that counts as held, or as missed."""
    if status is Status.MISSED:
        usual = (Complaint.PRESENT, Complaint.CANCELLED, Complaint.OTHER)
    else:
        usual = (Complaint.ABSENT, Complaint.SHORTER, Complaint.OTHER)
    return {each: _complaints(words)[each] for each in usual}


def _complaints(words: Words) -> dict[Complaint, str]:
    return {
        Complaint.ABSENT: words.plain("I was not there"),
        Complaint.SHORTER: words.plain("It was shorter"),
        Complaint.PRESENT: words.plain("I was there"),
        Complaint.CANCELLED: words.plain("I had cancelled"),
        Complaint.OTHER: words.plain("Another trainer or time"),
    }


def adjusted(words: Words, values: Values) -> Screen:
    units = keys.number(values, "units")
    facts = {"units": words.units(abs(units)), "reason": adjustment.reason(words, str(values["reason"]))}
    if units > 0:
        return Screen(words.t("<b>{units} added</b> to your balance: {reason}", **facts), keys.to_balance(words))
    return Screen(words.t("<b>{units} taken</b> from your balance: {reason}", **facts), keys.to_balance(words))


def expired(words: Words, values: Values) -> Screen:
    text = words.t("<b>{units} expired</b>.", units=words.units(keys.number(values, "units")))
    return Screen(text, keys.to_balance(words))


def joined(words: Words, values: Values) -> Screen:
    names = {
        Role.TRAINER.name: words.plain("trainer"),
        Role.FRONT_DESK.name: words.plain("front desk"),
        Role.ADMIN.name: words.plain("admin"),
    }
    role = names[str(values["role"])]
    return Screen(words.t("<b>{name}</b> joined: {role}.", name=str(values["name"]), role=role), keys.plain(words))


def payment_unmatched(words: Words, values: Values) -> Screen:
    text = words.t(
        "<b>A payment fits no order</b>: {amount} from {name}. It is kept. "
        "Give the units with /adjust, or refund it at the payment provider.",
        amount=_amount(words, values),
        name=str(values["name"]),
    )
    return Screen(text, keys.plain(words))


def payment_missing(words: Words, values: Values) -> Screen:
    text = words.t(
        "<b>A payment is missing</b>: {name} was let through to pay {amount} half an hour ago, and nothing came. "
        "Look at the payment provider whether it was taken.",
        amount=_amount(words, values),
        name=str(values["name"]),
    )
    return Screen(text, keys.plain(words))


def update_failed(words: Words, values: Values) -> Screen:
    text = words.t(
        "Something went wrong on our side and your last step did not count. Please try again. (Reference {reference})",
        reference=str(values["reference"]),
    )
    return Screen(text, keys.plain(words))


def update_dead(words: Words, values: Values) -> Screen:
    text = words.t(
        "<b>A message could not be handled</b> after several tries{who}. Reference {reference} is in the log.",
        who=words.plain(", from {name}", name=str(values["name"])) if values["name"] else "",
        reference=str(values["reference"]),
    )
    return Screen(text, keys.plain(words))


def notice_dead(words: Words, values: Values) -> Screen:
    name, what = str(values["name"]), _about(words, Kind(str(values["kind"])))
    if values.get("starts_at"):
        what = words.plain("{what} ({when})", what=what, when=words.dated(keys.instant(values, "starts_at")))
    if values["in_doubt"]:
        text = words.t(
            "<b>{name} may not have got a message</b>: {what}. Nothing has said whether it arrived; please ask them.",
            name=name,
            what=what,
        )
    else:
        text = words.t(
            "<b>A message to {name} could not be delivered</b>: {what}. Please tell them yourself. "
            "The log says why, under notice {notice}.",
            name=name,
            what=what,
            notice=values["notice"],
        )
    return Screen(_zoned(words, text) if values.get("starts_at") else text, keys.to_person(words, values))


def _about(words: Words, kind: Kind) -> str:
    """What a notice is about, for whoever has to pass it on."""
    about = {
        Kind.BOOKED: words.plain("a new booking"),
        Kind.CANCELLED: words.plain("a cancelled session"),
        Kind.CANCELLED_BY_TRAINER: words.plain("a cancelled session"),
        Kind.MOVED: words.plain("a moved session"),
        Kind.MOVED_BY_TRAINER: words.plain("a moved session"),
        Kind.REMINDER: words.plain("the reminder of a session"),
        Kind.NUDGE: words.plain("the question whether a session took place"),
        Kind.RECEIPT: words.plain("the receipt of a session"),
        Kind.MISSED: words.plain("a missed session"),
        Kind.DISPUTED: words.plain("a complaint about a session"),
        Kind.SETTLED: words.plain("a complaint that is settled"),
        Kind.COMPLAINT_SETTLED: words.plain("a complaint that is settled"),
        Kind.ADJUSTED: words.plain("units given or taken"),
        Kind.EXPIRED: words.plain("units that expired"),
        Kind.JOINED: words.plain("somebody who joined the staff"),
        Kind.PAYMENT_UNMATCHED: words.plain("a payment that fits no order"),
        Kind.PAYMENT_MISSING: words.plain("a payment that is missing"),
        Kind.MISMATCH: words.plain("books that do not agree"),
        Kind.UPDATE_FAILED: words.plain("a step that did not count"),
        Kind.UPDATE_DEAD: words.plain("a message that could not be handled"),
        Kind.LAG: words.plain("the bot being behind"),
        Kind.UNREACHABLE: words.plain("somebody who has blocked the bot"),
        Kind.TOKEN_REFUSED: words.plain("the bot’s token that was refused"),
        Kind.REFRESH: words.plain("the pinned card with the day"),
    }
    return about.get(kind, words.plain("something that happened"))


def lag(words: Words, values: Values) -> Screen:
    lines = [words.t("<b>The bot is behind.</b> Nothing is lost, it will catch up.")]
    if minutes := keys.number(values, "updates_minutes"):
        lines.append(words.t("Somebody has waited {minutes} min for an answer.", minutes=minutes))
    if minutes := keys.number(values, "notices_minutes"):
        lines.append(words.t("A notice is {minutes} min late.", minutes=minutes))
    return Screen("\n".join(lines), keys.plain(words))


def unreachable(words: Words, values: Values) -> Screen:
    text = words.t("<b>{name} has blocked the bot</b> and gets no reminders.", name=str(values["name"]))
    return Screen(text, keys.plain(words))


def token_refused(words: Words, _values: Values) -> Screen:
    text = words.t(
        "<b>Telegram refused the bot’s token</b> for a while, so nothing went out. It works again. "
        "If you did not change the token yourself, ask @BotFather for a new one."
    )
    return Screen(text, keys.plain(words))


SCREENS: dict[Kind, Callable[[Words, Values], Screen]] = {
    Kind.BOOKED: booked,
    Kind.CANCELLED: cancelled,
    Kind.CANCELLED_BY_TRAINER: cancelled_by_trainer,
    Kind.MOVED: moved,
    Kind.MOVED_BY_TRAINER: moved_by_trainer,
    Kind.REMINDER: reminder,
    Kind.NUDGE: nudge,
    Kind.RECEIPT: receipt,
    Kind.MISSED: missed,
    Kind.DISPUTED: disputed,
    Kind.SETTLED: settled,
    Kind.COMPLAINT_SETTLED: complaint_settled,
    Kind.ADJUSTED: adjusted,
    Kind.EXPIRED: expired,
    Kind.JOINED: joined,
    Kind.PAYMENT_UNMATCHED: payment_unmatched,
    Kind.PAYMENT_MISSING: payment_missing,
    Kind.MISMATCH: reconcile.alarm,
    Kind.UPDATE_FAILED: update_failed,
    Kind.UPDATE_DEAD: update_dead,
    Kind.NOTICE_DEAD: notice_dead,
    Kind.LAG: lag,
    Kind.UNREACHABLE: unreachable,
    Kind.TOKEN_REFUSED: token_refused,
}


def _facts(words: Words, values: Values) -> dict[str, object]:
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


def _left(words: Words, values: Values) -> str:
    return words.t("{free} free, {held} held.", free=values["free"], held=values["held"])


def _taught(words: Words, values: Values) -> Words:
    """A trainer reads of their own sessions in the zone of their hours."""
    return replace(words, zone=str(values.get("trainer_zone") or words.zone))


def _zoned(words: Words, text: str, zone: str = "") -> str:
    """Times are in the reader's zone, or in this one; it is named where it could be doubted."""
    return "\n".join([text, *zones.named(words, zone or words.zone)])


def _amount(words: Words, values: Values) -> str:
    return words.money(keys.number(values, "amount_minor"), str(values["currency"]))
