"""Money: every charge that Telegram captured is one credit as ordered, or the admins know of it; nothing else is."""

from tests.simulation.checker.ground import Ground
from tests.simulation.wire import Invoice

MISSED_SECONDS = 2 * 3600.0
"""The product speaks of a payment that never came after half an hour, and its sweep runs twice an hour here."""


class Money:
    """The charges as Telegram's log has them, against the file."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._charges: dict[str, tuple[int, Invoice]] = {}
        self._lost: dict[str, float] = {}
        self._checked: set[str] = set()

    def charged(self, charge_id: str, person_id: int, invoice: Invoice) -> None:
        self._charges[charge_id] = (person_id, invoice)
        self._ground.counts["payments"] += 1

    def forget(self) -> None:
        """Look at every charge again."""
        self._checked.clear()

    def lost(self, charge_id: str) -> None:
        """The message about it lived out its day at Telegram, and the bot never saw it."""
        self._lost[charge_id] = self._ground.now
        self._ground.counts["payments whose message ended at Telegram"] += 1

    def examine(self) -> None:
        """Everything in the file was charged, as it was charged; and what was lost is told."""
        for row in self._ground.rows("SELECT * FROM charge"):
            if row["id"] not in self._checked:
                self._look_at(row["id"])
        for row in self._ground.rows("SELECT source FROM lot WHERE source LIKE 'charge:%'"):
            if row["source"].removeprefix("charge:") not in self._charges:
                self._ground.complain(f"lot {row['source']}: nobody paid")
        for charge_id, at in list(self._lost.items()):
            if self._ground.now - at > MISSED_SECONDS:
                self._look_at_lost(charge_id)
                del self._lost[charge_id]

    def settled(self) -> None:
        """Every charge has arrived, unless its message was lost at Telegram."""
        for charge_id in self._charges.keys() - self._checked - self._lost.keys():
            self._look_at(charge_id)

    def _look_at(self, charge_id: str) -> None:
        known = self._charges.get(charge_id)
        row = self._ground.row("SELECT * FROM charge WHERE id = ?", charge_id)
        if known is None or row is None:
            self._ground.complain(f"charge {charge_id}: {'never captured' if row else 'captured, but not in the file'}")
            return
        person_id, invoice = known
        self._checked.add(charge_id)
        payer = self._ground.telegram_id(row["payer_id"])
        if (payer, row["token"], row["amount_minor"]) != (person_id, invoice.payload, invoice.total_minor):
            self._ground.complain(f"charge {charge_id}: kept as {dict(row)}")
        self._look_at_credit(charge_id, row["purchase_id"])

    def _look_at_credit(self, charge_id: str, purchase_id: int | None) -> None:
        lots = self._ground.rows(
            "SELECT l.person_id, l.issued, e.units FROM lot l JOIN ledger_entry e ON e.lot_id = l.id "
            "AND e.move = 'issue' WHERE l.source = ?",
            f"charge:{charge_id}",
        )
        order = self._ground.row("SELECT * FROM purchase WHERE id = ?", purchase_id)
        if order is None:
            told = self._ground.row("SELECT 1 FROM outbox WHERE dedupe_key LIKE ?", f"payment_unmatched:{charge_id}:%")
            if lots or told is None:
                self._ground.complain(
                    f"charge {charge_id}: fits no order, {len(lots)} credits, {'' if told else 'un'}told"
                )
            return
        wanted = [(order["person_id"], order["units"], order["units"])]
        if order["status"] != "paid" or [tuple(lot) for lot in lots] != wanted:
            self._ground.complain(f"charge {charge_id}: {len(lots)} credits for an order that is {order['status']}")

    def _look_at_lost(self, charge_id: str) -> None:
        """Its order is told to the admins as unpaid, unless another charge paid it."""
        _, invoice = self._charges[charge_id]
        row = self._ground.row("SELECT * FROM purchase WHERE token = ?", invoice.payload)
        if row is None or (row["status"] == "approved" and row["flagged_at"] is None):
            self._ground.complain(f"charge {charge_id}: lost at Telegram, and nobody was told")
