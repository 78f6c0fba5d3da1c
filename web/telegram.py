"""The webhook: Telegram posts one update, which is stored before it is answered with 200.

Any other answer makes Telegram send the update again, later and later, for about a day.
"""

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web

PATH = "/telegram/webhook"
LARGEST_ID = 2**63 - 1
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 -- the header's name, not the secret
Take = Callable[[list[dict[str, Any]]], Awaitable[None]]
log = structlog.get_logger()


def routes(secret: str, take: Take) -> list[web.RouteDef]:
    """The webhook's route; without a secret there is none, since anybody could post to it."""
    if not secret:
        return []

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):
            return web.Response(status=403)
        update = _update(await request.read())
        if update is None:
            return web.Response(status=400)
        try:
            await take([update])
        except Exception:
            log.exception("an update could not be stored, Telegram will bring it again", update_id=update["update_id"])
            return web.Response(status=503)
        return web.Response()

    return [web.post(PATH, receive)]


def _update(body: bytes) -> dict[str, Any] | None:
    """The update in a body, or None for what can be none."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(update, dict) or type(number := update.get("update_id")) is not int:
        return None
    return update if 0 <= number <= LARGEST_ID else None
