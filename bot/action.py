"""What a person's turn is (a tap, a command, typed text, an event), and how handlers declare which turns they take.

A handler module has one `on = Actions()`; every registration says who may use it. The dispatcher joins the modules
into one table.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import structlog
from aiogram.exceptions import AiogramError
from aiogram.filters.callback_data import CallbackData

from bot.chat import Chat, Rows, Screen
from bot.ports import Store, Work
from bot.words import Words
from domain import asking, welcome
from domain.error import NotAllowed
from domain.permission import Permission
from domain.person import NewPerson, Person
from domain.studio import Studio
from payments.telegram_invoice import Invoice

D = TypeVar("D")
P = ParamSpec("P")
T = TypeVar("T")
Handler = Callable[["Turn[Any]"], Awaitable[None]]
Publish = Callable[[Words, Person], Awaitable[None]]
ANSWER_WITHIN_SECONDS = 1.0
log = structlog.get_logger()


class Superseded(Exception):
    """The update took effect before, or its lane is another process's by now; nothing may happen here."""


@dataclass(frozen=True, slots=True)
class Action:
    """A handler, who may use it, and the type of what a tapped button carries.

    `late` replaces it when a confirming tap is handled more than 150 s after it was made.
    """

    run: Handler
    may: Permission
    data: type[CallbackData] | None = None
    late: Handler | None = None


@dataclass(slots=True)
class Actions:
    """The turns that one handler module takes, by their key in the dispatch table."""

    table: dict[str, Action] = field(default_factory=dict)

    def command(self, name: str, *, may: Permission) -> Callable[[Handler], Handler]:
        """Take `/name`; the turn's data is the text after it."""
        return self._take(f"/{name}", lambda run: Action(run, may))

    def tap(
        self, data: type[CallbackData], *, may: Permission, late: Handler | None = None
    ) -> Callable[[Handler], Handler]:
        """Take taps on buttons that carry this data."""
        return self._take(f"tap:{data.__prefix__}", lambda run: Action(run, may, data, late))

    def typed(self, kind: str, *, may: Permission) -> Callable[[Handler], Handler]:
        """Take the text typed in answer to a question of this kind; the turn's data is the text."""
        return self._take(f"typed:{kind}", lambda run: Action(run, may))

    def event(self, name: str, *, may: Permission) -> Callable[[Handler], Handler]:
        """Take what Telegram reports: `payment`, `membership`, `stray` …"""
        return self._take(f"event:{name}", lambda run: Action(run, may))

    def _take(self, key: str, made: Callable[[Handler], Action]) -> Callable[[Handler], Handler]:
        def register(run: Handler) -> Handler:
            assert key not in self.table, f"{key} is taken twice"
            self.table[key] = made(run)
            return run

        return register


@dataclass(frozen=True, slots=True)
class Settings:
    """What conversations need to know of the configuration."""

    bot_username: str
    admin_ids: frozenset[int]
    provider_token: str

    @property
    def online(self) -> bool:
        """Whether units can be paid for in the chat."""
        return bool(self.provider_token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a turn came from: its key in the table, and where its answer goes.

    `screen_id` is the tapped message, `callback_id` the tap to answer, `chat_id` a group where it is one. `rest` is
    what is left of the buttons of a tapped message that stays; None where the answer is drawn over it.
    `on_card` tells that the tapped message is the pinned card. `content` is the kind of message, as Telegram calls it.
    `sender` is what Telegram tells of the person.
    """

    key: str
    sender: NewPerson
    data: Any = ""
    content: str = "text"
    callback_id: str = ""
    screen_id: int | None = None
    rest: Rows | None = None
    on_card: bool = False
    chat_id: int | None = None
    update_id: int
    received_at: datetime


class Turn(Generic[D]):
    """One thing a person did, being handled: who, what, in which words to answer, and the ways to act and answer."""

    def __init__(
        self,
        origin: Origin,
        *,
        person: Person | None,
        asked: asking.Asking | None,
        studio: Studio,
        words: Words,
        chat: Chat,
        store: Store,
        settings: Settings,
        publish: Publish,
        process: int,
    ) -> None:
        self.origin, self.asked, self.studio = origin, asked, studio
        self.words, self.chat, self.settings = words, chat, settings
        self.settled = self.refused = False
        self.shown: int | None = None
        self.person, self._store, self._publish, self._process = person, store, publish, process
        self._answered = not origin.callback_id
        self._answering: asyncio.Task[None] | None = None
        self._prefix = ""

    @property
    def actor(self) -> Person:
        assert self.person is not None, "only somebody unknown has no person yet"
        return self.person

    @property
    def data(self) -> D:
        data: D = self.origin.data
        return data

    @property
    def now(self) -> datetime:
        return self.words.now

    def asked_value(self, name: str) -> asking.Answered:
        """What was kept with the question that the typed text answers."""
        assert self.asked is not None, "typed text answers a question"
        return self.asked.values[name]

    def asked_number(self, name: str) -> int:
        return int(self.asked_value(name) or 0)

    async def read(self, query: Callable[Concatenate[Work, P], T], *args: P.args, **named: P.kwargs) -> T:
        """Ask something of a consistent snapshot."""
        return await self._store.read(query, *args, **named)

    async def survey(self, query: Callable[[Work], T]) -> T:
        """As `read`, for what reads whole tables and may take its time: on a connection that no tap waits for."""
        return await self._store.survey(query)

    async def transact(self, action: Callable[Concatenate[Work, P], T], *args: P.args, **named: P.kwargs) -> T:
        """Do something, once: its effects and the end of this update commit together. At most once a turn."""
        assert not self.settled, "one transaction a turn"
        result = await self._store.transact(self._settling, action, args, named)
        self.settled = True
        return result

    async def report(self, action: Callable[Concatenate[Any, P], None], *args: P.args, **named: P.kwargs) -> None:
        """Write down what came to light only after this turn's own transaction."""

        def run(work: Work) -> None:
            work.cause = f"update:{self.origin.update_id}"
            action(work, *args, **named)

        await self._store.transact(run)

    async def settle(self) -> None:
        """End an update that only showed something but has more to leave behind than its end."""
        await self.transact(lambda _work: None)

    @property
    def leaves_traces(self) -> bool:
        """Whether ending this turn changes more than the inbox: a question is dropped, or somebody is back.

        A refused answer leaves its question open, so that the person can try again.
        """
        return (self.asked is not None and not self.refused) or (self.person is not None and not self.person.reachable)

    async def show(self, screen: Screen, toast: str = "") -> None:
        """Answer the tap and draw the screen over the tapped one; below it where that stays, and after typed text."""
        drawn = Screen(self._prefix + screen.text, screen.rows)
        tapped, rest = self.origin.screen_id, self.origin.rest
        if tapped is not None and rest is None:
            self.shown = tapped
            await asyncio.gather(self.answer(toast), self.chat.edit(tapped, drawn))
            return
        await self.answer(toast)
        self.shown = (await self.chat.send(drawn)).message_id
        if tapped is not None and rest is not None:
            await self.chat.set_buttons(tapped, rest)

    async def refuse(self, text: str, screen: Screen | None = None) -> None:
        """Say no: as an alert where a tap still waits for its answer, otherwise as the screen's first line."""
        self.refused = True
        if not self._answered:
            await self.answer(text, alert=True)
        elif screen is None:
            await self.chat.send(Screen(self.words.escaped(text)))
        else:
            self._prefix = self.words.escaped(text) + "\n\n"
        if screen is not None:
            await self.show(screen)

    async def answer(self, text: str = "", *, alert: bool = False) -> None:
        """Answer the tap, once."""
        if not self._answered:
            self._answered = True
            await self.chat.answer(self.origin.callback_id, text, alert=alert)

    async def answer_soon(self) -> None:
        """Stop the button's waiting after a second, whatever the handler is still doing."""
        await asyncio.sleep(ANSWER_WITHIN_SECONDS)
        self._answering = asyncio.create_task(self.answer())

    async def end(self) -> None:
        """See to it that the button waits no more."""
        await (self._answering or self.answer())

    async def invoice(self, invoice: Invoice, rows: Rows) -> int:
        """Send an invoice below, and return the message's id."""
        _, sent = await asyncio.gather(self.answer(), self.chat.invoice(invoice, rows))
        return sent.message_id

    async def publish_menu(self, changed: Person) -> None:
        """Show the person the commands of their roles, in their language; without them everything still works."""
        words = Words(changed.language, changed.zone, self.studio.zone, self.now)
        try:
            await self._publish(words, changed)
        except AiogramError as failed:
            log.warning("menu not published", person=changed.id, problem=type(failed).__name__)

    def _settling(self, work: Work, action: Callable[..., T], args: Collection[Any], named: dict[str, Any]) -> T:
        if not work.lanes.finish(self._process, self.origin.update_id, work.now):
            raise Superseded
        work.cause = f"update:{self.origin.update_id}"
        if self.person is not None:
            self._prepare(work, self.person)
        return action(work, *args, **named)

    def _prepare(self, work: Work, actor: Person) -> None:
        current = work.people.get(actor.id)
        if current.roles != actor.roles:
            raise NotAllowed
        if self.asked is not None:
            work.asking.clear(actor.id)
        if not current.reachable:
            welcome.set_reachable(work, current, reachable=True)
