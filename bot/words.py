"""Putting things into words, in one reader's language and zone: gettext for sentences, Babel for dates and money.

`t` makes HTML in which every value is escaped; `plain` makes the text of buttons and toasts, which know no markup.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from gettext import NullTranslations
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency, get_currency_precision
from babel.support import Translations

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "bot"
ENGLISH = "en"
SHORT_NAME = 20


class Html(str):
    """Text that is markup already and is not escaped again."""

    __slots__ = ()


@lru_cache
def languages() -> tuple[str, ...]:
    """The languages there are texts for, English first."""
    return (ENGLISH, *sorted(found.parent.parent.name for found in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


@lru_cache
def _translations(language: str) -> NullTranslations:
    return Translations.load(LOCALES, [language], DOMAIN)


@lru_cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse("en_GB" if language == ENGLISH else language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


@dataclass(frozen=True, slots=True)
class Words:
    """One reader's language and zone, as of one instant; `studio_zone` is named where the two differ."""

    language: str
    zone: str
    studio_zone: str
    now: datetime

    def t(self, text: str, /, **values: object) -> str:
        """The sentence in the reader's language with its values, HTML-escaped."""
        return _translations(self.language).gettext(text).format(**_escaped(values))

    def n(self, one: str, many: str, count: int, /, **values: object) -> str:
        """The sentence in the form that the number asks for, HTML-escaped; `{n}` is the number."""
        text = _translations(self.language).ngettext(one, many, count)
        return text.format(n=count, **_escaped(values))

    def plain(self, text: str, /, **values: object) -> str:
        """The same without markup, for buttons, toasts and invoices."""
        return _translations(self.language).gettext(text).format(**values)

    @staticmethod
    def escaped(text: str) -> str:
        """Text without markup, as part of a screen."""
        return escape(text, quote=False)

    @staticmethod
    def capital(text: str) -> str:
        """A part of a sentence, as it begins one."""
        return text[:1].upper() + text[1:]

    def short(self, name: str) -> str:
        """A name that leaves room for what stands after it on a button or line."""
        return name if len(name) <= SHORT_NAME else name[: SHORT_NAME - 1] + "…"

    def units(self, count: int) -> str:
        return self.n("{n} unit", "{n} units", count)

    def money(self, amount_minor: int, currency: str) -> str:
        """`€25` or `€22.50`, in the reader's way of writing money."""
        digits = get_currency_precision(currency)
        whole = amount_minor % 10**digits == 0
        text: str = format_currency(
            amount_minor / 10**digits,
            currency,
            locale=_locale(self.language),
            currency_digits=not whole,
            decimal_quantization=True,
            format=None if not whole else _whole_format(self.language),
        )
        return text

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(ZoneInfo(self.zone))

    @property
    def today(self) -> date:
        return self.local(self.now).date()

    def time(self, instant: datetime) -> str:
        """`18:00`; a time that occurs twice that night carries its offset."""
        local = self.local(instant)
        text = f"{local:%H:%M}"
        twin = local.replace(fold=1 - local.fold)
        return f"{text} ({_offset(local)})" if twin.utcoffset() != local.utcoffset() else text

    def second(self, instant: datetime) -> str:
        """`18:00:59`, for what is a matter of seconds."""
        return f"{self.local(instant):%H:%M:%S}"

    def day(self, day: date) -> str:
        """`Thu 3 Dec`, with the year where it is not this one."""
        pattern = "EEE d MMM" if day.year == self.today.year else "EEE d MMM y"
        text: str = format_date(day, pattern, locale=_locale(self.language))
        return text

    def days(self, first: date, last: date) -> str:
        """`Thu 24 Dec – Sat 2 Jan 2027`, or the one day."""
        return self.day(first) if first == last else f"{self.day(first)} – {self.day(last)}"

    def short_day(self, day: date) -> str:
        """`Thu 3`, for a strip of days."""
        text: str = format_date(day, "EEE d", locale=_locale(self.language))
        return text

    def weekday(self, number: int, width: str = "short") -> str:
        """`Mo`, as `abbreviated` `Mon`, as `wide` `Monday`; 0 is Monday."""
        names = _locale(self.language).days["stand-alone"][width]
        return str(names[number])

    def month(self, day: date) -> str:
        """`December`."""
        text: str = format_date(day, "LLLL", locale=_locale(self.language))
        return text

    def long_day(self, day: date) -> str:
        """`Thursday 3 December`."""
        text: str = format_date(day, "EEEE d MMMM", locale=_locale(self.language))
        return text

    def when(self, instant: datetime) -> str:
        """`today 18:00`, `tomorrow 18:00` or `Thu 3 Dec, 18:00`."""
        day = self.local(instant).date()
        away = (day - self.today).days
        if away == 0:
            return self.plain("today {time}", time=self.time(instant))
        if away == 1:
            return self.plain("tomorrow {time}", time=self.time(instant))
        return self.dated(instant)

    def dated(self, instant: datetime) -> str:
        """`Thu 3 Dec, 18:00`, whatever day it is."""
        return self.plain("{day}, {time}", day=self.day(self.local(instant).date()), time=self.time(instant))

    def span(self, start: datetime, end: datetime) -> str:
        """`Thu 3 Dec, 18:00–18:40`."""
        day = self.day(self.local(start).date())
        return self.plain("{day}, {start}–{end}", day=day, start=self.time(start), end=self.time(end))

    def city(self, zone: str | None = None) -> str:
        """The zone as people say it: `Berlin`."""
        return (zone or self.zone).rpartition("/")[2].replace("_", " ")

    def at_studio(self) -> "Words":
        """The same reader's language with the studio's clock."""
        return Words(self.language, self.studio_zone, self.studio_zone, self.now)

    def away(self, instant: datetime) -> str:
        """`in 2 days`, `in 3 h`, `in 20 min`, `now`."""
        days = (self.local(instant).date() - self.today).days
        minutes = max(0, round((instant - self.now).total_seconds() / 60))
        if days >= 2:
            return self.n("in {n} day", "in {n} days", days)
        if minutes >= 120:
            return self.plain("in {n} h", n=minutes // 60)
        return self.plain("in {n} min", n=minutes) if minutes else self.plain("now")

    def length(self, minutes: int) -> str:
        """`40 min`, `12 h`, `2 days`: a length as settings name it."""
        if minutes and minutes % 1440 == 0:
            return self.n("{n} day", "{n} days", minutes // 1440)
        if minutes and minutes % 60 == 0:
            return self.plain("{n} h", n=minutes // 60)
        return self.plain("{n} min", n=minutes)


def _escaped(values: dict[str, object]) -> dict[str, object]:
    return {
        name: escape(value, quote=False) if isinstance(value, str) and not isinstance(value, Html) else value
        for name, value in values.items()
    }


def _offset(local: datetime) -> str:
    text = f"{local:%z}"
    return f"UTC{text[:3]}" + (f":{text[3:5]}" if text[3:5] != "00" else "")


@lru_cache
def _whole_format(language: str) -> str:
    pattern: str = _locale(language).currency_formats["standard"].pattern
    return pattern.replace(".00", "")
