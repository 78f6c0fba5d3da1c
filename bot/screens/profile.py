"""The profile: what is kept about a person, field by field, and the questions that change it."""

from babel import Locale

from bot.chat import Screen
from bot.keyboards import profile as keys
from bot.words import Words, languages
from domain.permission import Role
from domain.person import Person
from domain.studio import Studio


def profile(words: Words, somebody: Person, studio: Studio, *, changed: bool = False) -> Screen:
    lines = [
        words.t("<b>Your profile</b>"),
        words.t("Name: {name}", name=somebody.name),
        words.t("Time zone: {city}, now {time}", city=words.city(), time=words.time(words.now)),
        words.t("Language: {language}", language=language_name(somebody.language)),
        words.t("Reminders: {leads}", leads=leads(words, somebody, studio)),
    ]
    first = [words.t("✓ Changed."), ""] if changed else []
    return Screen("\n".join([*first, *lines]), keys.profile(words))


def ask_name(words: Words) -> Screen:
    text = words.t("Type the name your trainer should see, for example <i>Anna M.</i>")
    return Screen(text, keys.cancel_typing(words))


def ask_zone(words: Words) -> Screen:
    text = words.t("Where do you live? Tap a city in your time zone, or type one, for example <i>Lisbon</i>.")
    return Screen(text, keys.zones(words))


def ask_language(words: Words) -> Screen:
    names = _names()
    if len(names) < 2:
        return Screen(
            words.t("So far I speak {language} only.", language="".join(names.values())), keys.language(words, {})
        )
    return Screen(words.t("Which language shall I use?"), keys.language(words, names))


def ask_reminders(words: Words, somebody: Person, studio: Studio) -> Screen:
    text = words.t("When shall I remind you of a session? Now: {leads}.", leads=leads(words, somebody, studio))
    return Screen(text, keys.reminders(words))


def ask_role(words: Words, somebody: Person) -> Screen:
    names = {role: role_name(words, role) for role in somebody.roles}
    if len(names) < 2:
        return Screen(
            words.t("You have one role here: {role}.", role="".join(names.values())),
            keys.roles(words, {}, somebody.view),
        )
    text = words.t("Which menu do you need?")
    return Screen(text, keys.roles(words, names, somebody.view))


def leads(words: Words, somebody: Person, studio: Studio) -> str:
    """How the person is reminded, in words."""
    own = somebody.reminder_leads
    if own is None:
        return words.plain("{leads}, as the studio does", leads=_before(words, studio.reminder_leads))
    return _before(words, own)


def _before(words: Words, minutes: tuple[int, ...]) -> str:
    """`1 day before and again 2 h before`, so that it is not read as one length."""
    each = [words.plain("{length} before", length=words.length(lead)) for lead in minutes]
    return words.plain(" and again ").join(each) or words.plain("none")


def role_name(words: Words, role: Role) -> str:
    names = {
        Role.TRAINEE: words.plain("trainee"),
        Role.TRAINER: words.plain("trainer"),
        Role.FRONT_DESK: words.plain("front desk"),
        Role.ADMIN: words.plain("admin"),
    }
    return names[role]


def language_name(code: str) -> str:
    return (Locale.parse(code).get_display_name(code) or code).capitalize()


def _names() -> dict[str, str]:
    return {code: language_name(code) for code in languages()}
