"""Methods by which the bot gets its updates: polling, webhooks, leaving."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from emulator.bot_api.method import method
from emulator.bot_api.request import Request
from emulator.chat import Telegram
from emulator.refusal import bad_request
from emulator.webhook import Hook

Json = dict[str, Any]

_SECRET = re.compile(r"[A-Za-z0-9_-]*\Z")
MOST_SECRET_CHARACTERS = 256


@method("getUpdates")
async def get_updates(telegram: Telegram, request: Request) -> list[Json]:
    """Confirm what was handled and get, or wait for, what is new."""
    _remember_wishes(telegram, request)
    return await telegram.updates.get(
        request.integer("offset"), request.integer("limit", 100), request.integer("timeout")
    )


@method("setWebhook")
async def set_webhook(telegram: Telegram, request: Request) -> bool:
    """Have updates delivered to an address; an empty one goes back to polling."""
    hook = _hook(request)
    _remember_wishes(telegram, request)
    if hook is not None:
        telegram.updates.end_poll("terminated by setWebhook request")
    await _replace(telegram, request, hook)
    return True


@method("deleteWebhook")
async def delete_webhook(telegram: Telegram, request: Request) -> bool:
    """Go back to polling."""
    await _replace(telegram, request, None)
    return True


@method("getWebhookInfo")
def get_webhook_info(telegram: Telegram, request: Request) -> Json:  # noqa: ARG001
    """How the deliveries are going."""
    webhook, hook = telegram.webhook, telegram.webhook.hook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(telegram.updates.pending()),
    }
    if hook:
        info["max_connections"] = hook.max_connections
    if webhook.last_error_at:
        info["last_error_date"] = int(webhook.last_error_at.timestamp())
        info["last_error_message"] = webhook.last_error
    if telegram.updates.allowed:
        info["allowed_updates"] = list(telegram.updates.allowed)
    return telegram.built("WebhookInfo", info)


@method("logOut")
@method("close")
def leave(telegram: Telegram, request: Request) -> bool:  # noqa: ARG001
    """Leave the server; the stand-in has nothing to do for it."""
    return True


def _remember_wishes(telegram: Telegram, request: Request) -> None:
    """The kinds of updates the bot wants; a call that does not say leaves them as they were."""
    wanted = request.json("allowed_updates", "can't parse allowed updates JSON object")
    if isinstance(wanted, list):
        telegram.updates.allowed = tuple(str(kind) for kind in wanted)


async def _replace(telegram: Telegram, request: Request, hook: Hook | None) -> None:
    if request.flag("drop_pending_updates"):
        telegram.updates.drop_all()
    await telegram.webhook.set(hook)


def _hook(request: Request) -> Hook | None:
    url, secret = request.text("url").strip(), request.text("secret_token")
    if len(secret) > MOST_SECRET_CHARACTERS:
        raise bad_request("secret token is too long")
    if not _SECRET.match(secret):
        raise bad_request("secret token contains unallowed characters")
    if not url:
        return None
    _check_address(url)
    return Hook(url, secret, min(max(request.integer("max_connections", 40), 1), 100))


def _check_address(url: str) -> None:
    """The real server wants HTTPS; a bot on this machine may do without, as there is nobody in between."""
    link = urlsplit(url)
    if link.scheme == "https" and link.hostname:
        return
    if link.scheme != "http" or not _is_local(link.hostname or ""):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
