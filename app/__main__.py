"""The command `session-tracker`: which commands there are, and how each of them ends.

Status 2 means a wrong setting or use, 1 that something outside is not there or not in order; both with a line each and
no traceback.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

from app import config as configuration
from app import logs, process
from app.clock import SystemClock
from app.config import Config, ConfigurationError
from app.libraries import load_aiogram

UNABLE = 1
WRONG_SETTINGS = 2
INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """Reads the command line; a wrong one ends with one line that says what is wrong with it."""

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_SETTINGS, f"{self.prog}: {message}\n")


def main() -> None:
    """Run the command named on the command line; exits with 2 when it or a setting is wrong or missing."""
    chosen = _parser().parse_args()
    process.tune()
    sys.exit(_guarded(chosen.run if chosen.file is None else partial(chosen.run, chosen.file)))


def run() -> int:
    """The bot, until SIGINT or SIGTERM."""
    return asyncio.run(_run(_configured()))


def demo() -> int:
    """The bot in the browser, with a Telegram of its own."""
    try:
        metadata.version("python-telegram-bot")
    except metadata.PackageNotFoundError:
        raise ConfigurationError(["`demo` needs python-telegram-bot: install session-tracker[demo]"]) from None
    _say("Starting the studio…")
    logs.set_up("warning", "console")
    load_aiogram()
    from app import demo

    violations = asyncio.run(demo.serve(configuration.load(demo.DemoSettings)))
    return _complain(violations, UNABLE) if violations else 0


def migrate() -> int:
    """Bring the tables to this version."""
    return asyncio.run(_migrate(_configured()))


def check() -> int:
    """Say in one line each whether settings, database, Telegram and Stripe are in order; changes nothing."""
    config = _configured()
    if wrong := configuration.token_problems(config):
        raise ConfigurationError(wrong)
    return asyncio.run(_check(config))


def backup(file: Path) -> int:
    """Write everything in the database into a new FILE, while the bot runs or not."""
    return asyncio.run(_backup(_configured(), file))


def restore(file: Path) -> int:
    """Fill an empty database with what `backup` wrote into FILE."""
    return asyncio.run(_restore(_configured(), file))


def reconcile() -> int:
    """Prove that units, holds, payments and cells agree, one line each; changes nothing."""
    return asyncio.run(_reconcile(_configured()))


async def _run(config: Config) -> int:
    from app.database import before_run

    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    if not await _before(stopped, before_run(config)):
        return 0
    load_aiogram()
    from app.check import start
    from app.wiring import App

    app = App(config, SystemClock())
    try:
        if await _before(stopped, start(app)):
            process.settle()
            await stopped.wait()
    finally:
        await app.stop()
    return 0


async def _before(stopped: asyncio.Event, beginning: Coroutine[Any, Any, None]) -> bool:
    """Do something that may take long, unless somebody wants to stop first; that ends it where it stands."""
    doing, stop = asyncio.create_task(beginning), asyncio.create_task(stopped.wait())
    await asyncio.wait((doing, stop), return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if doing.done():
        await doing
        return True
    doing.cancel()
    await asyncio.gather(doing, return_exceptions=True)
    return False


async def _migrate(config: Config) -> int:
    from app.database import bring_up_to_date
    from storage.connect import name_of

    moved = await bring_up_to_date(config)
    _say(f"The database {'is up to date now' if moved else 'was up to date'}: {name_of(config.database_url)}")
    return 0


async def _check(config: Config) -> int:
    load_aiogram()
    from app.check import report

    return _tell(await report(config))


async def _backup(config: Config, file: Path) -> int:
    from app.backup import write

    await write(config.database_url, file, SystemClock().now(), _say)
    return 0


async def _restore(config: Config, file: Path) -> int:
    from app.backup import fill

    await fill(config.database_url, file, _say)
    return 0


async def _reconcile(config: Config) -> int:
    from app.reconcile import report
    from storage.connect import name_of

    status = _tell(await report(config.database_url, SystemClock().now()))
    _say(f"database: {name_of(config.database_url)}")
    return status


def _tell(lines: list[tuple[bool, str]]) -> int:
    for _, line in lines:
        _say(line)
    return 0 if all(well for well, _ in lines) else UNABLE


def _parser() -> Parser:
    parser = Parser(prog="session-tracker", description="A Telegram bot for training sessions.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for each in COMMANDS:
        commands.add_parser(each.__name__, help=each.__doc__).set_defaults(run=each, file=None)
    for with_file in FILE_COMMANDS:
        made = commands.add_parser(with_file.__name__, help=with_file.__doc__)
        made.add_argument("file", metavar="FILE", type=Path)
        made.set_defaults(run=with_file)
    return parser


def _configured() -> Config:
    config = configuration.load(Config)
    _complain(configuration.unknown_settings(), 0)
    logs.set_up(config.log_level, config.log_format, configuration.secrets(config))
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


COMMANDS: tuple[Callable[[], int], ...] = (run, demo, migrate, check, reconcile)
FILE_COMMANDS: tuple[Callable[[Path], int], ...] = (backup, restore)

if __name__ == "__main__":
    main()
