"""Staff invitations: a single-use link that expires, bound to a role; only the token's hash is kept.

Whoever opens wrong links again and again is told for an hour that every link is wrong, without a look.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from domain import audit, outbox, person, trainer
from domain.error import Refusal
from domain.ids import InviteId, PersonId
from domain.permission import STAFF, Permission, Role
from domain.person import Person

LIFETIME = timedelta(days=3)
PREFIX = "join-"
GUESSES = 5
GUESSES_WITHIN = timedelta(hours=1)


class InviteUnusable(Refusal):
    """The link is unknown, used or expired; which of them is not told."""

    code: ClassVar[str] = "invite_unusable"


class InviteNeedless(Refusal):
    """The person has the role already; unless it was `used` by this very person, the link stays good for others."""

    code: ClassVar[str] = "invite_needless"

    def __init__(self, role: Role, *, used: bool = False) -> None:
        super().__init__(role)
        self.role, self.used = role, used


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """A door for one person into one role, until `expires_at`."""

    id: InviteId
    role: Role
    invited_by: PersonId
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Door:
    """An invite that stands open, as one admin sees it: `made_by` names another who made it, and is empty otherwise."""

    invite: Invite
    made_by: str


class InviteStore(Protocol):
    def add(self, token_hash: str, role: Role, invited_by: PersonId, expires_at: datetime) -> InviteId: ...
    def find_open(self, token_hash: str, now: datetime) -> Invite | None:
        """The unused, unexpired invite of this token, without using it."""
        ...

    def find_used(self, token_hash: str, person_id: PersonId) -> Invite | None:
        """The invite of this token that this person has used."""
        ...

    def list_open(self, now: datetime) -> list[Invite]:
        """The unused, unexpired invites, the first to expire first."""
        ...

    def withdraw(self, invite_id: InviteId, now: datetime) -> Invite | None:
        """End the unused, unexpired invite now and return it; None when there is none."""
        ...

    def claim(self, token_hash: str, person_id: PersonId, now: datetime) -> Invite | None:
        """Mark the unused, unexpired invite as used and return it; None when there is none."""
        ...

    def count_misses(self, person_id: PersonId, since: datetime) -> int:
        """How many links this person has opened after that instant that let nobody in."""
        ...

    def add_miss(self, person_id: PersonId, at: datetime, since: datetime) -> None:
        """Note one more; those up to `since` count no longer and go."""
        ...


class Work(trainer.Work, outbox.Work, Protocol):
    @property
    def invites(self) -> InviteStore: ...
    def token(self) -> str:
        """A fresh secret of 128 random bits, safe in a link."""
        ...


@dataclass(frozen=True, slots=True)
class Invitation:
    """What the admin is shown once: the deep link's payload, the role and the deadline."""

    id: InviteId
    payload: str
    role: Role
    expires_at: datetime


def create(work: Work, actor: Person, role: Role) -> Invitation:
    """Make an invitation into a staff role."""
    person.require(actor, Permission.INVITE)
    if role not in STAFF or len(role) != 1:
        raise InviteUnusable
    token, expires_at = work.token(), work.now + LIFETIME
    invite_id = work.invites.add(digest(token), role, actor.id, expires_at)
    audit.record(work, actor.id, "invite.create", f"invite:{invite_id}", role=role.name)
    return Invitation(invite_id, PREFIX + token, role, expires_at)


def list_open(work: Work, actor: Person) -> list[Door]:
    """The doors that stand open, the first to close first."""
    person.require(actor, Permission.INVITE)
    return [
        Door(each, "" if each.invited_by == actor.id else work.people.get(each.invited_by).name)
        for each in work.invites.list_open(work.now)
    ]


def withdraw(work: Work, actor: Person, invite_id: InviteId) -> list[Door]:
    """Close a door before its time, and return those still open. Raises `InviteUnusable` when it is closed already."""
    person.require(actor, Permission.INVITE)
    if work.invites.withdraw(invite_id, work.now) is None:
        raise InviteUnusable
    audit.record(work, actor.id, "invite.withdraw", f"invite:{invite_id}")
    return list_open(work, actor)


def is_invitation(payload: str) -> bool:
    """Whether a deep link's payload claims to be an invitation; whether it is good is for `check` to say."""
    return payload.startswith(PREFIX)


def check(work: Work, actor: Person, payload: str) -> Invite:
    """The invitation behind the link, still unused. Raises `InviteUnusable` or `InviteNeedless`.

    A wrong link is noted with the transaction, which therefore has to commit in spite of the refusal.
    """
    since = work.now - GUESSES_WITHIN
    if work.invites.count_misses(actor.id, since) >= GUESSES:
        raise InviteUnusable
    found = work.invites.find_open(_hash_of(payload), work.now)
    if found is None:
        own = work.invites.find_used(_hash_of(payload), actor.id)
        if own and own.role in actor.roles:
            raise InviteNeedless(own.role, used=True)
        work.invites.add_miss(actor.id, work.now, since)
        raise InviteUnusable
    if found.role in actor.roles:
        raise InviteNeedless(found.role)
    return found


def accept(work: Work, actor: Person, payload: str) -> tuple[Person, Invite]:
    """Use the link up and give its role. Two people racing for one link: one of them joins."""
    check(work, actor, payload)
    invite = work.invites.claim(_hash_of(payload), actor.id, work.now)
    if invite is None:
        raise InviteUnusable
    joined = _join(work, actor, invite.role)
    audit.record(work, actor.id, "invite.accept", f"invite:{invite.id}", role=invite.role.name)
    work.outbox.add(
        outbox.Notice(
            key=f"joined:{invite.id}",
            person_id=invite.invited_by,
            kind=outbox.Kind.JOINED,
            values={"name": joined.name, "role": invite.role.name},
            due_at=work.now,
        )
    )
    return joined, invite


def _join(work: Work, actor: Person, role: Role) -> Person:
    if role is Role.TRAINER:
        return trainer.enrol(work, actor)
    return person.give_role(work, actor, role)


def _hash_of(payload: str) -> str:
    return digest(payload.removeprefix(PREFIX))


def digest(token: str) -> str:
    """SHA-256 of the token; enough for 128 random bits, which cannot be guessed or listed."""
    return hashlib.sha256(token.encode()).hexdigest()
