"""The sign-up: who are you, and in which zone do you live."""

from bot.chat import Screen
from bot.keyboards import start as keys
from bot.words import Words


def welcome(words: Words, studio_name: str, name: str, invited: bool) -> Screen:
    greeting = words.t("<b>Welcome to {studio}.</b>", studio=studio_name)
    purpose = (
        words.t("You have been invited to work here. Two taps and you are in.")
        if invited
        else words.t("Here you buy training units, book sessions and see what is left. Two taps and you are in.")
    )
    question = words.t("What shall we call you?")
    return Screen(f"{greeting}\n{purpose}\n\n{question}", keys.name(words, name))


def zone(words: Words, name: str) -> Screen:
    text = words.t(
        "Nice to meet you, <b>{name}</b>.\nIs it {time} where you are? Your times will be shown in {city} time.",
        name=name,
        time=words.time(words.now),
        city=words.city(),
    )
    return Screen(text, keys.zone(words))


def joined(words: Words) -> str:
    return words.t("✓ You are in.")
