"""Buying: what is on sale, what a package brings, the invoice, and what became of the money."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.chat import Rows, Screen
from bot.keyboards import purchase as keys
from bot.keyboards.booking import OpenBooking
from bot.keyboards.button import Home, day_number
from bot.keyboards.purchase import OpenShop
from bot.keyboards.slot import PickDay, PickTime
from bot.screens.slot import taken
from bot.words import Words
from domain.credit import Credit
from domain.lot import Balance
from domain.package import Package, cheapest, lasts_until
from domain.permission import Permission
from domain.person import Person
from domain.purchase import Charge, Purchase, Terms
from domain.quote import Quote
from domain.schedule import Offer
from domain.studio import Studio
from payments.telegram_invoice import AMOUNT_REFUSED, Invoice, invoice_for


@dataclass(frozen=True, slots=True)
class Gone:
    """The start that units were bought for and that cannot be booked any more, with the nearest that can."""

    starts_at: datetime
    nearest: list[Offer]
    notice_minutes: int


@dataclass(frozen=True, slots=True)
class Goal:
    """The slot that units are bought for: what booking it would mean, on which studio date, and the date today."""

    quote: Quote
    on: date
    today: date

    def lasts(self, package: Package) -> bool:
        """Whether units of this package, bought now, can still be used for the slot."""
        return lasts_until(package, self.today, self.on)

    def exact(self, packages: list[Package]) -> tuple[Package, int] | None:
        """The best way to buy just the units that are missing."""
        missing = self.quote.missing
        return cheapest([each for each in packages if self.lasts(each)], missing) if missing else None


def shop(
    words: Words,
    somebody: Person,
    packages: list[Package],
    free: Balance,
    slot: str,
    goal: Goal | None,
    *,
    online: bool,
) -> Screen:
    """What is on sale, in the studio's order; `slot` is where the way back leads, `goal` what it needs."""
    may_price = somebody.may(Permission.PRICE)
    lines = [words.t("<b>Buy units</b>"), _wanted(words, goal) if goal else _free(words, free.available)]
    if packages:
        lines += [_validity(words, each) for each in packages if each.valid_days]
        lines += _limits(words, somebody, online=online)
    else:
        lines.append(_empty(words, may_price=may_price))
    exact = goal.exact(packages) if goal else None
    at = _pick_time(slot)
    return Screen("\n".join(lines), keys.shop(words, packages, exact, slot, at or Home(), may_price=may_price))


def terms(words: Words, somebody: Person, offered: Terms, slot: str, goal: Goal | None, *, online: bool) -> Screen:
    """What so many of a package bring, before anything is paid."""
    units, price = words.units(offered.units), words.money(offered.amount_minor, offered.package.currency)
    each = words.money(offered.package.unit_price_minor, offered.package.currency)
    lines = [
        words.t("<b>{units} · {price}</b>", units=units, price=price)
        if offered.units == 1
        else words.t("<b>{units} · {price}</b> ({each} each)", units=units, price=price, each=each),
        _last_day(words, offered),
        _then(words, offered, goal),
        *([_validity(words, offered.cheaper)] if offered.cheaper and offered.cheaper.valid_days else []),
        *_limits(words, somebody, online=online),
    ]
    payable = online and somebody.may(Permission.BUY)
    return Screen("\n".join(lines), keys.terms(words, offered, slot, payable=payable))


def invoice(words: Words, made: Purchase, studio: Studio, provider_token: str) -> tuple[Invoice, Rows]:
    """The invoice of an order with its buttons; Telegram shows it without markup."""
    what = words.plain(
        "Training units of {minutes} minutes at {studio}.", minutes=studio.unit_minutes, studio=studio.name
    )
    return invoice_for(made, words.units(made.units), what, provider_token), keys.invoice(words, made)


def ordered(words: Words, made: Purchase, invoice_id: int) -> Screen:
    """The offer, once its invoice is out."""
    text = words.t("<b>{units} · {price}</b>", units=words.units(made.units), price=_price(words, made))
    return Screen(text + "\n" + words.escaped(invoice_is_out(words)), keys.ordered(words, made, invoice_id))


def settled(words: Words, made: Purchase) -> Screen:
    """The offer, once it is paid."""
    text = words.t("✓ <b>Paid</b>: {units}, {price}.", units=words.units(made.units), price=_price(words, made))
    return Screen(text, keys.settled(words))


def paid(words: Words, credit: Credit, goal: Goal | Gone | None) -> Screen:
    """The units are there; the way on is the slot they were bought for, or another time where it is gone."""
    free = credit.balance.available
    lines = [
        words.t("✓ <b>{units} added.</b> {free} free.", units=words.units(credit.lot.issued), free=free),
    ]
    if credit.lot.expires_on:
        lines.append(words.t("Last day {day}.", day=words.day(credit.lot.expires_on)))
    at = _pick_time(credit.purchase.return_to)
    if goal is None or at is None:
        return Screen("\n".join(lines), keys.paid(words, words.plain("Book a session"), OpenBooking()))
    if isinstance(goal, Gone):
        lines.append(words.escaped(taken(words, goal.starts_at, goal.nearest, goal.notice_minutes)))
        day = day_number(words.local(goal.starts_at).date())
        again = PickDay(trainer=at.trainer, type=at.type, day=day)
        return Screen("\n".join(lines), keys.paid(words, words.plain("Pick another time"), again))
    when = words.dated(goal.quote.starts_at)
    if goal.quote.missing:
        lines.append(_wanted(words, goal))
        label = words.plain("Buy {units} more", units=words.units(goal.quote.missing))
        return Screen("\n".join(lines), keys.paid(words, label, OpenShop(back=credit.purchase.return_to)))
    label = words.plain("Move to {when}", when=when) if at.moving else words.plain("Book {when}", when=when)
    return Screen("\n".join(lines), keys.paid(words, label, at))


def unmatched(words: Words, charge: Charge) -> Screen:
    text = words.t(
        "Your payment of {amount} arrived, but it fits no order of yours. It is kept, and the studio has been told: "
        "they will give you the units or the money back.",
        amount=words.money(charge.amount_minor, charge.currency),
    )
    return Screen(text, keys.only_home(words))


def offline(words: Words) -> str:
    return words.plain("Online payment is off here. Ask at the desk to buy units.")


def invoice_refused(words: Words, code: str) -> str:
    if code == AMOUNT_REFUSED:
        return words.plain(
            "This amount cannot be paid online. Nothing was charged. Ask at the desk, or choose another."
        )
    return words.plain(
        "Online payment does not work right now. Nothing was charged. The studio has been told. Pay at the desk."
    )


def invoice_is_out(words: Words) -> str:
    return words.plain("The invoice is below.")


def put_away(words: Words) -> str:
    return words.plain("The invoice is put away.")


def is_receipt(words: Words, made: Purchase) -> str:
    return words.n(
        "This is paid; {n} unit is yours. It stays here as your receipt.",
        "This is paid; {n} units are yours. It stays here as your receipt.",
        made.units,
    )


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


def _last_day(words: Words, offered: Terms) -> str:
    if offered.package.valid_days is None or offered.expires_on is None:
        return words.n("It does not expire.", "They do not expire.", offered.units)
    return words.n(
        "Valid {n} day, last day {day}.",
        "Valid {n} days, last day {day}.",
        offered.package.valid_days,
        day=words.day(offered.expires_on),
    )


def _free(words: Words, available: int) -> str:
    return words.n("You have {n} unit free.", "You have {n} units free.", available)


def _wanted(words: Words, goal: Goal) -> str:
    """What the slot needs and what there is for it, counted on its own date."""
    quote = goal.quote
    text = words.t(
        "<b>{minutes} min with {trainer}, {when}</b> needs {units}; you have {available}.",
        minutes=quote.kind.minutes,
        trainer=quote.trainer.name,
        when=words.dated(quote.starts_at),
        units=words.units(quote.kind.units),
        available=quote.available,
    )
    if not quote.expiring:
        return text
    return text + " " + words.n("{n} more expires before then.", "{n} more expire before then.", quote.expiring)


def _then(words: Words, offered: Terms, goal: Goal | None) -> str:
    """The balance afterwards: as of the slot's date where the units are for one."""
    if goal is None:
        return words.n("Then you have {n} unit free.", "Then you have {n} units free.", offered.available)
    quote = goal.quote
    when = words.dated(quote.starts_at)
    if not goal.lasts(offered.package):
        return words.t("<b>They expire before {when}</b>, so they are of no use for it.", when=when)
    after = quote.available + offered.units
    needed = quote.kind.units
    return words.n(
        "Then you have {n} unit for {when}; it needs {needed}.",
        "Then you have {n} units for {when}; it needs {needed}.",
        after,
        when=when,
        needed=needed,
    )


def _price(words: Words, made: Purchase) -> str:
    return words.money(made.amount_minor, made.currency)


def _limits(words: Words, somebody: Person, *, online: bool) -> list[str]:
    """Why this person cannot pay here, and what to do about it."""
    lines = []
    if not online:
        lines.append(words.escaped(offline(words)))
        if somebody.may(Permission.SETTINGS):
            lines.append(
                words.t("To switch it on, set <code>PAYMENT_PROVIDER_TOKEN</code> (@BotFather → Payments) and restart.")
            )
    if not somebody.may(Permission.BUY):
        lines.append(words.t("This is what trainees see; only they can buy."))
    return lines


def _pick_time(slot: str) -> PickTime | None:
    found = keys.slot_of(slot)
    return PickTime(**found._asdict()) if found else None
