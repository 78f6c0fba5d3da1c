"""The studio of the stories, and what a process has to be told to serve it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from domain import founding, package, welcome
from domain.person import NewPerson
from domain.studio import Studio
from emulator.chat import Telegram
from emulator.clock import Clock
from storage.connect import connect
from storage.migrate import migrate
from storage.work import Store
from tests.factories import trainer_named

STUDIO = Studio(name="Studio Kraft", zone="Europe/Berlin", currency="EUR")
BEGINS_AT = datetime(2026, 11, 30, 10, 0, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
OLGA, TESS, ANNA = 1000, 2000, 3000


def settings(telegram: Telegram, api_url: str, database_url: str) -> dict[str, str]:
    """The environment of a process: everything but its port and how it gets its updates."""
    return {
        "BOT_TOKEN": telegram.token,
        "TELEGRAM_API_URL": api_url,
        "PAYMENT_PROVIDER_TOKEN": telegram.cashier.provider_token,
        "DATABASE_URL": database_url,
        "ADMIN_IDS": str(OLGA),
        "STUDIO_NAME": STUDIO.name,
        "STUDIO_TIMEZONE": STUDIO.zone,
    }


def set_clock(file: Path, telegram: Telegram) -> None:
    """Tell the processes how far the stand-in's clock is ahead; a file is replaced as a whole or not at all."""
    ahead = (telegram.clock.now() - datetime.now(UTC)).total_seconds()
    written = file.with_suffix(".new")
    written.write_text(str(ahead))
    written.replace(file)


async def prepare(url: str) -> None:
    """Make the tables, and a founded studio in them."""
    database = connect(url)
    await migrate(database)
    await database.close()
    await populate(url)


async def populate(url: str) -> None:
    """Olga owns the studio, Tess works from 9 to 17 every day, and 10 units cost 220 euros."""
    database = connect(url)
    await Store(database, Clock(BEGINS_AT - timedelta(days=1), running=False), lambda _topic: None).transact(_found)
    await database.close()


def _found(work: Any) -> None:
    founding.found(work, STUDIO)
    olga = welcome.arrive(work, NewPerson(telegram_id=OLGA, name="Olga", language="en"), {OLGA})
    package.create(work, olga, 10, 22000, STUDIO.currency, None)
    trainer_named(work, "Tess", TESS, since=9, until=17)
