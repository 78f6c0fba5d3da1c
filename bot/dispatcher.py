"""From a stored update to its action: one table, one authorisation, one place where refusals become words.

Unexpected failures leave the update undone and are raised to `intake`, which tries again and gives up in the open.
Every turn ends in one line of the log and is counted; an action is named there by its key in the table, so that
nothing a person has typed gets in.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple

import structlog
from aiogram import Bot
from aiogram.types import Update
from structlog.contextvars import bound_contextvars

from bot.action import Action, Actions, Origin, Settings, Superseded, Turn
from bot.chat import Chat
from bot.commands import publish_for
from bot.limit import Limit
from bot.origin import STRAY, origin_of
from bot.ports import Clock, Meter, Received, Store, Work
from bot.screens import problem
from bot.words import Words
from domain.asking import Asking
from domain.error import NotAllowed, Refusal
from domain.person import Person
from domain.studio import Studio

CONFIRM_WITHIN = timedelta(seconds=150)
OLD_BUTTON = "event:old_button"
CLOSED = "event:closed"
AGAIN = "event:again"
FOR_ANYBODY = frozenset({"event:payment", "event:pre_checkout", "event:group"})
UNLIMITED = frozenset({"event:payment", "event:pre_checkout", "event:membership"})
"""What may not be lost, however fast it comes."""
log = structlog.get_logger()


class Outcome(StrEnum):
    """What came of a turn. A failed one is tried again or given up; `LATE` is a confirming tap that came too late."""

    DONE = "done"
    REFUSED = "refused"
    LIMITED = "limited"
    LATE = "late"
    SUPERSEDED = "superseded"
    SHOWN_AGAIN = "shown_again"
    FAILED = "failed"


class Ended(NamedTuple):
    """How a turn ended, with the refusal's code where there was one."""

    outcome: Outcome
    code: str = ""


class Known(NamedTuple):
    """What is read before a turn: the person, the open question, the studio."""

    person: Person | None
    asked: Asking | None
    studio: Studio


def table_of(modules: tuple[ModuleType, ...]) -> dict[str, Action]:
    """Join the modules' actions; a key taken twice is a mistake."""
    table: dict[str, Action] = {}
    for module in modules:
        on: Actions = module.on
        twice = table.keys() & on.table.keys()
        assert not twice, f"taken twice: {twice}"
        table |= on.table
    return table


class Dispatcher:
    """Handles one update at a time in each lane. Without a `limit` nobody is held back."""

    def __init__(
        self,
        table: dict[str, Action],
        bot: Bot,
        store: Store,
        clock: Clock,
        settings: Settings,
        *,
        process: int,
        meter: Meter | None = None,
        limit: Limit | None = None,
    ) -> None:
        self.table, self._process = table, process
        self._bot, self._store, self._clock, self._settings = bot, store, clock, settings
        self._meter, self._limit = meter, limit

    async def handle(self, received: Received) -> None:
        """Do and show what the update asks for. Raises whatever was not expected, with the update still undone, and
        `Superseded` where it must not take effect here.
        """
        with bound_contextvars(update_id=received.update_id):
            origin = origin_of(Update.model_validate_json(received.body), received.received_at)
            if origin is None:
                return
            if self._is_too_fast(origin):
                await self._measured(self._hold_back(origin), origin, self._key_of(origin))
                return
            known = await self._store.read(_known, origin.sender.telegram_id)
            key, origin = self._resolved(origin, known)
            ended = await self._measured(self._take(origin, known, key), origin, key, known.person)
            if ended.outcome is Outcome.SUPERSEDED:
                raise Superseded

    async def show_again(self, received: Received) -> None:
        """Show where things stand to somebody whose last answer may not have arrived."""
        with bound_contextvars(update_id=received.update_id):
            origin = origin_of(Update.model_validate_json(received.body), received.received_at)
            known = await self._store.read(_known, origin.sender.telegram_id) if origin else None
            if origin and known and known.person:
                again = replace(origin, key=AGAIN, callback_id="", screen_id=None)
                await self._measured(self._show_again(again, known), again, AGAIN, known.person)

    def _key_of(self, origin: Origin) -> str:
        """The key in the table; one that is not there is an old button or something said at large."""
        return origin.key if origin.key in self.table else OLD_BUTTON if origin.callback_id else STRAY

    def _resolved(self, origin: Origin, known: Known) -> tuple[str, Origin]:
        if known.person is None and origin.key not in FOR_ANYBODY:
            return "event:newcomer", origin
        if origin.key == STRAY and known.asked is not None and (typed := f"typed:{known.asked.kind}") in self.table:
            return typed, origin
        key = self._key_of(origin)
        data = self.table[key].data
        if data is None:
            return key, origin
        try:
            return key, replace(origin, data=data.unpack(origin.data))
        except (TypeError, ValueError):
            return OLD_BUTTON, origin

    async def _measured(self, turn: Awaitable[Ended], origin: Origin, key: str, person: Person | None = None) -> Ended:
        """Take the turn, count it, and tell of it in one line."""
        ended = Ended(Outcome.FAILED)
        try:
            ended = await turn
        finally:
            seconds = max(0.0, (self._clock.now() - origin.received_at).total_seconds())
            if self._meter is not None:
                self._meter.turn_ended(key, ended.outcome, seconds)
            log.info(
                "turn",
                action=key,
                outcome=ended.outcome,
                code=ended.code,
                person=person.id if person else None,
                ms=round(1000 * seconds),
            )
        return ended

    async def _take(self, origin: Origin, known: Known, key: str) -> Ended:
        turn = self._turn(origin, known)
        waiting = asyncio.create_task(turn.answer_soon())
        try:
            ended = await self._run(turn, key)
            if not turn.settled and turn.leaves_traces and ended.outcome is not Outcome.SUPERSEDED:
                await turn.settle()
            await turn.end()
        finally:
            waiting.cancel()
        return ended

    async def _show_again(self, origin: Origin, known: Known) -> Ended:
        await self._run(self._turn(origin, known), AGAIN)
        return Ended(Outcome.SHOWN_AGAIN)

    def _is_too_fast(self, origin: Origin) -> bool:
        if self._limit is None or origin.key in UNLIMITED:
            return False
        return not self._limit.admits(origin.sender.telegram_id)

    async def _hold_back(self, origin: Origin) -> Ended:
        """Do nothing with the update, and say so now and then; in a group nobody is told."""
        assert self._limit is not None, "only a limit holds back"
        sender = origin.sender
        if origin.chat_id is None and self._limit.tells(sender.telegram_id, tapped=bool(origin.callback_id)):
            turn = self._turn(origin, await self._store.read(_known, sender.telegram_id))
            await turn.refuse(problem.too_fast(turn.words))
        return Ended(Outcome.LIMITED)

    async def _run(self, turn: Turn[Any], key: str) -> Ended:
        action = self.table[key]
        try:
            if turn.person is not None and not turn.person.may(action.may):
                await self.table[CLOSED].run(turn)
                return Ended(Outcome.REFUSED, NotAllowed.code)
            if action.late and turn.now - turn.origin.received_at > CONFIRM_WITHIN:
                await action.late(turn)
                return Ended(Outcome.LATE)
            await action.run(turn)
        except Superseded:
            return Ended(Outcome.SUPERSEDED)
        except Refusal as refusal:
            await turn.refuse(problem.words_for(turn.words, refusal))
            return Ended(Outcome.REFUSED, refusal.code)
        return Ended(Outcome.REFUSED if turn.refused else Outcome.DONE)

    def _turn(self, origin: Origin, known: Known) -> Turn[Any]:
        person = known.person
        words = Words(
            person.language if person else origin.sender.language,
            person.zone if person else known.studio.zone,
            known.studio.zone,
            self._clock.now(),
        )
        return Turn(
            origin,
            person=person,
            asked=known.asked,
            studio=known.studio,
            words=words,
            chat=Chat(self._bot, origin.chat_id or origin.sender.telegram_id),
            store=self._store,
            settings=self._settings,
            publish=partial(publish_for, self._bot),
            process=self._process,
        )


def _known(work: Work, telegram_id: int) -> Known:
    person = work.people.find_by_telegram(telegram_id)
    return Known(person, work.asking.find(person.id) if person else None, work.studio.get())
