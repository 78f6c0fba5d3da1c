"""The two transactions around sending: what may leave now, and what became of what left.

Both are decided on rows: a claim with its lease and fence, the pace that all processes share, the doubt whether a
message arrived.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from domain import day, notice, outbox, welcome
from domain.day import Pinned
from domain.outbox import Kind, Notice
from domain.person import Person
from domain.studio import Studio
from jobs import budget

LEASE = timedelta(seconds=30)
RETRY = timedelta(seconds=2)
OFFLINE = timedelta(seconds=1)
MISTAKES = (LookupError, ValueError, TypeError, AttributeError, AssertionError)
"""What code raises that is wrong, but no database that is away."""
MAY_ARRIVE = 2
"""A message is sent again once when it may have arrived; after that it is listed as doubtful and sent no more."""
MAY_REDRAW = 8
"""Drawing a card again does no harm."""
log = structlog.get_logger()
UNSAID = "nothing has said whether it arrived"


class Claimed(Protocol):
    """A notice this process may send until its lease ends."""

    @property
    def id(self) -> int: ...
    @property
    def begun(self) -> int: ...
    @property
    def cause(self) -> str: ...
    @property
    def notice(self) -> Notice: ...


class OutboxStore(Protocol):
    """What sending needs beyond what the domain adds."""

    def any_due(self, now: datetime, *, busy: Collection[int]) -> bool: ...
    def claim(
        self, now: datetime, until: datetime, limit: int, *, busy: Collection[int], open_until: datetime
    ) -> list[Any]: ...
    def opens_at(self, now: datetime, open_until: datetime) -> datetime | None: ...
    def free(self, claimed_ids: Collection[int]) -> set[int]: ...
    def mark_sent(self, claimed: Any, message_id: int | None, at: datetime) -> bool: ...
    def retry(self, claimed: Any, claimable_at: datetime, *, arrived: bool, problem: str) -> bool: ...
    def drop(self, claimed: Any, *, expired: bool, problem: str, arrived: bool = False) -> bool: ...
    def drop_for(self, person_id: int) -> None: ...


class Pace(Protocol):
    """When each chat, by its person, and the bot as a whole (0) is at rest again, for all processes."""

    def lock(self, person_id: int, now: datetime) -> datetime: ...
    def rest(self, person_id: int, at: datetime, now: datetime) -> None: ...


class Sent(Protocol):
    """What became of a send, as the notifier tells it."""

    @property
    def outcome(self) -> str: ...
    @property
    def message_id(self) -> int | None: ...
    @property
    def wait_seconds(self) -> float: ...
    @property
    def problem(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Ready:
    """A claimed notice as it is true now, with its reader; `pinned` is the card where it is an edit of one."""

    claimed: Claimed
    notice: Notice
    reader: Person
    studio: Studio
    claimed_at: datetime
    departs_at: datetime
    pinned: Pinned | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What may depart soon, and in how many seconds it is worth asking again (None: not before somebody says so).

    While it is `full` nothing more may depart, whatever comes in meanwhile.
    """

    ready: list[Ready]
    pause_seconds: float | None
    full: bool


@dataclass(frozen=True, slots=True)
class Landed:
    """A send that has ended; without `sent` it never began."""

    ready: Ready
    sent: Sent | None


class Work(notice.Work, day.Work, Protocol):
    @property
    def outbox(self) -> Any: ...
    @property
    def pace(self) -> Pace: ...


def is_any_due(work: Work, busy: list[int]) -> bool:
    """Whether a claim would find anything; without it, a studio in which nothing happens would write all day long."""
    due: bool = work.outbox.any_due(work.now, busy=busy)
    return due


def claim(work: Work, wall: datetime, replies: int, busy: list[int]) -> Batch:
    """Claim what may depart within the horizon, each with its instant of departure; drop what is no longer true.

    The row of the overall pace is locked first, so that processes claim one after the other.
    """
    rests_at = budget.OVERALL.after(work.pace.lock(0, wall), wall, replies)
    places = budget.room(rests_at, wall)
    claimed = _claimed(work, wall, places, busy) if places else []
    ready = []
    for each in claimed:
        if not _may_arrive(work, each) or (checked := _checked(work, each)) is None:
            continue
        chat_rests_at = work.pace.lock(checked.reader.id, wall)
        if budget.CHAT.departs_at(chat_rests_at, wall) > wall:
            work.outbox.retry(each, work.now, arrived=False, problem="")
            work.pace.rest(checked.reader.id, chat_rests_at, wall)
            continue
        work.pace.rest(checked.reader.id, budget.CHAT.after(chat_rests_at, wall), wall)
        ready.append(replace(checked, departs_at=budget.OVERALL.departs_at(rests_at, wall)))
        rests_at = budget.OVERALL.after(rests_at, wall)
    work.pace.rest(0, rests_at, wall)
    full = len(claimed) == places
    return Batch(ready, _pause_seconds(work, wall, rests_at, full=full), full)


def _claimed(work: Work, wall: datetime, places: int, busy: list[int]) -> list[Claimed]:
    claimed: list[Claimed] = work.outbox.claim(
        work.now, work.now + LEASE, places, busy=busy, open_until=wall + budget.CHAT.ahead
    )
    return claimed


def _pause_seconds(work: Work, wall: datetime, rests_at: datetime, *, full: bool) -> float | None:
    if full:
        return max(0.0, (rests_at - wall - budget.HORIZON / 2).total_seconds())
    opens_at = work.outbox.opens_at(work.now, wall + budget.CHAT.ahead)
    return None if opens_at is None else max(0.0, (opens_at - budget.CHAT.ahead - wall).total_seconds())


def _may_arrive(work: Work, claimed: Claimed) -> bool:
    """Whether it may be sent; one whose sends have been lost from sight too often is listed instead."""
    if claimed.begun > _most(claimed):
        _bury(work, claimed, UNSAID, in_doubt=True)
    return claimed.begun <= _most(claimed)


def _most(claimed: Claimed) -> int:
    return MAY_REDRAW if claimed.notice.kind is Kind.REFRESH else MAY_ARRIVE


def _checked(work: Work, claimed: Claimed) -> Ready | None:
    """As `_check`; one that our own code stumbles over is listed, so that it holds up no other."""
    try:
        return _check(work, claimed)
    except MISTAKES as mistake:
        log.exception("a notice could not be checked", notice=claimed.id, cause=claimed.cause)
        _bury(work, claimed, type(mistake).__name__)
        return None


def _check(work: Work, claimed: Claimed) -> Ready | None:
    """The notice with its reader, or None after dropping one that is late, untrue or for somebody who is away."""
    told = claimed.notice
    reader = work.people.get(told.person_id)
    current = _current(work, told, reader)
    pinned = day.pinned(work, reader.id) if told.kind is Kind.REFRESH else None
    if current is None or (told.kind is Kind.REFRESH and pinned is None):
        work.outbox.drop(claimed, expired=_is_late(work, told), problem="" if reader.reachable else outbox.UNREACHABLE)
        return None
    return Ready(claimed, current, reader, work.studio.get(), work.now, work.now, pinned)


def is_true(work: Work, ready: Ready) -> bool:
    """Whether a claimed notice would be sent just so if it were claimed now."""
    return _current(work, ready.notice, work.people.get(ready.reader.id)) == ready.notice


def _current(work: Work, told: Notice, reader: Person) -> Notice | None:
    """The notice as it is true now; None where it is late, untrue or for somebody who is away."""
    return notice.current(work, told) if reader.reachable and not _is_late(work, told) else None


def _is_late(work: Work, told: Notice) -> bool:
    return told.expires_at is not None and told.expires_at <= work.now


def record(work: Work, landed: list[Landed], flooded_until: datetime | None, wall: datetime) -> set[int]:
    """Write down what can be written without waiting; the answer says which. Paces are locked as by `claim`."""
    if flooded_until is not None:
        work.pace.rest(0, max(work.pace.lock(0, wall), flooded_until), wall)
    free: set[int] = work.outbox.free([each.ready.claimed.id for each in landed])
    for each in landed:
        if each.ready.claimed.id in free:
            _settle(work, each.ready, each.sent, wall)
    return free


def _settle(work: Work, ready: Ready, sent: Sent | None, wall: datetime) -> None:
    claimed = ready.claimed
    if sent is None:
        work.outbox.retry(claimed, work.now, arrived=False, problem="")
    elif sent.outcome == "sent":
        work.outbox.mark_sent(claimed, sent.message_id, work.now)
    elif sent.outcome == "unreachable":
        _lose(work, ready)
    elif sent.outcome == "gone":
        if ready.pinned is not None:
            work.cards.drop(ready.reader.id, ready.pinned.card.message_id)
        work.outbox.drop(claimed, expired=True, problem=sent.problem)
    elif sent.outcome == "refused":
        _bury(work, claimed, sent.problem)
    elif sent.outcome == "unknown" and claimed.begun >= _most(claimed):
        _bury(work, claimed, f"{UNSAID} ({sent.problem})", arrived=True, in_doubt=True)
    else:
        _put_off(work, ready, sent, wall)


def _put_off(work: Work, ready: Ready, sent: Sent, wall: datetime) -> None:
    """It goes again: when Telegram says, when there is a connection, or once more because nobody knows."""
    pause = {"wait": timedelta(seconds=sent.wait_seconds), "offline": OFFLINE, "revoked": OFFLINE}.get(
        sent.outcome, RETRY
    )
    arrived = sent.outcome == "unknown"
    work.outbox.retry(ready.claimed, work.now + pause, arrived=arrived, problem=sent.problem)
    if sent.outcome == "wait":
        chat = ready.reader.id
        work.pace.rest(chat, max(work.pace.lock(chat, wall), wall + pause + budget.CHAT.ahead), wall)
    if sent.outcome == "revoked":
        outbox.tell_admins(work, f"revoked:{work.now:%Y%m%d%H}", Kind.TOKEN_REFUSED, {})


def _lose(work: Work, ready: Ready) -> None:
    """Nothing reaches this person until they come back."""
    welcome.set_reachable(work, ready.reader, reachable=False)
    work.outbox.drop_for(ready.reader.id)


def _bury(work: Work, claimed: Claimed, problem: str, *, arrived: bool = False, in_doubt: bool = False) -> None:
    """Give the notice up and tell the admins whom it was for and what it said; `in_doubt` that it may have arrived."""
    work.outbox.drop(claimed, expired=False, problem=problem, arrived=arrived)
    told = claimed.notice
    if told.kind is not Kind.NOTICE_DEAD:
        reader = work.people.get(told.person_id)
        values: dict[str, outbox.Value] = {
            "name": reader.name,
            "person_id": reader.id if reader.roles else None,
            "kind": told.kind.value,
            "starts_at": told.values.get("starts_at"),
            "in_doubt": int(in_doubt),
            "notice": claimed.id,
        }
        outbox.tell_admins(work, f"notice_dead:{claimed.id}", Kind.NOTICE_DEAD, values)
