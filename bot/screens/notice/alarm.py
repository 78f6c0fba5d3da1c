"""Notices of what went wrong on our side, to the admins and to whom it concerns."""

from bot.chat import Screen
from bot.keyboards import notice as keys
from bot.keyboards.notice import Values
from bot.screens import zone
from bot.words import Words
from domain.outbox import Kind
from payments.telegram_invoice import AMOUNT_REFUSED


def payment_unmatched(words: Words, values: Values) -> Screen:
    text = words.t(
        "<b>A payment fits no order</b>: {amount} from {name}. It is kept. "
        "Give the units with /adjust, or refund it at the payment provider.",
        amount=_amount(words, values),
        name=str(values["name"]),
    )
    return Screen(text, keys.plain(words))


def payment_missing(words: Words, values: Values) -> Screen:
    text = words.t(
        "<b>A payment is missing</b>: {name} was let through to pay {amount} half an hour ago, and nothing came. "
        "Look at the payment provider whether it was taken.",
        amount=_amount(words, values),
        name=str(values["name"]),
    )
    return Screen(text, keys.plain(words))


def invoice_refused(words: Words, values: Values) -> Screen:
    if values["code"] == AMOUNT_REFUSED:
        text = words.t(
            "<b>{amount} cannot be paid online</b>: the payment provider takes no amount so small or so large. "
            "Change the price in /packages. The buyer was sent to the desk.",
            amount=_amount(words, values),
        )
    else:
        text = words.t(
            "<b>Nobody can pay online</b>: Telegram refuses invoices ({code}). Check PAYMENT_PROVIDER_TOKEN "
            "(@BotFather, Payments) and CURRENCY. Until then buyers are sent to the desk.",
            code=str(values["code"]) or "?",
        )
    return Screen(text, keys.plain(words))


def update_failed(words: Words, values: Values) -> Screen:
    text = words.t(
        "Something went wrong on our side and your last step did not count. Please try again. (Reference {reference})",
        reference=str(values["reference"]),
    )
    return Screen(text, keys.plain(words))


def update_dead(words: Words, values: Values) -> Screen:
    text = words.t(
        "<b>A message could not be handled</b> after several tries{who}. Reference {reference} is in the log.",
        who=words.plain(", from {name}", name=str(values["name"])) if values["name"] else "",
        reference=str(values["reference"]),
    )
    return Screen(text, keys.plain(words))


def notice_dead(words: Words, values: Values) -> Screen:
    name, what = str(values["name"]), _about(words, Kind(str(values["kind"])))
    if values.get("starts_at"):
        what = words.plain("{what} ({when})", what=what, when=words.dated(keys.instant(values, "starts_at")))
    if values["in_doubt"]:
        text = words.t(
            "<b>{name} may not have got a message</b>: {what}. Nothing has said whether it arrived; please ask them.",
            name=name,
            what=what,
        )
    else:
        text = words.t(
            "<b>A message to {name} could not be delivered</b>: {what}. Please tell them yourself. "
            "The log says why, under notice {notice}.",
            name=name,
            what=what,
            notice=values["notice"],
        )
    return Screen(zone.noted(words, text) if values.get("starts_at") else text, keys.to_person(words, values))


def lag(words: Words, values: Values) -> Screen:
    lines = [words.t("<b>The bot is behind.</b> Nothing is lost, it will catch up.")]
    if minutes := keys.number(values, "updates_minutes"):
        lines.append(words.t("Somebody has waited {minutes} min for an answer.", minutes=minutes))
    if minutes := keys.number(values, "notices_minutes"):
        lines.append(words.t("A notice is {minutes} min late.", minutes=minutes))
    return Screen("\n".join(lines), keys.plain(words))


def unreachable(words: Words, values: Values) -> Screen:
    text = words.t("<b>{name} has blocked the bot</b> and gets no reminders.", name=str(values["name"]))
    return Screen(text, keys.plain(words))


def token_refused(words: Words, _values: Values) -> Screen:
    text = words.t(
        "<b>Telegram refused the bot’s token</b> for a while, so nothing went out. It works again. "
        "If you did not change the token yourself, ask @BotFather for a new one."
    )
    return Screen(text, keys.plain(words))


def webhook_failing(words: Words, values: Values) -> Screen:
    text = words.t(
        "<b>Telegram cannot reach the bot</b>, so people get no answers. Updates that wait there: {waiting}. "
        "Telegram says: “{problem}”. Look at the proxy, its certificate, and WEBHOOK_URL. "
        "Messages are kept for a day.",
        waiting=values["waiting"],
        problem=str(values["problem"]),
    )
    return Screen(text, keys.plain(words))


def _about(words: Words, kind: Kind) -> str:
    """What a notice is about, for whoever has to pass it on."""
    about = {
        Kind.BOOKED: words.plain("a new booking"),
        Kind.CANCELLED: words.plain("a cancelled session"),
        Kind.CANCELLED_BY_TRAINER: words.plain("a cancelled session"),
        Kind.MOVED: words.plain("a moved session"),
        Kind.MOVED_BY_TRAINER: words.plain("a moved session"),
        Kind.REMINDER: words.plain("the reminder of a session"),
        Kind.NUDGE: words.plain("the question whether a session took place"),
        Kind.RECEIPT: words.plain("the receipt of a session"),
        Kind.MISSED: words.plain("a missed session"),
        Kind.DISPUTED: words.plain("a complaint about a session"),
        Kind.SETTLED: words.plain("a complaint that is settled"),
        Kind.SETTLED_BY_STAFF: words.plain("a complaint that is settled"),
        Kind.COMPLAINT_SETTLED: words.plain("a complaint that is settled"),
        Kind.ADJUSTED: words.plain("units given or taken"),
        Kind.EXPIRED: words.plain("units that expired"),
        Kind.JOINED: words.plain("somebody who joined the staff"),
        Kind.PAYMENT_UNMATCHED: words.plain("a payment that fits no order"),
        Kind.PAYMENT_MISSING: words.plain("a payment that is missing"),
        Kind.INVOICE_REFUSED: words.plain("an invoice that Telegram refused"),
        Kind.MISMATCH: words.plain("books that do not agree"),
        Kind.UPDATE_FAILED: words.plain("a step that did not count"),
        Kind.UPDATE_DEAD: words.plain("a message that could not be handled"),
        Kind.LAG: words.plain("the bot being behind"),
        Kind.UNREACHABLE: words.plain("somebody who has blocked the bot"),
        Kind.TOKEN_REFUSED: words.plain("the bot’s token that was refused"),
        Kind.WEBHOOK_FAILING: words.plain("Telegram not reaching the bot"),
        Kind.REFRESH: words.plain("the pinned card with the day"),
    }
    return about.get(kind, words.plain("something that happened"))


def _amount(words: Words, values: Values) -> str:
    return words.money(keys.number(values, "amount_minor"), str(values["currency"]))
