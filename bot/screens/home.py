"""The first screen of each role, and what is said to those who got lost."""

from bot.chat import Screen
from bot.keyboards import home as keys
from bot.words import Words
from domain.overview import Overview
from domain.permission import Role
from domain.person import Person


def home(words: Words, somebody: Person, facts: Overview, first_line: str = "") -> Screen:
    """The home of the view the person has chosen."""
    made = {Role.ADMIN: _admin, Role.TRAINER: _trainer, Role.FRONT_DESK: _desk}.get(somebody.view, _trainee)
    screen = made(words, somebody, facts)
    return Screen(f"{first_line}\n\n{screen.text}", screen.rows) if first_line else screen


def help_text(words: Words, somebody: Person) -> Screen:
    lines = [words.t("<b>What I can do for you</b>")]
    if Role.TRAINEE in somebody.roles:
        lines.append(
            words.t("/book a session · /sessions to move or cancel · /buy units · /balance to see what is left")
        )
    if Role.TRAINER in somebody.roles:
        lines.append(words.t("/today to complete sessions · /hours to say when you work"))
    if Role.ADMIN in somebody.roles:
        lines.append(
            words.t("/admin for everything · /packages what is on sale · /invite staff · /adjust somebody's units")
        )
    lines.append(words.t("/profile your name, time zone and reminders · /start takes you home"))
    lines.append(words.t("Units are 20 minutes each: booking holds them, the session uses them up."))
    return Screen("\n".join(lines), keys.again(words))


def lost(words: Words) -> str:
    return words.t("I did not expect a message here. The buttons below show what is possible.")


def shown_again(words: Words) -> str:
    return words.t("I was away for a moment. This is where things stand.")


def old_button(words: Words) -> str:
    return words.plain("This button is out of date. Here is where things stand.")


def group(words: Words, username: str) -> Screen:
    text = words.t("I only work in a private chat, where nobody else sees your sessions: @{name}", name=username)
    return Screen(text)


def _trainee(words: Words, somebody: Person, facts: Overview) -> Screen:
    return Screen(
        "\n".join([_greeting(words, somebody, facts), _units(words, facts), *_missing(words, facts)]),
        keys.trainee(words, somebody, has_units=bool(facts.balance.available or facts.balance.held)),
    )


def _greeting(words: Words, somebody: Person, facts: Overview) -> str:
    booked = facts.next_booking
    if booked is None:
        return words.t("Hi <b>{name}</b>. No session is booked.", name=somebody.name)
    return words.t(
        "Hi <b>{name}</b>. Next: <b>{when}</b>, {minutes} min with {trainer} ({away}).",
        name=somebody.name,
        when=words.when(booked.starts_at),
        minutes=booked.minutes,
        trainer=booked.trainer_name,
        away=words.away(booked.starts_at),
    )


def _units(words: Words, facts: Overview) -> str:
    balance = facts.balance
    text = words.t("Units: <b>{free} free</b> · {held} held", free=balance.available, held=balance.held)
    if balance.expires_on is None:
        return text
    expiry = words.t("{count} expire {day}", count=balance.expiring, day=words.day(balance.expires_on))
    return f"{text} · {expiry}"


def _missing(words: Words, facts: Overview) -> list[str]:
    if not facts.trainers:
        return [words.t("There is no trainer yet, so nothing can be booked. Please come back later.")]
    if not facts.balance.available and not facts.balance.held:
        return [words.t("Buy units first, then book.")]
    return []


def _trainer(words: Words, somebody: Person, facts: Overview) -> Screen:
    booked = facts.next_taught
    if booked is None:
        text = words.t(
            "Hi <b>{name}</b>. Nobody has booked you yet. Check that your hours are right.", name=somebody.name
        )
    else:
        text = words.t(
            "Hi <b>{name}</b>. Next: <b>{when}</b>, {minutes} min with {trainee} ({away}).",
            name=somebody.name,
            when=words.when(booked.starts_at),
            minutes=booked.minutes,
            trainee=booked.trainee_name,
            away=words.away(booked.starts_at),
        )
    return Screen(text, keys.trainer(words, somebody))


def _desk(words: Words, somebody: Person, _facts: Overview) -> Screen:
    return Screen(
        words.t("Hi <b>{name}</b>. You are at the front desk.", name=somebody.name), keys.desk(words, somebody)
    )


def _admin(words: Words, somebody: Person, facts: Overview) -> Screen:
    lines = [words.t("Hi <b>{name}</b>. You run this studio.", name=somebody.name)]
    if not facts.trainers:
        lines.append(words.t("1. Invite a trainer, or tap <b>I also train</b>."))
    if not facts.packages:
        lines.append(words.t("2. Put units on sale under <b>Packages</b>."))
    if facts.trainers and facts.packages:
        trainers = words.n("{n} trainer", "{n} trainers", facts.trainers)
        packages = words.n("{n} package", "{n} packages", facts.packages)
        lines.append(words.t("{trainers} · {packages}", trainers=trainers, packages=packages))
    return Screen("\n".join(lines), keys.admin(words, somebody))
