"""The command `session-tracker`: which commands there are, and how each of them ends.

Status 2 means a wrong setting, 1 that something outside is not there; both with a line each and no traceback.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import metadata

from app import config as configuration
from app import logs
from app.config import Config, ConfigurationError

UNABLE = 1
WRONG_SETTINGS = 2
INTERRUPTED = 130


class SystemClock:
    """Real time, on whole microseconds in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def main() -> None:
    """Run the command named on the command line; exits with 2 when a setting is wrong or missing."""
    parser = argparse.ArgumentParser(prog="session-tracker", description="A Telegram bot for training sessions.")
    parser.add_argument("command", choices=sorted(COMMANDS))
    chosen = parser.parse_args().command
    sys.setswitchinterval(0.0005)
    sys.exit(_guarded(COMMANDS[chosen]))


def run() -> int:
    """The bot, until SIGINT or SIGTERM."""
    config = _configured()
    configuration.need_token(config)
    return asyncio.run(_run(config))


def demo() -> int:
    """The bot in the browser, with a Telegram of its own."""
    try:
        metadata.version("python-telegram-bot")
    except metadata.PackageNotFoundError:
        raise ConfigurationError(["`demo` needs python-telegram-bot: install session-tracker[demo]"]) from None
    _say("Starting the studio…")
    logs.set_up("warning", "console")
    from app import demo

    violations = asyncio.run(demo.serve(configuration.load(demo.DemoSettings)))
    return _complain(violations, UNABLE) if violations else 0


def migrate() -> int:
    """Bring the tables to this version."""
    return asyncio.run(_migrate(_configured()))


def check() -> int:
    """Say in one line each whether settings, database, Telegram and Stripe are in order; changes nothing."""
    config = _configured()
    configuration.need_token(config)
    return asyncio.run(_check(config))


async def _run(config: Config) -> int:
    from app.check import before_run, start
    from app.wiring import App

    await before_run(config)
    app = App(config, SystemClock())
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    try:
        await start(app)
        await stopped.wait()
    finally:
        await app.stop()
    return 0


async def _migrate(config: Config) -> int:
    from app.check import opened
    from storage.migrate import migrate, version

    async with opened(config.database_url) as database:
        before = await version(database)
        await migrate(database)
        after = await version(database)
    _say("The database was up to date." if before is after else "The database is up to date now.")
    return 0


async def _check(config: Config) -> int:
    from app.check import report

    lines = await report(config)
    for _, line in lines:
        _say(line)
    return 0 if all(well for well, _ in lines) else UNABLE


def _configured() -> Config:
    config = configuration.load(Config)
    logs.set_up(config.log_level, config.log_format)
    return config


def _guarded(command: Callable[[], int]) -> int:
    try:
        return command()
    except ConfigurationError as wrong:
        return _complain(wrong.problems, WRONG_SETTINGS)
    except configuration.UnableError as unable:
        return _complain([str(unable)], UNABLE)
    except KeyboardInterrupt:
        return INTERRUPTED


def _complain(problems: list[str], status: int) -> int:
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201 -- for whoever runs the command, log or no log
    return status


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 -- the command's answer


COMMANDS: dict[str, Callable[[], int]] = {"run": run, "demo": demo, "migrate": migrate, "check": check}

if __name__ == "__main__":
    main()
