"""A studio in which everybody owns something: Anna and Tess what others will reach for, Ben and Tom the like.

It is a quarter past two on the Monday of the tests; what was booked at two is over, or waits for its trainer's word.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from domain import completion, credit, hours, invite, package, purchase
from domain.ids import BookingId
from domain.permission import Role
from domain.purchase import Charge
from emulator.driver import Actor
from tests.security.direct import without_network
from tests.world import World, berlin, opened

TOMORROW = date(2026, 12, 1)
OFF_ON = date(2026, 12, 24)
OWNERS = ("Annabella", "Tessandra")


@dataclass(frozen=True)
class Building:
    """The people by what they are, and the numbers of what Anna and Tess own."""

    world: World
    anna: Actor
    ben: Actor
    tess: Actor
    tom: Actor
    fred: Actor
    olga: Actor
    vic: Actor
    coming: BookingId
    begun: BookingId
    ended: BookingId
    things: "Things"

    def unknown(self) -> Actor:
        """Somebody whom the bot does not know, with a message of it in their chat, as after a lost database."""
        una = self.world.person("Una")
        self.world.telegram.people[una.id].started = True
        self.world.telegram.post(una.id, "bot", {"text": "Hi", "entities": []})
        return una


@dataclass(frozen=True)
class Things:
    """The numbers of what can be owned, bought or managed."""

    anna: int
    tess: int
    type: int
    order: int
    package: int
    other_package: int
    time_off: int
    invite: int


@contextmanager
def built(database_url: str) -> Iterator[Building]:
    """The studio, without network between the bot and the stand-in; nobody there is too fast to be answered."""
    with opened(database_url) as world:
        without_network(world)
        world.app.intake._dispatcher._limit = None
        yield _filled(world)


def _filled(world: World) -> Building:
    olga = world.owner()
    anna, ben = world.trainee(OWNERS[0], units=20), world.trainee("Ben", units=20)
    tess, tom = world.trainer(OWNERS[1]), world.trainer("Tom")
    fred, vic = world.trainee("Fred"), world.person("Vic")
    vic.starts()
    world.act(_only_front_desk, fred.id)
    ended, begun = (world.book(anna, tess, berlin(14, minute), 20) for minute in (0, 20))
    coming = world.book(anna, tess, berlin(14, days=1), 20)
    world.book(ben, tom, berlin(14, days=1), 20)
    world.passes(hours=4, minutes=25)
    return Building(
        world,
        *(anna, ben, tess, tom, fred, olga, vic),
        coming=coming,
        begun=begun,
        ended=ended,
        things=world.act(_furnish, anna.id, tess.id, olga.id, ended),
    )


def _only_front_desk(work: Any, telegram_id: int) -> None:
    somebody = work.people.find_by_telegram(telegram_id)
    work.people.save(replace(somebody, roles=Role.FRONT_DESK, acting_as=Role.FRONT_DESK))


def _furnish(work: Any, anna_id: int, tess_id: int, olga_id: int, ended: BookingId) -> Things:
    anna, tess, olga = (work.people.find_by_telegram(each) for each in (anna_id, tess_id, olga_id))
    ten, one = (package.create(work, olga, units, units * 2000, "EUR", None) for units in (10, 1))
    order = purchase.order(work, anna, one.id, 1, agreed_minor=2000).purchase
    paid = purchase.order(work, anna, ten.id, 1, agreed_minor=20_000).purchase
    credit.credit(
        work, anna, Charge(id="tg_1", provider_id="ch_1", token=paid.token, amount_minor=20_000, currency="EUR")
    )
    completion.complete(work, tess, ended)
    hours.set_date(work, tess, TOMORROW + timedelta(days=7), [])
    return Things(
        anna=anna.id,
        tess=tess.id,
        type=next(each.id for each in work.types.list_published() if each.minutes == 20),
        order=order.id,
        package=ten.id,
        other_package=one.id,
        time_off=hours.add_time_off(work, tess, OFF_ON, OFF_ON).id,
        invite=invite.create(work, olga, Role.TRAINER).id,
    )
