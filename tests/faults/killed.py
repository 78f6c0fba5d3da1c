"""The product's own `run` in a process that can be killed at a chosen moment: around its n-th commit or request.

The hooks sit in the libraries, none in the product. The process kills itself with SIGKILL, so that nothing of it gets
a chance to tidy up; its journal is written line by line and tells the test how far it came.
"""

import json
import os
import signal
import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import TelegramAPIError, TelegramNetworkError
from aiogram.methods import TelegramMethod
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect

import app.check
import app.wiring  # noqa: F401 -- `run` imports both late; here they are imported once, before the fork
from app import __main__ as command_line
from tests.faults.moment import Moment

WRITING = frozenset({"INSERT", "UPDATE", "DELETE"})
IDLE_TABLES = ("process", "lane", "pace")


@dataclass(frozen=True)
class Orders:
    """How to run: the whole environment, a folder for everything the process leaves, and when to die (None: never)."""

    environment: dict[str, str]
    folder: Path
    clock: Path
    moment: Moment | None = None

    @property
    def journal(self) -> Path:
        return self.folder / "journal.jsonl"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"


class FileClock:
    """Real time plus the seconds that stand in a file, which the test replaces to let time pass."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self._file.read_text()))


class Killer:
    """Notes every moment and dies at the chosen one. Commits happen in the writer's thread, requests in the loop's."""

    def __init__(self, journal: Path, chosen: Moment | None) -> None:
        self._journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._chosen = (chosen.kind, chosen.number) if chosen else None
        self._reached: Counter[str] = Counter()
        self._written: set[int] = set()
        self._lock = threading.Lock()

    def reach(self, kind: str, what: str = "") -> None:
        with self._lock:
            self._reached[kind] += 1
            moment = Moment(kind, self._reached[kind], what)
            os.write(self._journal, json.dumps(asdict(moment)).encode() + b"\n")
            if (kind, moment.number) == self._chosen:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch_commits(self) -> None:
        """Commits that wrote more than a look about does: heartbeats and the pace of sending are no moments."""
        commit, rollback = DefaultDialect.do_commit, DefaultDialect.do_rollback

        @event.listens_for(Engine, "after_cursor_execute")
        def written(connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
            if _writes(statement, cursor.rowcount):
                self._written.add(id(connection.connection.dbapi_connection))

        def do_commit(dialect: DefaultDialect, connection: Any) -> None:
            with self._around_commit(connection):
                commit(dialect, connection)  # type: ignore[no-untyped-call]

        def do_rollback(dialect: DefaultDialect, connection: Any) -> None:
            self._forget(connection)
            rollback(dialect, connection)  # type: ignore[no-untyped-call]

        DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
        DefaultDialect.do_rollback = do_rollback  # type: ignore[method-assign]
        self._watch_sqlite()

    def _watch_sqlite(self) -> None:
        """The statements that go to sqlite3 without SQLAlchemy, and the commits among them."""
        killer, connect = self, sqlite3.connect

        class Watched(sqlite3.Connection):
            def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
                if statement == "COMMIT":
                    with killer._around_commit(self):
                        return super().execute(statement)
                return self._noted(statement, super().execute(statement, *values))

            def executemany(self, statement: str, *values: Any) -> sqlite3.Cursor:
                return self._noted(statement, super().executemany(statement, *values))

            def _noted(self, statement: str, cursor: sqlite3.Cursor) -> sqlite3.Cursor:
                if statement == "ROLLBACK":
                    killer._forget(self)
                elif _writes(statement, cursor.rowcount):
                    killer._written.add(id(self))
                return cursor

        def watched(*values: Any, **named: Any) -> sqlite3.Connection:
            return connect(*values, **named, factory=Watched)

        sqlite3.connect = sqlite3.dbapi2.connect = watched

    @contextmanager
    def _around_commit(self, connection: Any) -> Iterator[None]:
        has_written = self._forget(connection)
        if has_written:
            self.reach("before-commit")
        yield
        if has_written:
            self.reach("after-commit")

    def watch_requests(self) -> None:
        """Requests to Telegram and their answers; a poll that brought nothing is no moment."""
        request = AiohttpSession.make_request

        async def make_request(
            session: AiohttpSession, bot: Bot, method: TelegramMethod[Any], *rest: Any, **named: Any
        ) -> Any:
            what = f"{method.__api_method__} {getattr(method, 'chat_id', '')}".rstrip()
            self.reach("before-send", what)
            try:
                answer = await request(session, bot, method, *rest, **named)
            except TelegramAPIError as refused:
                if not isinstance(refused, TelegramNetworkError):
                    self.reach("after-send", what)
                raise
            if answer != []:
                self.reach("after-send", what)
            return answer

        AiohttpSession.make_request = make_request  # type: ignore[method-assign,assignment]

    def _forget(self, connection: Any) -> bool:
        """Whether the transaction that ends has written; the next begins with nothing."""
        known = id(getattr(connection, "dbapi_connection", connection))
        has_written = known in self._written
        self._written.discard(known)
        return has_written


def _writes(statement: str, changed: int) -> bool:
    """Whether a statement changed rows other than those of a look about.

    sqlite3 counts the rows of an INSERT with RETURNING only when they have been fetched.
    """
    verb, _, rest = statement.lstrip().partition(" ")
    changes = changed != 0 or (verb == "INSERT" and "RETURNING" in rest)
    return verb in WRITING and changes and not any(f"{table} " in rest[:40] for table in IDLE_TABLES)


def run(orders: Orders) -> None:
    """Become the bot: everything from here on is as in `session-tracker run`, but for the clock and the hooks."""
    log = os.open(orders.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    os.chdir(orders.folder)
    os.environ.clear()
    os.environ.update(orders.environment)
    killer = Killer(orders.journal, orders.moment)
    killer.watch_commits()
    killer.watch_requests()
    clock = FileClock(orders.clock)
    vars(command_line)["SystemClock"] = lambda: clock
    sys.argv = ["session-tracker", "run"]
    command_line.main()
