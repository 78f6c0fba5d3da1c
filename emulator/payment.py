"""Invoices and how they are paid: the bot's pre-checkout answer, the payer's card, the charge, the service message."""

import asyncio
import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from emulator.message import Message
from emulator.person import Person
from emulator.room import ImpossibleError

if TYPE_CHECKING:
    from emulator.chat import Telegram

Json = dict[str, Any]

PRE_CHECKOUT_SECONDS = 10
_CARDS = {
    "4242424242424242": "",
    "4000000000000002": "Your card was declined.",
    "4000000000009995": "Your card has insufficient funds.",
}
_INVALID_NUMBER = "Your card number is invalid."
_NO_ANSWER = "The bot did not answer in time. Try again later."


@dataclass(frozen=True)
class PayResult:
    """How an attempt to pay ended; the reason is what the payer is shown."""

    ok: bool
    declined_reason: str = ""
    telegram_payment_charge_id: str = ""
    provider_payment_charge_id: str = ""


@dataclass(frozen=True)
class Order:
    """What an invoice sells; money in the currency's smallest unit. The payload is the bot's own.

    `needs` names what the payer has to fill in: name, phone_number, email.
    """

    title: str
    description: str
    payload: str
    currency: str
    prices: tuple[tuple[str, int], ...]
    start_parameter: str = ""
    photo_url: str = ""
    max_tip_minor: int = 0
    needs: tuple[str, ...] = ()

    @property
    def total_minor(self) -> int:
        """The sum of the prices, without a tip."""
        return sum(amount for _, amount in self.prices)

    def as_invoice(self) -> Json:
        """The Bot API's Invoice."""
        return {
            "title": self.title,
            "description": self.description,
            "start_parameter": self.start_parameter,
            "currency": self.currency,
            "total_amount": self.total_minor,
        }

    def as_json(self) -> Json:
        """What the browser needs."""
        return {
            "title": self.title,
            "description": self.description,
            "currency": self.currency,
            "total_minor": self.total_minor,
            "prices": [{"label": label, "amount_minor": amount} for label, amount in self.prices],
            "photo_url": self.photo_url,
            "paid": False,
        }


@dataclass(frozen=True)
class Charge:
    """Money taken from a payer, for whoever checks the bot's books against it."""

    person_id: int
    payload: str
    currency: str
    total_minor: int
    telegram_payment_charge_id: str
    provider_payment_charge_id: str
    at: datetime


@dataclass
class PreCheckout:
    """A question to the bot that is open until it is answered or its time is over."""

    id: str
    asked_at: datetime
    verdict: "asyncio.Future[str]"


class Cashier:
    """Orders by invoice message and by link, open pre-checkout queries, and the charges that were made."""

    def __init__(self, telegram: "Telegram", provider_token: str) -> None:
        self.provider_token = provider_token
        self.charges: list[Charge] = []
        self._telegram = telegram
        self._orders: dict[tuple[int, int], Order] = {}
        self._links: dict[str, Order] = {}
        self._open: dict[str, PreCheckout] = {}
        self._numbers = itertools.count(1)

    def attach(self, message: Message, order: Order) -> None:
        """The message is this order's invoice."""
        self._orders[message.chat_id, message.id] = order

    def link(self, order: Order) -> str:
        """A link under which anybody can pay the order."""
        url = f"https://t.me/$invoice-{next(self._numbers)}"
        self._links[url] = order
        return url

    def order_of_link(self, url: str) -> Order:
        """What a link sells."""
        if url not in self._links:
            raise ImpossibleError(f"{url} is no invoice link")
        return self._links[url]

    async def pay_message(self, person: Person, message: Message, card: str, tip_minor: int) -> PayResult:
        """Pay an invoice message; it may be paid more than once."""
        order = self._orders.get((message.chat_id, message.id))
        if order is None:
            raise ImpossibleError(f"message {message.id} is no invoice")
        self._tell(person, message.id, "checking", "Checking with the bot…")
        result = await self._pay(person, order, card, tip_minor)
        if result.ok and message.invoice is not None:
            message.invoice["paid"] = True
            self._telegram.changed(message)
        self._tell(person, message.id, "paid" if result.ok else "declined", result.declined_reason)
        return result

    async def pay_link(self, person: Person, url: str, card: str, tip_minor: int) -> PayResult:
        """Pay what a link sells."""
        return await self._pay(person, self.order_of_link(url), card, tip_minor)

    def answer(self, query_id: str, refusal: str) -> bool:
        """The bot's answer; an empty refusal approves. False when there is no such question, or no longer."""
        question = self._open.pop(query_id, None)
        if question is None or question.verdict.done():
            return False
        if self._telegram.clock.now() - question.asked_at > timedelta(seconds=PRE_CHECKOUT_SECONDS):
            return False
        question.verdict.set_result(refusal)
        return True

    async def _pay(self, person: Person, order: Order, card: str, tip_minor: int) -> PayResult:
        if not 0 <= tip_minor <= order.max_tip_minor:
            raise ImpossibleError(f"a tip of {tip_minor} is not offered")
        number = "".join(card.split())
        if number not in _CARDS:
            return PayResult(ok=False, declined_reason=_INVALID_NUMBER)
        total = order.total_minor + tip_minor
        reason = await self._ask_bot(person, order, total) or _CARDS[number]
        if reason:
            return PayResult(ok=False, declined_reason=reason)
        return self._charge(person, order, total)

    def _order_info(self, person: Person, order: Order) -> Json:
        """What the payer fills in, as the field that carries it; no field when nothing is asked for."""
        filled_in = {
            "name": f"{person.first_name} {person.last_name}".strip(),
            "phone_number": f"+49151{person.id % 10**8:08d}",
            "email": f"person{person.id}@example.com",
        }
        return {"order_info": {name: filled_in[name] for name in order.needs}} if order.needs else {}

    async def _ask_bot(self, person: Person, order: Order, total: int) -> str:
        """Why the payment may not go on; empty when the bot approves in time."""
        telegram = self._telegram
        verdict: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        question = PreCheckout(f"{5_000_000_000 + next(self._numbers)}", telegram.clock.now(), verdict)
        self._open[question.id] = question
        query = {
            "id": question.id,
            "from": person.as_user(),
            "currency": order.currency,
            "total_amount": total,
            "invoice_payload": order.payload,
            **self._order_info(person, order),
        }
        telegram.updates.add(
            "pre_checkout_query", telegram.built("PreCheckoutQuery", query), f"pre-checkouts {person.id}"
        )
        return await self._verdict(question)

    async def _verdict(self, question: PreCheckout) -> str:
        late = asyncio.create_task(self._telegram.clock.sleep(PRE_CHECKOUT_SECONDS))
        try:
            waiting: set[asyncio.Future[Any]] = {question.verdict, late}
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            return question.verdict.result() if question.verdict.done() else _NO_ANSWER
        finally:
            late.cancel()
            self._open.pop(question.id, None)

    def _charge(self, person: Person, order: Order, total: int) -> PayResult:
        telegram, number = self._telegram, next(self._numbers)
        charge = Charge(
            person_id=person.id,
            payload=order.payload,
            currency=order.currency,
            total_minor=total,
            telegram_payment_charge_id=f"tg_charge_{person.id}_{number}",
            provider_payment_charge_id=f"ch_demo_{number:08d}",
            at=telegram.clock.now(),
        )
        self.charges.append(charge)
        paid = {
            "currency": charge.currency,
            "total_amount": charge.total_minor,
            "invoice_payload": charge.payload,
            "telegram_payment_charge_id": charge.telegram_payment_charge_id,
            "provider_payment_charge_id": charge.provider_payment_charge_id,
            **self._order_info(person, order),
        }
        message = telegram.post(person.id, "service", {"successful_payment": paid}, sender_id=person.id)
        telegram.updates.add("message", telegram.message_json(message), f"chat {person.id}")
        return PayResult(True, "", charge.telegram_payment_charge_id, charge.provider_payment_charge_id)

    def _tell(self, person: Person, message_id: int, state: str, text: str) -> None:
        self._telegram.emit("payment", person_id=person.id, message_id=message_id, state=state, text=text)
