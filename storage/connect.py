"""Which engine a URL asks for."""

from sqlalchemy.engine import make_url

from storage.engine import Database
from storage.postgres import PostgresDatabase
from storage.sqlite import SqliteDatabase


def connect(url: str) -> Database:
    """The database behind a URL as `DATABASE_URL` gives it."""
    parsed = make_url(url)
    return SqliteDatabase(parsed) if parsed.get_backend_name() == "sqlite" else PostgresDatabase(parsed)
