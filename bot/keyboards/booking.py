"""Buttons of how booking begins: with whom, how long, and the shortcuts past both."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards.button import Key, back, button, grid, home
from bot.keyboards.slot import ANY_TRAINER, PickTime, PickType
from bot.words import Words
from domain.availability import minute_of
from domain.session_type import SessionType
from domain.shortcut import Choices, Shortcut


class OpenBooking(CallbackData, prefix="bk"):
    """Begin booking: with whom?"""


class PickTrainer(CallbackData, prefix="bk.w"):
    """Then: how long?"""

    trainer: Key


def trainers(words: Words, choices: Choices) -> Rows:
    names = [button(one.name, PickTrainer(trainer=one.id)) for one in choices.trainers]
    anyone = (button(words.plain("Any trainer"), PickTrainer(trainer=ANY_TRAINER)),) if len(names) > 1 else ()
    return (*shortcuts(words, choices), *grid(names, 2), *((anyone,) if anyone else ()), (home(words),))


def lengths(words: Words, choices: Choices, trainer: int, *, first: bool, online: bool) -> Rows:
    rows = tuple((_length(words, kind, choices.available, trainer, online=online),) for kind in choices.kinds)
    way_back = home(words) if first else back(words, OpenBooking())
    return (*(shortcuts(words, choices) if first else ()), *rows, (way_back,))


def shortcuts(words: Words, choices: Choices) -> Rows:
    """Starts that skip the questions, where there are any."""
    rows: list[tuple[InlineKeyboardButton, ...]] = []
    if choices.as_last_time:
        label = words.plain("Same as last time: {slot}", slot=_slot(words, choices.as_last_time))
        rows.append((_shortcut(choices.as_last_time, label),))
    if choices.first_free:
        label = words.plain("First free: {slot}", slot=_slot(words, choices.first_free))
        rows.append((_shortcut(choices.first_free, label),))
    return tuple(rows)


def no_trainer(words: Words) -> Rows:
    return ((home(words),),)


def _length(words: Words, kind: SessionType, available: int, trainer: int, *, online: bool) -> InlineKeyboardButton:
    cost = words.units(kind.units)
    left = available - kind.units
    if left >= 0:
        label = words.plain("{minutes} min · {units} · leaves {left}", minutes=kind.minutes, units=cost, left=left)
    elif online:
        label = words.plain("{minutes} min · {units} · buy {n} more", minutes=kind.minutes, units=cost, n=-left)
    else:
        label = words.plain("{minutes} min · {units} · {n} missing", minutes=kind.minutes, units=cost, n=-left)
    return button(label, PickType(trainer=trainer, type=kind.id))


def _slot(words: Words, to: Shortcut) -> str:
    return words.plain(
        "{when}, {trainer}, {minutes} min",
        when=words.when(to.starts_at),
        trainer=words.short(to.trainer.name),
        minutes=to.kind.minutes,
    )


def _shortcut(to: Shortcut, label: str) -> InlineKeyboardButton:
    return button(label, PickTime(trainer=to.trainer.id, type=to.kind.id, start=minute_of(to.starts_at)))
