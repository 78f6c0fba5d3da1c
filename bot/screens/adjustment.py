"""Giving and taking units: whose, how many, why, and what it makes of the balance."""

from bot.chat import Screen
from bot.keyboards import adjustment as keys
from bot.screens import reach
from bot.words import Words
from domain.adjustment import Account, Adjustment, Reason, TooFewToTake
from domain.ledger import Entry
from domain.lot import Balance, Move
from domain.person import Person


def people(words: Words, shown: list[Person], page: int, *, more: bool) -> Screen:
    text = words.t("<b>Give or take units</b>\nWhose? Tap a name, or type part of one. The newest people come first.")
    return Screen(text, keys.people(words, shown, page, more=more))


def found(words: Words, wanted: str, shown: list[Person], *, more: bool) -> Screen:
    if not shown:
        text = words.t("Nobody's name contains “{wanted}”. Type another part, or fewer letters.", wanted=wanted)
    elif more:
        text = words.t("Many names contain “{wanted}”. These come first; type more letters for others.", wanted=wanted)
    else:
        text = words.t("Names with “{wanted}”. Tap one, or type another part.", wanted=wanted)
    return Screen(text, keys.found(words, shown))


def card(words: Words, account: Account) -> Screen:
    lines = [
        words.t("<b>{name}</b>", name=account.person.name),
        _since(words, account.person),
        balance(words, account.balance),
        *(_entry(words, entry) for entry in account.history),
        "",
        words.t("How many to give or take? Tap, or type a number, for example <i>+4</i> or <i>-2</i>."),
    ]
    return Screen("\n".join(lines), keys.card(words, account.person.id))


def ask_reason(words: Words, account: Account, units: int) -> Screen:
    lines = [
        words.t(
            "<b>{name}: {units}</b>\nWhy? {name} will read the reason. "
            "Tap one, or type it, for example <i>Welcome gift</i>.",
            name=account.person.name,
            units=_change(words, units),
        )
    ]
    if not account.person.reachable:
        lines.append(reach.to_be_called(words, account.person.name))
    return Screen(
        "\n".join(lines), keys.reasons(words, account.person.id, units, {each: reason(words, each) for each in Reason})
    )


def confirm(words: Words, account: Account, units: int, why: str, cause: str) -> Screen:
    free = account.balance.available
    lines = [
        words.t("<b>{name}: {units}</b>", name=account.person.name, units=_change(words, units)),
        _since(words, account.person),
        words.t("Free units: {before} → <b>{after}</b>", before=free, after=free + units),
        words.t("Reason, as {name} will read it: {why}", name=account.person.name, why=reason(words, why)),
    ]
    if units > 0:
        lines.append(words.t("They never expire, and nothing is charged."))
    else:
        lines.append(words.t("The soonest to expire are taken. No money goes back, and held units stay."))
    return Screen("\n".join(lines), keys.confirm(words, account.person.id, units, cause, free))


def done(words: Words, what: Adjustment) -> Screen:
    facts: dict[str, object] = {"name": what.person.name, "units": words.units(abs(what.units))}
    if what.again:
        text = words.t("This had been counted already, once.")
    else:
        text = (
            words.t("✓ <b>{units} given</b> to {name}.", **facts)
            if what.units > 0
            else words.t("✓ <b>{units} taken</b> from {name}.", **facts)
        )
        text += "\n" + reach.told(words, what.person.name, reachable=what.person.reachable)
    return Screen(f"{text}\n{balance(words, what.balance)}", keys.done(words, what.person.id))


def too_few(words: Words, refusal: TooFewToTake) -> str:
    return words.n(
        "{wanted} cannot be taken: only {n} is free. Held units belong to booked sessions.",
        "{wanted} cannot be taken: only {n} are free. Held units belong to booked sessions.",
        refusal.available,
        wanted=words.units(refusal.wanted),
    )


def left_open(words: Words) -> str:
    return words.plain("Nothing was given or taken: this confirmation is out of date. Please choose again.")


def balance(words: Words, of: Balance) -> str:
    text = words.t("Units: <b>{free} free</b> · {held} held", free=of.available, held=of.held)
    if of.expires_on is None:
        return text
    expiry = words.t("{count} expire {day}", count=of.expiring, day=words.day(of.expires_on))
    return f"{text} · {expiry}"


def reason(words: Words, why: str) -> str:
    """A kept reason in the reader's words; a typed one is as it was typed."""
    known: dict[str, str] = {
        Reason.GOODWILL: words.plain("goodwill"),
        Reason.CORRECTION: words.plain("correction"),
        Reason.CASH: words.plain("paid in cash"),
    }
    return known.get(why, why)


def _since(words: Words, somebody: Person) -> str:
    """What tells people of one name apart."""
    return words.t("Here since {when}", when=words.dated(somebody.arrived_at))


def _entry(words: Words, entry: Entry) -> str:
    units = -entry.units if entry.move is Move.WITHDRAW else entry.units
    day = words.day(words.local(entry.at).date())
    return words.t("{day}: {units} · {why}", day=day, units=keys.signed(units), why=reason(words, entry.reason))


def _change(words: Words, units: int) -> str:
    if units > 0:
        return words.plain("give {units}", units=words.units(units))
    return words.plain("take {units}", units=words.units(-units))
