"""Buying: what is on sale, what a package brings, the invoice, and what became of the money."""

from datetime import date

from bot.chat import Rows, Screen
from bot.keyboards import purchase as keys
from bot.keyboards.booking import OpenBooking, PickTime
from bot.keyboards.button import Home
from bot.words import Words
from domain.availability import Minute, instant_of
from domain.package import Package
from domain.permission import Permission
from domain.person import Person
from domain.purchase import Charge, Credit, Purchase, Terms
from domain.studio import Studio
from payments.telegram_invoice import Invoice, invoice_for


def shop(words: Words, somebody: Person, packages: list[Package], free: int, slot: str, *, online: bool) -> Screen:
    """What is on sale, in the studio's order; `slot` is where the way back leads."""
    may_price = somebody.may(Permission.PRICE)
    lines = [words.t("<b>Buy units</b>"), words.n("You have {n} unit free.", "You have {n} units free.", free)]
    if packages:
        lines += [_validity(words, each) for each in packages if each.valid_days]
        lines += _limits(words, somebody, online=online)
    else:
        lines.append(_empty(words, may_price=may_price))
    at = _pick_time(slot)
    return Screen("\n".join(lines), keys.shop(words, packages, slot, at or Home(), may_price=may_price))


def terms(words: Words, somebody: Person, offered: Terms, slot: str, *, online: bool) -> Screen:
    """What so many of a package bring, before anything is paid."""
    units, price = words.units(offered.units), words.money(offered.amount_minor, offered.package.currency)
    each = words.money(offered.package.unit_price_minor, offered.package.currency)
    lines = [
        words.t("<b>{units} · {price}</b>", units=units, price=price)
        if offered.units == 1
        else words.t("<b>{units} · {price}</b> ({each} each)", units=units, price=price, each=each),
        _last_day(words, offered.package.valid_days, offered.expires_on),
        words.n("Then you have {n} unit free.", "Then you have {n} units free.", offered.available),
        *_limits(words, somebody, online=online),
    ]
    payable = online and somebody.may(Permission.BUY)
    return Screen("\n".join(lines), keys.terms(words, offered, slot, payable=payable))


def invoice(words: Words, ordered: Purchase, studio: Studio, provider_token: str) -> tuple[Invoice, Rows]:
    """The invoice of an order with its buttons; Telegram shows it without markup."""
    what = words.plain(
        "Training units of {minutes} minutes at {studio}.", minutes=studio.unit_minutes, studio=studio.name
    )
    made = invoice_for(ordered, words.units(ordered.units), what, provider_token)
    return made, keys.invoice(words, words.money(ordered.amount_minor, ordered.currency))


def paid(words: Words, credit: Credit) -> Screen:
    """The units are there; the way on is the slot they were bought for, while it lies ahead."""
    free = credit.balance.available
    lines = [
        words.t("✓ <b>{units} added.</b> {free} free.", units=words.units(credit.lot.issued), free=free),
    ]
    if credit.lot.expires_on:
        lines.append(words.t("Valid until {day}.", day=words.day(credit.lot.expires_on)))
    at = _pick_time(credit.purchase.return_to)
    start = instant_of(Minute(at.start)) if at else words.now
    if at and start > words.now:
        return Screen("\n".join(lines), keys.paid(words, words.plain("Book {when}", when=words.when(start)), at))
    return Screen("\n".join(lines), keys.paid(words, words.plain("Book a session"), OpenBooking()))


def unmatched(words: Words, charge: Charge) -> Screen:
    text = words.t(
        "Your payment of {amount} arrived, but it fits no order of yours. It is kept, and the studio has been told: "
        "they will give you the units or the money back.",
        amount=words.money(charge.amount_minor, charge.currency),
    )
    return Screen(text, keys.only_home(words))


def offline(words: Words) -> str:
    return words.plain("Online payment is off here. Ask at the desk to buy units.")


def invoice_refused(words: Words) -> str:
    return words.plain("This amount cannot be paid online. Nothing was charged. Ask at the desk, or choose another.")


def invoice_is_out(words: Words) -> str:
    return words.plain("The invoice is below.")


def put_away(words: Words) -> str:
    return words.plain("The invoice is put away.")


def try_again(words: Words) -> str:
    """For the payment form."""
    return words.plain("Something went wrong on our side. Try again in a moment; nothing was charged.")


def _empty(words: Words, *, may_price: bool) -> str:
    if may_price:
        return words.t("<b>Nothing is on sale yet.</b> Put the first units on sale under Packages.")
    return words.t("<b>Nothing is on sale right now.</b> Ask the studio, or come back later.")


def _validity(words: Words, package: Package) -> str:
    return words.n(
        "{units}: valid {n} day", "{units}: valid {n} days", package.valid_days or 0, units=words.units(package.units)
    )


def _last_day(words: Words, valid_days: int | None, expires_on: date | None) -> str:
    if valid_days is None or expires_on is None:
        return words.t("They do not expire.")
    day = words.day(expires_on)
    return words.n("Valid {n} day, until {day}.", "Valid {n} days, until {day}.", valid_days, day=day)


def _limits(words: Words, somebody: Person, *, online: bool) -> list[str]:
    """Why this person cannot pay here, and what to do about it."""
    lines = []
    if not online:
        lines.append(words.t("{text}", text=offline(words)))
        if somebody.may(Permission.SETTINGS):
            lines.append(
                words.t("To switch it on, set <code>PAYMENT_PROVIDER_TOKEN</code> (@BotFather → Payments) and restart.")
            )
    if not somebody.may(Permission.BUY):
        lines.append(words.t("This is what trainees see; only they can buy."))
    return lines


def _pick_time(slot: str) -> PickTime | None:
    parts = keys.slot_of(slot)
    return PickTime(trainer=parts[0], type=parts[1], start=parts[2]) if parts else None
