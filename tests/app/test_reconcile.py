"""`reconcile` on the command line: one line for each check, with figures, or with what is wrong."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import reconcile
from app.config import UnableError
from app.database import opened
from app.seed import seed
from domain.reconcile import Check, Finding

MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
STUDIO_KRAFT = """\
accounts: 9, each the sum of its lots and of its ledger: 15 units available, 9 held
lots: 6, each as its ledger says: 47 units issued = \
15 available + 9 held + 23 redeemed + 0 expired + 0 refunded + 0 adjusted
holds: 9 units, for active bookings alone (6)
charges: 5: 5 became exactly one credit (0 refunded), 0 fit no order
cells: 72, of sessions from now on alone (6)
bookings: 6 active, each with its session"""


async def test_each_check_is_one_line_with_its_figures(database_url: str) -> None:
    async with opened(database_url) as database:
        await seed(database, MONDAY)
    lines = await reconcile.report(database_url, MONDAY)
    assert all(well for well, _ in lines)
    assert "\n".join(line for _, line in lines) == STUDIO_KRAFT


async def test_a_studio_without_anybody_agrees(database_url: str) -> None:
    assert all(well for well, _ in await reconcile.report(database_url, MONDAY))


def test_a_mismatch_names_the_first_few() -> None:
    found = Finding(check=Check.LOTS, counted=9, wrong=tuple(f"lot:{number}" for number in range(7)))
    assert reconcile.line(found) == "lots: MISMATCH in 7: lot:0, lot:1, lot:2, lot:3, lot:4 and 2 more"


async def test_a_database_without_tables_has_no_books(tmp_path: Path) -> None:
    with pytest.raises(UnableError, match="There is nothing to reconcile: empty"):
        await reconcile.report(f"sqlite+aiosqlite:///{tmp_path / 'none.sqlite3'}", MONDAY)
