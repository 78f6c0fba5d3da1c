"""From a stored update to its action: one table, one authorisation, one place where refusals become words.

Unexpected failures leave the update undone and are raised to `intake`, which tries again and gives up in the open.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple

import structlog
from aiogram import Bot
from aiogram.filters.callback_data import CallbackData
from aiogram.types import Update

from bot.action import Action, Actions, Origin, Settings, Superseded, Turn
from bot.chat import Chat
from bot.commands import publish_for
from bot.origin import STRAY, origin_of
from bot.ports import Clock, Received, Store, Work
from bot.screens import problem
from bot.words import Words
from domain.asking import Asking
from domain.error import Refusal
from domain.person import Person
from domain.studio import Studio

LARGEST_ID = 2**63 - 1
CONFIRM_WITHIN = timedelta(seconds=150)
OLD_BUTTON = "event:old_button"
CLOSED = "event:closed"
FOR_ANYBODY = frozenset({"event:payment", "event:pre_checkout", "event:group"})
log = structlog.get_logger()


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
    """Handles one update at a time in each lane."""

    def __init__(self, table: dict[str, Action], bot: Bot, store: Store, clock: Clock, settings: Settings) -> None:
        self.table = table
        self._bot, self._store, self._clock, self._settings = bot, store, clock, settings

    async def handle(self, received: Received) -> None:
        """Do and show what the update asks for. Raises whatever was not expected, with the update still undone."""
        origin = origin_of(Update.model_validate_json(received.body), received.received_at)
        if origin is None:
            return
        known = await self._store.read(_known, origin.sender.telegram_id)
        action, origin = self._resolved(origin, known)
        turn = self._turn(origin, known)
        waiting = asyncio.create_task(turn.answer_soon())
        try:
            await self._run(turn, action)
            if not turn.settled and turn.leaves_traces:
                await turn.settle()
            await turn.answer()
        finally:
            waiting.cancel()

    async def show_again(self, received: Received) -> None:
        """Show where things stand to somebody whose last answer may not have arrived."""
        origin = origin_of(Update.model_validate_json(received.body), received.received_at)
        known = await self._store.read(_known, origin.sender.telegram_id) if origin else None
        if origin and known and known.person:
            again = replace(origin, key="event:again", callback_id="", screen_id=None)
            await self._run(self._turn(again, known), self.table["event:again"])

    def _resolved(self, origin: Origin, known: Known) -> tuple[Action, Origin]:
        key = origin.key
        if known.person is None and key not in FOR_ANYBODY:
            return self.table["event:newcomer"], origin
        if key == STRAY and known.asked is not None:
            key = f"typed:{known.asked.kind}"
        action = self.table.get(key)
        if action is None:
            return self.table[OLD_BUTTON if origin.callback_id else STRAY], origin
        if action.data is None:
            return action, origin
        try:
            return action, replace(origin, data=_unpacked(action.data, origin.data))
        except (TypeError, ValueError):
            return self.table[OLD_BUTTON], origin

    async def _run(self, turn: Turn[Any], action: Action) -> None:
        try:
            if turn.person is not None and not turn.person.may(action.may):
                action = self.table[CLOSED]
            late = turn.now - turn.origin.received_at > CONFIRM_WITHIN
            await (action.late if late and action.late else action.run)(turn)
        except Superseded:
            log.info("superseded", update_id=turn.origin.update_id)
        except Refusal as refusal:
            log.info("refused", code=refusal.code, key=turn.origin.key)
            await turn.refuse(problem.words_for(turn.words, refusal))

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
        )


def _unpacked(kind: type[CallbackData], text: str) -> CallbackData:
    """What a tapped button carries. Raises ValueError or TypeError for what no button of ours can have carried."""
    data = kind.unpack(text)
    if any(isinstance(value, int) and abs(value) > LARGEST_ID for _, value in data):
        raise ValueError("larger than any id")
    return data


def _known(work: Work, telegram_id: int) -> Known:
    person = work.people.find_by_telegram(telegram_id)
    return Known(person, work.asking.find(person.id) if person else None, work.studio.get())
