"""The proof of the books: a line for each check, what does not agree first, and the alarm about it."""

from collections.abc import Callable, Collection, Mapping

from bot.chat import Screen
from bot.keyboards import reconcile as keys
from bot.words import Words
from domain.outbox import Value
from domain.reconcile import Check, Finding, agree

SHOWN = 3


def findings(words: Words, found: Collection[Finding]) -> Screen:
    when = words.dated(words.now)
    if agree(found):
        lines = [words.t("✓ <b>The books agree</b>, {when}.", when=when), ""]
    else:
        lines = [words.t("✗ <b>The books do not agree</b>, {when}.", when=when), _advice(words), ""]
    lines += [_wrong(words, each) for each in found if each.wrong]
    lines += [_agrees(words, each) for each in found if not each.wrong]
    return Screen("\n".join(lines), keys.findings(words))


def alarm(words: Words, values: dict[str, Value]) -> Screen:
    """The notice: what does not agree, and how often."""
    names = [
        words.plain("{check} ({count})", check=_name(words, check), count=values[check])
        for check in Check
        if check in values
    ]
    text = words.t("<b>The books do not agree</b>: {checks}.", checks=", ".join(names))
    return Screen(f"{text}\n{_advice(words)}", keys.alarm(words))


def _advice(words: Words) -> str:
    return words.t(
        "Nothing was changed. Whoever runs the bot should make a backup and look at what "
        "<code>session-tracker reconcile</code> says."
    )


def _wrong(words: Words, found: Finding) -> str:
    shown, more = ", ".join(found.wrong[:SHOWN]), len(found.wrong) - SHOWN
    if more > 0:
        shown = words.plain("{shown} and {more} more", shown=shown, more=more)
    return words.t("✗ <b>{check}</b>: {wrong}", check=_name(words, found.check), wrong=shown)


def _agrees(words: Words, found: Finding) -> str:
    said = SAID[found.check](words, found.counted, found.figures)
    return words.t("{check}: {said}", check=_name(words, found.check), said=said)


def _name(words: Words, check: Check) -> str:
    return {
        Check.ACCOUNTS: words.plain("Accounts"),
        Check.LOTS: words.plain("Lots"),
        Check.HOLDS: words.plain("Holds"),
        Check.CHARGES: words.plain("Payments"),
        Check.CELLS: words.plain("Times"),
        Check.BOOKINGS: words.plain("Bookings"),
    }[check]


SAID: dict[Check, Callable[[Words, int, Mapping[str, int]], str]] = {
    Check.ACCOUNTS: lambda words, counted, units: words.plain(
        "{counted}, as lots and ledger have them; {free} free, {held} held",
        counted=counted,
        free=words.units(units["available"]),
        held=units["held"],
    ),
    Check.LOTS: lambda words, counted, units: words.plain(
        "{counted}, all adding up; {issued} issued, {used} used",
        counted=counted,
        issued=words.units(units["issued"]),
        used=units["redeemed"],
    ),
    Check.HOLDS: lambda words, counted, units: words.plain(
        "{held}, for active bookings: {counted}", held=words.units(units["held"]), counted=counted
    ),
    Check.CHARGES: lambda words, counted, charges: words.plain(
        "{counted}; {credited} became units once, {unmatched} fit no order",
        counted=counted,
        credited=charges["credited"],
        unmatched=charges["unmatched"],
    ),
    Check.CELLS: lambda words, counted, _: words.plain("taken by sessions to come alone: {counted}", counted=counted),
    Check.BOOKINGS: lambda words, counted, _: words.plain("{counted} active, each with its session", counted=counted),
}
