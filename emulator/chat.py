"""What people do in their clients: write, tap, share, block, pay; each act changes their chat and tells the bot."""

import itertools
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from telegram.constants import MessageLimit

from emulator.clock import Clock
from emulator.command import Commands
from emulator.dialect import units
from emulator.entity import tidy
from emulator.fault import Faults
from emulator.flood import Flood
from emulator.message import Message, button_kind
from emulator.payment import Cashier, PayResult
from emulator.person import Person
from emulator.profile import Profile
from emulator.room import ImpossibleError, Room
from emulator.updates import Updates
from emulator.webhook import Webhook

Json = dict[str, Any]

DEFAULT_TOKEN = "424242:demo-token-for-the-local-stand-in-only-0"  # noqa: S105 - it opens nothing
DEFAULT_PROVIDER_TOKEN = "demo:provider"  # noqa: S105 - it opens nothing
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


@dataclass(frozen=True)
class Answer:
    """What the bot answered to a tap: a toast, an alert, an address to open, or nothing to see."""

    text: str = ""
    alert: bool = False
    url: str = ""


@dataclass
class Tap:
    """A tap on an inline button; `url` is set, and nothing sent, when the button only opens an address."""

    id: str
    person_id: int
    message_id: int
    data: str
    at: datetime
    url: str = ""
    answer: Answer | None = None


@dataclass(frozen=True)
class Call:
    """One call of the bot: its parameters as they arrived, and the answer it was given."""

    method: str
    parameters: dict[str, str]
    outcome: Json
    at: datetime
    fault: str = ""

    @property
    def ok(self) -> bool:
        """Whether the call took effect."""
        return bool(self.outcome.get("ok"))


class Telegram(Room):
    """The stand-in's one truth: what is in the chats, what waits for the bot, and what the bot called."""

    def __init__(
        self,
        *,
        token: str = DEFAULT_TOKEN,
        provider_token: str = DEFAULT_PROVIDER_TOKEN,
        username: str = "session_tracker_demo_bot",
        clock: Clock | None = None,
        flood: Flood | None = None,
    ) -> None:
        super().__init__(token=token, username=username, clock=clock or Clock())
        self.updates = Updates(self.clock)
        self.webhook = Webhook(self.updates, self.clock, self.note)
        self.commands = Commands()
        self.profile = Profile()
        self.faults = Faults()
        self.flood = flood or Flood()
        self.cashier = Cashier(self, provider_token)
        self.calls: list[Call] = []
        self.taps: dict[str, Tap] = {}
        self._tap_ids = itertools.count(4_000_000_001)

    def start(self, person_id: int, payload: str = "") -> Message:
        """Press START; a payload comes from a deep link."""
        if payload and not _PAYLOAD.match(payload):
            raise ImpossibleError(f"no deep link can carry {payload!r}")
        person = self._person(person_id)
        if person.blocked:
            self.unblock(person_id)
        return self.send_text(person_id, f"/start {payload}".rstrip())

    def open_link(self, person_id: int, url_or_payload: str) -> Message:
        """Open a t.me link to the bot, or the payload of one, and press START."""
        link = urlsplit(url_or_payload)
        if not link.scheme and "/" not in url_or_payload:
            return self.start(person_id, url_or_payload)
        if link.path.strip("/") != self.bot.username:
            raise ImpossibleError(f"{url_or_payload} does not lead to the bot")
        return self.start(person_id, parse_qs(link.query).get("start", [""])[0])

    def send_text(
        self, person_id: int, text: str, *, reply_to: int | None = None, chat_id: int | None = None
    ) -> Message:
        """Write a message; a command is a text that begins with a slash."""
        clean, entities = tidy(text, [])
        if not 0 < units(clean) <= MessageLimit.MAX_TEXT_LENGTH:
            raise ImpossibleError(f"a message needs a text of at most {MessageLimit.MAX_TEXT_LENGTH} characters")
        return self._say(person_id, {"text": clean, "entities": entities}, reply_to=reply_to, chat_id=chat_id)

    def send_contact(self, person_id: int, phone_number: str, *, of_person_id: int | None = None) -> Message:
        """Share a phone number: one's own, or somebody else's."""
        owner = self._person(of_person_id or person_id)
        contact = {"phone_number": phone_number, "first_name": owner.first_name, "user_id": owner.id}
        return self._say(person_id, {"contact": contact})

    def send_photo(self, person_id: int, content: bytes, name: str = "photo.jpg", caption: str = "") -> Message:
        """Send a picture."""
        stored = self.files.add("photo", content, name, "image/jpeg")
        return self._say(person_id, {"photo": stored.as_photo()} | _captioned(caption), path=stored.path)

    def send_document(self, person_id: int, content: bytes, name: str, caption: str = "") -> Message:
        """Send a file."""
        stored = self.files.add("document", content, name)
        return self._say(person_id, {"document": stored.as_document()} | _captioned(caption), path=stored.path)

    def send_sticker(self, person_id: int, emoji: str = "👍") -> Message:
        """Send a sticker."""
        stored = self.files.add("sticker", b"sticker", "sticker.webp", "image/webp")
        return self._say(person_id, {"sticker": stored.as_sticker(emoji)})

    def edit_text(self, person_id: int, message_id: int, text: str) -> Message:
        """Change a text that was sent before."""
        message = self._message(person_id, message_id)
        if message.sender != "person" or "text" not in message.content:
            raise ImpossibleError("only one's own text can be edited")
        clean, entities = tidy(text, [])
        message.content = {"text": clean, "entities": entities}
        message.edited_at = self.clock.now()
        self.changed(message)
        self.updates.add("edited_message", self.message_json(message), f"chat {person_id}")
        return message

    def press(self, person_id: int, label: str) -> Message:
        """Press a button of the reply keyboard."""
        keyboard = self.reply_keyboard(person_id)
        button = next((button for row in keyboard for button in row if button["text"] == label), None)
        if button is None:
            raise ImpossibleError(f"there is no button {label!r} on the reply keyboard")
        if button.get("request_contact"):
            return self.send_contact(person_id, f"+49151{person_id % 10**8:08d}")
        return self.send_text(person_id, label)

    def reply_keyboard(self, person_id: int) -> list[list[Json]]:
        """The reply keyboard that a person's client shows now; no rows when there is none."""
        for message in reversed(self.messages(person_id)):
            if message.reply_keyboard:
                return message.reply_keyboard
            if message.markup and message.markup.get("remove_keyboard"):
                return []
        return []

    def tap(self, person_id: int, message_id: int, row: int, column: int) -> Tap:
        """Tap an inline button."""
        message = self._message(person_id, message_id)
        try:
            button = message.inline_keyboard[row][column]
        except IndexError:
            raise ImpossibleError(f"message {message_id} has no button at {row}, {column}") from None
        kind = button_kind(button)
        if kind == "callback":
            return self.tap_data(person_id, message_id, button["callback_data"])
        if kind in {"url", "web_app"}:
            address = button.get("url") or button["web_app"]["url"]
            return Tap("", person_id, message_id, "", self.clock.now(), url=address, answer=Answer(url=address))
        raise ImpossibleError(f"a {kind} button sends nothing to the bot")

    def tap_data(self, person_id: int, message_id: int, data: str) -> Tap:
        """Send callback data, as a tap does; the data may be forged, and the keyboard gone."""
        person, message = self._able(person_id), self._message(person_id, message_id)
        tap = Tap(str(next(self._tap_ids)), person_id, message_id, data, self.clock.now())
        self.taps[tap.id] = tap
        query = {
            "id": tap.id,
            "from": person.as_user(),
            "message": self.message_json(message),
            "chat_instance": str(person_id * 7919),
            "data": data,
        }
        self.emit("waiting", person_id=person_id, message_id=message_id, tap_id=tap.id)
        self.updates.add("callback_query", self.built("CallbackQuery", query), f"callbacks {person_id}")
        return tap

    def block(self, person_id: int) -> None:
        """Block the bot: from now on it cannot write."""
        self._set_blocked(self._person(person_id), blocked=True)

    def unblock(self, person_id: int) -> None:
        """Unblock the bot; the client does not write anything by itself."""
        self._set_blocked(self._person(person_id), blocked=False)

    def deactivate(self, person_id: int) -> None:
        """The account is deleted; the bot is not told."""
        self._person(person_id).deactivated = True

    async def pay(self, person_id: int, message_id: int, card: str, *, tip_minor: int = 0) -> PayResult:
        """Pay an invoice message with a test card."""
        message = self._message(person_id, message_id)
        return await self.cashier.pay_message(self._able(person_id), message, card, tip_minor)

    async def pay_link(self, person_id: int, url: str, card: str, *, tip_minor: int = 0) -> PayResult:
        """Pay an invoice that was made as a link."""
        return await self.cashier.pay_link(self._able(person_id), url, card, tip_minor)

    def _set_blocked(self, person: Person, *, blocked: bool) -> None:
        if person.blocked == blocked:
            return
        person.blocked = blocked
        bot = self.bot.as_user()
        member: Json = {"status": "member", "user": bot}
        banned: Json = {"status": "kicked", "user": bot, "until_date": 0}
        change = {
            "chat": person.as_chat(),
            "from": person.as_user(),
            "date": int(self.clock.now().timestamp()),
            "old_chat_member": member if blocked else banned,
            "new_chat_member": banned if blocked else member,
        }
        self.tell_person(person)
        self.updates.add("my_chat_member", self.built("ChatMemberUpdated", change), f"chat {person.id}")

    def _say(
        self,
        person_id: int,
        content: Json,
        *,
        reply_to: int | None = None,
        chat_id: int | None = None,
        path: str = "",
    ) -> Message:
        person = self._able(person_id)
        place = chat_id or person_id
        if place == person_id and not person.started:
            person.started = True
            self.tell_person(person)
        url = self.download_url(path) if path else ""
        message = self.post(place, "person", content, sender_id=person_id, reply_to=reply_to, file_url=url)
        if place == person_id or _is_command(content):
            self.updates.add("message", self.message_json(message), f"chat {place}")
        return message

    def _person(self, person_id: int) -> Person:
        if person_id not in self.people:
            raise ImpossibleError(f"there is no person {person_id}")
        return self.people[person_id]

    def _able(self, person_id: int) -> Person:
        person = self._person(person_id)
        if person.blocked or person.deactivated:
            raise ImpossibleError(f"{person.first_name} has blocked the bot or left Telegram")
        return person

    def _message(self, person_id: int, message_id: int) -> Message:
        message = self.find(person_id, message_id)
        if message is None:
            raise ImpossibleError(f"there is no message {message_id} in the chat")
        return message


def _is_command(content: Json) -> bool:
    """In a group, a bot with privacy mode on hears nothing else."""
    return any(entity["type"] == "bot_command" and entity["offset"] == 0 for entity in content.get("entities", []))


def _captioned(caption: str) -> Json:
    clean, entities = tidy(caption, [])
    return {"caption": clean, "caption_entities": entities} if clean else {}
