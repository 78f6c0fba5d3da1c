"""The proof that the books agree, in plain SQL on the tables themselves.

Nothing here calls a store or a rule, and what each ledger entry does to a lot is written down once more, so that an
error there cannot hide here. Cells of the past are nobody's concern.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.engine import Connection

from domain.reconcile import Check, Finding
from storage.schema import Instant

CELL_SECONDS = 300
MOVED = """
WITH moved AS (
    SELECT person_id, lot_id, booking_id,
        sum(CASE WHEN move = 'issue' THEN units ELSE 0 END) AS issued,
        sum(CASE WHEN move IN ('issue', 'release') THEN units
                 WHEN move IN ('hold', 'expire', 'refund', 'withdraw') THEN -units ELSE 0 END) AS available,
        sum(CASE WHEN move IN ('hold', 'reinstate') THEN units
                 WHEN move IN ('release', 'redeem') THEN -units ELSE 0 END) AS held,
        sum(CASE WHEN move = 'redeem' THEN units WHEN move = 'reinstate' THEN -units ELSE 0 END) AS redeemed,
        sum(CASE WHEN move = 'expire' THEN units ELSE 0 END) AS expired,
        sum(CASE WHEN move = 'refund' THEN units ELSE 0 END) AS refunded,
        sum(CASE WHEN move = 'withdraw' THEN units ELSE 0 END) AS adjusted
    FROM ledger_entry GROUP BY person_id, lot_id, booking_id
)
"""


def _sql(query: str) -> TextClause:
    """The query, which may read what the ledger alone says of every bucket from `moved`."""
    return text(f"{MOVED} {query}")


class Proof(NamedTuple):
    """One row of sums, `counted` first, and queries for the ids of what is wrong, with the kind of thing they find."""

    sums: TextClause
    wrong: tuple[tuple[str, TextClause], ...]


ACCOUNTS = Proof(
    _sql("SELECT count(*) AS counted, sum(available) AS available, sum(held) AS held FROM account"),
    (
        (
            "person",
            _sql("""
                SELECT a.person_id FROM account a
                LEFT JOIN (SELECT person_id, sum(available) AS available, sum(held) AS held
                           FROM lot GROUP BY person_id) l ON l.person_id = a.person_id
                LEFT JOIN (SELECT person_id, sum(available) AS available, sum(held) AS held
                           FROM moved GROUP BY person_id) m ON m.person_id = a.person_id
                WHERE a.available <> coalesce(l.available, 0) OR a.held <> coalesce(l.held, 0)
                   OR a.available <> coalesce(m.available, 0) OR a.held <> coalesce(m.held, 0)
            """),
        ),
        ("person", _sql("SELECT person_id FROM lot WHERE person_id NOT IN (SELECT person_id FROM account)")),
    ),
)
LOTS = Proof(
    _sql("""
        SELECT count(*) AS counted, sum(issued) AS issued, sum(available) AS available, sum(held) AS held,
            sum(redeemed) AS redeemed, sum(expired) AS expired, sum(refunded) AS refunded, sum(adjusted) AS adjusted
        FROM lot
    """),
    (
        (
            "lot",
            _sql("""
                SELECT l.id FROM lot l
                LEFT JOIN (SELECT lot_id, sum(issued) AS issued, sum(available) AS available, sum(held) AS held,
                               sum(redeemed) AS redeemed, sum(expired) AS expired, sum(refunded) AS refunded,
                               sum(adjusted) AS adjusted
                           FROM moved GROUP BY lot_id) m ON m.lot_id = l.id
                WHERE l.issued <> l.available + l.held + l.redeemed + l.expired + l.refunded + l.adjusted
                   OR l.issued <> coalesce(m.issued, 0) OR l.available <> coalesce(m.available, 0)
                   OR l.held <> coalesce(m.held, 0) OR l.redeemed <> coalesce(m.redeemed, 0)
                   OR l.expired <> coalesce(m.expired, 0) OR l.refunded <> coalesce(m.refunded, 0)
                   OR l.adjusted <> coalesce(m.adjusted, 0)
            """),
        ),
        ("lot", _sql("SELECT l.id FROM lot l JOIN moved m ON m.lot_id = l.id WHERE m.person_id <> l.person_id")),
    ),
)
HOLDS = Proof(
    _sql("SELECT count(*) AS counted, sum(units) AS held FROM booking WHERE status = 'booked'"),
    (
        (
            "lot",
            _sql("""
                SELECT l.id FROM lot l
                LEFT JOIN (SELECT h.lot_id, sum(h.units) AS units FROM hold_line h
                           JOIN booking b ON b.id = h.booking_id AND b.status = 'booked'
                           GROUP BY h.lot_id) h ON h.lot_id = l.id
                WHERE l.held <> coalesce(h.units, 0)
            """),
        ),
        (
            "booking",
            _sql("""
                SELECT b.id FROM booking b
                LEFT JOIN (SELECT booking_id, sum(units) AS units FROM hold_line GROUP BY booking_id) h
                    ON h.booking_id = b.id
                LEFT JOIN (SELECT booking_id, sum(held) AS held, sum(redeemed) AS redeemed
                           FROM moved GROUP BY booking_id) m ON m.booking_id = b.id
                WHERE coalesce(h.units, 0) <> CASE WHEN b.status = 'cancelled' THEN 0 ELSE b.units END
                   OR coalesce(m.held, 0) <> CASE WHEN b.status = 'booked' THEN b.units ELSE 0 END
                   OR coalesce(m.redeemed, 0) <>
                      CASE WHEN b.status IN ('completed', 'missed', 'cancelled_late') THEN b.units ELSE 0 END
            """),
        ),
    ),
)
CHARGES = Proof(
    _sql("""
        SELECT count(*) AS counted, count(l.id) AS credited,
            sum(CASE WHEN c.purchase_id IS NULL THEN 1 ELSE 0 END) AS unmatched,
            sum(CASE WHEN l.refunded > 0 THEN 1 ELSE 0 END) AS refunded
        FROM charge c LEFT JOIN lot l ON l.source = 'charge:' || c.id
    """),
    (
        (
            "charge",
            _sql("""
                SELECT c.id FROM charge c
                LEFT JOIN lot l ON l.source = 'charge:' || c.id
                LEFT JOIN purchase p ON p.id = c.purchase_id AND p.status = 'paid' AND p.units = l.issued
                    AND p.amount_minor = c.amount_minor AND p.currency = c.currency AND c.payer_id = l.person_id
                WHERE (c.purchase_id IS NULL AND l.id IS NOT NULL) OR (c.purchase_id IS NOT NULL AND p.id IS NULL)
            """),
        ),
        (
            "lot",
            _sql("""
                SELECT id FROM lot
                WHERE source LIKE 'charge:%' AND source NOT IN (SELECT 'charge:' || id FROM charge)
            """),
        ),
        (
            "purchase",
            _sql("""
                SELECT p.id FROM purchase p LEFT JOIN charge c ON c.purchase_id = p.id
                WHERE p.status = 'paid' AND c.id IS NULL
            """),
        ),
    ),
)
BOOKINGS = Proof(
    _sql("SELECT count(*) AS counted FROM booking WHERE status = 'booked'"),
    (
        (
            "booking",
            _sql("""
                SELECT b.id FROM booking b LEFT JOIN session s ON s.id = b.session_id AND s.active
                WHERE b.status = 'booked' AND s.id IS NULL
            """),
        ),
    ),
)
PROOFS = {
    Check.ACCOUNTS: ACCOUNTS,
    Check.LOTS: LOTS,
    Check.HOLDS: HOLDS,
    Check.CHARGES: CHARGES,
    Check.BOOKINGS: BOOKINGS,
}

TAKEN = (
    text("""
        SELECT s.id, s.trainer_id AS person_id, s.blocks_from_at AS since_at, s.blocks_until_at AS until_at
        FROM session s WHERE s.active AND s.blocks_until_at > :now
        UNION ALL
        SELECT s.id, b.trainee_id, s.starts_at, s.ends_at
        FROM session s JOIN booking b ON b.session_id = s.id
        WHERE s.active AND s.ends_at > :now AND b.status IN ('booked', 'completed', 'missed')
    """)
    .bindparams(bindparam("now", type_=Instant))
    .columns(since_at=Instant, until_at=Instant)
)
KEPT = text("""
    SELECT session_id, resource_id, count(*) AS cells, min(cell) AS first_cell, max(cell) AS last_cell
    FROM occupancy WHERE cell >= :first GROUP BY session_id, resource_id
""")


class Books:
    """The books of `domain.reconcile`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def prove(self, now: datetime) -> list[Finding]:
        found = {check: self._proven(check, proof) for check, proof in PROOFS.items()}
        found[Check.CELLS] = self._cells(now)
        return [found[check] for check in Check]

    def _proven(self, check: Check, proof: Proof) -> Finding:
        sums = {name: int(value or 0) for name, value in self._connection.execute(proof.sums).mappings().one().items()}
        wrong = {f"{kind}:{each}": None for kind, query in proof.wrong for each in sorted(self._ids(query))}
        return Finding(check=check, counted=sums.pop("counted"), figures=sums, wrong=tuple(wrong))

    def _ids(self, query: TextClause) -> Iterator[int | str]:
        return iter(self._connection.execute(query).scalars())

    def _cells(self, now: datetime) -> Finding:
        """From now on, a session takes every cell of its trainer's and its trainees' time, and nothing else does.

        No cell can be there twice, so as many as lie between the first and the last are all of them.
        """
        this = int(now.timestamp()) // CELL_SECONDS
        wanted = {}
        for row in self._connection.execute(TAKEN, {"now": now}):
            first, end = (
                int(row.since_at.timestamp()) // CELL_SECONDS,
                -(-int(row.until_at.timestamp()) // CELL_SECONDS),
            )
            wanted[row.id, row.person_id] = (end - max(first, this), max(first, this), end - 1)
        kept = {(row[0], row[1]): tuple(row[2:]) for row in self._connection.execute(KEPT, {"first": this})}
        apart = sorted(key for key in wanted.keys() | kept.keys() if wanted.get(key) != kept.get(key))
        return Finding(
            check=Check.CELLS,
            counted=len({session_id for session_id, _ in wanted}),
            figures={"cells": sum(cells for cells, *_ in kept.values())},
            wrong=tuple(dict.fromkeys(f"session:{session_id}" for session_id, _ in apart)),
        )
