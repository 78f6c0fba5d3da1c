"""Goal 3, the slot search: against a plain sweep, against a loop over datetimes, and any of ten against one."""

from time import thread_time

from benchmarks import workload
from benchmarks.measure import Result, Scale, medians, spoken, timed
from benchmarks.sweep import naive, sweep
from benchmarks.workload import ANY_TRAINER, ONE_TRAINER, Workload
from domain import slot
from domain.availability import Minute, open_intervals

SWEEP, NAIVE, ANY = (2.0, 0.5), (25.0, None), (10.0, 3.0)


async def measure(scale: Scale) -> list[Result]:
    """Check that all find the same, then time them."""
    given = workload.load()
    check(given)
    hours, fit, windows, busy = given.hours, given.fit, given.open_minutes(), given.booked[0]

    async def unknown_hours() -> float:
        open_intervals.cache_clear()
        began = thread_time()
        slot.search(hours, busy, fit)
        return thread_time() - began

    took = await medians(
        scale.part(2),
        search=timed(lambda: slot.search(hours, busy, fit), 10),
        any=timed(lambda: any_of_all(given), 3),
        sweep=timed(lambda: sweep(windows, busy, given.minutes, given.step, given.buffer), 10),
        unknown=unknown_hours,
    )
    walked = await medians(scale.part(0.05), naive=timed(lambda: naive(given, busy)))
    one, any_ = took["search"], took["any"]
    return [
        Result(
            goal="3",
            name="slot search / integer sweep",
            ratio=one / took["sweep"],
            limit=SWEEP[0],
            stretch=SWEEP[1],
            detail=f"{spoken(one)} against {spoken(took['sweep'])}",
        ),
        Result(
            goal="3",
            name="naive datetime loop / slot search",
            ratio=walked["naive"] / one,
            limit=NAIVE[0],
            at_least=True,
            detail=f"{spoken(walked['naive'])} against {spoken(one)}",
        ),
        Result(
            goal="3",
            name="any of ten trainers / one trainer",
            ratio=any_ / one,
            limit=ANY[0],
            stretch=ANY[1],
            detail=f"{spoken(any_)} against {spoken(one)}",
        ),
        Result(
            goal="3",
            name="slot search, hours not seen before / integer sweep",
            ratio=took["unknown"] / took["sweep"],
            detail=f"{spoken(took['unknown'])}; the sweep is given its windows as instants",
        ),
    ]


def any_of_all(given: Workload) -> list[Minute]:
    """The starts at which at least one of the trainers is free."""
    hours, fit = given.hours, given.fit
    starts = {number: slot.search(hours, busy, fit) for number, busy in enumerate(given.booked)}
    return [start for start, _ in slot.search_any(starts)]


def check(given: Workload) -> None:
    """All searches give the known answers."""
    busy = given.booked[0]
    swept = sweep(given.open_minutes(), busy, given.minutes, given.step, given.buffer)
    for found in (slot.search(given.hours, busy, given.fit), naive(given, busy), swept):
        assert workload.digest(found) == ONE_TRAINER, "a search of one trainer found something else"
    assert workload.digest(any_of_all(given)) == ANY_TRAINER, "a search of all trainers found something else"
