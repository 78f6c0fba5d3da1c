"""The webhook: set at the start and wherever somebody has changed it, and watched: a way that is closed is silent.

A dead proxy or an expired certificate keeps updates at Telegram, and only Telegram knows of it.
"""

from datetime import datetime, timedelta

import structlog
from aiogram import Bot
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramRetryAfter
from aiogram.types import WebhookInfo

from app.clock import Clock
from app.config import Config
from bot.intake import KINDS
from jobs import alarm
from storage.work import Store
from web import telegram
from web.metrics import Meter

ANSWER_SECONDS = 10
CONNECTIONS = 100
LONGEST = 200
"""So much of what Telegram says fits a notice."""
RECENT = timedelta(minutes=5)
"""How long after a failed delivery the next one would have been tried."""
PATIENCE = timedelta(minutes=2)
"""A proxy that is started anew is no reason to wake anybody."""
log = structlog.get_logger()


class Webhook:
    """Where Telegram brings updates. `away` tells that Telegram itself did not answer when it was last asked."""

    def __init__(self, bot: Bot, config: Config, store: Store, meter: Meter, clock: Clock) -> None:
        self.away = False
        self._bot, self._store, self._meter, self._clock = bot, store, meter, clock
        self._url = config.webhook_url + telegram.PATH
        self._secret = config.webhook_secret.get_secret_value()
        self._failing_since: datetime | None = None

    async def set(self) -> None:
        """Have updates brought here."""
        await self._bot.set_webhook(
            self._url, secret_token=self._secret, allowed_updates=KINDS, max_connections=CONNECTIONS
        )

    async def look(self, *, keeps_house: bool) -> None:
        """Ask Telegram how its deliveries fare. Whoever keeps house sets the webhook again, and tells the admins."""
        try:
            info = await self._bot.get_webhook_info(request_timeout=ANSWER_SECONDS)
        except TelegramRetryAfter:
            return
        except (TelegramAPIError, ClientDecodeError) as trouble:
            if not self.away:
                log.warning("telegram does not answer", trouble=type(trouble).__name__)
            self.away = True
            return
        if self.away:
            log.warning("telegram answers again")
        self.away = False
        failed_at = info.last_error_date
        self._meter.webhook_fares(info.pending_update_count, failed_at.timestamp() if failed_at else 0.0)
        if keeps_house and info.url != self._url:
            log.warning("the webhook was changed by somebody else, it is set again")
            await self.set()
        await self._watch(info, keeps_house=keeps_house)

    async def _watch(self, info: WebhookInfo, *, keeps_house: bool) -> None:
        now, problem = self._clock.now(), info.last_error_message or ""
        recent = info.last_error_date is not None and info.last_error_date > now - RECENT
        if not (recent and info.pending_update_count):
            if self._failing_since is not None:
                log.warning("telegram reaches the webhook again")
            self._failing_since = None
            return
        if self._failing_since is None:
            self._failing_since = now
            log.warning("telegram cannot bring updates", problem=problem, waiting=info.pending_update_count)
        if keeps_house and now - self._failing_since >= PATIENCE:
            await self._store.transact(alarm.webhook_failing, info.pending_update_count, problem[:LONGEST])
