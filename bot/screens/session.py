"""A trainee's sessions: what is coming, what was, one card for each, and what cancelling means."""

from bot.chat import Screen
from bot.keyboards import session as keys
from bot.screens import reach, zone
from bot.words import Words
from domain.booking import Booked
from domain.session import Answer, Booking, Status
from domain.studio import Studio


def upcoming(words: Words, booked: list[Booking]) -> Screen:
    if not booked:
        text = words.t("<b>My sessions</b>\nNothing is booked. Pick a time that suits you.")
    else:
        text = words.t("<b>My sessions</b>\nTap one to move or cancel it. Times in {city}.", city=words.city())
    return Screen(text, keys.upcoming(words, booked))


def history(words: Words, past: list[Booking], page: int, *, more: bool) -> Screen:
    if not past:
        return Screen(
            words.t("<b>History</b>\nNo session yet."), keys.history(words, [], page, more=False, outcomes=[])
        )
    text = words.t("<b>History</b>, times in {city}. Tap one to see more.", city=words.city())
    return Screen(text, keys.history(words, past, page, more=more, outcomes=[outcome(words, each) for each in past]))


def card(words: Words, booked: Booking, studio: Studio) -> Screen:
    lines = [
        words.t(
            "<b>{span}</b> with {trainer}",
            span=words.span(booked.starts_at, booked.ends_at),
            trainer=booked.trainer_name,
        ),
    ]
    if words.zone != studio.zone:
        there = words.at_studio()
        lines.append(
            words.t(
                "At the studio: {span} ({city})",
                span=there.span(booked.starts_at, booked.ends_at),
                city=words.city(studio.zone),
            )
        )
    if studio.place and booked.active:
        lines.append(words.t("Where: {place}", place=studio.place))
    lines.append(_state(words, booked))
    return Screen("\n".join(lines), keys.card(words, booked))


def past(words: Words, booked: Booking, studio: Studio, page: int) -> Screen:
    """The card with when it was booked and how it ended."""
    lines = [card(words, booked, studio).text, words.t("Booked {when}.", when=words.dated(booked.booked_at))]
    if booked.ended_at is not None and not booked.off and booked.status in {Status.CANCELLED, Status.CANCELLED_LATE}:
        lines.append(words.t("Cancelled {when}.", when=words.dated(booked.ended_at)))
    return Screen("\n".join(lines), keys.past(words, booked, page))


def cancelling(words: Words, booked: Booking) -> Screen:
    cost = booked.cancel_cost(words.now)
    question = words.t(
        "<b>Cancel {when} with {trainer}?</b>", when=words.when(booked.starts_at), trainer=booked.trainer_name
    )
    if cost:
        effect = words.t(
            "Free cancelling ended {when}. Your {units} will be used up.",
            when=words.when(booked.free_until),
            units=words.units(cost),
        )
    else:
        effect = words.t("It is free: you get {units} back.", units=words.units(booked.units))
    return Screen("\n".join([question, *zone.named(words, words.zone), effect]), keys.cancelling(words, booked))


def cancelled(words: Words, done: Booked) -> Screen:
    """After the trainee's tap; one that comes second, or after the trainer's word, tells what that one brought."""
    ended = done.booking
    lines = [_ended(words, ended), *zone.named(words, words.zone)]
    if ended.status is Status.CANCELLED_LATE:
        lines.append(words.t("It was too late to be free: {units} used.", units=words.units(ended.units)))
    else:
        lines.append(_returned(words, ended))
    lines.append(
        words.t("Units: <b>{free} free</b> · {held} held", free=done.balance.available, held=done.balance.held)
    )
    if ended.cancelled_by == ended.trainee_id and not ended.trainer_reachable:
        lines.append(reach.to_be_called(words, ended.trainer_name))
    return Screen("\n".join(lines), keys.cancelled(words))


def outcome(words: Words, booked: Booking) -> str:
    """How a booking ended, with what it cost."""
    units = words.units(booked.units)
    sayings = {
        Status.BOOKED: words.plain("{units} held", units=units),
        Status.COMPLETED: words.plain("{units} used", units=units),
        Status.MISSED: words.plain("missed, {units} used", units=units),
        Status.CANCELLED: _cancelled(words, booked),
        Status.CANCELLED_LATE: words.plain("cancelled late, {units} used", units=units),
    }
    return sayings[booked.status]


def _cancelled(words: Words, booked: Booking) -> str:
    """How it ended without using a unit: whose word it was, and what had expired by then."""
    if booked.off and booked.lapsed_units:
        return words.plain("did not take place, {units} expired", units=words.units(booked.lapsed_units))
    if booked.off:
        return words.plain("did not take place, free")
    if booked.cancelled_by == booked.trainer_id:
        return words.plain("cancelled by the trainer, free")
    return words.plain("cancelled, free")


def _ended(words: Words, ended: Booking) -> str:
    facts = {"when": words.when(ended.starts_at), "trainer": ended.trainer_name}
    if ended.off:
        return words.t("<b>Did not take place</b>: {when} with {trainer}.", **facts)
    return words.t("✓ <b>Cancelled</b>: {when} with {trainer}.", **facts)


def _returned(words: Words, ended: Booking) -> str:
    """What of its units came back, and what had run out by then."""
    parts = []
    if ended.returned_units:
        parts.append(words.t("{units} went back to your balance.", units=words.units(ended.returned_units)))
    if ended.lapsed_units:
        parts.append(words.t("{units} had expired.", units=words.units(ended.lapsed_units)))
    return " ".join(parts)


def _state(words: Words, booked: Booking) -> str:
    text = words.escaped(outcome(words, booked))
    if booked.receipt is Answer.DISPUTED:
        return text + " · " + words.t("you said something is wrong")
    if booked.receipt is Answer.SETTLED:
        return text + " · " + words.t("you said something was wrong, and it is settled")
    if booked.active and words.now >= booked.ends_at:
        return words.t(
            "{trainer} has not said yet that it took place. Until then it holds {units}.",
            trainer=booked.trainer_name,
            units=words.units(booked.units),
        )
    if not booked.active or words.now >= booked.starts_at:
        return text
    ahead = words.t("{held} · {away}", held=outcome(words, booked), away=words.away(booked.starts_at))
    if booked.cancel_cost(words.now):
        return ahead + "\n" + words.t("It is too late to move it yourself; {trainer} can.", trainer=booked.trainer_name)
    return ahead + "\n" + words.t("Free to move or cancel until {when}.", when=words.when(booked.free_until))
