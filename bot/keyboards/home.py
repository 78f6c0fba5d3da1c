"""Buttons of the home screens, one set for each role's view."""

from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards.adjustment import OpenAdjust
from bot.keyboards.balance import OpenBalance
from bot.keyboards.booking import OpenBooking, OpenSessions
from bot.keyboards.button import Home, Style, button
from bot.keyboards.day import OpenDay
from bot.keyboards.hours import OpenHours
from bot.keyboards.invite import AlsoTrain, OpenInvite
from bot.keyboards.package import OpenPackages
from bot.keyboards.profile import AskRole, OpenProfile
from bot.keyboards.purchase import OpenShop
from bot.keyboards.studio import OpenAdmin, OpenSettings
from bot.words import Words
from domain.permission import Role
from domain.person import Person


def trainee(words: Words, somebody: Person, *, has_units: bool) -> Rows:
    """The next step first: who has no units buys some."""
    book = button(words.plain("Book a session"), OpenBooking(), Style.PRIMARY if has_units else None)
    buy = button(words.plain("Buy units"), OpenShop(), None if has_units else Style.PRIMARY)
    return (
        (book,) if has_units else (buy,),
        (button(words.plain("My sessions"), OpenSessions()), button(words.plain("My units"), OpenBalance())),
        (buy if has_units else book, *_last(words, somebody)),
    )


def trainer(words: Words, somebody: Person) -> Rows:
    return (
        (button(words.plain("Today"), OpenDay(), Style.PRIMARY), button(words.plain("My hours"), OpenHours())),
        _last(words, somebody),
    )


def admin(words: Words, somebody: Person) -> Rows:
    train = (button(words.plain("I also train"), AlsoTrain()),) if Role.TRAINER not in somebody.roles else ()
    panel = button(words.plain("How the studio stands"), OpenAdmin())
    return (
        (button(words.plain("Packages"), OpenPackages()), button(words.plain("Give or take units"), OpenAdjust())),
        (button(words.plain("Invite staff"), OpenInvite()), button(words.plain("Settings"), OpenSettings())),
        (*train, panel),
        _last(words, somebody),
    )


def desk(words: Words, somebody: Person) -> Rows:
    return (_last(words, somebody),)


def again(words: Words) -> Rows:
    return ((button(words.plain("⌂ Home"), Home()),),)


def _last(words: Words, somebody: Person) -> tuple[InlineKeyboardButton, ...]:
    switch = (button(words.plain("Switch role"), AskRole()),) if len(somebody.roles) > 1 else ()
    return (*switch, button(words.plain("Profile"), OpenProfile()))
