"""What counts as a reply: whatever goes out that the sender has not made room for."""

from typing import Any

from domain.outbox import Kind, Notice
from emulator.driver import Actor
from tests.world import World


def _tell(work: Any, to: Actor) -> None:
    reader = work.people.find_by_telegram(to.id)
    facts = {"units": 3, "reason": "a test"}
    work.outbox.add(Notice(key="n1", person_id=reader.id, kind=Kind.ADJUSTED, values=facts, due_at=work.now))


def test_an_answer_counts_as_a_reply_and_a_notice_does_not(world: World) -> None:
    anna = world.trainee("Anna")
    before = world.app.traffic.replies()
    anna.sends("/help")
    assert world.app.traffic.replies() == before + 1
    world.act(_tell, anna)
    anna.sees("3 units added")
    assert world.app.traffic.replies() == before + 1
