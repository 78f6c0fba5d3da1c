"""The sign-up: who are you, and in which zone do you live."""

from bot.chat import Screen
from bot.keyboards import start as keys
from bot.words import Words


def welcome(words: Words, studio_name: str, name: str, *, invited: bool, first_line: str = "") -> Screen:
    """The first question; what is typed below it is a name."""
    greeting = words.t("<b>Welcome to {studio}.</b>", studio=studio_name)
    purpose = (
        words.t("You have been invited to work here. Two taps and you are in.")
        if invited
        else words.t("Here you buy training units, book sessions and see what is left. Two taps and you are in.")
    )
    opening = first_line or f"{greeting}\n{purpose}"
    question = words.t("What shall we call you?")
    return Screen(f"{opening}\n\n{question}", keys.name(words, name))


def sign_up_first(words: Words) -> str:
    return words.t("Two taps first, and you are in.")


def ask_name(words: Words) -> Screen:
    text = words.t("Type the name your trainer should see, for example <i>Anna M.</i>")
    return Screen(text, keys.typed_name(words))


def zone(words: Words, name: str) -> Screen:
    """The second question; what is typed below it is a city."""
    text = words.t(
        "Nice to meet you, <b>{name}</b>!\nIs it {time} where you are? Your times will be shown in {city} time.",
        name=name,
        time=words.time(words.now),
        city=words.city(),
    )
    return Screen(text, keys.zone(words))


def ask_zone(words: Words) -> Screen:
    text = words.t("Where do you live? Tap a city in your time zone, or type one, for example <i>Lisbon</i>.")
    return Screen(text, keys.cities(words))


def joined(words: Words) -> str:
    return words.t("✓ You are in.")


def in_already(words: Words) -> str:
    return words.plain("You are in already. Your name and time zone are in your profile.")
