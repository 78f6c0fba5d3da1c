"""Buttons under notices, from the plain values the outbox keeps."""

from datetime import datetime

from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards import completion
from bot.keyboards.adjustment import PickPerson
from bot.keyboards.balance import OpenBalance
from bot.keyboards.button import Style, below, button, grid, home
from bot.keyboards.day import OpenDayOf, OpenTaught
from bot.keyboards.session import AskCancel, OpenCard, cancel_label
from bot.keyboards.slot import PickType
from bot.words import Words
from domain.outbox import Value
from domain.session import Answer, Booking, Complaint, facts

Values = dict[str, Value]


def plain(words: Words) -> Rows:
    return ((below(home(words)),),)


def to_day(words: Words, booking_id: int) -> Rows:
    return ((below(button(words.plain("Show the day"), OpenDayOf(booking=booking_id))), below(home(words))),)


def to_taught(words: Words, booking_id: int) -> Rows:
    return ((below(button(words.plain("Show the session"), OpenTaught(booking=booking_id))), below(home(words))),)


def to_card(words: Words, booking_id: int) -> Rows:
    return ((below(button(words.plain("Show the session"), OpenCard(booking=booking_id))), below(home(words))),)


def to_balance(words: Words) -> Rows:
    return ((below(button(words.plain("Units"), OpenBalance())), below(home(words))),)


def to_person(words: Words, values: Values) -> Rows:
    """To the units of a member whom the admins are told about; a visitor has none."""
    if not values.get("person_id"):
        return plain(words)
    label = words.plain("Units of {name}", name=words.short(str(values["name"])))
    return ((below(button(label, PickPerson(person=number(values, "person_id")))), below(home(words))),)


def book_again(words: Words, values: Values) -> Rows:
    """Straight to the times of the same trainer and length."""
    return ((_again(words.plain("Book another time"), values), below(home(words))),)


def reminder(words: Words, values: Values) -> Rows:
    """Moving is offered while it is free; afterwards the card says why not."""
    booking_id, free_until = number(values, "booking_id"), instant(values, "free_until")
    cost = number(values, "units") if words.now > free_until else 0
    move = PickType(trainer=number(values, "trainer_id"), type=number(values, "type_id"), moving=booking_id)
    change = (
        button(words.plain("Show the session"), OpenCard(booking=booking_id))
        if cost
        else button(words.plain("Move"), move)
    )
    coming = button(words.plain("I'll be there"), completion.WillCome(booking=booking_id), Style.SUCCESS)
    cancel = button(cancel_label(words, cost, free_until), AskCancel(booking=booking_id), Style.DANGER)
    first = (below(change), below(home(words))) if values.get("coming") else (coming, below(change))
    return (first, (below(cancel),))


def nudge(words: Words, booking_id: int, units: int) -> Rows:
    return (
        (completion.complete(words, booking_id, units), completion.no_show(words, booking_id)),
        (
            button(words.plain("Ask me later"), completion.AskLater(booking=booking_id)),
            below(button(words.plain("Show the session"), OpenTaught(booking=booking_id))),
        ),
    )


def receipt(words: Words, booking_id: int) -> Rows:
    return ((completion.right(words, booking_id), below(completion.wrong(words, booking_id))),)


def complaints(words: Words, booking_id: int, names: dict[Complaint, str]) -> Rows:
    """What is usually wrong; anything else is typed."""
    picks = [button(name, completion.PickComplaint(booking=booking_id, complaint=each)) for each, name in names.items()]
    return (*grid(picks, 1), (button(words.plain("Cancel"), OpenCard(booking=booking_id)), home(words)))


def disputed(words: Words, values: Values) -> Rows:
    """Its trainer can look at it; an admin can correct the units. Both can say when it is settled."""
    booking_id = number(values, "booking_id")
    if values.get("own"):
        settle = completion.settle(words, completion.SettleTaught(booking=booking_id))
        return ((below(settle),), *to_taught(words, booking_id))
    settle = completion.settle(words, completion.SettleAny(booking=booking_id))
    adjust = button(words.plain("Give or take units"), PickPerson(person=number(values, "trainee_id")), Style.PRIMARY)
    return ((below(adjust),), (below(settle), below(home(words))))


def complaint_settled(words: Words, booking_id: int) -> Rows:
    """The trainee who sees it otherwise says so again."""
    return ((below(completion.wrong(words, booking_id)), below(home(words))),)


def settled(words: Words, ended: Booking) -> Rows:
    """After an admin has settled it."""
    return to_person(words, {"person_id": ended.trainee_id, "name": ended.trainee_name})


def missed(words: Words, values: Values) -> Rows:
    again = _again(words.plain("Book again"), values)
    return ((again, below(completion.wrong(words, number(values, "booking_id")))), (below(home(words)),))


def answered(words: Words, ended: Booking) -> Rows:
    """Under a receipt that was answered: the other answer, and the way on."""
    disputed = ended.receipt is Answer.DISPUTED
    other = completion.right_after_all(words, ended.id) if disputed else below(completion.wrong(words, ended.id))
    again = _again(words.plain("Book again"), facts(ended, ""))
    return ((other,), (again, below(home(words))))


def number(values: Values, name: str) -> int:
    return int(values[name] or 0)


def instant(values: Values, name: str) -> datetime:
    return datetime.fromisoformat(str(values[name]))


def _again(label: str, values: Values) -> InlineKeyboardButton:
    to = PickType(trainer=number(values, "trainer_id"), type=number(values, "type_id"))
    return below(button(label, to, Style.PRIMARY))
