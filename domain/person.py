"""People: who they are, their zone, language and roles, and what they may change about themselves.

How they arrive is `welcome`; what an invite gives them is `invite`.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo, available_timezones

from domain import audit, country
from domain.error import NotAllowed, NotFound, Refusal
from domain.ids import PersonId
from domain.permission import VISITOR, Permission, Role, allows

NAME_LENGTH = 64
OFFSET = re.compile(r"(etc/)?((utc|gmt)\s*[+\-−–]?|[+\-−–])\s*\d", re.IGNORECASE)
FIXED = frozenset({"est", "mst", "hst", "gmt", "greenwich"})
"""Names of zones that are a distance from UTC all year long, which few who use them mean."""
JOINER = "\u200d"
"""Zero-width joiner: makes one emoji of several (Unicode TR 51)."""


class NameUnusable(Refusal):
    """A name needs 1 to 64 characters, of which at least one can be seen; this one has `length`."""

    code: ClassVar[str] = "name_unusable"

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length


class ZoneUnknown(Refusal):
    """The text means no time zone of the IANA database, or a country that has `several`."""

    code: ClassVar[str] = "zone_unknown"

    def __init__(self, wanted: str, *, several: bool = False) -> None:
        super().__init__(wanted)
        self.wanted, self.several = wanted, several

    @property
    def is_offset(self) -> bool:
        """Whether it is a distance from UTC, which says nothing of summer time."""
        return _is_offset(self.wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has written to the bot at least once.

    `acting_as` is the role whose menu is shown; `reminder_leads` are minutes before a session, None for the studio's;
    `reachable` turns false when the person blocks the bot; `payload` is the deep link that brought them.
    """

    id: PersonId
    telegram_id: int
    name: str
    zone: str
    language: str
    roles: Role = VISITOR
    acting_as: Role = VISITOR
    reminder_leads: tuple[int, ...] | None = None
    reachable: bool = True
    payload: str = ""
    arrived_at: datetime

    def may(self, permission: Permission) -> bool:
        return allows(self.roles, permission)

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def view(self) -> Role:
        """The one role whose menu is shown: the chosen one while it is held, otherwise the widest."""
        if self.acting_as and self.acting_as in self.roles:
            return self.acting_as
        return next((role for role in reversed(Role) if role in self.roles), VISITOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """What Telegram tells of somebody at first sight."""

    telegram_id: int
    name: str
    language: str
    payload: str = ""


class PersonStore(Protocol):
    def get(self, person_id: PersonId) -> Person: ...
    def lock(self, person_id: PersonId) -> Person:
        """Hold the row until the transaction ends, and read it after that."""
        ...

    def find_by_telegram(self, telegram_id: int) -> Person | None: ...
    def add(self, person: NewPerson, zone: str, arrived_at: datetime) -> Person: ...
    def save(self, person: Person) -> None:
        """Keep what somebody may change of a person: all but whether they can be reached."""
        ...

    def set_reachable(self, person_id: PersonId, *, reachable: bool) -> None: ...
    def list_with_role(self, role: Role) -> list[Person]: ...
    def search(self, text: str, limit: int) -> list[Person]:
        """Members whose name contains the text, whatever its case and accents."""
        ...

    def list_newest(self, limit: int, offset: int) -> list[Person]:
        """Members, the latest to arrive first."""
        ...


class Work(audit.Work, Protocol):
    @property
    def people(self) -> PersonStore: ...


def require(person: Person, permission: Permission) -> None:
    """Refuse with `NotAllowed` unless the person has the permission."""
    if not person.may(permission):
        raise NotAllowed(permission)


def own(actor: Person, owner_id: PersonId) -> None:
    """Refuse as if it did not exist what belongs to somebody else, so that ids cannot be probed."""
    if actor.id != owner_id:
        raise NotFound


def tidy(text: str) -> str:
    """The text in one line with single spaces, without what is invisible; what joins an emoji stays."""
    return " ".join("".join(_kept(c) for c in text).split())


def _kept(character: str) -> str:
    if character.isprintable() or character == JOINER:
        return character
    return "" if unicodedata.category(character) == "Cf" else " "


def clean_name(text: str) -> str:
    """The name as it is kept: printable, single spaces. Raises `NameUnusable`."""
    name = tidy(text)
    if not 1 <= len(name) <= NAME_LENGTH or not any(_shows(c) for c in name):
        raise NameUnusable(len(name))
    return name


def _shows(character: str) -> bool:
    """Whether it is a letter, a digit or a symbol, so that a name of it can be seen."""
    return unicodedata.category(character)[0] in "LNS"


@cache
def zone_names() -> frozenset[str]:
    """The IANA names there are here; looking for them means walking through the machine's files."""
    return frozenset(available_timezones())


def known_zone(text: str) -> str:
    """The zone of the city or country that the text means, whatever its case, accents and spaces, or the zone of that
    IANA name. Raises `ZoneUnknown`.
    """
    wanted, told = folded(" ".join(text.split())), text.strip()[:NAME_LENGTH]
    if _is_offset(wanted):
        raise ZoneUnknown(told)
    names = (name for name in zone_names() if not name.startswith("Etc/"))
    by_name = {name.casefold(): name for name in names if name not in {"localtime", "Factory"}}
    by_city = {name.rpartition("/")[2]: by_name[name] for name in sorted(by_name, reverse=True)}
    by_country = {folded(name): zones for name, zones in country.zones().items()}
    key = wanted.replace(" ", "_")
    found = by_name.get(key) or by_city.get(key)
    zones = (found,) if found else by_country.get(wanted, ())
    if len(zones) != 1:
        raise ZoneUnknown(told, several=len(zones) > 1)
    return zones[0]


def _is_offset(text: str) -> bool:
    return OFFSET.match(text) is not None or text.casefold() in FIXED


def folded(text: str) -> str:
    """The text without case and accents, as names are compared; databases differ in what they fold."""
    bare = (c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return "".join(bare)


def give_role(work: Work, person: Person, role: Role) -> Person:
    """Add a role and show its menu."""
    changed = replace(person, roles=person.roles | role, acting_as=role)
    work.people.save(changed)
    return changed


def save(work: Work, actor: Person, changed: Person, field: str) -> Person:
    """Keep a person's own change and note which field it was."""
    work.people.save(changed)
    audit.record(work, actor.id, f"person.{field}", f"person:{changed.id}")
    return changed
