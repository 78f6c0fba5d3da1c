"""A small Telegram in the same process: accounts, chats, payments, and the queue of updates with its real lifetimes.

What is done to it takes effect at once; how the way to it fails is `session`. The strict stand-in, which checks every
call against the Bot API, is `emulator`; this one is made for speed and for faults.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

from tests.simulation import wire
from tests.simulation.fault import Faults, UpdateFault
from tests.simulation.loop import VirtualLoop
from tests.simulation.wire import Account, Invoice, Json, Shown

QUERY_SECONDS = 150.0
MESSAGE_SECONDS = 24 * 3600.0
PRE_CHECKOUT_SECONDS = 10.0
KEPT_MESSAGES = 25
MOST_UPDATES = 100
FIRST_UPDATE = 1000
LATE_SECONDS = (1.0, 40.0)


class Refused(Exception):
    """The Bot API says no, with this status and description."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(status, description)
        self.status, self.description = status, description


class Person(Protocol):
    """Whoever looks at a chat."""

    def sees(self, shown: Shown) -> None: ...
    def has_paid(self, *, ok: bool) -> None: ...


class Witness(Protocol):
    """Whoever keeps the books about what happens here."""

    def issued(self, update_id: int, kind: str, person_id: int, what: str) -> None: ...
    def acknowledged(self, update_id: int) -> None: ...
    def gone(self, update_id: int) -> None: ...
    def charged(self, charge_id: str, person_id: int, invoice: Invoice) -> None: ...
    def blocked(self, person_id: int, *, blocked: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class Update:
    """An update that waits for the bot."""

    id: int
    body: Json
    dies_at: float
    repeated: bool = False


class Telegram:
    """The one truth of who was shown what, and of what waits for the bot."""

    def __init__(self, loop: VirtualLoop, random: Random, faults: Faults, epoch: int, witness: Witness) -> None:
        self._loop, self._random, self._faults, self._epoch, self._witness = loop, random, faults, epoch, witness
        self.accounts: dict[int, Account] = {}
        self.people: dict[int, Person] = {}
        self.pinned: dict[int, int] = {}
        self.arrived: Callable[[UpdateFault | None], None]
        self._queue: dict[int, Update] = {}
        self._again: list[Update] = []
        self._handed: set[int] = set()
        self._ids = itertools.count(1)
        self._update_ids = itertools.count(FIRST_UPDATE)
        self._open: dict[str, tuple[Account, Invoice, bool]] = {}

    @property
    def now(self) -> int:
        """The true time, in Unix seconds."""
        return self._epoch + int(self._loop.time())

    def join(self, account: Account, person: Person) -> None:
        self.accounts[account.id], self.people[account.id] = account, person

    # What people do

    def say(self, who: Account, text: str) -> None:
        content = {"text": text, "entities": _entities(text)} if text.startswith("/") else {"text": text}
        self._say(who, content, text)

    def tap(self, who: Account, shown: Shown, data: str) -> None:
        query = wire.tapped(who, str(4_000_000_000 + next(self._ids)), shown, data, self.now)
        self._issue("callback_query", who, query, data)

    def pay(self, who: Account, invoice: Invoice, *, good_card: bool) -> None:
        """The bot is asked first; without a yes in time nothing is charged."""
        query_id = str(5_000_000_000 + next(self._ids))
        self._open[query_id] = (who, invoice, good_card)
        self._loop.outside(PRE_CHECKOUT_SECONDS, self._give_up, query_id)
        self._issue("pre_checkout_query", who, wire.asked(who, query_id, invoice), invoice.payload)

    def block(self, who: Account, *, blocked: bool) -> None:
        if who.blocked != blocked:
            who.blocked = blocked
            self._witness.blocked(who.id, blocked=blocked)
            self._issue("my_chat_member", who, wire.membership(who, self.now, blocked=blocked), f"blocked {blocked}")

    # What the bot does

    def post(self, chat_id: int, text: str, rows: Any, invoice: Invoice | None = None, notice: str = "") -> Shown:
        who = self._reachable(chat_id)
        shown = Shown(next(self._ids), self.now, text, rows, invoice, notice)
        who.messages[shown.id] = shown
        if len(who.messages) > KEPT_MESSAGES:
            del who.messages[next(iter(who.messages))]
        self.people[chat_id].sees(shown)
        return shown

    def edit(self, chat_id: int, message_id: int, text: str | None, rows: Any) -> Shown:
        who = self._reachable(chat_id)
        shown = who.messages.get(message_id)
        if shown is None:
            raise Refused(400, "Bad Request: message to edit not found")
        words = shown.text if text is None else text
        if (words, rows) == (shown.text, shown.rows):
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
                "same as a current content and reply markup of the message",
            )
        shown.text, shown.rows, shown.notice = words, rows, ""
        self.people[chat_id].sees(shown)
        return shown

    def delete(self, chat_id: int, message_id: int) -> None:
        if self._reachable(chat_id).messages.pop(message_id, None) is None:
            raise Refused(400, "Bad Request: message to delete not found")

    def pin(self, chat_id: int, message_id: int) -> None:
        if message_id not in self._reachable(chat_id).messages:
            raise Refused(400, "Bad Request: message to pin not found")
        self.pinned[chat_id] = message_id

    def answer_payment(self, query_id: str, *, ok: bool) -> None:
        asked = self._open.pop(query_id, None)
        if asked is None:
            raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        who, invoice, good_card = asked
        if not (ok and good_card):
            self.people[who.id].has_paid(ok=False)
            return
        charge_id = f"charge-{next(self._ids)}"
        self._witness.charged(charge_id, who.id, invoice)
        self._say(who, wire.paid(invoice, charge_id), f"charge {charge_id}")
        self.people[who.id].has_paid(ok=True)

    def updates(self, offset: int | None) -> list[Json]:
        """Confirm what lies before the offset and hand out what waits."""
        self._forget_old()
        if offset is not None:
            for update_id in [each for each in self._queue if each < offset]:
                self._confirm(self._queue.pop(update_id))
        waiting = [*self._again, *self._queue.values()][:MOST_UPDATES]
        self._again = []
        return [each.body for each in sorted(waiting, key=lambda each: each.id)]

    def waits(self) -> bool:
        """Whether there is an update for the bot."""
        self._forget_old()
        return bool(self._queue or self._again)

    def _reachable(self, chat_id: int) -> Account:
        who = self.accounts.get(chat_id)
        if who is None:
            raise Refused(400, "Bad Request: chat not found")
        if who.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        return who

    def _say(self, who: Account, content: Json, what: str) -> None:
        self._issue("message", who, wire.said(who, next(self._ids), self.now, content), what)

    def _issue(self, kind: str, who: Account, update: Json, what: str) -> None:
        fault = self._faults.at_update()
        late = self._random.uniform(*LATE_SECONDS) if fault is UpdateFault.LATE else 0.0
        self._loop.outside(late, self._queue_up, kind, who, update, what, fault)

    def _queue_up(self, kind: str, who: Account, update: Json, what: str, fault: UpdateFault | None) -> None:
        """The number is given here, so that a late update is late for everybody."""
        life = QUERY_SECONDS if kind in {"callback_query", "pre_checkout_query"} else MESSAGE_SECONDS
        number = next(self._update_ids)
        body = {"update_id": number, kind: update}
        self._witness.issued(number, kind, who.id, what)
        self._queue[number] = Update(number, body, self._loop.time() + life, fault is UpdateFault.TWICE)
        self.arrived(fault)

    def _confirm(self, update: Update) -> None:
        self._witness.acknowledged(update.id)
        if update.repeated:
            self._again.append(Update(update.id, update.body, update.dies_at))

    def _forget_old(self) -> None:
        now = self._loop.time()
        for update in [each for each in self._queue.values() if each.dies_at <= now]:
            del self._queue[update.id]
            self._witness.gone(update.id)

    def _give_up(self, query_id: str) -> None:
        asked = self._open.pop(query_id, None)
        if asked is not None:
            self.people[asked[0].id].has_paid(ok=False)


def _entities(text: str) -> list[Json]:
    return [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
