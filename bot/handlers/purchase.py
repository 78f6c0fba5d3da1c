"""Buying units: from the shop to the invoice, the answer to the pre-checkout, and the credit of a payment."""

import asyncio
from typing import Any, NamedTuple

import structlog
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import PreCheckoutQuery, SuccessfulPayment

from bot.action import Actions, Superseded, Turn
from bot.chat import Screen
from bot.keyboards.purchase import OpenShop, Pay, PickPackage, PutAway, slot_of
from bot.screens import problem
from bot.screens import purchase as screens
from domain import ledger, purchase, welcome
from domain.error import Refusal
from domain.ids import PackageId
from domain.package import Package
from domain.permission import Permission
from domain.person import Person
from domain.purchase import Charge, Credit, OfferChanged, WrongPayer
from payments.telegram_invoice import charge_of

APPROVE_WITHIN_SECONDS = 7.0
"""Telegram gives up on a pre-checkout after 10 seconds; a "no" has to fit in as well."""
DECLINE_WITHIN_SECONDS = 2.0
on = Actions()
log = structlog.get_logger()


class NotCredited(Exception):
    """A captured payment met a refusal. Money is never refused, so the update has to be tried again."""


class Shelf(NamedTuple):
    """What the shop shows: the packages on sale, and the units somebody has already."""

    packages: list[Package]
    free: int


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
    if not turn.settings.provider_token:
        await turn.refuse(screens.offline(turn.words), await _shop(turn, slot))
        return
    try:
        ordered = await turn.transact(
            purchase.order, turn.actor, PackageId(wanted.package), wanted.quantity, slot, agreed_minor=wanted.amount
        )
    except OfferChanged as changed:
        await turn.refuse(problem.words_for(turn.words, changed), await _shop(turn, slot))
        return
    if ordered.again:
        await turn.answer(screens.invoice_is_out(turn.words))
    else:
        await _send_invoice(turn, ordered.purchase)


@on.tap(PutAway, may=Permission.EVERYONE)
async def put_away(turn: Turn[PutAway]) -> None:
    if turn.origin.screen_id is not None:
        await turn.chat.delete(turn.origin.screen_id)
    await turn.answer(screens.put_away(turn.words))


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
    await turn.show(screens.paid(turn.words, credit) if credit else screens.unmatched(turn.words, charge))


async def _shop(turn: Turn[Any], back: str) -> Screen:
    shelf = await turn.read(_shelf, turn.actor)
    online = bool(turn.settings.provider_token)
    return screens.shop(turn.words, turn.actor, shelf.packages, shelf.free, _clean(back), online=online)


async def _show_terms(turn: Turn[Any], at: PickPackage | Pay) -> None:
    try:
        offered = await turn.read(purchase.terms, turn.actor, PackageId(at.package), at.quantity)
    except Refusal as gone:
        await turn.refuse(problem.words_for(turn.words, gone), await _shop(turn, at.back))
        return
    online = bool(turn.settings.provider_token)
    await turn.show(screens.terms(turn.words, turn.actor, offered, _clean(at.back), online=online))


async def _send_invoice(turn: Turn[Pay], ordered: purchase.Purchase) -> None:
    invoice, rows = screens.invoice(turn.words, ordered, turn.studio, turn.settings.provider_token)
    try:
        await turn.invoice(invoice, rows)
    except TelegramBadRequest as refused:
        log.warning("telegram refused an invoice", purchase_id=ordered.id, reason=refused.message)
        await turn.refuse(screens.invoice_refused(turn.words), await _shop(turn, ordered.return_to))


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


def _shelf(work: Any, somebody: Person) -> Shelf:
    on_sale = [each for each in work.packages.list_all() if each.on_sale]
    lots = work.ledger.list_lots(somebody.id)
    return Shelf(on_sale, ledger.balance(lots, work.studio.get().date_of(work.now)).available)


def _credit(work: Any, turn: Turn[SuccessfulPayment], charge: Charge) -> Credit | None:
    """Somebody unknown who paid is known from now on."""
    payer = turn.person or welcome.arrive(work, turn.origin.sender, turn.settings.admin_ids)
    return purchase.credit(work, payer, charge)
