"""Buttons of inviting staff."""

from urllib.parse import urlencode

from aiogram.filters.callback_data import CallbackData

from bot.chat import Rows
from bot.keyboards.button import Count, Key, Style, back, button, home, link
from bot.words import Words
from domain.ids import InviteId
from domain.permission import Role

SHARE = "https://t.me/share/url"


class OpenInvite(CallbackData, prefix="in"):
    """Whom to invite?"""


class WarnAdmin(CallbackData, prefix="in.w"):
    """Say what an admin may do before there is a link for one."""


class MakeInvite(CallbackData, prefix="in.ok"):
    """Make the link; the number is the role's value."""

    role: Count


class Withdraw(CallbackData, prefix="in.x"):
    """Make a link that is still open worthless."""

    invite: Key


class AlsoTrain(CallbackData, prefix="in.me"):
    """Does the solo owner train as well?"""


class BecomeTrainer(CallbackData, prefix="in.my"):
    """The owner trains as well."""


def roles(words: Words, withdrawable: dict[InviteId, str]) -> Rows:
    """Whom to invite, and the links to withdraw, by their labels."""
    withdraw = ((button(label, Withdraw(invite=number), Style.DANGER),) for number, label in withdrawable.items())
    return (
        (
            button(words.plain("Trainer"), MakeInvite(role=Role.TRAINER.value), Style.PRIMARY),
            button(words.plain("Admin"), WarnAdmin()),
        ),
        *withdraw,
        (home(words),),
    )


def warn_admin(words: Words) -> Rows:
    make = button(words.plain("Make an admin link"), MakeInvite(role=Role.ADMIN.value), Style.DANGER)
    return ((make,), (back(words, OpenInvite()), home(words)))


def also_train(words: Words) -> Rows:
    return ((button(words.plain("Yes, I also train"), BecomeTrainer(), Style.PRIMARY),), (home(words),))


def made(words: Words, url: str, said: str) -> Rows:
    """Nothing that draws over the message: its link is shown only once."""
    share = f"{SHARE}?{urlencode({'url': url, 'text': said})}"
    return ((link(words.plain("Share the link"), share),),)


def below(words: Words) -> Rows:
    return ((button(words.plain("Invite somebody else"), OpenInvite()), home(words)),)
