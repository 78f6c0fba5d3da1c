"""The transactions of intake: what is stored, who handles it, what became of it.

Lanes are locked before their updates in all of them.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from bot.origin import lane_of
from bot.ports import Clock, Received, Work
from domain import outbox, welcome
from domain.outbox import Kind, Notice
from domain.person import Person

ALIVE = timedelta(seconds=8)
"""How long the others believe that a process lives after its last look; several looks may fail in that time."""
AHEAD = timedelta(minutes=10)
"""How much longer than that somebody may claim to live. Beyond it lies a clock that is wrong and is not believed, below
it whoever beats while this process looks late: to such a look all the others seem to be ahead.
"""
LANE, LEFT = "lane:", "left"
"""What is announced: updates stored for the process whose number follows, and that a process has left."""
POLL, CHORES = "poll", "chores"
"""Lanes without updates: their holder asks Telegram, where there is no webhook, and does what is to be done once."""


class Found(NamedTuple):
    """What a look brings to light: lanes taken over, their updates done but perhaps not shown, updates to do in all
    lanes, and the parts to play."""

    adopted: Sequence[str]
    unanswered: Sequence[Received]
    new: Sequence[Received]
    polls: bool
    keeps_house: bool


def be_alone(work: Work, me: int) -> None:
    """Take every other process for dead."""
    work.lanes.forget_others(me)


def take_unheld(work: Work, me: int) -> list[str]:
    """Hold what is open and nobody's, as after a restored backup."""
    return work.lanes.take_unheld(me)


def look(work: Work, me: int, wall: Clock, polls: bool, taken: Sequence[str] = ()) -> Found:
    """Say that this process lives, adopt what the dead have left, and play the parts that nobody else plays.

    The time is asked for here: it may have been long until there was a connection.
    """
    now = wall.now()
    work.lanes.beat(me, now + ALIVE)
    adopted = [*taken, *work.lanes.adopt(me, now, now + ALIVE + AHEAD)]
    keeps_house = work.lanes.hold(me, CHORES) == me
    if polls:
        polls = work.lanes.hold(me, POLL) == me
    else:
        work.lanes.release(me, [POLL])
    if adopted:
        work.inbox.close_overtaken(adopted, work.now)
    return Found(adopted, work.inbox.list_unanswered(adopted), work.lanes.list_new(me), polls, keeps_house)


def collect(work: Work, me: int) -> Sequence[Received]:
    """What is open in the lanes of this process."""
    return work.lanes.list_new(me)


def keep(work: Work, me: int, bodies: list[dict[str, Any]]) -> Sequence[Received]:
    """Store the updates in their order; the answer is what is open in the lanes of this process.

    The lanes are held before anything is stored, so that no other process can pass one on in between.
    """
    lanes = {body["update_id"]: lane_of(body) for body in bodies}
    holders = {lane: work.lanes.hold(me, lane) for lane in sorted(set(lanes.values()))}
    for body in bodies:
        lane = lanes[body["update_id"]]
        if work.inbox.add(body["update_id"], lane, json.dumps(body), work.now) and holders[lane] != me:
            work.announce(f"{LANE}{holders[lane]}")
    return work.inbox.list_new([lane for lane, holder in holders.items() if holder == me])


def close(work: Work, me: int, update_ids: list[int], ended: list[str]) -> Sequence[Received]:
    """Note what was shown and release the lanes that have nothing open; the answer is what came for them meanwhile.

    Lanes are locked before their updates, as by whoever stores one: an update that comes again waits for its row.
    """
    held = work.lanes.lock(me, ended)
    if update_ids:
        work.lanes.close(me, sorted(update_ids), work.now)
    left = work.inbox.list_new(held)
    work.lanes.release(me, held)
    return left


def leave(work: Work, me: int) -> None:
    """End this process for the others; what it still holds is theirs at once."""
    work.lanes.leave(me)
    work.announce(LEFT)


def lose(work: Work, received: Received) -> None:
    """The person has blocked the bot: what took effect stays, what was only to be shown is over."""
    person = _person_of(work, received)
    if person is not None:
        welcome.set_reachable(work, person, reachable=False)


def is_open(work: Work, update_id: int) -> bool:
    """Whether the update waits to be handled, by whoever holds its lane."""
    return work.inbox.is_new(update_id)


def note_failure(work: Work, update_id: int, why: str) -> bool:
    """Count the failure; False when the update has taken effect and only showing it failed."""
    return work.inbox.fail(update_id, why)


def bury(work: Work, me: int, received: Received, reference: str) -> None:
    """Give the update up where it has had no effect and is still ours, and tell its person and the admins so."""
    if not work.lanes.bury(me, received.update_id, reference, work.now):
        return
    person = _person_of(work, received)
    if person is not None:
        work.outbox.add(
            Notice(
                key=f"update_failed:{received.update_id}",
                person_id=person.id,
                kind=Kind.UPDATE_FAILED,
                values={"reference": reference},
                due_at=work.now,
            )
        )
    values: dict[str, outbox.Value] = {"reference": reference, "name": person.name if person else ""}
    outbox.tell_admins(work, f"update_dead:{received.update_id}", Kind.UPDATE_DEAD, values)


def _person_of(work: Work, received: Received) -> Person | None:
    telegram_id = received.lane.partition(":")[2]
    return work.people.find_by_telegram(int(telegram_id)) if telegram_id else None
