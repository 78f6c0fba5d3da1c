"""Buying units: from the shop to the invoice, the answer to the pre-checkout, and the credit of a payment."""

import asyncio
from typing import Any, NamedTuple

import structlog
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import PreCheckoutQuery, SuccessfulPayment

from bot.action import Actions, Superseded, Turn
from bot.chat import Screen
from bot.keyboards import purchase as keys
from bot.keyboards.purchase import OpenShop, OtherAmount, Pay, PickPackage, PutAway, Slot, slot_of
from bot.ports import Work
from bot.screens import problem
from bot.screens import purchase as screens
from bot.screens.purchase import Goal, Gone
from domain import credit, ledger, package, purchase, quote, schedule, welcome
from domain.availability import Minute, instant_of
from domain.credit import Credit, report_refused_invoice
from domain.error import Refusal
from domain.ids import BookingId, PackageId, PersonId, PurchaseId, TypeId
from domain.lot import Balance
from domain.package import Package
from domain.permission import Permission
from domain.person import Person
from domain.purchase import AlreadyPaid, Charge, OfferChanged, Status, Terms, WrongPayer
from domain.schedule import Wish
from payments.telegram_invoice import charge_of, code_of

APPROVE_WITHIN_SECONDS = 7.0
"""Telegram gives up on a pre-checkout after 10 seconds; a "no" has to fit in as well."""
DECLINE_WITHIN_SECONDS = 2.0
on = Actions()
log = structlog.get_logger()


class NotCredited(Exception):
    """A captured payment met a refusal. Money is never refused, so the update has to be tried again."""


class Shelf(NamedTuple):
    """What the shop shows: the packages on sale, the units somebody has already, and the slot they are to pay."""

    packages: list[Package]
    free: Balance
    goal: Goal | None


@on.command("buy", may=Permission.MEMBER)
async def buy(turn: Turn[str]) -> None:
    await turn.show(await _shop(turn, ""))


@on.tap(OpenShop, may=Permission.MEMBER)
async def shop(turn: Turn[OpenShop]) -> None:
    await turn.show(await _shop(turn, turn.data.back))


@on.tap(PickPackage, may=Permission.MEMBER)
async def pick_package(turn: Turn[PickPackage]) -> None:
    await _show_terms(turn, turn.data)


async def show_terms_again(turn: Turn[Pay]) -> None:
    """A tap that comes too late shows today's terms."""
    await _show_terms(turn, turn.data)


@on.tap(Pay, may=Permission.BUY, late=show_terms_again)
async def pay(turn: Turn[Pay]) -> None:
    wanted, slot = turn.data, _clean(turn.data.back)
    if not turn.settings.online:
        await turn.refuse(screens.offline(turn.words), await _shop(turn, slot))
        return
    try:
        ordered = await turn.transact(
            purchase.order,
            turn.actor,
            PackageId(wanted.package),
            wanted.quantity,
            slot,
            agreed_minor=wanted.amount,
            after=wanted.after,
            offer_message_id=turn.origin.screen_id,
        )
    except AlreadyPaid as paid:
        await turn.refuse(problem.words_for(turn.words, paid), screens.settled(turn.words, paid.purchase))
    except OfferChanged as changed:
        await turn.refuse(problem.words_for(turn.words, changed), await _shop(turn, slot))
    else:
        if ordered.again:
            await turn.answer(screens.invoice_is_out(turn.words))
        else:
            await _send_invoice(turn, ordered.purchase)


@on.tap(PutAway, may=Permission.EVERYONE)
async def put_away(turn: Turn[PutAway]) -> None:
    """An unpaid invoice goes, and its offer can be taken again. A paid one stays, without this button."""
    made, invoice_id = await _put_away(turn, turn.data.purchase), turn.origin.screen_id
    assert invoice_id is not None, "only a tap puts away"
    if made.status is Status.PAID:
        await turn.answer(screens.is_receipt(turn.words, made), alert=True)
        await turn.chat.set_buttons(invoice_id, keys.receipt(turn.words, made))
        return
    await turn.answer(screens.put_away(turn.words))
    await turn.chat.delete(invoice_id)
    if made.offer_message_id is not None:
        await turn.chat.amend(made.offer_message_id, await _offer_again(turn, made))


@on.tap(OtherAmount, may=Permission.MEMBER)
async def other_amount(turn: Turn[OtherAmount]) -> None:
    """The unpaid invoice goes before another can come, so that only one of them is paid."""
    made = await _put_away(turn, turn.data.purchase)
    if made.status is Status.PAID:
        await turn.show(screens.settled(turn.words, made))
        return
    await turn.chat.delete(turn.data.invoice)
    await turn.show(await _shop(turn, made.return_to), toast=screens.put_away(turn.words))


@on.event("pre_checkout", may=Permission.EVERYONE)
async def pre_checkout(turn: Turn[PreCheckoutQuery]) -> None:
    """Promise the order first, then say yes; whatever goes wrong becomes a no in time."""
    try:
        async with asyncio.timeout(_seconds_left(turn)):
            await _approve(turn)
    except Superseded:
        raise
    except Refusal as refusal:
        await _decline(turn, problem.words_for(turn.words, refusal))
    except Exception:
        log.exception("pre-checkout failed", update_id=turn.origin.update_id)
        await _decline(turn, screens.try_again(turn.words))


@on.event("payment", may=Permission.EVERYONE)
async def payment(turn: Turn[SuccessfulPayment]) -> None:
    paid = turn.data
    charge = charge_of(
        telegram_id=paid.telegram_payment_charge_id,
        provider_id=paid.provider_payment_charge_id,
        payload=paid.invoice_payload,
        amount_minor=paid.total_amount,
        currency=paid.currency,
    )
    try:
        credit = await turn.transact(_credit, turn, charge)
    except Refusal as refusal:
        raise NotCredited(refusal.code) from refusal
    if credit is None:
        await turn.show(screens.unmatched(turn.words, charge))
        return
    made = credit.purchase
    goal = await turn.read(_way_on, made.person_id, made.return_to)
    await turn.show(screens.paid(turn.words, credit, goal))
    if made.offer_message_id is not None:
        await turn.chat.amend(made.offer_message_id, screens.settled(turn.words, made))


async def _shop(turn: Turn[Any], back: str) -> Screen:
    slot = _clean(back)
    shelf = await turn.read(_shelf, turn.actor, slot)
    online = turn.settings.online
    return screens.shop(turn.words, turn.actor, shelf.packages, shelf.free, slot, shelf.goal, online=online)


async def _show_terms(turn: Turn[Any], at: PickPackage | Pay) -> None:
    try:
        await turn.show(await _terms(turn, at))
    except Refusal as gone:
        await turn.refuse(problem.words_for(turn.words, gone), await _shop(turn, at.back))


async def _terms(turn: Turn[Any], at: PickPackage | Pay) -> Screen:
    slot = _clean(at.back)
    offered, goal = await turn.read(_offered, turn.actor, at, slot)
    online = turn.settings.online
    return screens.terms(turn.words, turn.actor, offered, slot, goal, online=online)


async def _put_away(turn: Turn[Any], purchase_id: int) -> purchase.Purchase:
    return await turn.transact(purchase.put_away, turn.actor, PurchaseId(purchase_id))


async def _offer_again(turn: Turn[Any], made: purchase.Purchase) -> Screen:
    """The terms of an order as they are today, or the shop where it is not on sale any more."""
    at = PickPackage(package=made.package_id, quantity=made.quantity, back=made.return_to)
    try:
        return await _terms(turn, at)
    except Refusal:
        return await _shop(turn, made.return_to)


async def _send_invoice(turn: Turn[Pay], made: purchase.Purchase) -> None:
    """Send it, and turn the offer into a card that cannot be paid a second time."""
    invoice, rows = screens.invoice(turn.words, made, turn.studio, turn.settings.provider_token)
    try:
        invoice_id = await turn.invoice(invoice, rows)
    except TelegramBadRequest as refused:
        code = code_of(refused.message)
        log.warning("telegram refused an invoice", purchase_id=made.id, reason=code)
        await turn.report(report_refused_invoice, made, code)
        await turn.refuse(screens.invoice_refused(turn.words, code), await _shop(turn, made.return_to))
        return
    if turn.origin.screen_id is not None:
        await turn.chat.amend(turn.origin.screen_id, screens.ordered(turn.words, made, invoice_id))


async def _approve(turn: Turn[PreCheckoutQuery]) -> None:
    query = turn.data
    if turn.person is None:
        raise WrongPayer
    await turn.transact(purchase.approve, turn.person, query.invoice_payload, query.total_amount, query.currency)
    await turn.chat.approve(query.id)


async def _decline(turn: Turn[PreCheckoutQuery], why: str) -> None:
    """Say no, unless Telegram has given up on the question already."""
    try:
        async with asyncio.timeout(DECLINE_WITHIN_SECONDS):
            await turn.chat.decline(turn.data.id, why)
    except (TelegramAPIError, TimeoutError):
        log.warning("a pre-checkout stayed without answer", update_id=turn.origin.update_id)


def _seconds_left(turn: Turn[PreCheckoutQuery]) -> float:
    return APPROVE_WITHIN_SECONDS - (turn.now - turn.origin.received_at).total_seconds()


def _clean(back: str) -> str:
    """The slot a button names; anything else is forged and dropped."""
    return back if slot_of(back) else ""


def _shelf(work: Work, somebody: Person, slot: str) -> Shelf:
    return Shelf(package.on_sale(work), ledger.balance_of(work, somebody.id), _goal(work, somebody.id, slot))


def _offered(work: Work, somebody: Person, at: PickPackage | Pay, slot: str) -> tuple[Terms, Goal | None]:
    offered = purchase.terms(work, somebody, PackageId(at.package), at.quantity)
    return offered, _goal(work, somebody.id, slot)


def _way_on(work: Work, buyer_id: PersonId, slot: str) -> Goal | Gone | None:
    """The slot that was paid for, or what is nearest to it where somebody else has it or it is too late."""
    wanted, goal = slot_of(slot), _goal(work, buyer_id, slot)
    if goal is not None or wanted is None or wanted.moving:
        return goal
    start = instant_of(Minute(wanted.start))
    try:
        nearest = schedule.nearest(work, _wish(work, buyer_id, wanted), start)
    except Refusal:
        return None
    return Gone(start, nearest, work.studio.get().minimum_notice_minutes)


def _goal(work: Work, buyer_id: PersonId, slot: str) -> Goal | None:
    """What booking (or moving to) the slot would mean now; None where there is none, or it cannot be had (any more)."""
    wanted = slot_of(slot)
    if wanted is None:
        return None
    start = instant_of(Minute(wanted.start))
    try:
        terms = quote.of(work, _wish(work, buyer_id, wanted), start)
    except Refusal:
        return None
    studio = work.studio.get()
    return Goal(terms, studio.date_of(start), studio.date_of(work.now))


def _wish(work: Work, buyer_id: PersonId, slot: Slot) -> Wish:
    moving_id = BookingId(slot.moving) if slot.moving else None
    return quote.wish(work, work.people.get(buyer_id), PersonId(slot.trainer), TypeId(slot.type), moving_id)


def _credit(work: Work, turn: Turn[SuccessfulPayment], charge: Charge) -> Credit | None:
    """Somebody unknown who paid is known from now on."""
    payer = turn.person or welcome.arrive(work, turn.origin.sender, turn.settings.admin_ids)
    return credit.credit(work, payer, charge)
