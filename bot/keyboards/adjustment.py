"""Buttons of giving and taking units."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards.button import Count, Key, Number, Style, back, button, grid, home
from bot.words import Words
from domain.adjustment import Reason
from domain.person import Person

GIVE = (1, 3, 5)
TAKE = (-1, -3)


class OpenAdjust(CallbackData, prefix="aj"):
    """Whose units? A page of people."""

    page: Count = 0


class PickPerson(CallbackData, prefix="aj.p"):
    """Then: how many?"""

    person: Key


class PickUnits(CallbackData, prefix="aj.u"):
    """Then: why?"""

    person: Key
    units: Number


class PickReason(CallbackData, prefix="aj.r"):
    """Then: look at it before it counts."""

    person: Key
    units: Number
    reason: Reason


class Adjust(CallbackData, prefix="aj.ok"):
    """Do it. The cause makes it count once; `free` units were shown; the reason waits in the open question."""

    person: Key
    units: Number
    cause: str
    free: Count


def signed(units: int) -> str:
    """`+3` or `−3`."""
    return f"+{units}" if units > 0 else f"−{-units}"


def people(words: Words, shown: list[Person], page: int, *, more: bool) -> Rows:
    turns = _turns(words, page, more)
    return (*_picks(words, shown), *((turns,) if turns else ()), (home(words),))


def found(words: Words, shown: list[Person]) -> Rows:
    return (*_picks(words, shown), (button(words.plain("Everybody"), OpenAdjust()), home(words)))


def card(words: Words, person: int) -> Rows:
    give = [button(signed(units), PickUnits(person=person, units=units), Style.SUCCESS) for units in GIVE]
    take = [button(signed(units), PickUnits(person=person, units=units), Style.DANGER) for units in TAKE]
    return (tuple(give), tuple(take), (button(words.plain("‹ Somebody else"), OpenAdjust()), home(words)))


def reasons(words: Words, person: int, units: int, names: dict[Reason, str]) -> Rows:
    picks = [button(name, PickReason(person=person, units=units, reason=reason)) for reason, name in names.items()]
    return (*grid(picks, 2), (back(words, PickPerson(person=person)), home(words)))


def confirm(words: Words, person: int, units: int, cause: str, free: int) -> Rows:
    count = words.units(abs(units))
    label = words.plain("Give {units}", units=count) if units > 0 else words.plain("Take {units}", units=count)
    style = Style.SUCCESS if units > 0 else Style.DANGER
    return (
        (button(label, Adjust(person=person, units=units, cause=cause, free=free), style),),
        (button(words.plain("Another reason"), PickUnits(person=person, units=units)),),
        (back(words, PickPerson(person=person)), home(words)),
    )


def done(words: Words, person: int) -> Rows:
    return (
        (button(words.plain("More for the same person"), PickPerson(person=person)),),
        (button(words.plain("‹ Somebody else"), OpenAdjust()), home(words)),
    )


def _picks(words: Words, shown: list[Person]) -> Rows:
    """A button for each; people of one name are told apart by when they came, which needs the whole row."""
    names = [person.name for person in shown]
    twins = {name for name in names if names.count(name) > 1}
    return grid([_pick(words, person, twin=person.name in twins) for person in shown], 1 if twins else 2)


def _pick(words: Words, person: Person, *, twin: bool) -> InlineKeyboardButton:
    came = words.dated(person.arrived_at)
    label = words.plain("{name}, since {when}", name=words.short(person.name), when=came) if twin else person.name
    return button(label, PickPerson(person=person.id))


def _turns(words: Words, page: int, more: bool) -> tuple[InlineKeyboardButton, ...]:
    newer = (button(words.plain("◂ newer"), OpenAdjust(page=page - 1)),) if page else ()
    older = (button(words.plain("older ▸"), OpenAdjust(page=page + 1)),) if more else ()
    return (*newer, *older)
