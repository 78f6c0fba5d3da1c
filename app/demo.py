"""`session-tracker demo`: the real application against the local Telegram, on a database that ends with it.

Nothing of the environment but its own two settings reaches it: no token, no `.env`, no data folder.
"""

import asyncio
import errno
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from app import seed, story
from app.clock import SystemClock
from app.config import Config, ConfigurationError
from app.seed import MIA, OLGA, TESS, Character
from app.story import Step
from app.wiring import App
from emulator import browser_chat
from emulator.chat import Telegram
from emulator.clock import Clock
from emulator.flood import Flood
from emulator.server import Emulator
from storage.connect import connect

BEGINNERS = (
    OLGA._replace(about="Owner. Nothing is set up yet."),
    TESS._replace(about="Trainer-to-be. Not invited yet."),
    MIA._replace(about="Visitor. Wants to train."),
)


class DemoSettings(BaseSettings):
    """The demo's own settings, from the environment alone; port 0 takes any free one."""

    model_config = SettingsConfigDict(env_ignore_empty=True, hide_input_in_errors=True)

    demo_port: int = Field(8081, ge=0, le=65535)
    empty: bool = False


async def serve(settings: DemoSettings) -> list[str]:
    """Serve until SIGINT or SIGTERM; returns where the bot departed from the Bot API.

    Raises `ConfigurationError` when the port cannot be had.
    """
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    steps = story.EMPTY if settings.empty else story.SEEDED
    with TemporaryDirectory(prefix="session-tracker-demo-") as folder:
        async with _emulator(settings, steps) as emulator, _studio(settings, emulator, Path(folder)):
            _say(_invitation(emulator.url, steps))
            await stopped.wait()
            _say("Stopping. The demo's studio is thrown away.")
        return emulator.telegram.violations


@asynccontextmanager
async def _emulator(settings: DemoSettings, steps: Sequence[Step]) -> AsyncIterator[Emulator]:
    begins_at = seed.opening_at(datetime.now(UTC))
    emulator = Emulator(Telegram(flood=Flood(enabled=True), clock=Clock(begins_at)))
    emulator.app.add_routes(browser_chat.routes(emulator.telegram, [step._asdict() for step in steps]))
    try:
        await _listen(emulator, settings.demo_port)
        yield emulator
    finally:
        await emulator.stop()


async def _listen(emulator: Emulator, port: int) -> None:
    try:
        await emulator.start(port)
    except OSError as refused:
        why = "is taken" if refused.errno == errno.EADDRINUSE else f"cannot be used ({refused.strerror})"
        raise ConfigurationError([f"DEMO_PORT {port} {why}: choose another, such as DEMO_PORT={port + 1}"]) from None


@asynccontextmanager
async def _studio(settings: DemoSettings, emulator: Emulator, folder: Path) -> AsyncIterator[None]:
    """The application on a new database, its clock and people in the stand-in."""
    telegram, config = emulator.telegram, _config(emulator, folder)
    if not settings.empty:
        _say("Making up half a year of a studio…")
        await _fill(config, telegram.clock.now())
    _say("Starting the bot…")
    app = App(config, telegram.clock, wall=SystemClock())
    try:
        await app.start()
        telegram.clock.due, telegram.clock.handle = app.next_due_at, app.handle_due
        await _let_in(settings, telegram, app)
        yield
    finally:
        await app.stop()


async def _fill(config: Config, begins_at: datetime) -> None:
    database = connect(config.database_url)
    try:
        await seed.seed(database, begins_at)
    finally:
        await database.close()


async def _let_in(settings: DemoSettings, telegram: Telegram, app: App) -> None:
    """Bring the people in; members have their home screen before them, the others have not pressed START."""
    if settings.empty:
        _introduce(telegram, BEGINNERS)
        return
    _introduce(telegram, (*seed.MEMBERS, *seed.NEWCOMERS))
    for member in seed.MEMBERS:
        telegram.start(member.telegram_id)
    await telegram.updates.until_idle()
    await app.idle()


def _introduce(telegram: Telegram, people: Sequence[Character]) -> None:
    for one in people:
        telegram.add_person(one.name, last_name=one.last_name, about=one.about, id=one.telegram_id)


def _config(emulator: Emulator, folder: Path) -> Config:
    """Every setting given, by its default or here, so that none is taken from the environment."""
    defaults: dict[str, Any] = {
        name: each.get_default(call_default_factory=True) for name, each in Config.model_fields.items()
    }
    own = {
        "bot_token": emulator.telegram.token,
        "telegram_api_url": emulator.url,
        "admin_ids": frozenset({OLGA.telegram_id}),
        "database_url": f"sqlite+aiosqlite:///{folder / 'demo.sqlite3'}",
        "data_dir": folder,
        "http_port": 0,
        "payment_provider_token": emulator.telegram.cashier.provider_token,
        "studio_name": seed.STUDIO.name,
        "studio_timezone": seed.STUDIO.zone,
        "currency": seed.STUDIO.currency,
        "unit_minutes": seed.STUDIO.unit_minutes,
    }
    return Config(_env_file=None, **defaults | own)


def _invitation(url: str, steps: Sequence[Step]) -> str:
    told = [f"  {number}. {step.title}: {step.text}" for number, step in enumerate(steps, 1)]
    return "\n".join(["", f"Open {url} in your browser. Ctrl-C ends the demo.", "", "What to try first:", *told, ""])


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 -- progress is for whoever started it
