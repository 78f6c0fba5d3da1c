"""Buttons of the admin's panel: the ways to everything an admin can set up, the next step first."""

from aiogram.types import InlineKeyboardButton

from bot.chat import Rows
from bot.keyboards.adjustment import OpenAdjust
from bot.keyboards.button import Style, button, home
from bot.keyboards.invite import AlsoTrain, OpenInvite
from bot.keyboards.package import OpenPackages
from bot.keyboards.studio import OpenSettings
from bot.words import Words
from domain.permission import Role
from domain.person import Person
from domain.setup import Setup


def panel(words: Words, somebody: Person, facts: Setup) -> Rows:
    train = (button(words.plain("I also train"), AlsoTrain()),) if Role.TRAINER not in somebody.roles else ()
    return (
        (_packages(words, facts), button(words.plain("Give or take units"), OpenAdjust())),
        (_invite(words, facts), *train),
        (button(words.plain("Settings"), OpenSettings()), home(words)),
    )


def _packages(words: Words, facts: Setup) -> InlineKeyboardButton:
    missing = bool(facts.trainers) and not facts.on_sale
    return button(words.plain("Packages"), OpenPackages(), Style.PRIMARY if missing else None)


def _invite(words: Words, facts: Setup) -> InlineKeyboardButton:
    return button(words.plain("Invite staff"), OpenInvite(), None if facts.trainers else Style.PRIMARY)
