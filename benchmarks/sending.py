"""Goal 9, sending: ten thousand reminders under an enforced limit in virtual time, with a reply in the middle."""

import asyncio
from collections import deque
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from aiogram.types import InlineKeyboardMarkup

from benchmarks import bulk, stub
from benchmarks.leap import Leaping, VirtualClock, Watched
from benchmarks.measure import Result, Scale, spoken
from benchmarks.stub import MESSAGES, Stub
from benchmarks.studio import Bench, opened, running
from bot.keyboards.button import Home

PER_SECOND = 30
LATENCY_SECONDS = 0.05
NOTICES, FEW = 10_000, 600
BARE = 1_000
PACE, REPLY, WORK = (1.05, None), (2.0, None), (2.0, 1.2)
REFUSAL = (
    '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}'
)


async def measure(scale: Scale) -> list[Result]:
    """In a thread, since the loop in which time leaps is another."""
    return await asyncio.to_thread(_measured, NOTICES if scale.rounds >= Scale().rounds else FEW)


def _measured(notices: int) -> list[Result]:
    with TemporaryDirectory() as folder, asyncio.Runner(loop_factory=Leaping) as runner:
        file = Path(folder) / "studio.sqlite3"
        asyncio.run(_furnish(file))
        bulk.remind(file, notices)
        return runner.run(_sent(file, notices))


async def _furnish(file: Path) -> None:
    async with opened(file):
        pass


async def _sent(file: Path, notices: int) -> list[Result]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, Leaping)
    telegram = Limited(loop)
    database = Watched(file, loop)
    async with running(database, VirtualClock(loop), telegram) as bench:
        reply = asyncio.create_task(_reply(bench, telegram, notices / PER_SECOND / 2))
        busy, began = process_time(), loop.time()
        await bench.app.sender.send_due()
        busy = process_time() - busy
        waited = await reply
        bare = await _bare(telegram)
        dead = bench.app.sender.away
    assert not dead, "the sender has given up"
    sent, seconds = telegram.calls["sendMessage"], telegram.last_at - began
    assert sent >= notices, f"{sent} of {notices} were sent"
    assert not telegram.refused, f"{telegram.refused} messages were refused for being too fast"
    ideal, each = notices / PER_SECOND, busy / notices
    return [
        Result(
            goal="9",
            name=f"{notices:,} notices at {PER_SECOND} a second / the ideal time",
            ratio=seconds / ideal,
            limit=PACE[0],
            detail=f"{seconds:.1f} s against {ideal:.1f} s of virtual time, {telegram.refused} refused",
        ),
        Result(
            goal="9",
            name="wait of a reply in the middle / the interval of sending",
            ratio=waited * PER_SECOND,
            limit=REPLY[0],
            detail=f"{spoken(waited)} of virtual time",
        ),
        Result(
            goal="9",
            name="processor time of a notice / of a bare send_message",
            ratio=each / bare,
            limit=WORK[0],
            stretch=WORK[1],
            detail=f"{spoken(each)} against {spoken(bare)}",
        ),
    ]


class Limited(Stub):
    """Takes 30 messages in any second and refuses the others; every answer takes a while."""

    def __init__(self, loop: Leaping) -> None:
        super().__init__()
        self._loop = loop
        self._lately: deque[float] = deque()
        self.refused, self.last_at, self.edited_at = 0, 0.0, 0.0

    async def make_request(self, *args: Any, **named: Any) -> Any:
        answered = await super().make_request(*args, **named)
        await asyncio.sleep(LATENCY_SECONDS)
        return answered

    def answer(self, name: str, fields: dict[str, Any]) -> tuple[int, str]:
        if name not in MESSAGES:
            return super().answer(name, fields)
        now = self._loop.time()
        while self._lately and self._lately[0] <= now - 1:
            self._lately.popleft()
        if len(self._lately) >= PER_SECOND:
            self.refused += 1
            return 429, REFUSAL
        self._lately.append(now)
        if name == "sendMessage":
            self.last_at = now
        else:
            self.edited_at = now
        return super().answer(name, fields)


async def _reply(bench: Bench, telegram: Limited, after: float) -> float:
    """Somebody taps while notices go out; how long the screen's way to Telegram takes."""
    await asyncio.sleep(after)
    tapped_at = asyncio.get_running_loop().time()
    await bench.tap(bench.next_trainee(), Home().pack())
    return telegram.edited_at - tapped_at


async def _bare(telegram: Limited) -> float:
    """The processor time of sending the same message by aiogram alone."""
    bot, buttons = stub.bot(), InlineKeyboardMarkup.model_validate_json(telegram.markup)
    began = process_time()
    for number in range(BARE):
        await bot.send_message(1 + number, telegram.text, reply_markup=buttons)
    return (process_time() - began) / BARE
