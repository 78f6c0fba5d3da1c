"""A believable studio with half a year behind it, lived through by the domain's own actions, each at its instant.

People, prices and dates are made up here; units, holds and receipts follow from them by the rules. What to try in the
studio is told in `story`; how it is served is `demo`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from domain import adjustment, booking, completion, credit, founding, hours, invite, package, purchase, studio, welcome
from domain.availability import Window
from domain.permission import Role
from domain.person import NewPerson, Person
from domain.purchase import Charge
from domain.session import Booking
from domain.studio import Studio
from storage.engine import Database
from storage.migrate import migrate
from storage.work import Store, Work

STUDIO = Studio(name="Studio Kraft", zone="Europe/Berlin", currency="EUR")
PLACE = "Kraftstraße 12, Berlin"
OPENING = time(9)
LEASE = timedelta(minutes=1)
MOST_NOTICES = 10_000

Action = Callable[[Work], object]


class Character(NamedTuple):
    """Somebody in the demo, with the line that introduces them."""

    telegram_id: int
    name: str
    last_name: str
    about: str


OLGA = Character(1001, "Olga", "Kraft", "Owner. Invites staff, sets prices.")
TESS = Character(1002, "Tess", "Novak", "Trainer. Never on Wednesday.")
TOM = Character(1003, "Tom", "Adeyemi", "Trainer. Works in the evening.")
MIA = Character(1004, "Mia", "Lindqvist", "Trainee. Signed up yesterday.")
BEN = Character(1005, "Ben", "Okafor", "Trainee. Thursdays with Tess.")
CLARA = Character(1006, "Clara", "Weiss", "Trainee. Units expire on Friday.")
EMIL = Character(1007, "Emil", "Sørensen", "Trainee. Missed a session.")
FARIDA = Character(1008, "Farida", "Haddad", "Trainee. Tuesdays with Tom.")
JONAS = Character(1009, "Jonas", "Vogel", "Trainee. Trained this morning.")
NIA = Character(1010, "Nia", "Papadaki", "Visitor. Has not started yet.")

MEMBERS = (MIA, TESS, OLGA, TOM, BEN, CLARA, EMIL, FARIDA, JONAS)
NEWCOMERS = (NIA,)

PACKAGES = ((1, 25_00, None), (5, 115_00, None), (10, 220_00, 180), (20, 400_00, None))
"""Units, price in cents, days valid."""

Windows = tuple[tuple[int, int], ...]
TESS_HOURS: dict[int, Windows] = dict.fromkeys((0, 1, 3), ((8, 12), (13, 18))) | {4: ((8, 13),)}
TOM_HOURS: dict[int, Windows] = dict.fromkeys((1, 2, 3), ((12, 16), (17, 21))) | {4: ((12, 18),), 5: ((10, 14),)}
"""Weekday and windows in whole hours; a weekday that is not named is closed."""


def opening_at(today: datetime) -> datetime:
    """When the demo begins: nine o'clock in the studio on the Monday of this week, so that a week lies ahead."""
    local = today.astimezone(STUDIO.tz)
    return datetime.combine(local.date() - timedelta(days=local.weekday()), OPENING, STUDIO.tz).astimezone(UTC)


async def seed(database: Database, begins_at: datetime) -> None:
    """Fill an empty database with everything that happened until `begins_at`."""
    await migrate(database)
    diary = _Diary(begins_at)
    _found(diary)
    _hire(diary)
    _sign_up(diary)
    _train(diary)
    await diary.live_through(database)


class _Calendar:
    """A clock that shows the instant it is set to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass
class _Diary:
    """What happened, to be lived through in the order of time. Days count from the Monday on which the demo begins."""

    begins_at: datetime
    entries: list[tuple[datetime, Action]] = field(default_factory=list)

    def at(self, day: int, clock: str) -> datetime:
        """The instant at which the studio's clock shows `HH:MM` on that day."""
        on = self.begins_at.astimezone(STUDIO.tz).date() + timedelta(days=day)
        return datetime.combine(on, time.fromisoformat(clock), STUDIO.tz).astimezone(UTC)

    def note(self, at: datetime, action: Action) -> None:
        assert at < self.begins_at, "the past ends where the demo begins"
        self.entries.append((at, action))

    async def live_through(self, database: Database) -> None:
        calendar = _Calendar(self.begins_at)
        store = Store(database, calendar, lambda _topic: None)
        for at, action in sorted(self.entries, key=lambda entry: entry[0]):
            calendar.at = at
            await store.transact(action)
        calendar.at = self.begins_at
        await store.transact(_let_notices_expire)


def _found(diary: _Diary) -> None:
    diary.note(diary.at(-200, "09:00"), lambda work: founding.found(work, STUDIO))
    diary.note(diary.at(-200, "09:10"), partial(_arrive, who=OLGA))
    diary.note(diary.at(-200, "09:20"), lambda work: studio.set_place(work, _person(work, OLGA), PLACE))
    for units, price_minor, valid_days in PACKAGES:
        diary.note(diary.at(-200, "09:30"), partial(_sell, units=units, price_minor=price_minor, valid_days=valid_days))


def _hire(diary: _Diary) -> None:
    for who, day, weekly in ((TESS, -199, TESS_HOURS), (TOM, -190, TOM_HOURS)):
        diary.note(diary.at(day, "10:00"), partial(_employ, who=who))
        diary.note(diary.at(day, "10:30"), partial(_set_hours, who=who, weekly=weekly))
    off_on = diary.at(11, "00:00").astimezone(STUDIO.tz).date()
    diary.note(diary.at(-3, "20:00"), lambda work: hours.add_time_off(work, _person(work, TOM), off_on, off_on))


def _sign_up(diary: _Diary) -> None:
    """Who joined when and bought what; nobody but Mia joined without buying."""
    for who, day, units in ((CLARA, -176, 10), (BEN, -30, 20), (FARIDA, -25, 10), (EMIL, -20, 5), (JONAS, -10, 1)):
        diary.note(diary.at(day, "17:00"), partial(_join, who=who))
        diary.note(diary.at(day, "17:10"), partial(_buy, who=who, units=units))
    diary.note(diary.at(-3, "12:00"), partial(_give, who=JONAS, reason="The heating was out last time"))
    diary.note(diary.at(-1, "18:00"), partial(_join, who=MIA))


def _train(diary: _Diary) -> None:
    """Sessions that took place, that did not, and that are booked this week and the next."""
    for day in (-25, -18, -11, -4):
        _completed(diary, _Visit(BEN, TESS, diary.at(day, "16:00"), 2))
    for day in (-18, -4):
        _completed(diary, _Visit(CLARA, TOM, diary.at(day, "18:00"), 3))
    for day in (-17, -10):
        _completed(diary, _Visit(EMIL, TESS, diary.at(day, "09:00"), 1))
    for day in (-20, -6):
        _completed(diary, _Visit(FARIDA, TOM, diary.at(day, "19:00"), 2))
    for day, clock in ((-4, "13:00"), (0, "08:00")):
        _completed(diary, _Visit(JONAS, TESS, diary.at(day, clock), 1))
    _missed(diary, _Visit(EMIL, TESS, diary.at(-3, "09:00"), 1))
    _cancelled(diary, _Visit(FARIDA, TOM, diary.at(-13, "19:00"), 2))
    for trainee, trainer, day, clock, units in (
        (FARIDA, TOM, 1, "19:00", 2),
        (FARIDA, TESS, 3, "09:00", 1),
        (BEN, TESS, 3, "16:00", 2),
        (CLARA, TOM, 3, "18:00", 1),
        (EMIL, TESS, 4, "09:00", 1),
        (BEN, TESS, 10, "16:00", 2),
    ):
        diary.note(diary.at(-1, "12:00"), _Visit(trainee, trainer, diary.at(day, clock), units).book)


class _Visit(NamedTuple):
    """One session as its two people go through it."""

    trainee: Character
    trainer: Character
    starts_at: datetime
    units: int

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.units * STUDIO.unit_minutes)

    def book(self, work: Work) -> None:
        kind = next(each for each in work.types.list_published() if each.units == self.units)
        trainer_id = _person(work, self.trainer).id
        booking.book(work, _person(work, self.trainee), trainer_id, kind.id, self.starts_at)

    def cancel(self, work: Work) -> None:
        booking.cancel(work, _person(work, self.trainee), self._booked(work).id, agreed_units=0)

    def complete(self, work: Work) -> None:
        completion.complete(work, _person(work, self.trainer), self._booked(work).id)

    def miss(self, work: Work) -> None:
        completion.no_show(work, _person(work, self.trainer), self._booked(work).id)

    def confirm(self, work: Work) -> None:
        trainee = _person(work, self.trainee)
        last = work.bookings.find_last(trainee.id, work.now)
        assert last is not None, "a receipt is confirmed after its session"
        completion.confirm(work, trainee, last.id)

    def _booked(self, work: Work) -> Booking:
        ids = _person(work, self.trainee).id, _person(work, self.trainer).id
        booked = work.bookings.find_active(*ids, self.starts_at)
        assert booked is not None, "what is ended was booked before"
        return booked


def _completed(diary: _Diary, visit: _Visit) -> None:
    diary.note(visit.starts_at - timedelta(days=2), visit.book)
    diary.note(visit.ends_at, visit.complete)
    diary.note(visit.ends_at + timedelta(minutes=30), visit.confirm)


def _missed(diary: _Diary, visit: _Visit) -> None:
    diary.note(visit.starts_at - timedelta(days=2), visit.book)
    diary.note(visit.ends_at, visit.miss)


def _cancelled(diary: _Diary, visit: _Visit) -> None:
    diary.note(visit.starts_at - timedelta(days=3), visit.book)
    diary.note(visit.starts_at - timedelta(days=1), visit.cancel)


def _person(work: Work, who: Character) -> Person:
    found = work.people.find_by_telegram(who.telegram_id)
    assert found is not None, f"{who.name} arrives before doing anything"
    return found


def _arrive(work: Work, who: Character) -> Person:
    newcomer = NewPerson(telegram_id=who.telegram_id, name=who.name, language="en")
    return welcome.arrive(work, newcomer, {OLGA.telegram_id})


def _join(work: Work, who: Character) -> None:
    welcome.sign_up(work, _arrive(work, who))


def _employ(work: Work, who: Character) -> None:
    invitation = invite.create(work, _person(work, OLGA), Role.TRAINER)
    invite.accept(work, _arrive(work, who), invitation.payload)


def _set_hours(work: Work, who: Character, weekly: dict[int, Windows]) -> None:
    trainer = _person(work, who)
    for weekday, windows in weekly.items():
        hours.set_weekday(work, trainer, weekday, [Window(60 * first, 60 * last) for first, last in windows])


def _sell(work: Work, units: int, price_minor: int, valid_days: int | None) -> None:
    package.create(work, _person(work, OLGA), units, price_minor, STUDIO.currency, valid_days)


def _buy(work: Work, who: Character, units: int) -> None:
    """Order, pre-checkout and payment, as the chat goes through them."""
    buyer = _person(work, who)
    wanted = next(each for each in work.packages.list_all() if each.units == units)
    made = purchase.order(work, buyer, wanted.id, 1, agreed_minor=wanted.price_minor).purchase
    purchase.approve(work, buyer, made.token, made.amount_minor, made.currency)
    charge = Charge(
        id=f"earlier-{made.id}",
        provider_id=f"earlier-provider-{made.id}",
        token=made.token,
        amount_minor=made.amount_minor,
        currency=made.currency,
    )
    credit.credit(work, buyer, charge)


def _give(work: Work, who: Character, reason: str) -> None:
    adjustment.adjust(work, _person(work, OLGA), _person(work, who).id, 1, reason, cause=work.token())


def _let_notices_expire(work: Work) -> None:
    """Nobody was there to be told: what fell due in the past is kept as expired and does not flood the chats."""
    for claimed in work.outbox.claim(work.now, work.now + LEASE, MOST_NOTICES, busy=(), open_until=work.now):
        work.outbox.drop(claimed, expired=True, problem="")
