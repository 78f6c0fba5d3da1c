"""The admin's panel: what is set up, under which rules, and what is missing next."""

from bot.chat import Screen
from bot.keyboards import setup as keys
from bot.screens import studio as settings
from bot.words import Words
from domain.person import Person
from domain.setup import Setup


def panel(words: Words, somebody: Person, facts: Setup, *, online: bool) -> Screen:
    lines = [
        words.t("<b>{name}</b> ({city} time)", name=facts.studio.name, city=words.city(facts.studio.zone)),
        _trainers(words, facts),
        _packages(words, facts),
        _payments(words, online=online),
        settings.rules(words, facts.studio),
        *settings.warnings(words, facts.studio),
        "",
        _next(words, facts),
    ]
    return Screen("\n".join(lines), keys.panel(words, somebody, facts))


def _trainers(words: Words, facts: Setup) -> str:
    if not facts.trainers:
        return words.t("Trainers: none yet")
    names = ", ".join(each.name for each in facts.trainers)
    text = words.t("Trainers: {names}", names=names)
    if not facts.without_hours:
        return text
    idle = ", ".join(each.name for each in facts.without_hours)
    return f"{text}\n{words.t('Without hours, so not to be booked: {names}', names=idle)}"


def _packages(words: Words, facts: Setup) -> str:
    if not facts.on_sale + facts.hidden:
        return words.t("Packages: none yet")
    return words.t("Packages: {count} on sale, {hidden} hidden", count=facts.on_sale, hidden=facts.hidden)


def _payments(words: Words, *, online: bool) -> str:
    if online:
        return words.t("Paying in the chat: on")
    return words.t("Paying in the chat: off, until PAYMENT_PROVIDER_TOKEN is set")


def _next(words: Words, facts: Setup) -> str:
    if not facts.trainers:
        return words.t("<b>Next:</b> invite a trainer, or tap <b>I also train</b>.")
    if not facts.on_sale:
        return words.t("<b>Next:</b> put units on sale under <b>Packages</b>.")
    if not facts.has_hours:
        return words.t("<b>Next:</b> a trainer has to set their hours with /hours, so that people can book.")
    if not facts.complete:
        return words.t("<b>Next:</b> change <b>Shortest notice</b> or <b>How far ahead</b> under <b>Settings</b>.")
    if facts.without_hours:
        return words.t("People can buy and book.")
    return words.t("People can buy and book. Nothing is missing.")
