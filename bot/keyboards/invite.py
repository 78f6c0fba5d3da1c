"""Buttons of inviting staff."""

from urllib.parse import urlencode

from aiogram.filters.callback_data import CallbackData

from bot.chat import Rows
from bot.keyboards.button import Style, back, button, home, link
from bot.words import Words
from domain.permission import Role

SHARE = "https://t.me/share/url"


class OpenInvite(CallbackData, prefix="in"):
    """Whom to invite?"""


class WarnAdmin(CallbackData, prefix="in.w"):
    """Say what an admin may do before there is a link for one."""


class MakeInvite(CallbackData, prefix="in.ok"):
    """Make the link; the number is the role's value."""

    role: int


class AlsoTrain(CallbackData, prefix="in.me"):
    """Does the solo owner train as well?"""


class BecomeTrainer(CallbackData, prefix="in.my"):
    """The owner trains as well."""


def roles(words: Words) -> Rows:
    return (
        (
            button(words.plain("Trainer"), MakeInvite(role=Role.TRAINER.value), Style.PRIMARY),
            button(words.plain("Front desk"), MakeInvite(role=Role.FRONT_DESK.value)),
            button(words.plain("Admin"), WarnAdmin()),
        ),
        (home(words),),
    )


def warn_admin(words: Words) -> Rows:
    make = button(words.plain("Make an admin link"), MakeInvite(role=Role.ADMIN.value), Style.DANGER)
    return ((make,), (back(words, OpenInvite()), home(words)))


def also_train(words: Words) -> Rows:
    return ((button(words.plain("Yes, I also train"), BecomeTrainer(), Style.PRIMARY),), (home(words),))


def made(words: Words, url: str, said: str) -> Rows:
    share = f"{SHARE}?{urlencode({'url': url, 'text': said})}"
    return (
        (link(words.plain("Share the link"), share),),
        (button(words.plain("Invite somebody else"), OpenInvite()), home(words)),
    )
