"""What booking or moving to one start means, before it happens."""

from bot.chat import Screen
from bot.keyboards import quote as keys
from bot.keyboards.slot import PickTime
from bot.screens import reach
from bot.words import Words
from domain.quote import Outlived, Quote, Swap
from domain.session import Booking
from domain.session_type import SessionType
from domain.studio import Studio
from domain.trainer import Trainer


def confirm(
    words: Words, quote: Quote, at: PickTime, studio: Studio, kinds: list[SessionType], *, online: bool
) -> Screen:
    """The consequences, before they happen."""
    lines = [_session(words, quote)]
    if quote.moving:
        lines.insert(0, words.t("<b>Move</b> from {when} to:", when=words.when(quote.moving.starts_at)))
    lines.append(_when(words, quote, studio))
    if quote.missing:
        lines.append(_missing(words, quote))
        if not online:
            lines.append(sold_by(words, studio))
        return Screen("\n".join(lines), keys.not_enough(words, quote, at, kinds, online=online))
    lines += [_held(words, quote), _policy(words, quote)]
    return Screen("\n".join(lines), keys.confirm(words, quote, at))


def other_trainer(words: Words, lost: Trainer, quote: Quote) -> str:
    """For an alert, above the terms with the other."""
    return words.plain(
        "{lost} was just taken; {other} is free at {time}.",
        lost=words.short(lost.name),
        other=words.short(quote.trainer.name),
        time=words.time(quote.starts_at),
    )


def sold_by(words: Words, studio: Studio) -> str:
    """Where units come from while nothing can be paid in the chat."""
    return words.t(
        "More units are sold by {studio}, not here: ask your trainer or at the desk. "
        "You read here when they are added.",
        studio=studio.name,
    )


def _session(words: Words, quote: Quote) -> str:
    """How long and with whom; a trainer who moves it reads the trainee's name."""
    name = quote.moving.trainee_name if quote.moving and quote.by_trainer else quote.trainer.name
    return words.t("<b>{minutes} min with {name}</b>", minutes=quote.kind.minutes, name=name)


def _when(words: Words, quote: Quote, studio: Studio) -> str:
    own = words.t("{span} ({city})", span=words.span(quote.starts_at, quote.ends_at), city=words.city())
    if words.zone == studio.zone:
        return own
    there = words.at_studio()
    return (
        own
        + "\n"
        + words.t(
            "At the studio: {span} ({city})",
            span=there.span(quote.starts_at, quote.ends_at),
            city=words.city(studio.zone),
        )
    )


def _missing(words: Words, quote: Quote) -> str:
    needed = words.units(quote.kind.units)
    if quote.moving and quote.outlived:
        return _outlived(words, quote, quote.outlived, quote.moving)
    if quote.expiring > 0:
        return words.t(
            "That needs {needed}. You have {free}, but {gone} of them run out before {day}.",
            needed=needed,
            free=words.units(quote.available + quote.expiring),
            gone=quote.expiring,
            day=words.day(words.local(quote.starts_at).date()),
        )
    return words.t("That needs {needed}; <b>{free} free</b>.", needed=needed, free=quote.available)


def _outlived(words: Words, quote: Quote, held: Outlived, moving: Booking) -> str:
    until = words.n(
        "Its {n} held unit can be used until {last}.",
        "Its {n} held units can be used until {last}.",
        held.units,
        last=words.day(held.last_on),
    )
    facts = {"needed": words.units(quote.kind.units), "free": quote.available, "trainee": moving.trainee_name}
    if quote.by_trainer:
        return f"{until} " + words.t(
            "This day is later: it needs {needed}, and {trainee} has <b>{free}</b>. "
            "Pick an earlier day, or ask {trainee} to buy units first.",
            **facts,
        )
    return f"{until} " + words.t("This day is later: it needs {needed}, and you have <b>{free}</b>.", **facts)


def _held(words: Words, quote: Quote) -> str:
    if quote.swap:
        return _swapped(words, quote.swap)
    if quote.moving:
        return words.n("{n} unit stays held; nothing extra.", "{n} units stay held; nothing extra.", quote.kind.units)
    held = words.n("{n} unit will be held", "{n} units will be held", quote.kind.units)
    left = words.n("{n} stays free", "{n} stay free", quote.left)
    return words.t("{held}; {left}.", held=held, left=left)


def _swapped(words: Words, swap: Swap) -> str:
    others = words.n("{n} other unit will be held", "{n} other units will be held", swap.units)
    if swap.lost:
        freed = words.n("{n} held now has run out and is lost", "{n} held now have run out and are lost", swap.units)
    elif swap.last_on:
        freed = words.n(
            "{n} held now is free again until {last}",
            "{n} held now are free again until {last}",
            swap.units,
            last=words.day(swap.last_on),
        )
    else:
        freed = words.n("{n} held now is free again", "{n} held now are free again", swap.units)
    return words.t("{others}; {freed}.", others=others, freed=freed)


def _policy(words: Words, quote: Quote) -> str:
    late = quote.free_until <= words.now
    if quote.moving and quote.by_trainer:
        trainee = quote.moving.trainee_name
        if not quote.moving.trainee_reachable:
            return reach.to_be_called(words, trainee)
        if late:
            return words.t("{trainee} is told, and can then not cancel for free any more.", trainee=trainee)
        until = words.dated(quote.free_until)
        return words.t("{trainee} is told, and can cancel for free until {when}.", trainee=trainee, when=until)
    units = words.units(quote.kind.units)
    if late:
        return words.t("It can no longer be moved, and cancelling or not coming costs {units}.", units=units)
    return words.t(
        "Free to cancel until {when}; after that, or if you do not come, it costs {units}.",
        when=words.when(quote.free_until),
        units=units,
    )
