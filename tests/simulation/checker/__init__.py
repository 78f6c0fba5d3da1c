"""The independent checker: it shares no query with the product and reads only the raw SQLite file and the logs.

At every commit: what the commit did to the inbox, the ledger entries it added, the lots, accounts, bookings, sessions
and cells they touch, the notices it owes, and which update caused it. At every call that takes effect: whether this
notice may be sent now. At every acknowledgement: whether the update is stored. Each simulated day: the whole file, row
by row. After each calm: whether anything is left to do. Between two days, a row that changes without a ledger entry, an
update or a notice is not looked at.
"""

from tests.simulation.checker.bookkeeper import Checker

__all__ = ["Checker"]
