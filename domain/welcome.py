"""How somebody comes in: first sight, and the sign-up that makes a visitor a trainee."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from domain import audit, ledger, outbox, person
from domain.outbox import Kind
from domain.permission import VISITOR, Role
from domain.person import NewPerson, Person

NAME_QUESTION, CITY_QUESTION = "newcomer.name", "newcomer.city"
"""The kinds of the sign-up's two questions, as `asking` keeps them."""
MISSED = timedelta(days=14)
"""How old what somebody missed may be when they come back, to be still worth a message."""


class Work(ledger.Work, Protocol):
    """People, accounts and the studio's zone as the first guess."""


def arrive(work: Work, newcomer: NewPerson, admin_ids: Collection[int]) -> Person:
    """Know the person from now on. Whoever is named in the configuration is an admin; a deep link is remembered."""
    known = work.people.find_by_telegram(newcomer.telegram_id)
    if known is None:
        known = work.people.add(newcomer, work.studio.get().zone, work.now)
        work.ledger.open_account(known.id)
        audit.record(work, known.id, "person.arrive", f"person:{known.id}")
    here = replace(set_reachable(work, known, reachable=True), payload=newcomer.payload or known.payload)
    if newcomer.telegram_id in admin_ids and Role.ADMIN not in here.roles:
        audit.record(work, known.id, "person.first_admin", f"person:{known.id}")
        return person.give_role(work, here, Role.ADMIN)
    if here.payload != known.payload:
        work.people.save(here)
    return here


def sign_up(work: Work, actor: Person) -> Person:
    """Make the person a trainee; a second tap changes nothing."""
    if Role.TRAINEE in actor.roles:
        return actor
    audit.record(work, actor.id, "person.sign_up", f"person:{actor.id}")
    return person.give_role(work, actor, Role.TRAINEE)


def set_reachable(work: Work, known: Person, *, reachable: bool) -> Person:
    """Note that the person blocked the bot, or came back; whatever else they changed meanwhile stays.

    The admins are told that a member cannot be reached, once an hour at most; whoever comes back gets what they missed.
    """
    current = work.people.lock(known.id)
    changed = replace(current, reachable=reachable)
    if changed == current:
        return current
    work.people.set_reachable(known.id, reachable=reachable)
    audit.record(work, known.id, "person.reachable", f"person:{known.id}", reachable=int(reachable))
    if reachable:
        work.outbox.revive(known.id, work.now - MISSED)
    elif not is_visitor(known):
        key = f"unreachable:{known.id}:{work.now:%Y%m%d%H}"
        outbox.tell_admins(work, key, Kind.UNREACHABLE, {"name": current.name}, but=[known.id])
    return changed


def forget_payload(work: Work, actor: Person) -> Person:
    """The deep link has been followed."""
    followed = replace(actor, payload="")
    if followed != actor:
        work.people.save(followed)
    return followed


def is_visitor(somebody: Person) -> bool:
    return somebody.roles == VISITOR
