"""Buttons of the profile."""

from aiogram.filters.callback_data import CallbackData

from bot.chat import Rows
from bot.keyboards.button import Count, back, button, grid, home
from bot.words import Words, languages
from domain.permission import Role

ZONES = (
    "Europe/London",
    "Europe/Berlin",
    "Europe/Athens",
    "Europe/Moscow",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
)


class OpenProfile(CallbackData, prefix="pf"):
    """Show the profile."""


class AskName(CallbackData, prefix="pf.n"):
    """Let the person type a name."""


class AskZone(CallbackData, prefix="pf.z"):
    """Offer zones, or let the person type a city."""


class PickZone(CallbackData, prefix="pf.zp"):
    """Take this zone; the number is its place in `ZONES`."""

    index: Count


class AskLanguage(CallbackData, prefix="pf.l"):
    """Offer the languages there are."""


class PickLanguage(CallbackData, prefix="pf.lp"):
    """Use this language from now on."""

    code: str


class AskReminders(CallbackData, prefix="pf.r"):
    """Offer ways to be reminded."""


class PickReminders(CallbackData, prefix="pf.rp"):
    """Take these lead times: `studio` for the studio's, `none`, or minutes joined by `-`."""

    leads: str


class AskRole(CallbackData, prefix="pf.a"):
    """Offer the person's own roles."""


class PickRole(CallbackData, prefix="pf.as"):
    """Show the menu of this role from now on; the number is the role's value."""

    role: Count


def profile(words: Words) -> Rows:
    """The language is only offered where there is a choice."""
    language = (button(words.plain("Language"), AskLanguage()),) if len(languages()) > 1 else ()
    return (
        (button(words.plain("Name"), AskName()), button(words.plain("Time zone"), AskZone())),
        (button(words.plain("Reminders"), AskReminders()), *language),
        (home(words),),
    )


def zones(words: Words) -> Rows:
    picks = [button(words.city(zone), PickZone(index=index)) for index, zone in enumerate(ZONES)]
    return (*grid(picks, 3), (back(words, OpenProfile()),))


def language(words: Words, names: dict[str, str]) -> Rows:
    picks = [button(name, PickLanguage(code=code)) for code, name in names.items()]
    return (*grid(picks, 2), (back(words, OpenProfile()),))


def reminders(words: Words) -> Rows:
    return (
        (button(words.plain("As the studio does"), PickReminders(leads="studio")),),
        (button(words.plain("1 day before"), PickReminders(leads="1440")),),
        (button(words.plain("2 h before"), PickReminders(leads="120")),),
        (button(words.plain("1 day before and again 2 h before"), PickReminders(leads="1440-120")),),
        (button(words.plain("No reminders"), PickReminders(leads="none")),),
        (back(words, OpenProfile()),),
    )


def roles(words: Words, names: dict[Role, str], shown: Role) -> Rows:
    """The role whose menu is shown stands between dots."""
    picks = [
        button(words.plain("• {role} •", role=name) if role is shown else name, PickRole(role=role.value))
        for role, name in names.items()
    ]
    return (*grid(picks, 2), (home(words),))


def cancel_typing(words: Words) -> Rows:
    return ((button(words.plain("Cancel"), OpenProfile()),),)
