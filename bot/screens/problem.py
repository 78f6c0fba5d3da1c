"""Refusals in words: what is not possible, and the nearest thing that is. Plain text, short enough for an alert."""

from collections.abc import Callable

from bot import reading, reading_time
from bot.screens import adjustment as adjustments
from bot.screens import studio as settings
from bot.screens.profile import role_name
from bot.words import Words
from domain import (
    adjustment,
    booking,
    completion,
    hours,
    invite,
    lot,
    package,
    person,
    purchase,
    session,
    studio,
    time_off,
)
from domain.error import NotAllowed, NotFound, Refusal


def words_for(words: Words, refusal: Refusal) -> str:
    """What to tell the person; every refusal of the domain has an entry."""
    return SAYINGS[type(refusal)](words, refusal)


def too_fast(words: Words) -> str:
    """What somebody is told who does more than can be followed."""
    return words.plain("Too fast: this did not count. Please wait a few seconds, then go on.")


def _not_enough(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, lot.NotEnoughUnits)
    return words.plain(
        "That needs {needed}; {free} free. Buy units first.",
        needed=words.units(refusal.needed),
        free=refusal.available,
    )


def _name(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, person.NameUnusable)
    if refusal.length > person.NAME_LENGTH:
        return words.plain(
            "That is {length} letters; {most} fit. Please type a shorter name.",
            length=refusal.length,
            most=person.NAME_LENGTH,
        )
    return words.plain("A name needs at least one letter. Please type another.")


def _zone(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, person.ZoneUnknown)
    if refusal.is_offset:
        return words.plain(
            "“{wanted}” knows no summer time. Type a city instead, for example Lisbon.", wanted=refusal.wanted
        )
    if refusal.several:
        return words.plain(
            "“{wanted}” has several time zones. Type a large city in yours, for example New York.",
            wanted=refusal.wanted,
        )
    return words.plain(
        "I know no time zone for “{wanted}”. Type your country, or a large city on the same time: "
        "Berlin, London, New York …",
        wanted=refusal.wanted,
    )


def _range(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, studio.SettingOutOfRange)
    return settings.out_of_range(words, refusal)


def _package(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, package.PackageUnusable)
    facts = {"low": refusal.low, "high": refusal.high}
    if refusal.field == "units":
        return words.plain("A package holds {low} to {high} units.", **facts)
    if refusal.field == "valid_days":
        return words.plain("Units are valid for {low} to {high} days, or without a limit.", **facts)
    return words.plain("{high} packages are the most. Change one that is hidden, and put it on sale.", **facts)


def _price(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, package.PriceUnusable)
    low, high = (words.money(minor, refusal.currency) for minor in (refusal.low, refusal.high))
    return words.plain("A price has to be between {low} and {high}.", low=low, high=high)


def _amount(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, reading.AmountUnreadable)
    return words.plain(
        "I cannot read that as an amount in {currency}. Example: {example}",
        currency=refusal.currency,
        example=reading.amount_example(refusal.currency),
    )


def _too_few(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, adjustment.TooFewToTake)
    return adjustments.too_few(words, refusal)


def _already_paid(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, purchase.AlreadyPaid)
    paid_at = refusal.purchase.paid_at or words.now
    day = words.day(words.local(paid_at).date())
    return words.plain("You paid this on {day}. To buy more, open Buy units.", day=day)


def _needless(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, invite.InviteNeedless)
    role = role_name(words, refusal.role)
    if refusal.used:
        return words.plain("You are in already, as {role}.", role=role)
    return words.plain("You are {role} already. The link stays good for somebody else.", role=role)


def _terms(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, booking.TermsChanged)
    if refusal.units:
        return words.plain(
            "Free cancelling is over: it would now cost {units}. Nothing was cancelled.",
            units=words.units(refusal.units),
        )
    return words.plain("Cancelling is free now. Please look again and confirm.")


def _says(text: str) -> Callable[[Words, Refusal], str]:
    return lambda words, _refusal: words.plain(text)


def N_(text: str) -> str:  # noqa: N802 -- the field's usual mark for texts that are translated later
    return text


SAYINGS: dict[type[Refusal], Callable[[Words, Refusal], str]] = {
    NotAllowed: _says(N_("This is not open to you. /help shows what is.")),
    NotFound: _says(N_("This does not exist any more.")),
    person.NameUnusable: _name,
    person.ZoneUnknown: _zone,
    invite.InviteUnusable: _says(N_("This invitation is used up or too old, or incomplete. Ask for a new one.")),
    invite.InviteNeedless: _needless,
    lot.NotEnoughUnits: _not_enough,
    session.TimeTaken: _says(N_("That time was just taken. Please pick another.")),
    booking.SlotGone: _says(N_("That time cannot be booked any more. Please pick another.")),
    booking.BookingEnded: _says(N_("This session is over or cancelled already.")),
    booking.SessionBegun: _says(N_("The session has begun. Only the trainer can change it now.")),
    booking.TooLateToMove: _says(N_("It is too late to move this session yourself. Ask your trainer.")),
    booking.TermsChanged: _terms,
    completion.NotBegun: _says(N_("The session has not begun yet.")),
    completion.ComplaintUnusable: _says(
        N_("Please say what is wrong in 1 to 200 letters. Example: We stopped after 20 minutes")
    ),
    completion.TooLateToUndo: _says(N_("The minute to undo is over. An admin can correct the units with /adjust.")),
    studio.SettingOutOfRange: _range,
    hours.WindowUnusable: _says(
        N_("Each stretch ends after it begins, by 24:00 at the latest. Example: 9-12 13:30-18. A night is two days.")
    ),
    hours.WindowOffGrid: _says(N_("Times are multiples of five minutes. Example: 9-12 13:30-18")),
    hours.TooManyWindows: _says(N_("A day has at most twelve stretches. Example: 9-12 13:30-18")),
    hours.BreakOutside: _says(N_("Nothing is open at that time, so there is nothing to pause.")),
    hours.DatesPast: _says(N_("That is over. Take today or a later day, for example 24 Dec")),
    hours.DatesUnusable: _says(
        N_("The last day comes after the first, and both within two years. Example: 24 Dec - 2 Jan")
    ),
    reading_time.TimesUnreadable: _says(N_("I cannot read these times. Example: 9-12 13:30-18")),
    reading_time.DateUnreadable: _says(N_("I know no such day. Examples: 24 Dec · 24.12. · 2026-12-24")),
    time_off.BookingsChanged: _says(N_("The bookings have changed meanwhile. Please look again and confirm.")),
    package.PackageUnusable: _package,
    package.PriceUnusable: _price,
    package.PriceChanged: _says(N_("The price was changed meanwhile. Please look again and confirm.")),
    purchase.OfferChanged: _says(N_("This offer has changed; nothing was charged. Open /buy for today's prices.")),
    purchase.AlreadyPaid: _already_paid,
    purchase.OrderPutAway: _says(N_("This invoice was put away; nothing was charged. Open /buy for another.")),
    purchase.WrongPayer: _says(N_("This invoice was made for somebody else. Open /buy for your own.")),
    purchase.QuantityOutOfRange: _says(N_("One order holds 1 to 50 packages.")),
    adjustment.TooFewToTake: _too_few,
    adjustment.BalanceChanged: _says(
        N_("The units have changed meanwhile; nothing was given or taken. Please look again and confirm.")
    ),
    adjustment.AdjustmentUnusable: _says(N_("1 to 500 units, with a reason of at most 200 letters.")),
    reading.AmountUnreadable: _amount,
    reading.NumberUnreadable: _says(N_("I need a whole number. Example: 4")),
    reading.LengthUnreadable: _says(N_("I cannot read that as a length of time. Examples: 90 min, 12 h, 1 day")),
    reading.DaysUnreadable: _says(N_("I need a number of days. Examples: 60, 90 days, 4 weeks")),
    reading.TextMissing: _says(N_("I can only read text here. Please type it.")),
}
