"""Reading the amounts, numbers and lengths that people type, in whatever way they write them.

What a figure may be is the domain's business; days and times of day are `reading_time`'s.
"""

import re
import unicodedata
from decimal import Decimal
from typing import ClassVar

from babel.numbers import get_currency_precision, get_currency_symbol

from domain.error import Refusal

DAY_MINUTES = 1440
MINUTES = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 1),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 60),
    **dict.fromkeys(("d", "day", "days"), DAY_MINUTES),
    **dict.fromkeys(("w", "week", "weeks"), 7 * DAY_MINUTES),
}
NOTHING = frozenset({"none", "no", "off", "never", "-", "–", "0"})
PART = re.compile(r"(\d{1,6}(?:[.,]\d{1,2})?)\s*([^\W\d_]*)\.?\s*")
BETWEEN = re.compile(r"\s*(?:[;+&]|(?<=\D),|,(?=\s)|\band\b)\s*")
NUMBER = re.compile(r"([+\-−–]?)\s*(\d{1,9})(?:\s*[^\W\d_]+)?")


class AmountUnreadable(Refusal):
    """The text is no amount of money in this currency."""

    code: ClassVar[str] = "amount_unreadable"

    def __init__(self, currency: str) -> None:
        super().__init__(currency)
        self.currency = currency


class NumberUnreadable(Refusal):
    """The text is no whole number."""

    code: ClassVar[str] = "number_unreadable"


class LengthUnreadable(Refusal):
    """The text is no length of time, or it lacks its unit."""

    code: ClassVar[str] = "length_unreadable"


class DaysUnreadable(Refusal):
    """The text is no whole number of days."""

    code: ClassVar[str] = "days_unreadable"


class TextMissing(Refusal):
    """There is no text in the answer, but a picture or a sticker."""

    code: ClassVar[str] = "text_missing"


def amount(text: str | None, currency: str) -> int:
    """`220`, `220.50`, `€220`, `1.234,50 EUR` in minor units; three digits after a point are thousands where they can
    be no cents, and the first thousands are not 0. Raises `AmountUnreadable`.
    """
    digits: int = get_currency_precision(currency)
    found = _pattern(digits).fullmatch(_without_mark(text or "", currency))
    if found is None or (found["parting"] and int(found["whole"][0]) == 0):
        raise AmountUnreadable(currency)
    whole = "".join(c for c in found["whole"] if c.isdigit())
    return int(whole + (found["cents"] or "").ljust(digits, "0"))


def amount_example(currency: str) -> str:
    """How an amount of this currency may be typed."""
    digits = get_currency_precision(currency)
    return f"22.{'50'.ljust(digits, '0')}" if digits else "2200"


def number(text: str | None) -> int:
    """`4`, `+4`, `-2`, `10 units`; every kind of minus counts. Raises `NumberUnreadable`."""
    found = NUMBER.fullmatch((text or "").strip())
    if found is None:
        raise NumberUnreadable
    return -int(found[2]) if found[1] not in {"", "+"} else int(found[2])


def length(text: str | None, bare_minutes: int | None = None) -> int:
    """`12 h`, `1 day`, `90 min`, `1 h 30 min`, `0` in minutes; a number alone counts `bare_minutes` each, where given.

    Raises `LengthUnreadable`.
    """
    told = (text or "").strip().casefold()
    if told in NOTHING:
        return 0
    parts = list(PART.finditer(told))
    if not parts or "".join(part[0] for part in parts) != told:
        raise LengthUnreadable
    return sum(_minutes(part, bare_minutes) for part in parts)


def days(text: str | None) -> int:
    """`30`, `30 days`, `4 weeks` in whole days. Raises `DaysUnreadable`."""
    try:
        whole, rest = divmod(length(text, DAY_MINUTES), DAY_MINUTES)
    except LengthUnreadable:
        raise DaysUnreadable from None
    if rest:
        raise DaysUnreadable
    return whole


def lengths(text: str | None) -> tuple[int, ...]:
    """`1 day, 2 h` or `1d 2h` in minutes each; `none` is no length at all. Raises `LengthUnreadable`."""
    told = (text or "").strip().casefold()
    if told in NOTHING:
        return ()
    return tuple(length(part) for listed in BETWEEN.split(told) for part in _each(listed))


def _each(listed: str) -> list[str]:
    """Every figure with its unit by itself; what is no such list is left for `length` to refuse."""
    parts = [part[0].strip() for part in PART.finditer(listed)]
    return parts if parts and "".join(part[0] for part in PART.finditer(listed)) == listed else [listed]


def _minutes(part: re.Match[str], bare_minutes: int | None) -> int:
    each = MINUTES.get(part[2]) if part[2] else bare_minutes
    minutes = Decimal(part[1].replace(",", ".")) * (each or 0)
    if each is None or minutes != int(minutes):
        raise LengthUnreadable
    return int(minutes)


def _pattern(digits: int) -> re.Pattern[str]:
    """An amount with at most so many digits after the point; thousands are parted by one and the same sign."""
    cents = rf"(?:(?!(?P=parting))[.,٫](?P<cents>\d{{1,{digits}}}))?" if digits else "(?P<cents>)"
    plain = r"\d{1,12}"
    parted = r"\d{1,3}(?P<parting>[.,'’٬\s])\d{3}(?:(?P=parting)\d{3}){0,3}"
    return re.compile(rf"(?P<whole>{plain}|{parted}){cents}")


def _without_mark(text: str, currency: str) -> str:
    """The text without the currency's sign, code or name; a different currency is no amount here."""
    told = text.strip()
    body = told.strip("".join({c for c in told if c.isalpha() or unicodedata.category(c) == "Sc"}) + " \u00a0\u202f")
    mark = told.replace(body, "", 1).strip().casefold() if body else told
    symbol = get_currency_symbol(currency, "en").casefold()
    return body if mark in {"", currency.casefold(), symbol, symbol[-1:]} else told
