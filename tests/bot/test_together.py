"""Doing together what many ask for at once: everybody waits for their own, and nobody pays for another's failure."""

import asyncio

import pytest

from bot.together import Together


class Slow:
    """Notes what it is called with; a call ends when it is let, and fails where it finds something bad."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.gate = asyncio.Event()

    async def __call__(self, items: list[str]) -> None:
        self.calls.append(items)
        await self.gate.wait()
        if "bad" in items:
            raise ValueError("bad")


async def _settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_what_comes_while_a_call_runs_goes_into_the_next_together() -> None:
    slow = Slow()
    together = Together(slow)
    first = asyncio.create_task(together.add(["a"]))
    await _settle()
    others = [asyncio.create_task(together.add([name])) for name in "bcd"]
    await _settle()
    assert slow.calls == [["a"]]
    slow.gate.set()
    await asyncio.gather(first, *others)
    assert slow.calls == [["a"], ["b", "c", "d"]]


async def test_nobody_returns_before_their_own_is_done() -> None:
    slow = Slow()
    together = Together(slow)
    waiting = [asyncio.create_task(together.add([name])) for name in "abc"]
    await _settle()
    assert not any(each.done() for each in waiting)
    slow.gate.set()
    await asyncio.gather(*waiting)
    assert sorted(item for call in slow.calls for item in call) == ["a", "b", "c"]


async def test_what_fails_alone_fails_alone() -> None:
    slow = Slow()
    together = Together(slow)
    first = asyncio.create_task(together.add(["a"]))
    await _settle()
    bad, good = (asyncio.create_task(together.add([name])) for name in ("bad", "b"))
    await _settle()
    slow.gate.set()
    await asyncio.gather(first, good)
    with pytest.raises(ValueError, match="bad"):
        await bad
    assert slow.calls == [["a"], ["bad", "b"], ["b"]]


async def test_who_gives_up_waiting_is_nobody_elses_trouble() -> None:
    slow = Slow()
    together = Together(slow)
    first = asyncio.create_task(together.add(["a"]))
    await _settle()
    leaving, staying = (asyncio.create_task(together.add([name])) for name in "bc")
    await _settle()
    leaving.cancel()
    slow.gate.set()
    await asyncio.gather(first, staying)
    assert slow.calls == [["a"], ["b", "c"]]
