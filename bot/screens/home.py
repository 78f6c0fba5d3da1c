"""The first screen of each role, and what is said to those who got lost."""

from datetime import datetime, timedelta

from bot import commands
from bot.chat import Screen
from bot.keyboards import home as keys
from bot.screens import zone
from bot.screens.profile import role_name
from bot.words import Words
from domain.overview import Overview
from domain.permission import Role
from domain.person import Person

EXPIRY_AHEAD = timedelta(days=30)


def home(words: Words, somebody: Person, facts: Overview, first_line: str = "") -> Screen:
    """The home of the view the person has chosen."""
    made = {Role.ADMIN: _admin, Role.TRAINER: _trainer, Role.FRONT_DESK: _desk}.get(somebody.view, _trainee)
    screen = made(words, somebody, facts)
    return Screen(f"{first_line}\n\n{screen.text}", screen.rows) if first_line else screen


def help_text(words: Words, somebody: Person, unit_minutes: int) -> Screen:
    """Every command of the person's roles, as Telegram's own menu lists them."""
    if not somebody.roles:
        return Screen(words.t("Two taps and you are in: /start. Then you can buy units and book."), keys.again(words))
    lines = [words.t("<b>What I can do for you</b>")]
    for command, description in commands.menu(words, somebody.roles):
        lines.append(words.t("/{command} – {description}", command=command, description=description))
    lines += ["", words.t("1 unit is {n} minutes: booking holds it, the session uses it up.", n=unit_minutes)]
    return Screen("\n".join(lines), keys.again(words))


def closed(words: Words, somebody: Person, command: str) -> Screen:
    """A command that is not open to this member: whose it is, and what is open instead."""
    owners = [role for role in Role if command[1:] in dict(commands.menu(words, role))]
    names = " · ".join(role_name(words, role) for role in owners)
    said = words.t("This is not open to you: {command} is for: {roles}.", command=command, roles=names)
    return Screen(f"{said}\n{_open(words, somebody)}", keys.closed(words, somebody))


def lost(words: Words, somebody: Person, content: str, said: str) -> Screen:
    """What came answers nothing: its kind is named, and what its words may mean is offered."""
    kinds = {
        "text": words.t("I did not expect a message here."),
        "sticker": words.t("I did not expect a sticker here."),
        "photo": words.t("I did not expect a picture here."),
        "document": words.t("I did not expect a file here."),
        "contact": words.t("I did not expect a contact here."),
        "voice": words.t("I cannot listen to voice messages."),
    }
    return _lost(words, somebody, kinds.get(content, words.t("I can only read text and buttons.")), said)


def unknown_command(words: Words, somebody: Person, command: str) -> Screen:
    text = words.t("{command} is not one of my commands.", command=words.short(command))
    return _lost(words, somebody, text, command)


def shown_again(words: Words) -> str:
    return words.t("I was away for a moment. This is where things stand.")


def old_button(words: Words) -> str:
    return words.plain("This button is out of date. Here is where things stand.")


def group(words: Words, username: str) -> Screen:
    text = words.t("I only work in a private chat, where nobody else sees your sessions: @{name}", name=username)
    return Screen(text)


def _lost(words: Words, somebody: Person, text: str, said: str) -> Screen:
    guessed = keys.guessed(words, somebody, said)
    way = words.t("Is it this?") if guessed else _open(words, somebody)
    return Screen(f"{text} {way}", (*guessed, *keys.again(words)))


def _open(words: Words, somebody: Person) -> str:
    names = " · ".join(f"/{command}" for command, _ in commands.menu(words, somebody.roles))
    return words.t("You can: {commands}", commands=names)


def _trainee(words: Words, somebody: Person, facts: Overview) -> Screen:
    has_units = bool(facts.balance.available or facts.balance.held)
    ahead = zone.both(words, facts.next_booking.starts_at) if facts.next_booking else []
    lines = [_greeting(words, somebody, facts), *ahead, _units(words, facts) if has_units else _no_units(words, facts)]
    if not facts.trainers:
        lines.append(words.t("There is no trainer yet, so nothing can be booked. Please come back later."))
    return Screen("\n".join(lines), keys.trainee(words, somebody, has_units=has_units))


def _greeting(words: Words, somebody: Person, facts: Overview) -> str:
    booked = facts.next_booking
    if booked is None:
        return words.t("Hi <b>{name}</b>! No session is booked.", name=somebody.name)
    return words.t(
        "Hi <b>{name}</b>! Next: <b>{when}</b>, {minutes} min with {trainer}.",
        name=somebody.name,
        when=_when(words, booked.starts_at),
        minutes=booked.minutes,
        trainer=booked.trainer_name,
    )


def _when(words: Words, starts_at: datetime) -> str:
    """The time, and how far away it is where that is not said by `tomorrow`."""
    when = words.when(starts_at)
    tomorrow = (words.local(starts_at).date() - words.today).days == 1
    return when if tomorrow else words.plain("{when} ({away})", when=when, away=words.away(starts_at))


def _units(words: Words, facts: Overview) -> str:
    balance = facts.balance
    text = words.t("Units: <b>{free} free</b> · {held} held", free=balance.available, held=balance.held)
    if balance.expires_on is None or balance.expires_on - facts.today > EXPIRY_AHEAD:
        return text
    day = words.day(balance.expires_on)
    expiry = words.n("{n} expires after {day}", "{n} expire after {day}", balance.expiring, day=day)
    return f"{text} · {expiry}"


def _no_units(words: Words, facts: Overview) -> str:
    none = words.t("Units: none left.") if facts.balance.used else words.t("Units: none yet.")
    minutes = facts.studio.unit_minutes
    if not facts.on_sale:
        return f"{none} {words.t('1 unit is {n} minutes of training.', n=minutes)}"
    cheapest = min(facts.on_sale, key=lambda each: each.unit_price_minor)
    price = words.money(cheapest.unit_price_minor, cheapest.currency)
    return f"{none} {words.t('1 unit is {n} minutes of training, from {price}.', n=minutes, price=price)}"


def _trainer(words: Words, somebody: Person, facts: Overview) -> Screen:
    lines = [_teaching(words, somebody, facts)]
    if facts.waiting:
        lines.append(words.n("{n} session waits to be completed.", "{n} sessions wait to be completed.", facts.waiting))
    return Screen("\n".join(lines), keys.trainer(words, somebody, facts))


def _teaching(words: Words, somebody: Person, facts: Overview) -> str:
    booked = facts.next_taught
    if booked is not None:
        text = words.t(
            "Hi <b>{name}</b>! Next: <b>{when}</b>, {minutes} min with {trainee}.",
            name=somebody.name,
            when=_when(zone.taught(words, booked), booked.starts_at),
            minutes=booked.minutes,
            trainee=booked.trainee_name,
        )
        return "\n".join([text, *zone.named(words, booked.trainer_zone)])
    if not facts.has_hours:
        return words.t("Hi <b>{name}</b>! Nobody can book you yet: you have set no hours.", name=somebody.name)
    return words.t("Hi <b>{name}</b>! No session is ahead.", name=somebody.name)


def _desk(words: Words, somebody: Person, _facts: Overview) -> Screen:
    return Screen(
        words.t("Hi <b>{name}</b>! You are at the front desk.", name=somebody.name), keys.desk(words, somebody)
    )


def _admin(words: Words, somebody: Person, facts: Overview) -> Screen:
    lines = [words.t("Hi <b>{name}</b>! You run this studio.", name=somebody.name), _standing(words, facts)]
    if Role.TRAINER in somebody.roles and not facts.has_hours:
        lines.append(words.t("Nobody can book you yet: set your hours under <b>My hours</b>."))
    return Screen("\n".join(lines), keys.admin(words, somebody, facts))


def _standing(words: Words, facts: Overview) -> str:
    """The steps that are left; when none is, what there is."""
    if not facts.trainers and not facts.on_sale:
        return words.t("Two steps are left: invite a trainer, or tap <b>I also train</b>; and put units on sale.")
    if not facts.trainers:
        return words.t("One step is left: invite a trainer, or tap <b>I also train</b>.")
    if not facts.on_sale:
        return words.t("One step is left: put units on sale under <b>Packages</b>.")
    trainers = words.n("{n} trainer", "{n} trainers", facts.trainers)
    packages = words.n("{n} package on sale", "{n} packages on sale", len(facts.on_sale))
    return words.t("{trainers} · {packages}", trainers=trainers, packages=packages)
