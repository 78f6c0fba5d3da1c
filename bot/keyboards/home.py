"""Buttons of the home screens, one set for each role's view, and of the features that a text may mean."""

import re
from typing import NamedTuple

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards.adjustment import OpenAdjust
from bot.keyboards.balance import OpenBalance
from bot.keyboards.booking import OpenBooking
from bot.keyboards.button import Home, Style, button
from bot.keyboards.day import OpenDay
from bot.keyboards.hours import OpenHours
from bot.keyboards.invite import AlsoTrain, OpenInvite
from bot.keyboards.package import OpenPackages
from bot.keyboards.profile import AskRole, OpenProfile
from bot.keyboards.purchase import OpenShop
from bot.keyboards.session import OpenSessions
from bot.keyboards.studio import OpenAdmin, OpenSettings
from bot.words import Words
from domain.overview import Overview
from domain.permission import Permission, Role
from domain.person import Person


class OpenHelp(CallbackData, prefix="help"):
    """What can I do here?"""


def trainee(words: Words, somebody: Person, *, has_units: bool) -> Rows:
    """Always in the same places; only the colour tells which step is next."""
    book = button(words.plain("Book a session"), OpenBooking(), Style.PRIMARY if has_units else None)
    buy = button(words.plain("Buy units"), OpenShop(), None if has_units else Style.PRIMARY)
    return (
        (book,),
        (buy, button(words.plain("My sessions"), OpenSessions())),
        (button(words.plain("My units"), OpenBalance()), button(words.plain("Profile"), OpenProfile())),
        (*_switch(words, somebody), _help(words)),
    )


def trainer(words: Words, somebody: Person, facts: Overview) -> Rows:
    label = words.plain("Today · {n} to complete", n=facts.waiting) if facts.waiting else words.plain("Today")
    today = button(label, OpenDay(), Style.PRIMARY if facts.has_hours else None)
    hours = (
        button(words.plain("My hours"), OpenHours())
        if facts.has_hours
        else button(words.plain("Set my hours"), OpenHours(), Style.PRIMARY)
    )
    return (
        (today, hours) if facts.has_hours else (hours, today),
        _last(words, somebody),
    )


def admin(words: Words, somebody: Person, facts: Overview) -> Rows:
    """The first step that is still to be done is the main one."""
    own_hours = (button(words.plain("My hours"), OpenHours()),) if Role.TRAINER in somebody.roles else ()
    train = own_hours or (button(words.plain("I also train"), AlsoTrain()),)
    invite = button(words.plain("Invite staff"), OpenInvite(), None if facts.trainers else Style.PRIMARY)
    selling = Style.PRIMARY if facts.trainers and not facts.on_sale else None
    return (
        (invite, *train),
        (
            button(words.plain("Packages"), OpenPackages(), selling),
            button(words.plain("Give or take units"), OpenAdjust()),
        ),
        (button(words.plain("Overview"), OpenAdmin()), button(words.plain("Settings"), OpenSettings())),
        _last(words, somebody),
    )


def desk(words: Words, somebody: Person) -> Rows:
    return (_last(words, somebody),)


def again(words: Words) -> Rows:
    return ((button(words.plain("⌂ Home"), Home()),),)


def closed(words: Words, somebody: Person) -> Rows:
    """Whoever runs the studio can become what they are not."""
    may_train = somebody.may(Permission.INVITE) and Role.TRAINER not in somebody.roles
    train = ((button(words.plain("I also train"), AlsoTrain()),),) if may_train else ()
    return (*train, *again(words))


def guessed(words: Words, somebody: Person, said: str) -> Rows:
    """The features that one of the words names, for whoever may use them."""
    heard = set(re.findall(r"\w+", said.casefold()))
    fitting = [each for each in _features(words) if somebody.may(each.may) and heard & set(each.names.split())]
    return tuple((button(each.label, each.data),) for each in fitting)


class _Feature(NamedTuple):
    """A button, and the words by which people ask for it."""

    may: Permission
    label: str
    data: CallbackData
    names: str


def _features(words: Words) -> list[_Feature]:
    return [
        _Feature(
            Permission.BOOK,
            words.plain("Book a session"),
            OpenBooking(),
            words.plain("book booking appointment reserve train training free slot"),
        ),
        _Feature(
            Permission.BOOK,
            words.plain("My sessions"),
            OpenSessions(),
            words.plain("cancel move reschedule postpone change session sessions history week late"),
        ),
        _Feature(
            Permission.BOOK, words.plain("My units"), OpenBalance(), words.plain("unit units balance left expire")
        ),
        _Feature(
            Permission.BUY,
            words.plain("Buy units"),
            OpenShop(),
            words.plain("buy pay price prices cost costs shop package packages"),
        ),
        _Feature(
            Permission.TEACH,
            words.plain("Today"),
            OpenDay(),
            words.plain("today tomorrow day week complete sessions schedule calendar"),
        ),
        _Feature(
            Permission.TEACH,
            words.plain("My hours"),
            OpenHours(),
            words.plain("hours work holiday vacation ill sick off break pause availability"),
        ),
        _Feature(
            Permission.ADJUST, words.plain("Give or take units"), OpenAdjust(), words.plain("adjust give take units")
        ),
        _Feature(
            Permission.PRICE, words.plain("Packages"), OpenPackages(), words.plain("package packages price prices")
        ),
        _Feature(Permission.INVITE, words.plain("Invite staff"), OpenInvite(), words.plain("invite staff trainer")),
        _Feature(
            Permission.SETTINGS,
            words.plain("Settings"),
            OpenSettings(),
            words.plain("setting settings rules notice place address"),
        ),
        _Feature(
            Permission.MEMBER,
            words.plain("Profile"),
            OpenProfile(),
            words.plain("profile name zone timezone language reminder reminders"),
        ),
    ]


def _switch(words: Words, somebody: Person) -> tuple[InlineKeyboardButton, ...]:
    return (button(words.plain("Switch role"), AskRole()),) if len(somebody.roles) > 1 else ()


def _help(words: Words) -> InlineKeyboardButton:
    return button(words.plain("Help"), OpenHelp())


def _last(words: Words, somebody: Person) -> tuple[InlineKeyboardButton, ...]:
    return (*_switch(words, somebody), button(words.plain("Profile"), OpenProfile()), _help(words))
