"""The command `session-tracker`."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from app import config as configuration
from app import logs
from app.config import Config, ConfigurationError

WRONG_SETTINGS = 2


class SystemClock:
    """Real time, on whole microseconds in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def main() -> None:
    """Run the command named on the command line; exits with 2 when a setting is wrong or missing."""
    parser = argparse.ArgumentParser(prog="session-tracker", description="A Telegram bot for training sessions.")
    parser.add_argument("command", choices=sorted(COMMANDS))
    chosen = parser.parse_args().command
    sys.exit(_guarded(COMMANDS[chosen]))


def _guarded(command: Callable[[Config], int]) -> int:
    try:
        config = configuration.load()
        logs.set_up(config.log_level, config.log_format)
        sys.setswitchinterval(0.0005)
        return command(config)
    except ConfigurationError as wrong:
        for problem in wrong.problems:
            print(problem, file=sys.stderr)  # noqa: T201
        return WRONG_SETTINGS


def run(config: Config) -> int:
    """The bot, until SIGINT or SIGTERM."""
    configuration.need_token(config)
    return asyncio.run(_run(config))


async def _run(config: Config) -> int:
    from app.wiring import App

    app = App(config, SystemClock())
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    try:
        await app.start()
        await stopped.wait()
    finally:
        await app.stop()
    return 0


COMMANDS: dict[str, Callable[[Config], int]] = {"run": run}

if __name__ == "__main__":
    main()
