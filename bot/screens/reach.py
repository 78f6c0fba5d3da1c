"""Whether somebody hears of a change by the bot, or has to be called because they have blocked it."""

from bot.words import Words


def told(words: Words, name: str, *, reachable: bool) -> str:
    return words.t("{name} is told.", name=name) if reachable else to_be_called(words, name)


def to_be_called(words: Words, name: str) -> str:
    return words.t("<b>{name} has blocked the bot and is not told</b>: please call them.", name=name)
