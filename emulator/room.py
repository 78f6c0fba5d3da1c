"""All chats: who is in them, which messages stand there, and who is told when something changes."""

import itertools
from collections.abc import Callable
from typing import Any

from emulator import wire
from emulator.clock import Clock
from emulator.file import Files
from emulator.message import Message
from emulator.person import BotAccount, Group, Person

Json = dict[str, Any]
Event = dict[str, Any]


class ImpossibleError(Exception):
    """Something a person cannot do in their client: tap a button that is not there, write to a bot they blocked."""


class Room:
    """The state of every chat. Changes are told to subscribers as events; violations of the Bot API are kept."""

    def __init__(self, *, token: str, username: str, clock: Clock) -> None:
        self.token = token
        self.bot = BotAccount(int(token.split(":", 1)[0]), username)
        self.clock = clock
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.files = Files()
        self.violations: list[str] = []
        self._messages: dict[int, list[Message]] = {}
        self._message_ids = itertools.count(1)
        self._listeners: list[Callable[[Event], None]] = []

    def add_person(
        self,
        first_name: str,
        *,
        last_name: str = "",
        username: str = "",
        language_code: str = "en",
        about: str = "",
        id: int | None = None,  # noqa: A002 - the Bot API's own word
    ) -> Person:
        """Somebody who has not talked to the bot yet."""
        person_id = id if id is not None else max([700_000_000, *self.people]) + 1
        person = Person(person_id, first_name, last_name, username, language_code, about)
        self.people[person_id] = person
        self.tell_person(person)
        return person

    def add_group(self, title: str) -> Group:
        """A group that the bot is a member of."""
        group = Group(-(1000 + len(self.groups)), title)
        self.groups[group.id] = group
        return group

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Tell `listener` every event from now on; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def emit(self, kind: str, **fields: Any) -> None:
        """Tell everybody who listens."""
        for listener in tuple(self._listeners):
            listener({"type": kind, **fields})

    def tell_person(self, person: Person) -> None:
        """Tell that a person came or changed."""
        self.emit("person", person=person.as_json())

    def note(self, violations: list[str]) -> None:
        """Keep departures from the Bot API that a real server would let pass."""
        self.violations += violations
        for violation in violations:
            self.emit("trouble", text=violation)

    def messages(self, chat_id: int) -> list[Message]:
        """A chat's messages, oldest first."""
        return list(self._messages.get(chat_id, ()))

    def find(self, chat_id: int, message_id: int) -> Message | None:
        """The message of an id, unless it is gone."""
        return next((message for message in self._messages.get(chat_id, ()) if message.id == message_id), None)

    def post(
        self,
        chat_id: int,
        sender: str,
        content: Json,
        *,
        sender_id: int | None = None,
        markup: Json | None = None,
        reply_to: int | None = None,
        file_url: str = "",
        invoice: Json | None = None,
    ) -> Message:
        """Put a new message into a chat."""
        message = Message(
            id=next(self._message_ids),
            chat_id=chat_id,
            sender=sender,
            sender_id=self.bot.id if sender == "bot" else sender_id or chat_id,
            at=self.clock.now(),
            content=content,
            markup=markup,
            reply_to=reply_to,
            file_url=file_url,
            invoice=invoice,
        )
        self._messages.setdefault(chat_id, []).append(message)
        self.changed(message)
        return message

    def changed(self, message: Message) -> None:
        """Tell that a message is new or looks different."""
        self.emit("message", person_id=message.chat_id, message=message.as_json())

    def remove(self, messages: list[Message]) -> None:
        """Take messages of one chat away."""
        for message in messages:
            self._messages[message.chat_id].remove(message)
        if messages:
            ids = [message.id for message in messages]
            self.emit("deleted", person_id=messages[0].chat_id, message_ids=ids)

    def pinned(self, chat_id: int) -> list[Message]:
        """The pinned messages, the one shown on top last."""
        return [message for message in self._messages.get(chat_id, ()) if message.pinned]

    def set_pinned(self, message: Message, *, pinned: bool) -> None:
        """Pin or unpin, and tell what stands on top now."""
        message.pinned = pinned
        top = self.pinned(message.chat_id)
        self.changed(message)
        self.emit("pinned", person_id=message.chat_id, message_id=top[-1].id if top else None)

    def download_url(self, path: str) -> str:
        """Where a file can be had, relative to the server's address."""
        return f"/file/bot{self.token}/{path}"

    def message_json(self, message: Message, *, with_reply: bool = True) -> Json:
        """The message as the Bot API's Message."""
        value: Json = {
            "message_id": message.id,
            "from": self._user(message.sender_id),
            "chat": self._chat(message.chat_id),
            "date": int(message.at.timestamp()),
            **{name: field for name, field in message.content.items() if field not in ([], "")},
        }
        if message.edited_at:
            value["edit_date"] = int(message.edited_at.timestamp())
        if message.inline_keyboard:
            value["reply_markup"] = {"inline_keyboard": message.inline_keyboard}
        answered = self.find(message.chat_id, message.reply_to) if message.reply_to and with_reply else None
        if answered:
            value["reply_to_message"] = self.message_json(answered, with_reply=False)
        return self.built("Message", value)

    def built(self, type_name: str, value: Json) -> Json:
        """The value as the wire carries it; what is wrong with it is noted."""
        built, departures = wire.build(type_name, value)
        self.note(departures)
        return built

    def _user(self, user_id: int) -> Json:
        return self.bot.as_user() if user_id == self.bot.id else self.people[user_id].as_user()

    def _chat(self, chat_id: int) -> Json:
        return self.groups[chat_id].as_chat() if chat_id in self.groups else self.people[chat_id].as_chat()
