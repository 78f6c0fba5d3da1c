"""Updates that come again while their end is being noted: whoever stores and whoever lets go never wait in a circle."""

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import Connection

from bot.arrival import close, keep
from storage.work import Work
from tests.connections import Connections, connections
from tests.faults.bare import NOW

THREADS, ACTS, PEOPLE, UPDATES = 8, 20, 4, 24
ME = 7


def _update(number: int) -> dict[str, Any]:
    return {"update_id": number, "message": {"from": {"id": number % PEOPLE}, "text": "/help"}}


def _store(numbers: Iterable[int], connection: Connection) -> None:
    keep(Work(connection, NOW), ME, [_update(each) for each in numbers])


def _end(numbers: list[int], connection: Connection) -> None:
    close(Work(connection, NOW), ME, numbers, [f"person:{number}" for number in range(PEOPLE)])


def _store_and_end(made: Connections, seed: int) -> Counter[str]:
    """Store some updates, most of them again, or note the end of some, as one process does for many people at once."""
    random, failed = Random(seed), Counter[str]()
    for _ in range(ACTS):
        some = random.sample(range(UPDATES), 6)
        act = partial(_store, some) if random.random() < 0.5 else partial(_end, some)
        try:
            made.run(act)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the test shows it
            failed[f"{type(error).__name__}: {error}"[:200]] += 1
    return failed


def test_updates_that_come_again_while_they_are_closed_make_nobody_wait_in_a_circle(database_url: str) -> None:
    made = connections(database_url)
    made.run(partial(_store, range(UPDATES)))
    with ThreadPoolExecutor(THREADS) as threads:
        failed = sum(threads.map(lambda seed: _store_and_end(made, seed), range(THREADS)), Counter[str]())
    made.close()
    assert failed == Counter()
