"""Which engine a URL asks for, and what to call the database behind it."""

from pathlib import Path

from sqlalchemy.engine import make_url

from storage.engine import Database
from storage.postgres import PostgresDatabase
from storage.sqlite import SqliteDatabase


def connect(url: str) -> Database:
    """The database behind a URL as `DATABASE_URL` gives it."""
    parsed = make_url(url)
    return SqliteDatabase(parsed) if parsed.get_backend_name() == "sqlite" else PostgresDatabase(parsed)


def name_of(url: str) -> str:
    """The file, or database and server, as an operator knows it; no user and no password."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return str(Path(parsed.database or "").absolute())
    server = parsed.host or parsed.query.get("host") or "localhost"
    return f"{parsed.database} on {server}{f':{parsed.port}' if parsed.port else ''}"
