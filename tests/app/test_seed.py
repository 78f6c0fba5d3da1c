"""The seeded studio: whatever day it is, the books are right, the story can begin, and nobody is flooded."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app import seed
from app.database import opened
from app.seed import BEN, CLARA, MEMBERS, MIA, NIA, TESS, TOM, Character
from domain import lot, schedule
from domain.lot import Balance, Lot
from domain.person import Person
from domain.schedule import Wish
from domain.session import Booking, Status
from emulator.clock import Clock
from storage.work import Store, Work

DAYS = [
    datetime(2026, 11, 20, 22, 30, tzinfo=UTC),
    datetime(2026, 10, 26, 0, 30, tzinfo=UTC),
    datetime(2027, 3, 28, 12, 0, tzinfo=UTC),
    datetime(2028, 2, 29, 6, 0, tzinfo=UTC),
    datetime(2027, 1, 1, 0, 0, tzinfo=UTC),
]
"""A Friday night, both changes of the clocks, a leap day and a new year."""


@pytest.fixture(params=DAYS, ids=lambda day: f"{day:%Y-%m-%d}")
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    begins_at = seed.opening_at(request.param)
    async with opened(f"sqlite+aiosqlite:///{tmp_path / 'studio.sqlite3'}") as database:
        await seed.seed(database, begins_at)
        yield Store(database, Clock(begins_at, running=False), lambda _topic: None)


@pytest.mark.parametrize("today", DAYS)
def test_the_demo_begins_on_the_monday_of_this_week_at_nine_in_the_studio(today: datetime) -> None:
    local = seed.opening_at(today).astimezone(ZoneInfo("Europe/Berlin"))
    assert (local.weekday(), local.hour, local.minute) == (0, 9, 0)
    assert abs(today - local) < timedelta(days=7)


async def test_every_unit_came_from_a_charge_or_a_gift_and_is_somewhere(store: Store) -> None:
    def books(work: Work) -> tuple[int, int, int]:
        lots = [lot for member in MEMBERS for lot in work.ledger.list_lots(person(work, member).id)]
        return sum(lot.issued for lot in lots), sum(lot.issued for lot in lots if lot.bought), sum(map(spread, lots))

    def spread(lot: Lot) -> int:
        return lot.available + lot.held + lot.redeemed + lot.expired + lot.refunded + lot.adjusted

    issued, bought, found = await store.read(books)
    assert (issued, bought, found) == (47, 46, 47)


async def test_mia_has_nothing_yet_and_clara_will_lose_some_units_on_friday(store: Store) -> None:
    def facts(work: Work) -> tuple[Balance, Balance, Balance]:
        return balance(work, MIA), balance(work, CLARA), balance(work, BEN)

    mia, clara, ben = await store.read(facts)
    begins_on = (await store.read(lambda work: work.now)).date()
    assert mia == Balance(0, 0)
    assert (clara.expiring, clara.expires_on) == (3, begins_on + timedelta(days=4))
    assert (ben.available, ben.held, ben.used) == (8, 4, 8)


async def test_the_past_holds_every_ending_and_both_trainers_have_bookings_this_week(store: Store) -> None:
    def booked(work: Work) -> list[Booking]:
        week = timedelta(days=7)
        return [
            each
            for who in (TESS, TOM)
            for each in work.bookings.list_for_trainer(person(work, who).id, work.now - 4 * week, work.now + week)
        ]

    bookings = await store.read(booked)
    assert {each.status for each in bookings} == {Status.BOOKED, Status.COMPLETED, Status.MISSED, Status.CANCELLED}
    assert {each.trainer_name for each in bookings if each.active} == {"Tess", "Tom"}


async def test_the_story_s_slot_is_free_and_nothing_is_due_before_its_reminder(store: Store) -> None:
    def slot(work: Work) -> tuple[bool, bool]:
        kind = next(each for each in work.types.list_published() if each.units == 2)
        tomorrow_at_ten = work.now + timedelta(hours=25)
        due_at = work.outbox.next_due_at()
        wish = Wish(trainee_id=person(work, MIA).id, trainer_id=person(work, TESS).id, kind=kind)
        free = schedule.is_offered(work, wish, tomorrow_at_ten)
        return free, due_at is not None and due_at > work.now + timedelta(hours=1)

    assert await store.read(slot) == (True, True)


async def test_nia_is_still_unknown_to_the_studio(store: Store) -> None:
    assert await store.read(lambda work: work.people.find_by_telegram(NIA.telegram_id)) is None


def person(work: Work, who: Character) -> Person:
    found = work.people.find_by_telegram(who.telegram_id)
    assert found is not None
    return found


def balance(work: Work, who: Character) -> Balance:
    return lot.balance(work.ledger.list_lots(person(work, who).id), work.now.date())
