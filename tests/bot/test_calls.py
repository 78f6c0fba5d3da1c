"""Every call to Telegram is counted with its answer, whatever that is."""

import pytest
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.methods import GetMe

from bot.calls import Calls
from tests.world import World


class Counted:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, float]] = []

    def update_received(self, kind: str) -> None: ...
    def update_given_up(self) -> None: ...
    def turn_ended(self, action: str, outcome: str, seconds: float) -> None: ...
    def call_ended(self, method: str, answer: str, seconds: float) -> None:
        self.calls.append((method, answer, seconds))


@pytest.fixture
def counted(world: World) -> Counted:
    """What is counted of the calls of that world's bot, by a watch that jumps three seconds at each look."""
    found, looks = Counted(), iter(range(0, 3000, 3))
    world.app.bot.session.middleware(Calls(found, lambda: float(next(looks))))
    return found


def test_a_call_is_counted_by_method_and_answer_with_its_seconds(world: World, counted: Counted) -> None:
    anna = world.person("Anna")
    anna.starts()
    assert ("sendMessage", "ok", 3.0) in counted.calls


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ("refuse_with_429", "wait"),
        ("refuse_token", "revoked"),
        ("answer_with_502", "unreadable"),
        ("lose_answers", "network"),
    ],
)
def test_a_failure_is_counted_for_what_it_is_and_goes_on_its_way(
    world: World, counted: Counted, fault: str, answer: str
) -> None:
    getattr(world.telegram.faults, fault)("getMe")
    failed: list[Exception] = []
    world.runner.run(_asks(world.app.bot, failed))
    assert [call[:2] for call in counted.calls if call[0] == "getMe"] == [("getMe", answer)]
    assert failed


async def _asks(bot: Bot, failed: list[Exception]) -> None:
    try:
        await bot(GetMe())
    except (TelegramAPIError, ClientDecodeError) as failure:
        failed.append(failure)
