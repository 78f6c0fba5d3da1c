"""What the stand-in knows of updates: what each was, and which of them the bot has acknowledged."""

from dataclasses import dataclass
from datetime import datetime

from emulator.chat import Telegram
from emulator.updates import Update

BEFORE_DATA = "+="
"""Put before a button's data to say where its outcome is shown."""


@dataclass(frozen=True, slots=True)
class Issued:
    """An update as Telegram made it; `what` is a tap's data, `charge` for a payment, or else the kind."""

    id: int
    lane: str
    person_id: int
    what: str
    issued_at: datetime

    @property
    def asks(self) -> str:
        """`bk.ok` of `bk.ok:2:1:29693220`."""
        return self.what.partition(":")[0]

    @property
    def minute(self) -> int:
        """The start that was tapped, in minutes since 1970, where there is one."""
        return int(self.what.rpartition(":")[2])


class Log:
    """Listens to the stand-in from its making on."""

    def __init__(self, telegram: Telegram) -> None:
        self.issued: dict[int, Issued] = {}
        self.acknowledged: set[int] = set()
        self._telegram = telegram
        self._confirm = telegram.updates.confirm
        telegram.updates.confirm = self._note_confirmed  # type: ignore[method-assign]
        telegram.updates.subscribe(self._note_issued)

    def _note_issued(self) -> None:
        update = self._telegram.updates.pending()[-1]
        body = update.body[update.kind]
        self.issued[update.id] = Issued(
            update.id, update.lane, body["from"]["id"], _what(update), self._telegram.clock.now()
        )

    def _note_confirmed(self, update: Update) -> bool:
        self.acknowledged.add(update.id)
        return self._confirm(update)


def _what(update: Update) -> str:
    body = update.body[update.kind]
    if update.kind == "callback_query":
        return str(body["data"]).lstrip(BEFORE_DATA)
    return "charge" if "successful_payment" in body else update.kind
