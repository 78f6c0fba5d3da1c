"""Who can be in a chat with the bot: people and groups, as the Bot API describes them and as the browser shows them."""

from dataclasses import asdict, dataclass
from typing import Any

Json = dict[str, Any]


def _filled(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value not in ("", None)}


@dataclass
class Person:
    """Somebody with a Telegram account; `started` once they pressed START or wrote, `about` is for the browser only."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = "en"
    about: str = ""
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def as_user(self) -> Json:
        """The Bot API's User."""
        return _filled(
            {
                "id": self.id,
                "is_bot": False,
                "first_name": self.first_name,
                "last_name": self.last_name,
                "username": self.username,
                "language_code": self.language_code,
            }
        )

    def as_chat(self) -> Json:
        """The Bot API's Chat of the private chat with this person."""
        names = {"first_name": self.first_name, "last_name": self.last_name, "username": self.username}
        return _filled({"id": self.id, "type": "private", **names})

    def as_json(self) -> Json:
        """What the browser needs."""
        return asdict(self)


@dataclass
class Group:
    """A group the bot was added to; `upgraded_to` is the supergroup it became, if it did."""

    id: int
    title: str
    upgraded_to: int | None = None

    def as_chat(self) -> Json:
        """The Bot API's Chat."""
        return {"id": self.id, "type": "group", "title": self.title}


@dataclass(frozen=True)
class BotAccount:
    """The bot's own account."""

    id: int
    username: str

    def as_user(self) -> Json:
        """The Bot API's User, as it stands in messages."""
        return {"id": self.id, "is_bot": True, "first_name": "Session Tracker", "username": self.username}
