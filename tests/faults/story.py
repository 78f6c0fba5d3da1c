"""What the people of the story do, as people do it: they wait for an answer, and press again when none comes.

Nobody presses again what has visibly taken effect, and nobody pays twice.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from emulator.driver import DECLINED_CARD, GOOD_CARD, _plain
from emulator.picture import visible_text
from tests.faults.hosted import LOOK_SECONDS, Hosted
from tests.faults.studio import ANNA, OLGA, TESS

PATIENCE_SECONDS = 1.0
TRIES = 5
Act = Callable[[], Awaitable[object]]


class Stuck(Exception):
    """Whatever the person presses, what they want does not come; they look where things stand and begin anew."""


class Told(NamedTuple):
    """How many notices of a kind somebody must get; `words` is how their messages begin, and no others of theirs."""

    reader: int
    kind: str
    words: str
    times: int


@dataclass(frozen=True)
class Facts:
    """What must be true when the story has been lived through, whatever happened to the bot on the way.

    `bookings` are (start, minutes, units, status) of Anna's with Tess; `free` and `held` are Anna's units.
    """

    bookings: list[tuple[datetime, int, int, str]]
    notices: list[Told]
    free: int
    held: int


@dataclass(frozen=True)
class Wish:
    """A session to book: what is tapped, and what tells that the tap was understood. No day: the first one offered."""

    minutes: int
    time: str
    span: str
    listed: str
    day: str = ""
    heading: str = ""


def berlin(day: int, hour: int, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


FACTS = Facts(
    bookings=[
        (berlin(30, 14, month=11), 40, 2, "completed"),
        (berlin(2, 12), 20, 1, "cancelled"),
        (berlin(3, 10), 20, 1, "booked"),
    ],
    notices=[
        Told(TESS, "booked", r"New booking: ", 3),
        Told(TESS, "moved", r"Moved: Anna now comes ", 1),
        Told(TESS, "cancelled", r"Cancelled: Anna will not come ", 1),
        Told(ANNA, "reminder", r"(Today|Tomorrow) \d\d:\d\d: \d\d min with Tess\.", 2),
        Told(ANNA, "receipt", r"Session with Tess, .*14:00: 2 units used", 1),
    ],
    free=7,
    held=1,
)


@dataclass
class Someone:
    """A person with a phone and a little patience."""

    studio: Hosted
    id: int
    presses: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.actor = self.studio.actor(self.id)

    async def sends(self, text: str, *signs: str) -> None:
        await self.does(lambda: self.actor.async_sends(text), *signs)

    async def taps(self, label: str, *signs: str) -> None:
        await self.does(lambda: self.actor.async_taps(label), *signs)

    async def does(self, act: Act, *signs: str) -> None:
        """Act until one of the signs can be read in what came since. Raises `Stuck`."""
        for _ in range(TRIES):
            self.presses += 1
            try:
                await act()
            except AssertionError as missing:
                raise Stuck(str(missing)) from None
            if await self.finds(*signs):
                return
        raise Stuck(f"none of {signs} in:\n{self.actor.picture()}")

    async def finds(self, *signs: str) -> bool:
        """Wait for one of the signs; False when the bot has been quiet for a while without it."""
        waiting = asyncio.create_task(self.studio.quiet(PATIENCE_SECONDS))
        try:
            while not waiting.done():
                if any(sign in self._news() for sign in signs):
                    return True
                await asyncio.sleep(LOOK_SECONDS)
            return any(sign in self._news() for sign in signs)
        finally:
            waiting.cancel()

    async def pursues(self, path: Act, *goal: str) -> None:
        """Go a path; where it gets stuck, look with a command whether its goal is reached, and begin anew if not."""
        command, *signs = goal
        for _ in range(TRIES):
            try:
                await path()
            except Stuck as stuck:
                await self.sends(command, *LOOKS[command])
                if any(sign in self._news() for sign in signs):
                    return
                last = stuck
            else:
                return
        raise last

    async def pays(self, card: str, reason: str = "") -> None:
        """Pay the latest invoice once the bot approves; a charge that went through is never made again."""
        for _ in range(TRIES):
            result = await self.actor.async_pays(card)
            if result.declined_reason == reason:
                return
            await self.studio.quiet(0.2)
        raise AssertionError(f"the payment ends with: {result.declined_reason}")

    def _news(self) -> str:
        """What came or changed since this person last did something."""
        fresh = [visible_text(message) for message in self.actor.messages if message.id in self.actor._fresh]
        return _plain("\n".join([*fresh, *self.actor._said]))


LOOKS = {
    "/start": ("Hi ",),
    "/sessions": ("Tap one to move or cancel it", "Nothing is booked"),
    "/today": ("Times in Berlin",),
}
"""What tells that a command was answered, and that it is not another screen that came meanwhile."""


async def nothing() -> None:
    """No mishap."""


async def live(studio: Hosted, mishap: Act = nothing) -> None:
    """The whole story, from Monday morning to Wednesday; the mishap happens just before Tess completes the session."""
    anna, tess = Someone(studio, ANNA), Someone(studio, TESS)
    await joins(anna)
    await tess.sends("/today", "Times in Berlin")
    await buys(anna)
    await books(anna, Wish(40, "14:00", "Mon 30 Nov, 14:00–14:40", "today 14:00"))
    await books(anna, Wish(20, "16:00", "Thu 3 Dec, 16:00–16:20", "Thu 3 Dec, 16:00", "Thu 3", "Thursday 3 December"))
    await moves(anna)
    await books(anna, Wish(20, "12:00", "Wed 2 Dec, 12:00–12:20", "Wed 2 Dec, 12:00", "Wed 2", "Wednesday 2 December"))
    await cancels(anna)
    await studio.reaches(12, 1)
    await studio.reaches(14, 5)
    await completes(tess, mishap)
    await studio.passes(seconds=62)
    await confirms(anna)
    await studio.reaches(10, 1, days=2)
    await anna.sends("/start", "7 free · 1 held")
    await anna.sends("/sessions", "tomorrow 10:00")
    await Someone(studio, OLGA).sends("/admin", "Packages")
    await studio.settles()


async def joins(anna: Someone) -> None:
    async def path() -> None:
        await anna.sends("/start", "What shall we call you?")
        await anna.taps("Yes, call me", "Is it")
        await anna.taps("Yes, Berlin time", "Hi Anna")

    await anna.pursues(path, "/start", "Hi Anna")


async def buys(anna: Someone) -> None:
    """Ten units: the first card is declined, the second is good."""

    async def path() -> None:
        await anna.sends("/buy", "Buy units")
        await anna.taps("10 units", "Then you have 10 units free")
        await anna.taps("Pay €220", "Training units of 20 minutes")

    await anna.pursues(path, "/start", "Pay €220")
    await anna.pays(DECLINED_CARD, "Your card was declined.")
    await anna.pays(GOOD_CARD)
    if not await anna.finds("10 units added", "10 free"):
        await anna.sends("/start", "10 free")


async def books(anna: Someone, wish: Wish) -> None:
    async def path() -> None:
        await anna.sends("/book", "How long with Tess?")
        await anna.taps(f"{wish.minutes} min ·", "When?")
        if wish.day:
            await anna.taps(wish.day, wish.heading)
        await anna.taps(wish.time, wish.span)
        await anna.taps("Book it", "Booked")

    await anna.pursues(path, "/sessions", wish.listed)


async def moves(anna: Someone) -> None:
    """From Thursday afternoon to its morning."""

    async def path() -> None:
        await anna.sends("/sessions", *LOOKS["/sessions"])
        await anna.taps("Thu 3 Dec, 16:00", "Thu 3 Dec, 16:00–16:20 with Tess")
        await anna.taps("Move", "Move to when?")
        await anna.taps("10:00", "Thu 3 Dec, 10:00–10:20")
        await anna.taps("Move it", "Moved to Thu 3 Dec, 10:00")

    await anna.pursues(path, "/sessions", "Thu 3 Dec, 10:00")


async def cancels(anna: Someone) -> None:
    async def path() -> None:
        await anna.sends("/sessions", *LOOKS["/sessions"])
        listed = anna._news()
        if "Wed 2 Dec, 12:00" not in listed:
            if any(sign in listed for sign in LOOKS["/sessions"]):
                return
            raise Stuck("the list was replaced before it could be read")
        await anna.taps("Wed 2 Dec, 12:00", "Wed 2 Dec, 12:00–12:20 with Tess")
        await anna.taps("Cancel · free", "Cancel Wed 2 Dec, 12:00")
        await anna.taps("Yes, cancel", "Cancelled", "over or cancelled")

    await anna.pursues(path, "/sessions", "the path looks itself")


async def completes(tess: Someone, mishap: Act) -> None:
    async def path() -> None:
        await tess.sends("/today", "Times in Berlin")
        await mishap()
        await tess.taps("14:00 Anna: Complete", "✓ 14:00 Anna", "✓ Anna")

    await tess.pursues(path, "/today", "✓ 14:00 Anna")


async def confirms(anna: Someone) -> None:
    async def path() -> None:
        await anna.taps("That's right", "Thank", "right")

    await anna.pursues(path, "/start", "Hi ")
