"""Booking, from "with whom?" and "how long?" to "booked" or "moved"."""

from bot.chat import Screen
from bot.keyboards import booking as keys
from bot.keyboards import quote as quote_keys
from bot.keyboards.slot import trainer_name
from bot.screens import reach, zone
from bot.screens.quote import sold_by
from bot.words import Words
from domain.booking import Booked
from domain.session import Booking
from domain.shortcut import Choices
from domain.studio import Studio
from domain.trainer import Trainer


def trainers(words: Words, choices: Choices) -> Screen:
    if not choices.trainers:
        text = words.t("There is no trainer here yet, so nothing can be booked. Please come back later.")
        return Screen(text, keys.no_trainer(words))
    question = words.t("<b>Who would you like to train with?</b>")
    return Screen(f"{question}\n{_free(words, choices)}", keys.trainers(words, choices))


def lengths(
    words: Words, choices: Choices, trainer: Trainer | None, studio: Studio, *, first: bool, online: bool
) -> Screen:
    """`first` where this is where booking begins, because there is only one trainer."""
    name = trainer_name(words, trainer)
    lines = [
        words.t("<b>How long with {trainer}?</b>", trainer=name),
        words.t("{minutes} minutes are 1 unit.", minutes=studio.unit_minutes) + " " + _free(words, choices),
    ]
    if not online and any(kind.units > choices.available for kind in choices.kinds):
        lines.append(sold_by(words, studio))
    rows = keys.lengths(words, choices, trainer.id if trainer else 0, first=first, online=online)
    return Screen("\n".join(lines), rows)


def booked(words: Words, done: Booked, studio: Studio, *, other: bool) -> Screen:
    """After a second tap as after the first; `other` where a session of another length was there already."""
    made = done.booking
    head = words.t("This time is booked already.") if other else words.t("✓ <b>Booked.</b>")
    lines = [
        head,
        words.t(
            "{when}, {minutes} min with {trainer}",
            when=words.span(made.starts_at, made.ends_at),
            minutes=made.minutes,
            trainer=made.trainer_name,
        ),
    ]
    lines += zone.both(words, made.starts_at)
    if studio.place:
        lines.append(words.t("Where: {place}", place=studio.place))
    lines += [*_deadline(words, made), _balance(words, done)]
    return Screen("\n".join(lines), quote_keys.booked(words, made.id))


def booked_toast(words: Words, *, other: bool) -> str:
    return words.plain("Booked already") if other else words.plain("Booked")


def moved(words: Words, done: Booked, studio: Studio) -> Screen:
    made = done.booking
    when = words.span(made.starts_at, made.ends_at)
    lines = [
        words.t("It is at that time already: {when}. Nothing changed.", when=when)
        if done.again
        else words.t("✓ <b>Moved</b> to {when}.", when=when)
        + " "
        + reach.told(words, made.trainer_name, reachable=made.trainer_reachable),
        words.t("{minutes} min with {trainer}", minutes=made.minutes, trainer=made.trainer_name),
    ]
    lines += zone.both(words, made.starts_at)
    if studio.place:
        lines.append(words.t("Where: {place}", place=studio.place))
    lines += [*_deadline(words, made), _balance(words, done)]
    return Screen("\n".join(lines), quote_keys.booked(words, made.id))


def moved_by_trainer(words: Words, done: Booked) -> Screen:
    made = done.booking
    when = words.plain(
        "{span} ({city})", span=words.span(made.starts_at, made.ends_at), city=words.city(made.trainer_zone)
    )
    lines = (
        [words.t("It is at that time already: {when}. Nothing changed.", when=when)]
        if done.again
        else [
            words.t("✓ <b>Moved</b> to {when}.", when=when),
            reach.told(words, made.trainee_name, reachable=made.trainee_reachable),
        ]
    )
    return Screen("\n".join(lines), quote_keys.moved_by_trainer(words, made.starts_at))


def _free(words: Words, choices: Choices) -> str:
    return words.n("You have <b>{n} unit</b> free.", "You have <b>{n} units</b> free.", choices.available)


def _deadline(words: Words, made: Booking) -> list[str]:
    """Until when it is free to cancel, while it is."""
    if made.cancel_cost(words.now):
        return []
    return [words.t("Free to cancel until {when}.", when=words.dated(made.free_until))]


def _balance(words: Words, done: Booked) -> str:
    return words.t("Units: <b>{free} free</b> · {held} held", free=done.balance.available, held=done.balance.held)
