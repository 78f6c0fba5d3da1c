"""Refusals in words: what is not possible, and the nearest thing that is. Plain text, short enough for an alert."""

from collections.abc import Callable

from bot.words import Words
from domain import adjustment, booking, completion, hours, invite, ledger, package, person, purchase, session, studio
from domain.error import NotAllowed, NotFound, Refusal


def words_for(words: Words, refusal: Refusal) -> str:
    """What to tell the person; every refusal of the domain has an entry."""
    return SAYINGS[type(refusal)](words, refusal)


def _not_enough(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, ledger.NotEnoughUnits)
    return words.plain(
        "That needs {needed}; {free} free. Buy units first.",
        needed=words.units(refusal.needed),
        free=refusal.available,
    )


def _zone(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, person.ZoneUnknown)
    return words.plain(
        "I know no time zone for “{wanted}”. Try the nearest large city, for example Lisbon.", wanted=refusal.wanted
    )


def _range(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, studio.SettingOutOfRange)
    return words.plain("That has to be between {low} and {high}.", low=refusal.low, high=refusal.high)


def _package(words: Words, refusal: Refusal) -> str:
    assert isinstance(refusal, package.PackageUnusable)
    return words.plain("That has to be between {low} and {high}.", low=refusal.low, high=refusal.high)


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
    person.NameUnusable: _says(N_("A name has 1 to 64 letters. Please type another.")),
    person.ZoneUnknown: _zone,
    invite.InviteUnusable: _says(N_("This invitation is used up or too old. Ask for a new one.")),
    ledger.NotEnoughUnits: _not_enough,
    session.TimeTaken: _says(N_("That time was just taken. Please pick another.")),
    booking.SlotGone: _says(N_("That time cannot be booked any more. Please pick another.")),
    booking.BookingEnded: _says(N_("This session is over or cancelled already.")),
    booking.SessionBegun: _says(N_("The session has begun. Only the trainer can change it now.")),
    booking.TooLateToMove: _says(N_("It is too late to move this session yourself. Ask your trainer.")),
    booking.TermsChanged: _terms,
    completion.NotBegun: _says(N_("The session has not begun yet.")),
    completion.TooLateToUndo: _says(N_("The minute to undo is over. An admin can correct the units with /adjust.")),
    studio.SettingOutOfRange: _range,
    hours.WindowUnusable: _says(N_("That makes no working time. Example: 09:00-12:30")),
    hours.DatesUnusable: _says(N_("These dates cannot be used. Example: 24 Dec - 2 Jan")),
    package.PackageUnusable: _package,
    purchase.OfferChanged: _says(N_("This offer has changed; nothing was charged. Open /buy for today's prices.")),
    purchase.WrongPayer: _says(N_("This invoice was made for somebody else. Open /buy for your own.")),
    purchase.QuantityOutOfRange: _says(N_("One order holds 1 to 50 packages.")),
    adjustment.AdjustmentUnusable: _says(N_("1 to 500 units, with a reason of at most 200 letters.")),
}
