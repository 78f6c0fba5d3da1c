"""What changes between the claim of a notice and its departure or its end."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.notifier import Outcome, Sent
from domain import booking, card, hours
from domain.availability import Window
from domain.card import Card
from domain.outbox import Kind, Notice
from jobs.outbox import Sender
from storage.connect import connect
from storage.work import Store, Work
from tests.connections import connections
from tests.engines import Databases
from tests.faults.bare import NOW, SLOT, Bare


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


class Gated:
    """A Telegram that does not answer the first send before `gate` is open."""

    def __init__(self, answer: Outcome = Outcome.SENT) -> None:
        self.begun, self.gate, self.sent = asyncio.Event(), asyncio.Event(), list[str]()
        self._answer = answer

    async def answers(self) -> bool:
        return True

    async def send(self, _reader: Any, _studio: Any, told: Notice) -> Sent:
        self.begun.set()
        await self.gate.wait()
        self.sent.append(told.kind.value)
        return Sent(self._answer, 1)

    async def redraw(self, _reader: Any, _studio: Any, _pinned: Any) -> Sent:
        self.begun.set()
        await self.gate.wait()
        return Sent(self._answer)


def live(url: str, story: Callable[[Store, Clock], Awaitable[None]]) -> None:
    async def run() -> None:
        database, clock = connect(url), Clock()
        await story(Store(database, clock, lambda _topic: None), clock)
        await database.close()

    asyncio.run(run())


def test_a_reminder_does_not_leave_after_its_session_was_cancelled(
    engine: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anna gets two notices, one after the other; Telegram is slow with the first, and her trainer cancels."""
    monkeypatch.setattr("jobs.outbox.TRUE_FOR", timedelta(seconds=0.1))
    with engine.database() as url:
        bare = Bare(url)
        anna = bare.trainee(50, 5)

        async def story(store: Store, clock: Clock) -> None:
            kind = (await store.read(lambda work: work.types.list_published()))[0]
            booked = (await store.transact(booking.book, anna, bare.trainer.id, kind.id, SLOT)).booking
            clock.at = SLOT - timedelta(hours=2)
            facts = {"units": 3, "reason": "a test"}
            told = Notice(key="n", person_id=anna.id, kind=Kind.ADJUSTED, values=facts, due_at=NOW)
            await store.transact(lambda work: work.outbox.add(told))
            telegram = Gated()
            sending = asyncio.create_task(Sender(store, telegram, clock, lambda: 0).send_due())
            await telegram.begun.wait()
            await store.transact(booking.cancel, bare.trainer, booked.id, 0)
            await asyncio.sleep(0.2)
            telegram.gate.set()
            async with asyncio.timeout(20):
                while Kind.CANCELLED_BY_TRAINER.value not in telegram.sent:
                    clock.at += timedelta(milliseconds=50)
                    await asyncio.sleep(0.05)
            sending.cancel()
            assert Kind.REMINDER.value not in telegram.sent

        live(url, story)
        bare.close()


def test_the_end_of_the_earlier_card_does_not_forget_the_new_one(engine: Databases) -> None:
    """While the card is drawn, /today keeps another message in its place and deletes it."""
    with engine.database() as url:
        bare = Bare(url)
        tess = bare.trainer

        def pinned(work: Work, message_id: int) -> None:
            card.keep(work, Card(trainer_id=tess.id, message_id=message_id, on=NOW.date()), [work.now])

        async def story(store: Store, clock: Clock) -> None:
            await store.transact(pinned, 1)
            clock.at += timedelta(seconds=3)
            telegram = Gated(Outcome.GONE)
            sending = asyncio.create_task(Sender(store, telegram, clock, lambda: 0).send_due())
            await telegram.begun.wait()
            await store.transact(pinned, 2)
            telegram.gate.set()
            await sending
            kept = await store.read(lambda work: work.cards.find(tess.id))
            assert kept is not None
            assert kept.message_id == 2

        live(url, story)
        bare.close()


def test_a_change_that_had_to_wait_for_its_lock_is_drawn_as_well(database_url: str) -> None:
    """It began in the same second as another, whose edit of the card has left meanwhile."""
    bare = Bare(database_url)
    tess, made = bare.trainer, connections(database_url)

    def change(work: Work) -> None:
        card.redrawing(work, hours.set_weekday, tess, 1, [Window(480, 1140)])

    def send(work: Work) -> None:
        until = work.now + timedelta(seconds=30)
        for each in work.outbox.claim(work.now, until, 9, busy=[], open_until=until):
            assert each.notice.kind is Kind.REFRESH
            work.outbox.mark_sent(each, None, work.now)

    bare.run(lambda work: card.keep(work, Card(trainer_id=tess.id, message_id=1, on=NOW.date()), []))
    bare.run(change)
    made.run(lambda connection: send(Work(connection, NOW + timedelta(seconds=2))))
    bare.run(change)
    due = made.run(lambda connection: Work(connection, NOW).outbox.next_due_at())
    made.close()
    bare.close()
    assert due is not None
    assert due < NOW + timedelta(minutes=1)
