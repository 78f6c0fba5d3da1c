"""Scripted people: errands gone about by tapping what they see, twice now and then, and again when nothing comes.

They know the kinds of buttons, as a person knows what a label means; which kinds an errand likes is a table.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from emulator.chat import Telegram
from emulator.driver import DECLINED_CARD, GOOD_CARD
from emulator.message import Message
from emulator.room import Event, ImpossibleError

TRIES = 3
PATIENCE_SECONDS = (5.0, 14.0)
SETTLE_SECONDS = 0.1
TAPS_TWICE, DECLINED, PAYS_TWICE = 0.08, 0.15, 0.05
SIGN_UP: dict[str, float] = {"st.n": 8, "st.z": 8}
"""Whoever is asked these first, answers them first."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A command to begin with, how much each kind of button is liked on the way, and which kind ends it."""

    command: str
    likes: dict[str, float]
    goal: str = ""
    taps: int = 8


SHOP: dict[str, float] = {"by": 9, "by.p": 9, "by.ok": 90}
BUY = Errand("/buy", SHOP)
BOOK = Errand("/book", {"bk.w": 3, "bk.t": 6, "bk.d": 3, "bk.s": 9, "bk.ok": 90} | SHOP, "bk.ok")
MOVE = Errand("/sessions", {"bk.c": 6, "bk.t": 9, "bk.d": 3, "bk.s": 6, "bk.mv": 90}, "bk.mv")
CANCEL = Errand("/sessions", {"bk.c": 6, "bk.x": 9, "bk.xx": 90}, "bk.xx")
LOOK = Errand("/balance", {"bl.l": 1, "bl.m": 1}, taps=2)
TRAINEE = ((45, BOOK), (14, BUY), (14, MOVE), (12, CANCEL), (6, LOOK))
COMPLETE = Errand("/today", {"cp": 9, "cp.1": 9, "cp.n": 1, "cp.nn": 9, "cp.u": 0.3, "cp.u1": 0.3}, taps=3)
CANCEL_TAUGHT = Errand("/today", {"dy": 3, "dy.s": 6, "tt.x": 5, "tt.xx": 30}, "tt.xx")
TRAINER = ((20, COMPLETE), (1, CANCEL_TAUGHT))
GIVE = Errand("/adjust", {"aj.p": 6, "aj.u": 6, "aj.r": 6, "aj.ok": 30}, "aj.ok")
OWNER = ((6, GIVE), (1, Errand("/admin", {"ad": 1}, taps=1)))
Habits = tuple[tuple[float, Errand], ...]


class Chats:
    """What came or changed in each chat, and a bell that rings then."""

    def __init__(self, telegram: Telegram) -> None:
        self.fresh: dict[int, dict[int, None]] = {}
        self.bells: dict[int, asyncio.Event] = {}
        telegram.subscribe(self._hear)

    def listen(self, person_id: int) -> asyncio.Event:
        """From now on only what is new counts."""
        self.fresh[person_id] = {}
        self.bells[person_id] = asyncio.Event()
        return self.bells[person_id]

    def _hear(self, event: Event) -> None:
        person_id = event.get("person_id")
        if person_id not in self.bells:
            return
        if event["type"] == "message" and event["message"]["from"] == "bot":
            self.fresh[person_id].pop(event["message"]["id"], None)
            self.fresh[person_id][event["message"]["id"]] = None
            self.bells[person_id].set()
        elif event["type"] == "answer" and event["text"]:
            self.bells[person_id].set()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a button is, and of which kind it is."""

    row: int
    column: int
    kind: str


class Someone:
    """A person with a phone. `answered` and `unanswered` count what became of the things they did."""

    def __init__(self, telegram: Telegram, chats: Chats, person_id: int, random: Random, habits: Habits) -> None:
        self.id = person_id
        self.answered = self.unanswered = 0
        self._telegram, self._chats, self._random, self._habits = telegram, chats, random, habits
        self._pause_seconds = 0.0

    async def lives(self, pause_seconds: float, over: asyncio.Event) -> None:
        """Go about errands, thinking for so long (on average) before each tap, until it is over."""
        self._pause_seconds = pause_seconds
        weights, errands = zip(*self._habits, strict=True)
        while not over.is_set():
            await self._thinks()
            if not over.is_set():
                await self._goes(self._random.choices(errands, weights)[0])

    async def asks(self) -> bool:
        """Say /start; whether something came."""
        return await self._gets(lambda: self._telegram.send_text(self.id, "/start")) is not None

    async def _goes(self, errand: Errand) -> None:
        shown = await self._gets(lambda: self._telegram.send_text(self.id, errand.command))
        for _ in range(errand.taps):
            if shown is None:
                return
            if shown.invoice is not None:
                await self._pays(shown)
                return
            if (place := self._chosen(shown, SIGN_UP | errand.likes)) is None:
                return
            await self._thinks()
            shown = await self._taps(shown, place)
            if place.kind == errand.goal:
                return

    async def _taps(self, shown: Message, place: Place) -> Message | None:
        return await self._gets(lambda: self._telegram.tap(self.id, shown.id, place.row, place.column))

    async def _gets(self, act: Callable[[], object]) -> Message | None:
        """What the bot shows for it; None for a mere toast, or for nothing however often it is tried."""
        for _ in range(TRIES):
            bell = self._chats.listen(self.id)
            try:
                for _ in range(2 if self._random.random() < TAPS_TWICE else 1):
                    act()
            except ImpossibleError:
                return None
            if await self._rings(bell):
                self.answered += 1
                return self._looked_at()
        self.unanswered += 1
        return None

    async def _rings(self, bell: asyncio.Event) -> bool:
        try:
            async with asyncio.timeout(self._random.uniform(*PATIENCE_SECONDS)):
                await bell.wait()
        except TimeoutError:
            return False
        await asyncio.sleep(SETTLE_SECONDS)
        return True

    def _looked_at(self) -> Message | None:
        """An invoice that is to be paid, otherwise what came or changed last."""
        found = [self._telegram.find(self.id, message_id) for message_id in self._chats.fresh[self.id]]
        fresh = [message for message in found if message is not None]
        unpaid = [message for message in fresh if message.invoice is not None and not message.invoice["paid"]]
        return next(reversed(unpaid or fresh), None)

    async def _pays(self, shown: Message) -> None:
        """Pay, again where it failed; now and then somebody pays twice."""
        card = DECLINED_CARD if self._random.random() < DECLINED else GOOD_CARD
        for _ in range(TRIES):
            await self._thinks()
            result = await self._telegram.pay(self.id, shown.id, card)
            card = GOOD_CARD
            if result.ok and self._random.random() >= PAYS_TWICE:
                return

    async def _thinks(self) -> None:
        await asyncio.sleep(self._pause_seconds * self._random.uniform(0.2, 1.8))

    def _chosen(self, shown: Message, likes: dict[str, float]) -> Place | None:
        places = [
            Place(row, column, kind)
            for row, buttons in enumerate(shown.inline_keyboard)
            for column, button in enumerate(buttons)
            if (kind := _kind(button)) in likes
        ]
        if not places:
            return None
        kinds = sorted({place.kind for place in places})
        kind = self._random.choices(kinds, [likes[each] for each in kinds])[0]
        return self._random.choice([place for place in places if place.kind == kind])


def _kind(button: dict[str, Any]) -> str:
    return str(button.get("callback_data", "")).lstrip("+=").partition(":")[0]
