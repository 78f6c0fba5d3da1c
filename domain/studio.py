"""The studio's settings: one row that everything else reads. Currency and unit length never change once founded."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

from domain import audit, person
from domain.error import Refusal
from domain.permission import Permission
from domain.person import Person


class SettingOutOfRange(Refusal):
    """The value of a setting lies outside `low` … `high`; the field's name tells what it counts."""

    code: ClassVar[str] = "setting_out_of_range"

    def __init__(self, field: str, low: int, high: int) -> None:
        super().__init__(field, low, high)
        self.field, self.low, self.high = field, low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """How this studio works. Lengths are minutes unless the name says otherwise."""

    name: str
    zone: str
    currency: str
    unit_minutes: int = 20
    place: str = ""
    cancel_notice_minutes: int = 12 * 60
    minimum_notice_minutes: int = 60
    horizon_days: int = 30
    reminder_leads: tuple[int, ...] = (24 * 60, 2 * 60)

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def date_of(self, instant: datetime) -> date:
        """The studio's calendar date at an instant; expiry is judged by it."""
        return instant.astimezone(self.tz).date()

    def units_for(self, minutes: int) -> int:
        """What a session of this length costs: every begun unit counts."""
        return -(-minutes // self.unit_minutes)

    @property
    def reminds_too_late(self) -> bool:
        """Whether the first reminder comes when cancelling is no longer free, so that it cannot be acted on."""
        return bool(self.reminder_leads) and max(self.reminder_leads) <= self.cancel_notice_minutes

    @property
    def allows_no_start(self) -> bool:
        """Whether the shortest notice reaches as far as anybody can book ahead, so that nothing can be booked."""
        return self.minimum_notice_minutes >= self.horizon_days * 24 * 60

    def horizon_at(self, now: datetime) -> datetime:
        return now + timedelta(days=self.horizon_days)


class StudioStore(Protocol):
    def get(self) -> Studio: ...
    def find(self) -> Studio | None: ...
    def lock(self) -> Studio:
        """Hold the row until the transaction ends, and read it after that."""
        ...

    def add(self, studio: Studio) -> bool:
        """Keep the one studio; False when somebody else was first."""
        ...

    def save(self, studio: Studio) -> None: ...


class Work(person.Work, Protocol):
    @property
    def studio(self) -> StudioStore: ...


@dataclass(frozen=True, slots=True)
class Range:
    low: int
    high: int


NUMBERS: dict[str, Range] = {
    "cancel_notice_minutes": Range(0, 7 * 24 * 60),
    "minimum_notice_minutes": Range(0, 7 * 24 * 60),
    "horizon_days": Range(1, 365),
}
LEADS = Range(5, 7 * 24 * 60)
LEADS_LIMIT = 5
PLACE_LENGTH = 100


def set_number(work: Work, actor: Person, field: str, value: int) -> Studio:
    """Change one of `NUMBERS`; bookings that exist keep the policy they were made under."""
    person.require(actor, Permission.SETTINGS)
    allowed = NUMBERS[field]
    if not allowed.low <= value <= allowed.high:
        raise SettingOutOfRange(field, allowed.low, allowed.high)
    changes: dict[str, int] = {field: value}
    return _keep(work, actor, replace(work.studio.lock(), **changes), field)  # type: ignore[arg-type]


def set_leads(work: Work, actor: Person, leads: tuple[int, ...]) -> Studio:
    """Change when reminders go out; `reminder.replan_all` then moves the rows that are waiting."""
    person.require(actor, Permission.SETTINGS)
    ordered = tuple(sorted(set(leads), reverse=True))
    if any(not LEADS.low <= lead <= LEADS.high for lead in ordered):
        raise SettingOutOfRange("reminder_leads", LEADS.low, LEADS.high)
    if len(ordered) > LEADS_LIMIT:
        raise SettingOutOfRange("reminder_count", 0, LEADS_LIMIT)
    return _keep(work, actor, replace(work.studio.lock(), reminder_leads=ordered), "reminder_leads")


def set_place(work: Work, actor: Person, place: str) -> Studio:
    """Change where sessions happen, as reminders and cards show it; an empty text takes it away."""
    person.require(actor, Permission.SETTINGS)
    tidy = person.tidy(place)
    if len(tidy) > PLACE_LENGTH:
        raise SettingOutOfRange("place", 0, PLACE_LENGTH)
    return _keep(work, actor, replace(work.studio.lock(), place=tidy), "place")


def _keep(work: Work, actor: Person, changed: Studio, field: str) -> Studio:
    if changed == work.studio.get():
        return changed
    work.studio.save(changed)
    audit.record(work, actor.id, "studio.change", "studio:1", field=field, value=str(getattr(changed, field)))
    return changed
