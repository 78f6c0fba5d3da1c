"""`reconcile`: the proof of the books on the command line, one line for each check."""

from datetime import datetime

from app.config import UnableError
from app.database import STANDING, opened, standing
from domain.reconcile import Check, Finding
from storage.connect import name_of
from storage.migrate import Version
from storage.reconcile import Books

SHOWN = 5
SAID = {
    Check.ACCOUNTS: "{counted}, each the sum of its lots and of its ledger: {available} units available, {held} held",
    Check.LOTS: "{counted}, each as its ledger says: {issued} units issued = {available} available + {held} held "
    "+ {redeemed} redeemed + {expired} expired + {refunded} refunded + {adjusted} adjusted",
    Check.HOLDS: "{held} units, for active bookings alone ({counted})",
    Check.CHARGES: "{counted}: {credited} became exactly one credit ({refunded} refunded), {unmatched} fit no order",
    Check.CELLS: "{cells}, of sessions from now on alone ({counted})",
    Check.BOOKINGS: "{counted} active, each with its session",
}


async def report(url: str, now: datetime) -> list[tuple[bool, str]]:
    """One line for each check, and whether the books agree there. Raises `UnableError`."""
    at = await standing(url)
    if at is not Version.CURRENT:
        raise UnableError(f"There is nothing to reconcile: {STANDING.get(at, 'of a newer version')} ({name_of(url)})")
    async with opened(url) as database:
        findings = await database.survey(lambda connection: Books(connection).prove(now))
    return [(not found.wrong, line(found)) for found in findings]


def line(found: Finding) -> str:
    """What was proven, or what does not agree, with the first few of it."""
    if not found.wrong:
        return f"{found.check}: {SAID[found.check].format(counted=found.counted, **found.figures)}"
    more = len(found.wrong) - SHOWN
    shown = ", ".join(found.wrong[:SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f"{found.check}: MISMATCH in {len(found.wrong)}: {shown}"
