"""The command line as an operator meets it: statuses, one line for each problem, and no traceback."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest

from app import __main__ as command_line
from emulator.server import Emulator

ROOT = Path(__file__).parents[2]
ADMIN = {"ADMIN_IDS": "1000"}


class Ended(NamedTuple):
    """How a command ended and what it said."""

    status: int | None
    said: list[str]
    problems: list[str]


class Operator:
    """Somebody with a folder, a bot at a Telegram, and a shell."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        self.folder, self.emulator = folder, emulator
        self.file = folder / "data" / "session-tracker.sqlite3"
        self.settings = {
            "BOT_TOKEN": emulator.telegram.token,
            "TELEGRAM_API_URL": emulator.url,
            "DATA_DIR": str(folder / "data"),
            "LOG_LEVEL": "error",
        }

    async def calls(self, command: str, **settings: str) -> Ended:
        """Run a command to its end."""
        process = await self.starts(command, **settings)
        try:
            said, problems = await asyncio.wait_for(process.communicate(), 60)
        finally:
            if process.returncode is None:
                process.kill()
        return Ended(process.returncode, said.decode().splitlines(), problems.decode().splitlines())

    async def starts(self, command: str, **settings: str) -> asyncio.subprocess.Process:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app", *command.split()),
            cwd=self.folder,
            env=kept | {"PYTHONPATH": str(ROOT)} | self.settings | settings,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def runs_for_a_moment(self, **settings: str) -> Ended:
        """Run the bot until it waits for updates, then ask it to leave."""
        process = await self.starts("run", **settings)
        await asyncio.wait_for(self.emulator.telegram.updates.until_idle(), 60)
        process.send_signal(signal.SIGTERM)
        said, problems = await asyncio.wait_for(process.communicate(), 5)
        return Ended(process.returncode, said.decode().splitlines(), problems.decode().splitlines())


@pytest.fixture
async def operator(tmp_path: Path) -> AsyncIterator[Operator]:
    emulator = Emulator()
    await emulator.start()
    yield Operator(tmp_path, emulator)
    await emulator.stop()


ANNA = "INSERT INTO person VALUES (1, 7, 'Anna', 'anna', 'UTC', 'en', 1, 0, NULL, 1, '', '2026-11-30 09:00:00')"


async def test_a_new_studio_without_an_admin_is_refused_before_anything_is_touched(operator: Operator) -> None:
    ended = await operator.calls("run")
    assert ended.status == 2
    assert ended.problems == ["ADMIN_IDS is missing: the database has no admin yet; give your numeric Telegram id"]
    assert list(operator.folder.iterdir()) == []
    assert operator.emulator.telegram.calls == []


async def test_run_leaves_cleanly_when_it_is_asked_to(operator: Operator) -> None:
    ended = await operator.runs_for_a_moment(**ADMIN)
    assert ended == Ended(0, [], [])


async def test_a_signal_during_the_start_ends_it_at_once(operator: Operator) -> None:
    """Telegram hangs, and whoever restarts machines does not wait for it."""
    operator.emulator.telegram.faults.delay("getMe", seconds=60)
    process = await operator.starts("run", **ADMIN)
    async with asyncio.timeout(60):
        while not operator.emulator.telegram.calls:  # noqa: ASYNC110 -- a call wakes nobody here
            await asyncio.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    said, problems = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, said, problems) == (0, b"", b"")


async def test_money_cannot_change_its_meaning_in_a_studio_that_is_founded(operator: Operator) -> None:
    await operator.runs_for_a_moment(**ADMIN)
    ended = await operator.calls("run", CURRENCY="CHF", **ADMIN)
    assert ended.status == 2
    assert ended.problems == [
        "CURRENCY and UNIT_MINUTES are fixed in this database: EUR and 20. Set them back, or begin with a new database"
    ]


@pytest.mark.parametrize("token", ["424242:revoked", "999:unknown"])
async def test_a_token_that_telegram_does_not_know_ends_run_with_one_line(operator: Operator, token: str) -> None:
    ended = await operator.calls("run", BOT_TOKEN=token, **ADMIN)
    assert ended.status == 2
    assert ended.problems == ["Telegram does not know BOT_TOKEN (any more): get the current one from @BotFather"]
    assert list(operator.folder.iterdir()) == []


async def test_a_telegram_that_is_not_there_ends_run_with_one_line(operator: Operator) -> None:
    ended = await operator.calls("run", TELEGRAM_API_URL="http://127.0.0.1:9", **ADMIN)
    assert ended.status == 1
    (line,) = ended.problems
    assert line.startswith("Telegram cannot be reached: TelegramNetworkError.")
    assert list(operator.folder.iterdir()) == []


async def test_a_webhook_that_telegram_refuses_is_told_in_its_words(operator: Operator) -> None:
    webhook = {"WEBHOOK_URL": "http://example.com", "WEBHOOK_SECRET": "s3cret", "HTTP_PORT": "0"}
    ended = await operator.calls("run", **webhook, **ADMIN)
    assert ended.status == 1
    assert ended.problems == [
        "Telegram refuses WEBHOOK_URL: Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    ]


async def test_run_without_any_setting_names_all_that_it_needs(operator: Operator) -> None:
    ended = await operator.calls("run", BOT_TOKEN="")
    assert ended.status == 2
    assert [line.split()[0] for line in ended.problems] == ["BOT_TOKEN", "ADMIN_IDS"]


@pytest.mark.parametrize("command", ["run", "check", "migrate"])
async def test_a_folder_in_which_no_file_can_be_made_is_named_in_one_line(operator: Operator, command: str) -> None:
    in_the_way = operator.folder / "file"
    in_the_way.touch()
    ended = await operator.calls(command, DATA_DIR=str(in_the_way / "data"), **ADMIN)
    assert ended.status == 1
    (line,) = [each for each in (*ended.said, *ended.problems) if "DATA_DIR" in each]
    assert str(in_the_way) in line
    assert [each for each in ended.problems if each != line] == []


async def test_a_second_run_on_the_same_file_ends_with_one_line_and_the_first_goes_on(operator: Operator) -> None:
    first = await operator.starts("run", **ADMIN)
    await asyncio.wait_for(operator.emulator.telegram.updates.until_idle(), 60)
    second = await operator.calls("run", **ADMIN)
    went_on = first.returncode is None
    first.send_signal(signal.SIGTERM)
    await asyncio.wait_for(first.communicate(), 30)
    assert second == Ended(
        1, [], ["DATABASE_URL: another process runs on this file; only PostgreSQL can be shared by several"]
    )
    assert (went_on, first.returncode) == (True, 0)


async def test_migrate_makes_the_tables_once(operator: Operator) -> None:
    assert (await operator.calls("migrate"))[:2] == (0, [f"The database is up to date now: {operator.file}"])
    assert (await operator.calls("migrate"))[:2] == (0, [f"The database was up to date: {operator.file}"])


@pytest.mark.parametrize("command", ["run", "migrate"])
async def test_the_first_migration_fixes_what_amounts_mean(operator: Operator, command: str) -> None:
    await operator.calls("migrate", CURRENCY="CHF", UNIT_MINUTES="30")
    ended = await operator.calls(command, **ADMIN)
    assert (ended.status, ended.said) == (2, [])
    assert ended.problems == [
        "CURRENCY and UNIT_MINUTES are fixed in this database: CHF and 30. Set them back, or begin with a new database"
    ]


async def test_check_says_one_line_for_each_and_changes_nothing(operator: Operator) -> None:
    ended = await operator.calls("check", STUDIO_NAME="Studio Kraft", **ADMIN)
    assert ended.status == 0
    assert ended.said == [
        f"settings: Studio Kraft, UTC, EUR, 20 minutes a unit (no .env in {operator.folder})",
        f"database: empty, `run` or `migrate` makes its tables ({operator.file})",
        "telegram: @session_tracker_demo_bot",
        "stripe: off",
    ]
    assert list(operator.folder.iterdir()) == []
    await operator.calls("migrate")
    (operator.folder / ".env").touch()
    said = (await operator.calls("check", STUDIO_NAME="Studio Kraft", **ADMIN)).said
    assert said[0] == "settings: Studio Kraft, UTC, EUR, 20 minutes a unit"
    assert said[1] == f"database: up to date ({operator.file})"


async def test_a_misspelt_setting_is_told_and_stops_nothing(operator: Operator) -> None:
    (operator.folder / ".env").write_text("STUDIO_TIMEZON=Europe/Berlin\n")
    ended = await operator.calls("check", **ADMIN)
    assert (ended.status, ended.problems) == (0, ["STUDIO_TIMEZON in .env is no setting, STUDIO_TIMEZONE is one"])


async def test_check_finds_everything_that_is_wrong_outside(operator: Operator) -> None:
    (operator.folder / "notes.txt").write_text("This is no database, whatever its name says. " * 40)
    url = f"sqlite+aiosqlite:///{operator.folder / 'notes.txt'}"
    ended = await operator.calls("check", DATABASE_URL=url, BOT_TOKEN="424242:revoked", **ADMIN)
    assert ended.status == 1
    assert ended.said[1] == (
        f"database: The database cannot be used: file is not a database ({operator.folder / 'notes.txt'})"
    )
    assert ended.said[2].startswith("telegram: Telegram does not know BOT_TOKEN")


async def test_a_studio_is_backed_up_while_it_runs_restored_elsewhere_and_reconciled(operator: Operator) -> None:
    process = await operator.starts("run", **ADMIN)
    await asyncio.wait_for(operator.emulator.telegram.updates.until_idle(), 60)
    backed_up = await operator.calls("backup studio.gz")
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), 30)
    assert (backed_up.status, backed_up.problems) == (0, [])
    assert backed_up.said[0].startswith("studio.gz: ")
    assert backed_up.said[0].endswith(f", from {operator.file}")

    elsewhere = {"DATABASE_URL": f"sqlite+aiosqlite:///{operator.folder / 'elsewhere.sqlite3'}"}
    await operator.calls("migrate", **elsewhere)
    restored = await operator.calls("restore studio.gz", **elsewhere)
    assert (restored.status, restored.problems) == (0, [])
    assert restored.said[0].startswith("studio.gz: Session Tracker, ")
    assert restored.said[0].endswith(f", into {operator.folder / 'elsewhere.sqlite3'}")
    reconciled = await operator.calls("reconcile", **elsewhere)
    assert (reconciled.status, len(reconciled.said)) == (0, 7)
    assert reconciled.said[-1] == f"database: {operator.folder / 'elsewhere.sqlite3'}"
    with closing(sqlite3.connect(operator.folder / "elsewhere.sqlite3")) as file, file:
        file.execute(ANNA)
    again = await operator.calls("restore studio.gz", **elsewhere)
    assert again.status == 1
    assert "is not empty" in again.problems[0]


async def test_books_that_do_not_agree_end_reconcile_with_status_1(operator: Operator) -> None:
    await operator.calls("migrate")
    with closing(sqlite3.connect(operator.file)) as file, file:
        file.execute(ANNA)
        file.execute("INSERT INTO account VALUES (1, 3, 0)")
    ended = await operator.calls("reconcile")
    assert (ended.status, ended.problems) == (1, [])
    assert ended.said[0] == "accounts: MISMATCH in 1: person:1"


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("", "session-tracker: the following arguments are required: COMMAND"),
        ("backup", "session-tracker backup: the following arguments are required: FILE"),
        ("restore", "session-tracker restore: the following arguments are required: FILE"),
        ("restore away.gz", "away.gz is not there"),
        ("backup away/studio.gz", "away is no folder"),
    ],
)
async def test_wrong_use_ends_with_status_2_and_one_line(operator: Operator, command: str, problem: str) -> None:
    ended = await operator.calls(command)
    assert ended == Ended(2, [], [problem])
    assert list(operator.folder.iterdir()) == []


@pytest.mark.parametrize("command", ["run", "check", "migrate", "reconcile", "backup studio.gz", "restore studio.gz"])
async def test_a_wrong_setting_ends_every_command_with_status_2(operator: Operator, command: str) -> None:
    ended = await operator.calls(command, CURRENCY="EURO", STUDIO_TIMEZONE="Mars")
    assert ended.status == 2
    assert [line.split()[0] for line in ended.problems] == ["STUDIO_TIMEZONE", "CURRENCY"]
    assert operator.settings["BOT_TOKEN"] not in "".join(ended.problems)


@pytest.mark.parametrize("command", ["run", "check"])
async def test_what_talks_to_telegram_needs_a_token(operator: Operator, command: str) -> None:
    ended = await operator.calls(command, BOT_TOKEN="", **ADMIN)
    assert (ended.status, ended.problems) == (2, ["BOT_TOKEN is missing: get one from @BotFather"])


def test_the_demo_without_its_extra_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    monkeypatch.setattr(sys, "argv", ["session-tracker", "demo"])
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert ended.value.code == 2
    assert capsys.readouterr() == ("", "`demo` needs python-telegram-bot: install session-tracker[demo]\n")


def test_a_demo_in_which_the_bot_broke_the_bot_api_ends_with_a_line_and_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def serve(_settings: object) -> list[str]:
        return ["sendMessage: unknown parameter"]

    monkeypatch.setattr("app.demo.serve", serve)
    assert command_line._guarded(command_line.demo) == 1
    assert "sendMessage: unknown parameter" in capsys.readouterr().err
