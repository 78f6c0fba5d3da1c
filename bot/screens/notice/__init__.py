"""Notices as screens: one function for each kind, from plain values, as of the moment of sending."""

from collections.abc import Callable

from bot.chat import Screen
from bot.keyboards import notice as keys
from bot.keyboards.notice import Values
from bot.screens import adjustment, reconcile
from bot.screens.notice import alarm, booking, complaint
from bot.words import Words
from domain.outbox import Kind
from domain.permission import Role


def screen_for(words: Words, kind: Kind, values: Values) -> Screen:
    """The message of a notice; every kind has one."""
    return SCREENS[kind](words, values)


def adjusted(words: Words, values: Values) -> Screen:
    units = keys.number(values, "units")
    facts = {"units": words.units(abs(units)), "reason": adjustment.reason(words, str(values["reason"]))}
    if units > 0:
        return Screen(words.t("<b>{units} added</b> to your balance: {reason}", **facts), keys.to_balance(words))
    return Screen(words.t("<b>{units} taken</b> from your balance: {reason}", **facts), keys.to_balance(words))


def expired(words: Words, values: Values) -> Screen:
    text = words.t("<b>{units} expired</b>.", units=words.units(keys.number(values, "units")))
    return Screen(text, keys.to_balance(words))


def joined(words: Words, values: Values) -> Screen:
    names = {
        Role.TRAINER.name: words.plain("trainer"),
        Role.FRONT_DESK.name: words.plain("front desk"),
        Role.ADMIN.name: words.plain("admin"),
    }
    role = names[str(values["role"])]
    return Screen(words.t("<b>{name}</b> joined: {role}.", name=str(values["name"]), role=role), keys.plain(words))


SCREENS: dict[Kind, Callable[[Words, Values], Screen]] = {
    Kind.BOOKED: booking.booked,
    Kind.CANCELLED: booking.cancelled,
    Kind.CANCELLED_BY_TRAINER: booking.cancelled_by_trainer,
    Kind.MOVED: booking.moved,
    Kind.MOVED_BY_TRAINER: booking.moved_by_trainer,
    Kind.REMINDER: booking.reminder,
    Kind.NUDGE: booking.nudge,
    Kind.RECEIPT: booking.receipt,
    Kind.MISSED: booking.missed,
    Kind.DISPUTED: complaint.disputed,
    Kind.SETTLED: complaint.settled,
    Kind.SETTLED_BY_STAFF: complaint.settled_by_staff,
    Kind.COMPLAINT_SETTLED: complaint.complaint_settled,
    Kind.ADJUSTED: adjusted,
    Kind.EXPIRED: expired,
    Kind.JOINED: joined,
    Kind.PAYMENT_UNMATCHED: alarm.payment_unmatched,
    Kind.PAYMENT_MISSING: alarm.payment_missing,
    Kind.INVOICE_REFUSED: alarm.invoice_refused,
    Kind.MISMATCH: reconcile.alarm,
    Kind.UPDATE_FAILED: alarm.update_failed,
    Kind.UPDATE_DEAD: alarm.update_dead,
    Kind.NOTICE_DEAD: alarm.notice_dead,
    Kind.LAG: alarm.lag,
    Kind.UNREACHABLE: alarm.unreachable,
    Kind.TOKEN_REFUSED: alarm.token_refused,
    Kind.WEBHOOK_FAILING: alarm.webhook_failing,
}
