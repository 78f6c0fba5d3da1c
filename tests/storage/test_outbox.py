"""Claims of notices: one sender's until the lease ends, and worth nothing once another has taken over."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from domain.outbox import Kind, Notice
from storage.outbox import Claimed
from tests.till import Till

LEASE = timedelta(seconds=30)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def till(database_url: str) -> Iterator[Till]:
    """A studio with one notice that is due."""
    made = Till(database_url)
    made.act(lambda work: work.outbox.add(_notice(work)))
    yield made
    made.close()


def _notice(work: Any) -> Notice:
    reader = work.people.list_newest(1, 0)[0]
    return Notice(key="n1", person_id=reader.id, kind=Kind.LAG, due_at=work.now)


def claimed(till: Till) -> list[Claimed]:
    """What a sender that looks now may send."""

    def claim(work: Any) -> list[Claimed]:
        found: list[Claimed] = work.outbox.claim(work.now, work.now + LEASE, 10, busy=[], open_until=work.now)
        return found

    return till.act(claim)


def sends(till: Till, claim: Claimed) -> bool:
    """Whether the notice counts as sent by this claim."""
    return till.act(lambda work: bool(work.outbox.mark_sent(claim, 7, work.now)))


def test_what_is_claimed_is_nobody_elses_until_the_lease_ends(till: Till) -> None:
    assert len(claimed(till)) == 1
    assert claimed(till) == []
    till.now += LEASE - MOMENT
    assert claimed(till) == []
    till.now += MOMENT
    assert len(claimed(till)) == 1


def test_a_claim_that_was_lost_settles_nothing(till: Till) -> None:
    (lost,) = claimed(till)
    till.now += LEASE
    (held,) = claimed(till)
    assert not sends(till, lost)
    assert sends(till, held)
    assert not sends(till, held), "it is settled already"
