"""Buttons of the studio's settings, and the one that opens the admin's panel (`setup`)."""

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards.button import Style, back, button, grid, home
from bot.words import Words

CANCEL_NOTICE = "cancel_notice_minutes"
MINIMUM_NOTICE = "minimum_notice_minutes"
HORIZON = "horizon_days"
LEADS = "reminder_leads"
PLACE = "place"
FIELDS = (CANCEL_NOTICE, MINIMUM_NOTICE, HORIZON, LEADS, PLACE)
DAY = 1440
CHOICES: dict[str, tuple[int, ...]] = {
    CANCEL_NOTICE: (0, 6 * 60, 12 * 60, DAY, 2 * DAY),
    MINIMUM_NOTICE: (0, 30, 60, 4 * 60, DAY),
    HORIZON: (7, 14, 30, 60, 90),
}
LEAD_CHOICES = ((DAY, 120), (2 * DAY, DAY), (DAY,), (120,), ())


class OpenAdmin(CallbackData, prefix="ad"):
    """The admin's panel."""


class OpenSettings(CallbackData, prefix="ad.s"):
    """The studio's settings."""


class AskSetting(CallbackData, prefix="ad.f"):
    """What one of `FIELDS` is now, and what it can be."""

    field: str


class SetSetting(CallbackData, prefix="ad.v"):
    """Give a setting this value: a number, lead times joined by `-`, or nothing."""

    field: str
    value: str


def settings(words: Words, names: dict[str, str]) -> Rows:
    fields = [button(name, AskSetting(field=field)) for field, name in names.items()]
    return (*grid(fields, 2), (back(words, OpenAdmin()), home(words)))


def setting(words: Words, field: str, current: str) -> Rows:
    """The choices that need no typing; the present one is marked."""
    picks = [_pick(words, field, value, label, current) for value, label in _choices(words, field)]
    columns = 1 if field == LEADS else 3
    return (*grid(picks, columns), (back(words, OpenSettings()), home(words)))


def _pick(words: Words, field: str, value: str, label: str, current: str) -> InlineKeyboardButton:
    shown = words.plain("• {choice} •", choice=label) if value == current else label
    return button(shown, SetSetting(field=field, value=value), Style.PRIMARY if value == current else None)


def _choices(words: Words, field: str) -> list[tuple[str, str]]:
    if field == PLACE:
        return [("", words.plain("No place"))]
    if field == LEADS:
        return [(packed(leads), leads_label(words, leads)) for leads in LEAD_CHOICES]
    return [(str(value), number_label(words, field, value)) for value in CHOICES[field]]


def number_label(words: Words, field: str, value: int) -> str:
    """`12 h before`, `the start`, `1 h`, `none`, `30 days`."""
    if field == CANCEL_NOTICE:
        return words.plain("{length} before", length=words.length(value)) if value else words.plain("the start")
    if field == HORIZON:
        return words.length(value * DAY)
    return words.length(value) if value else words.plain("none")


def packed(leads: tuple[int, ...]) -> str:
    """Lead times as a button carries them."""
    return "-".join(str(lead) for lead in leads)


def unpacked(value: str) -> tuple[int, ...]:
    """The lead times that a button carries; a forged one is a `ValueError`."""
    return tuple(int(lead) for lead in value.split("-")) if value else ()


def leads_label(words: Words, leads: tuple[int, ...]) -> str:
    """`1 day before and again 2 h before`, so that it is not read as one length."""
    if not leads:
        return words.plain("No reminders")
    each = [words.plain("{length} before", length=words.length(lead)) for lead in leads]
    return words.plain(" and again ").join(each)
