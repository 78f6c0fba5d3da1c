"""The units somebody has: what is free, held and used, the lots they came in, and every step they made."""

from datetime import date

from bot.chat import Screen
from bot.keyboards import balance as keys
from bot.words import Html, Words
from domain.ids import BookingId
from domain.ledger import Movement
from domain.lot import Balance, Lot, Move
from domain.session import Booking

SIGNS = {
    Move.ISSUE: "+",
    Move.RELEASE: "+",
    Move.HOLD: "−",
    Move.EXPIRE: "−",
    Move.REFUND: "−",
    Move.WITHDRAW: "−",
}
"""What a step did to the free units; the others only turn held into used or back."""


def balance(words: Words, owned: Balance, lots: list[Lot], today: date, page: int, *, more: bool) -> Screen:
    """The balance with one page of lots; `today` is the studio's date."""
    lines = [
        words.t("<b>Your units</b>"),
        words.t(
            "<b>{free} free</b> · {held} held · {used} used so far",
            free=owned.available,
            held=owned.held,
            used=owned.used,
        ),
        *_next_expiry(words, owned),
    ]
    if lots or page:
        lines += ["", *(_lot(words, lot, today) for lot in lots)]
    else:
        lines.append(words.t("You have not had any yet. Buy units first, then book."))
    return Screen("\n".join(lines), keys.balance(words, page, more=more, any_lot=bool(lots or page)))


def movements(
    words: Words, history: list[Movement], bookings: dict[BookingId, Booking], page: int, *, more: bool
) -> Screen:
    """A page of the history, newest first."""
    lines = [words.t("<b>Where are my units?</b>")]
    if words.zone != words.studio_zone:
        lines.append(words.t("Times in {city}.", city=words.city()))
    if history:
        lines.append(words.t("+ and − count your free units."))
    lines += [_movement(words, step, bookings) for step in history]
    if not history:
        lines.append(words.t("Nothing has moved yet. What you buy, book and use will be listed here."))
    return Screen("\n".join(lines), keys.movements(words, page, more=more))


def _next_expiry(words: Words, owned: Balance) -> list[str]:
    if owned.expires_on is None:
        return []
    day = words.day(owned.expires_on)
    return [words.n("{n} expires after {day}", "{n} expire after {day}", owned.expiring, day=day)]


def _lot(words: Words, lot: Lot, today: date) -> str:
    day = words.day(words.local(lot.issued_at).date())
    origin = (
        words.plain("{n} bought {day}", n=lot.issued, day=day)
        if lot.bought
        else words.plain("{n} given {day}", n=lot.issued, day=day)
    )
    if not lot.left_on(today):
        return words.t("• {origin}: none left", origin=origin)
    parts = [words.t("<b>{n} free</b>", n=lot.available)] if lot.valid_on(today) else []
    parts += [words.t("{n} held", n=lot.held)] if lot.held else []
    return words.t("• {origin}: {what}", origin=origin, what=Html(", ".join([*parts, _validity(words, lot, today)])))


def _validity(words: Words, lot: Lot, today: date) -> str:
    if lot.expires_on is None:
        return words.t("no expiry")
    day = words.day(lot.expires_on)
    return words.t("last day {day}", day=day) if lot.valid_on(today) else words.t("last day was {day}", day=day)


def _movement(words: Words, step: Movement, bookings: dict[BookingId, Booking]) -> str:
    booked = bookings.get(step.booking_id) if step.booking_id else None
    return words.t(
        "{at} · <b>{change}</b> {what}",
        at=words.dated(step.at),
        change=f"{SIGNS.get(step.move, '') if not step.from_at else ''}{step.units}",
        what=_moved_for(words, step, booked) if booked else _moved(words, step),
    )


def _moved(words: Words, step: Movement) -> str:
    """A step that no booking caused; what an admin gave or took carries the admin's reason."""
    if step.move is Move.ISSUE:
        return words.plain("bought") if step.bought else words.plain("given: {reason}", reason=step.reason)
    if step.move is Move.WITHDRAW:
        return words.plain("taken: {reason}", reason=step.reason)
    return words.plain("refunded") if step.move is Move.REFUND else words.plain("expired")


def _moved_for(words: Words, step: Movement, booked: Booking) -> str:
    """A step of a booking, named by the start that the booking had then."""
    when = words.dated(step.starts_at or booked.starts_at)
    session = words.plain("{when}, {trainer}", when=when, trainer=booked.trainer_name)
    if step.from_at:
        return words.plain(
            "still held · moved from {before} to {session}", before=words.dated(step.from_at), session=session
        )
    sentences = {
        Move.HOLD: words.plain("held · {session}", session=session),
        Move.RELEASE: words.plain("free again, cancelled · {session}", session=session),
        Move.REDEEM: words.plain("used · {session}", session=session),
        Move.REINSTATE: words.plain("held again, completion undone · {session}", session=session),
        Move.EXPIRE: words.plain("expired when given back · {session}", session=session),
    }
    special = {
        (Move.REDEEM, "missed"): words.plain("used, missed · {session}", session=session),
        (Move.REDEEM, "cancelled late"): words.plain("used, cancelled late · {session}", session=session),
    }
    return special.get((step.move, step.reason)) or sentences[step.move]
