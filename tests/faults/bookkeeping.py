"""Reads the tables, past every query of the product, and counts what must not be: double bookings, and units astray."""

import asyncio
import sqlite3
from contextlib import closing

import asyncpg
from sqlalchemy.engine import make_url

WRONG = {
    "double bookings of a trainer": """
        SELECT count(*) FROM session a JOIN session b ON a.trainer_id = b.trainer_id AND a.id < b.id
        WHERE a.active AND b.active AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at""",
    "double bookings of a trainee": """
        SELECT count(*) FROM session a JOIN booking ba ON ba.session_id = a.id AND ba.status = 'booked'
        JOIN booking bb ON bb.trainee_id = ba.trainee_id AND bb.status = 'booked'
        JOIN session b ON b.id = bb.session_id AND a.id < b.id
        WHERE a.starts_at < b.ends_at AND b.starts_at < a.ends_at""",
    "lots that do not add up": """
        SELECT count(*) FROM lot
        WHERE issued <> available + held + redeemed + expired + refunded + adjusted OR available < 0 OR held < 0""",
    "accounts that are not their lots": """
        SELECT count(*) FROM account a JOIN (
            SELECT person_id, sum(available) AS available, sum(held) AS held FROM lot GROUP BY person_id
        ) l ON l.person_id = a.person_id WHERE a.available <> l.available OR a.held <> l.held""",
    "accounts that do not hold what is booked": """
        SELECT count(*) FROM account a WHERE a.held <> (
            SELECT coalesce(sum(units), 0) FROM booking WHERE trainee_id = a.person_id AND status = 'booked')""",
    "lots that are not their entries": """
        SELECT count(*) FROM lot WHERE held <> (
            SELECT coalesce(sum(CASE move WHEN 'hold' THEN units WHEN 'reinstate' THEN units
                WHEN 'release' THEN -units WHEN 'redeem' THEN -units ELSE 0 END), 0)
            FROM ledger_entry WHERE lot_id = lot.id)""",
    "cells of sessions that are over": """
        SELECT count(*) FROM occupancy o JOIN session s ON s.id = o.session_id WHERE NOT s.active""",
    "sessions without cells": """
        SELECT count(*) FROM session s WHERE active AND NOT EXISTS (
            SELECT 1 FROM occupancy o WHERE o.session_id = s.id AND o.resource_id = s.trainer_id)""",
}  # fmt: skip


def wrong(url: str) -> dict[str, int]:
    """How often each of `WRONG` is found, as of one instant; nothing is left out, zeros are."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        found = _sqlite(parsed.database or "")
    else:
        found = asyncio.run(_postgres(parsed.set(drivername="postgresql").render_as_string(hide_password=False)))
    return {what: count for what, count in found.items() if count}


def _sqlite(file: str) -> dict[str, int]:
    with closing(sqlite3.connect(file, isolation_level=None, timeout=60)) as connection:
        connection.execute("BEGIN")
        return {what: connection.execute(sql).fetchone()[0] for what, sql in WRONG.items()}


async def _postgres(url: str) -> dict[str, int]:
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return {what: await connection.fetchval(sql) for what, sql in WRONG.items()}
    finally:
        await connection.close()
