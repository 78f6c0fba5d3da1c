"""Giving and taking units: whose, how many, why, confirm. The reason waits in the open question until it counts."""

from typing import Any, NamedTuple

from bot import reading
from bot.action import Actions, Turn
from bot.keyboards.adjustment import Adjust, OpenAdjust, PickPerson, PickReason, PickUnits
from bot.ports import Work
from bot.screens import adjustment as screens
from bot.screens import problem
from domain import adjustment, asking, ledger
from domain.adjustment import Account, Adjustment, BalanceChanged, TooFewToTake
from domain.error import Refusal
from domain.ids import PersonId
from domain.permission import Permission
from domain.person import Person

on = Actions()
PAGE = 8


class Names(NamedTuple):
    """A page of people, and whether there are more."""

    shown: list[Person]
    more: bool


class Proposal(NamedTuple):
    """What is about to be confirmed."""

    account: Account
    units: int
    reason: str
    cause: str


@on.command("adjust", may=Permission.ADJUST)
async def begin(turn: Turn[str]) -> None:
    await _browse(turn, 0)


@on.tap(OpenAdjust, may=Permission.ADJUST)
async def browse(turn: Turn[OpenAdjust]) -> None:
    await _browse(turn, min(max(turn.data.page, 0), 10_000))


@on.typed("adjust_person", may=Permission.ADJUST)
async def search(turn: Turn[str | None]) -> None:
    wanted = " ".join((turn.data or "").split())[:64]
    if not wanted:
        await _browse(turn, 0)
        return
    names = await turn.transact(_search, turn, wanted)
    await turn.show(screens.found(turn.words, wanted, names.shown, more=names.more))


@on.tap(PickPerson, may=Permission.ADJUST)
async def card(turn: Turn[Any]) -> None:
    await turn.show(screens.card(turn.words, await turn.transact(_open, turn, turn.data.person)))


@on.typed("adjust_units", may=Permission.ADJUST)
async def typed_units(turn: Turn[str | None]) -> None:
    person_id = turn.asked_number("person")
    try:
        account = await turn.transact(_ask_reason, turn, person_id, units := reading.number(turn.data))
    except Refusal as refusal:
        question = screens.card(turn.words, await turn.read(adjustment.look, PersonId(person_id)))
        await turn.refuse(problem.words_for(turn.words, refusal), question)
    else:
        await turn.show(screens.ask_reason(turn.words, account, units))


@on.tap(PickUnits, may=Permission.ADJUST)
async def pick_units(turn: Turn[PickUnits]) -> None:
    account = await turn.transact(_ask_reason, turn, turn.data.person, turn.data.units)
    await turn.show(screens.ask_reason(turn.words, account, turn.data.units))


@on.tap(PickReason, may=Permission.ADJUST)
async def pick_reason(turn: Turn[PickReason]) -> None:
    tapped = turn.data
    await _propose(turn, tapped.person, tapped.units, tapped.reason)


@on.typed("adjust_reason", may=Permission.ADJUST)
async def typed_reason(turn: Turn[str | None]) -> None:
    person_id, units = turn.asked_number("person"), turn.asked_number("units")
    try:
        await _propose(turn, person_id, units, adjustment.clean_reason(turn.data or ""))
    except Refusal as refusal:
        question = screens.ask_reason(turn.words, await turn.read(adjustment.look, PersonId(person_id)), units)
        await turn.refuse(problem.words_for(turn.words, refusal), question)


async def confirm_late(turn: Turn[Adjust]) -> None:
    """Too late to act on: show what it would mean by now."""
    reason = _waiting_reason(turn)
    if reason is None:
        await _used_up(turn)
    else:
        await _propose(turn, turn.data.person, turn.data.units, reason)


@on.tap(Adjust, may=Permission.ADJUST, late=confirm_late)
async def adjust(turn: Turn[Adjust]) -> None:
    tapped, reason = turn.data, _waiting_reason(turn)
    if reason is None:
        await _used_up(turn)
        return
    whose = PersonId(tapped.person)
    try:
        done = await turn.transact(
            adjustment.adjust, turn.actor, whose, tapped.units, reason, tapped.cause, seen=tapped.free
        )
    except TooFewToTake as refusal:
        account = await turn.read(adjustment.look, whose)
        await turn.refuse(problem.words_for(turn.words, refusal), screens.card(turn.words, account))
    except BalanceChanged as refusal:
        account = await turn.read(adjustment.look, whose)
        again = screens.confirm(turn.words, account, tapped.units, reason, tapped.cause)
        await turn.refuse(problem.words_for(turn.words, refusal), again)
    else:
        await turn.show(screens.done(turn.words, done))


async def _browse(turn: Turn[Any], page: int) -> None:
    names = await turn.transact(_newest, turn, page)
    await turn.show(screens.people(turn.words, names.shown, page, more=names.more))


async def _propose(turn: Turn[Any], person_id: int, units: int, reason: str) -> None:
    made = await turn.transact(_proposed, turn, person_id, units, reason)
    await turn.show(screens.confirm(turn.words, made.account, made.units, made.reason, made.cause))


async def _used_up(turn: Turn[Adjust]) -> None:
    """A confirmation that waits no more has counted, or was left for something else; both are said as they are."""
    account, counted = await turn.read(_outcome, turn.data)
    if counted:
        done = Adjustment(account.person, turn.data.units, account.balance, again=True)
        await turn.show(screens.done(turn.words, done))
    else:
        await turn.refuse(screens.left_open(turn.words), screens.card(turn.words, account))


def _waiting_reason(turn: Turn[Adjust]) -> str | None:
    """The reason of exactly this confirmation, while it waits; what a button carries is not enough."""
    values = turn.asked.values if turn.asked else {}
    tapped = {"person": turn.data.person, "units": turn.data.units, "cause": turn.data.cause}
    return str(values["reason"]) if values.items() >= tapped.items() else None


def _outcome(work: Work, tapped: Adjust) -> tuple[Account, bool]:
    return adjustment.look(work, PersonId(tapped.person)), ledger.has_counted(work, tapped.cause)


def _newest(work: Work, turn: Turn[Any], page: int) -> Names:
    asking.ask(work, turn.actor.id, "adjust_person")
    return _names(work.people.list_newest(PAGE + 1, page * PAGE))


def _search(work: Work, turn: Turn[Any], wanted: str) -> Names:
    asking.ask(work, turn.actor.id, "adjust_person")
    return _names(work.people.search(wanted, PAGE + 1))


def _names(people: list[Person]) -> Names:
    return Names(people[:PAGE], more=len(people) > PAGE)


def _open(work: Work, turn: Turn[Any], person_id: int) -> Account:
    account = adjustment.look(work, PersonId(person_id))
    asking.ask(work, turn.actor.id, "adjust_units", {"person": person_id})
    return account


def _ask_reason(work: Work, turn: Turn[Any], person_id: int, units: int) -> Account:
    account = adjustment.look(work, PersonId(person_id))
    adjustment.check(account.balance, units)
    asking.ask(work, turn.actor.id, "adjust_reason", {"person": person_id, "units": units})
    return account


def _proposed(work: Work, turn: Turn[Any], person_id: int, units: int, reason: str) -> Proposal:
    account, cause = adjustment.look(work, PersonId(person_id)), work.token()
    adjustment.check(account.balance, units)
    values: dict[str, asking.Answered] = {"person": person_id, "units": units, "reason": str(reason), "cause": cause}
    asking.ask(work, turn.actor.id, "adjust_reason", values)
    return Proposal(account, units, str(reason), cause)
