"""Sending one notice: put into the reader's words now, and told in one word what became of it.

The answers follow the Bot API server: 429 was not sent and says when, 403 means the person is away, most 400s are for
good, and a lost connection or a 5xx leaves it unknown whether the message arrived.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError

from bot.chat import NO_PREVIEW, Screen
from bot.ports import Clock
from bot.screens import day as day_screens
from bot.screens import notice as screens
from bot.traffic import OF_A_NOTICE
from bot.words import Words
from domain.day import Pinned
from domain.outbox import Notice
from domain.person import Person
from domain.studio import Studio

REQUEST_SECONDS = 15
"""How long one call may take; well below the lease of a claimed notice."""


class Outcome(StrEnum):
    """What became of a send. `WAIT`, `OFFLINE` and `REVOKED` were not sent; `UNKNOWN` may have arrived."""

    SENT = "sent"
    WAIT = "wait"
    OFFLINE = "offline"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    REVOKED = "revoked"
    GONE = "gone"
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

    async def answers(self) -> bool:
        """Whether Telegram answers something that leaves no trace."""
        try:
            await self._bot.get_me(request_timeout=REQUEST_SECONDS)
        except (TelegramAPIError, ClientDecodeError):
            return False
        return True

    async def send(self, reader: Person, studio: Studio, notice: Notice) -> Sent:
        """Send the notice to its reader's private chat, once."""
        screen = screens.screen_for(self._words(reader, studio), notice.kind, notice.values)
        sent = await _outcome(lambda: self._send(reader.telegram_id, screen, plain=False))
        if sent.outcome is Outcome.REFUSED and "can't parse entities" in sent.problem:
            return await _outcome(lambda: self._send(reader.telegram_id, screen, plain=True))
        return sent

    async def redraw(self, reader: Person, studio: Studio, pinned: Pinned) -> Sent:
        """Draw the trainer's card over itself. One that cannot be edited any more is gone."""
        screen = day_screens.day(self._words(reader, studio), pinned.day, on_card=True)
        sent = await _outcome(lambda: self._edit(reader.telegram_id, pinned.card.message_id, screen))
        if sent.outcome is not Outcome.REFUSED:
            return sent
        unchanged = "message is not modified" in sent.problem
        return Sent(Outcome.SENT) if unchanged else Sent(Outcome.GONE, problem=sent.problem)

    def _words(self, reader: Person, studio: Studio) -> Words:
        return Words(reader.language, reader.zone, studio.zone, self._clock.now())

    async def _send(self, chat_id: int, screen: Screen, *, plain: bool) -> Sent:
        message = await self._bot.send_message(
            chat_id,
            screen.text,
            parse_mode=None if plain else "HTML",
            reply_markup=screen.markup,
            link_preview_options=NO_PREVIEW,
            request_timeout=REQUEST_SECONDS,
        )
        return Sent(Outcome.SENT, message_id=message.message_id)

    async def _edit(self, chat_id: int, message_id: int, screen: Screen) -> Sent:
        await self._bot.edit_message_text(
            screen.text,
            chat_id=chat_id,
            message_id=message_id,
            reply_markup=screen.markup,
            link_preview_options=NO_PREVIEW,
            request_timeout=REQUEST_SECONDS,
        )
        return Sent(Outcome.SENT, message_id=message_id)


async def _outcome(call: Callable[[], Awaitable[Sent]]) -> Sent:
    """What became of one call, whatever Telegram answered."""
    ours = OF_A_NOTICE.set(True)
    try:
        return await call()
    except TelegramBadRequest as refused:
        return Sent(Outcome.REFUSED, problem=refused.message)
    except TelegramRetryAfter as flood:
        return Sent(Outcome.WAIT, wait_seconds=float(flood.retry_after))
    except TelegramForbiddenError as blocked:
        return Sent(Outcome.UNREACHABLE, problem=blocked.message)
    except (TelegramUnauthorizedError, TelegramNotFound) as revoked:
        return Sent(Outcome.REVOKED, problem=revoked.message)
    except (TelegramNetworkError, TelegramServerError, ClientDecodeError) as lost:
        never_left = isinstance(lost.__cause__, ClientConnectorError)
        return Sent(Outcome.OFFLINE if never_left else Outcome.UNKNOWN, problem=type(lost.__cause__ or lost).__name__)
    finally:
        OF_A_NOTICE.reset(ours)
