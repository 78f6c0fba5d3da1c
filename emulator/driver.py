"""People's words for tests: what somebody does in their chat, and what they then see there."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from emulator.chat import Tap, Telegram
from emulator.message import Message
from emulator.payment import PayResult
from emulator.picture import draw, labels, visible_text
from emulator.room import Event

T = TypeVar("T")

GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"
POOR_CARD = "4000 0000 0000 9995"


class Driver:
    """Makes people act on a loop that runs only meanwhile.

    `run` runs a coroutine on the test's loop, `settle` returns when the bot is quiet again.
    """

    def __init__(
        self,
        telegram: Telegram,
        run: Callable[[Coroutine[Any, Any, Any]], Any],
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        self.telegram = telegram
        self._run = run
        self._settle = settle

    def person(self, first_name: str, **details: Any) -> "Actor":
        """Somebody new, who has not talked to the bot yet."""
        return Actor(self, self.telegram.add_person(first_name, **details).id)

    def act(self, doing: Coroutine[Any, Any, T]) -> T:
        """Do something, and wait until the bot is quiet again."""
        result: T = self.together(doing)[0]
        return result

    def together(self, *doings: Coroutine[Any, Any, Any]) -> list[Any]:
        """Do several things at once, and wait until the bot is quiet again."""

        async def all_of_it() -> list[Any]:
            done = await asyncio.gather(*doings)
            await self._settle()
            return list(done)

        results: list[Any] = self._run(all_of_it())
        return results


class Actor:
    """One person with their client. Each act waits until the bot is quiet; its `async_` twin does not."""

    def __init__(self, driver: Driver, person_id: int) -> None:
        self.id = person_id
        self._driver = driver
        self._telegram = driver.telegram
        self._fresh: dict[int, None] = {}
        self._said: list[str] = []
        self.toast = ""
        self.alert = ""
        self._telegram.subscribe(self._hear)

    @property
    def messages(self) -> list[Message]:
        """Everything in the chat, oldest first."""
        return self._telegram.messages(self.id)

    @property
    def screen(self) -> Message:
        """The bot's latest message."""
        return next(message for message in reversed(self.messages) if message.sender == "bot")

    @property
    def buttons(self) -> list[list[str]]:
        """The labels on the latest inline keyboard, row by row."""
        keyboards = (message for message in reversed(self.messages) if message.inline_keyboard)
        return next((labels(message.inline_keyboard) for message in keyboards), [])

    def starts(self, payload: str = "") -> None:
        """Press START."""
        self._driver.act(self.async_starts(payload))

    def sends(self, text: str) -> None:
        """Write a message or a command."""
        self._driver.act(self.async_sends(text))

    def taps(self, label: str) -> Tap | None:
        """Tap the button of this label; the only one that contains it when there is none of exactly that label."""
        return self._driver.act(self.async_taps(label))

    def forges(self, data: str) -> Tap:
        """Send callback data that no button has."""
        return self._driver.act(self.async_forges(data))

    def pays(self, card: str = GOOD_CARD) -> PayResult:
        """Pay the latest invoice."""
        return self._driver.act(self.async_pays(card))

    def opens(self, link: str) -> None:
        """Open a link to the bot and press START."""
        self._driver.act(self._doing(lambda: self._telegram.open_link(self.id, link)))

    def blocks(self) -> None:
        """Block the bot."""
        self._driver.act(self._doing(lambda: self._telegram.block(self.id)))

    def unblocks(self) -> None:
        """Unblock the bot."""
        self._driver.act(self._doing(lambda: self._telegram.unblock(self.id)))

    def shares_contact(self, phone_number: str) -> None:
        """Share one's phone number."""
        self._driver.act(self._doing(lambda: self._telegram.send_contact(self.id, phone_number)))

    def sends_sticker(self) -> None:
        """Send a sticker."""
        self._driver.act(self._doing(lambda: self._telegram.send_sticker(self.id)))

    def sends_photo(self, content: bytes, caption: str = "") -> None:
        """Send a picture."""
        self._driver.act(self._doing(lambda: self._telegram.send_photo(self.id, content, caption=caption)))

    def sends_document(self, content: bytes, name: str, caption: str = "") -> None:
        """Send a file."""
        self._driver.act(self._doing(lambda: self._telegram.send_document(self.id, content, name, caption)))

    def edits(self, text: str) -> None:
        """Change the last text one wrote."""
        own = next(message for message in reversed(self.messages) if message.sender == "person")
        self._driver.act(self._doing(lambda: self._telegram.edit_text(self.id, own.id, text)))

    async def async_starts(self, payload: str = "") -> None:
        """Press START."""
        await self._doing(lambda: self._telegram.start(self.id, payload))

    async def async_sends(self, text: str) -> None:
        """Write a message or a command."""
        await self._doing(lambda: self._telegram.send_text(self.id, text))

    async def async_taps(self, label: str) -> Tap | None:
        """Tap the button of this label; None when it belongs to the reply keyboard, whose buttons write a message."""
        place = self._place_of(label)
        if place is None:
            await self._doing(lambda: self._telegram.press(self.id, label))
            return None
        return await self._doing(lambda: self._telegram.tap(self.id, *place))

    async def async_forges(self, data: str) -> Tap:
        """Send callback data that no button has."""
        return await self._doing(lambda: self._telegram.tap_data(self.id, self.screen.id, data))

    async def async_pays(self, card: str = GOOD_CARD) -> PayResult:
        """Pay the latest invoice."""
        self._forget()
        invoice = next((message for message in reversed(self.messages) if message.invoice), None)
        if invoice is None:
            raise AssertionError(f"there is no invoice to pay:\n{self.picture()}")
        result = await self._telegram.pay(self.id, invoice.id, card)
        self._said.append(result.declined_reason)
        return result

    def sees(self, *texts: str) -> None:
        """Fail unless every text can be read in what came or changed since the last act."""
        missing = [text for text in texts if _plain(text) not in self._visible()]
        if missing:
            raise AssertionError(f"{self._name} does not see {missing}:\n{self.picture()}")

    def sees_not(self, *texts: str) -> None:
        """Fail if any of the texts can be read in what came or changed since the last act."""
        found = [text for text in texts if _plain(text) in self._visible()]
        if found:
            raise AssertionError(f"{self._name} sees {found}:\n{self.picture()}")

    def picture(self) -> str:
        """The end of the chat, drawn with letters."""
        said = [f"(shown over the chat: {text})" for text in self._said if text]
        return "\n".join([*draw(self.messages[-6:]), *said])

    @property
    def _name(self) -> str:
        return self._telegram.people[self.id].first_name

    async def _doing(self, act: Callable[[], T]) -> T:
        self._forget()
        return act()

    def _forget(self) -> None:
        self._fresh.clear()
        self._said.clear()
        self.toast = self.alert = ""

    def _hear(self, event: Event) -> None:
        if event.get("person_id") != self.id:
            return
        if event["type"] == "message" and event["message"]["from"] != "person":
            self._fresh[event["message"]["id"]] = None
        if event["type"] == "answer":
            self.toast, self.alert = ("", event["text"]) if event["alert"] else (event["text"], "")
            self._said.append(event["text"])

    def _visible(self) -> str:
        last = [message.id for message in self.messages if message.sender == "bot"][-1:]
        shown = [message for message in self.messages if message.id in self._fresh or message.id in last]
        return _plain("\n".join([*(visible_text(message) for message in shown), *self._said]))

    def _place_of(self, label: str) -> tuple[int, int, int] | None:
        """Message, row and column of the button to tap; None when it is one of the reply keyboard."""
        wanted = _plain(label)
        if exact := self._places(lambda text: text == wanted):
            return exact[0]
        if any(_plain(button["text"]) == wanted for row in self._telegram.reply_keyboard(self.id) for button in row):
            return None
        near = self._places(lambda text: wanted in text)
        newest = [place for place in near if place[0] == near[0][0]]
        if len(newest) != 1:
            problem = "several buttons contain" if newest else "no button contains"
            raise AssertionError(f"{problem} {label!r} in {self._name}'s chat:\n{self.picture()}")
        return newest[0]

    def _places(self, fits: Callable[[str], bool]) -> list[tuple[int, int, int]]:
        """Where the buttons with a fitting label are, the newest message first."""
        return [
            (message.id, row_number, column)
            for message in reversed(self.messages)
            for row_number, row in enumerate(message.inline_keyboard)
            for column, button in enumerate(row)
            if fits(_plain(button["text"]))
        ]


def _plain(text: str) -> str:
    """The text with every kind of space as a plain one."""
    return text.translate(dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007"), " "))
