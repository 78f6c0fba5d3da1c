"""Sending one notice: put into the reader's words now, and told in one word what became of it.

The answers follow the Bot API server: 429 was not sent and says when, 403 means the person is away, most 400s are for
good, and a lost connection or a 5xx leaves it unknown whether the message arrived.
"""

from dataclasses import dataclass
from enum import StrEnum

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from bot.chat import NO_PREVIEW, Screen
from bot.ports import Clock
from bot.screens import notice as screens
from bot.words import Words
from domain.outbox import Notice
from domain.person import Person
from domain.studio import Studio


class Outcome(StrEnum):
    """What became of a send."""

    SENT = "sent"
    WAIT = "wait"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sent:
    """The outcome, with the message's id or the seconds to wait where it has them."""

    outcome: Outcome
    message_id: int | None = None
    wait_seconds: float = 0.0
    problem: str = ""


class Notifier:
    """Turns notices into messages."""

    def __init__(self, bot: Bot, clock: Clock) -> None:
        self._bot, self._clock = bot, clock

    async def send(self, reader: Person, studio: Studio, notice: Notice) -> Sent:
        """Send the notice to its reader's private chat, once."""
        words = Words(reader.language, reader.zone, studio.zone, self._clock.now())
        screen = screens.screen_for(words, notice.kind, notice.values)
        try:
            return await self._send(reader.telegram_id, screen, plain=False)
        except TelegramBadRequest as refused:
            if "can't parse entities" not in refused.message:
                return Sent(Outcome.REFUSED, problem=refused.message)
            return await self._send(reader.telegram_id, screen, plain=True)
        except TelegramRetryAfter as flood:
            return Sent(Outcome.WAIT, wait_seconds=float(flood.retry_after))
        except TelegramForbiddenError as blocked:
            return Sent(Outcome.UNREACHABLE, problem=blocked.message)
        except (TelegramUnauthorizedError, TelegramNotFound) as revoked:
            return Sent(Outcome.REVOKED, problem=revoked.message)
        except (TelegramNetworkError, TelegramServerError, ClientDecodeError) as lost:
            return Sent(Outcome.UNKNOWN, problem=type(lost).__name__)

    async def _send(self, chat_id: int, screen: Screen, *, plain: bool) -> Sent:
        message = await self._bot.send_message(
            chat_id,
            screen.text,
            parse_mode=None if plain else "HTML",
            reply_markup=screen.markup,
            link_preview_options=NO_PREVIEW,
        )
        return Sent(Outcome.SENT, message_id=message.message_id)
