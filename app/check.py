"""Why a start failed, in one line, and what `check` has to say, line by line."""

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import SetWebhook

from app.config import Config, ConfigurationError, UnableError, no_env_file
from app.database import STANDING, database_trouble, founded_otherwise, look, problems, unusable
from app.wiring import App
from domain.founding import FoundedOtherwise
from storage.connect import name_of
from storage.engine import InUse

TELEGRAM_TROUBLE = (TelegramAPIError, ClientDecodeError)
IN_USE = "DATABASE_URL: another process runs on this file; only PostgreSQL can be shared by several"


async def start(app: App) -> None:
    """Start the application. Raises `ConfigurationError` or `UnableError` for what only its start brings to light."""
    try:
        await app.start()
    except FoundedOtherwise as otherwise:
        raise ConfigurationError([founded_otherwise(otherwise.founded)]) from None
    except InUse:
        raise UnableError(IN_USE) from None
    except TELEGRAM_TROUBLE as trouble:
        raise telegram_refused(trouble) from None
    except OSError as trouble:
        raise _refused(app.config, trouble) from None
    except database_trouble() as trouble:
        raise unusable(trouble) from None


async def report(config: Config) -> list[tuple[bool, str]]:
    """One line each for settings, database, Telegram and Stripe, and whether all is well with it."""
    settings = (
        f"{config.studio_name}, {config.studio_timezone}, {config.currency}, {config.unit_minutes} minutes a unit"
    )
    return [
        (True, f"settings: {settings}{no_env_file()}"),
        await _database_line(config),
        await _telegram_line(config),
        (True, "stripe: off"),
    ]


def telegram_refused(trouble: Exception) -> ConfigurationError | UnableError:
    """What a failed first call means, without a word of the token."""
    if isinstance(trouble, (TelegramUnauthorizedError, TelegramNotFound)):
        return ConfigurationError(["Telegram does not know BOT_TOKEN (any more): get the current one from @BotFather"])
    if isinstance(trouble, TelegramBadRequest):
        what = "WEBHOOK_URL" if isinstance(trouble.method, SetWebhook) else trouble.method.__api_method__
        return UnableError(f"Telegram refuses {what}: {trouble.message}")
    return UnableError(f"Telegram cannot be reached: {type(trouble).__name__}. See TELEGRAM_API_URL and the network")


async def _database_line(config: Config) -> tuple[bool, str]:
    name = name_of(config.database_url)
    try:
        found = await look(config.database_url)
    except UnableError as unable:
        return False, f"database: {unable} ({name})"
    wrong = problems(config, found)
    return not wrong, f"database: {'; '.join(wrong) or STANDING[found.version]} ({name})"


async def _telegram_line(config: Config) -> tuple[bool, str]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(config.telegram_api_url))
    bot = Bot(config.bot_token.get_secret_value(), session=session)
    try:
        me = await bot.get_me(request_timeout=10)
    except TELEGRAM_TROUBLE as trouble:
        return False, f"telegram: {telegram_refused(trouble)}"
    finally:
        await session.close()
    return True, f"telegram: @{me.username}"


def _refused(config: Config, trouble: OSError) -> UnableError:
    """What the system refused at the start: only files have a name, only a server that is there hangs up."""
    if trouble.filename:
        return UnableError(f"{trouble.filename} cannot be used ({trouble.strerror}). See its owner and its rights")
    if trouble.errno is None or isinstance(trouble, (ConnectionError, TimeoutError)):
        return unusable(trouble)
    where = f"{config.http_host}:{config.http_port}"
    return UnableError(f"HTTP_HOST and HTTP_PORT: cannot listen on {where} ({trouble.strerror})")
