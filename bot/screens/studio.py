"""The studio's settings: what each is now, what it means, what it can be, and what a change touches."""

from bot.chat import Screen
from bot.keyboards import studio as keys
from bot.keyboards.studio import CANCEL_NOTICE, HORIZON, LEADS, MINIMUM_NOTICE, PLACE
from bot.words import Words
from domain.studio import SettingOutOfRange, Studio


def settings(words: Words, studio: Studio, changed: str = "") -> Screen:
    names = _names(words)
    lines = [changed, ""] if changed else []
    lines.append(words.t("<b>Settings</b> of {name}", name=studio.name))
    lines += [
        words.t("{name}: <b>{value}</b>", name=name, value=value(words, studio, field)) for field, name in names.items()
    ]
    return Screen("\n".join([*lines, *warnings(words, studio)]), keys.settings(words, names))


def setting(words: Words, studio: Studio, field: str) -> Screen:
    lines = [
        words.t("<b>{name}</b>: {value}", name=_names(words)[field], value=value(words, studio, field)),
        _meaning(words, field),
        "",
        _touches(words, field),
        _typing(words, field),
        *warnings(words, studio, field),
    ]
    return Screen("\n".join(lines), keys.setting(words, field, _current(studio, field)))


def changed(words: Words, studio: Studio, field: str) -> str:
    """The first line after a change: what is so now, and what it touches."""
    told = words.t("✓ {name}: <b>{value}</b>", name=_names(words)[field], value=value(words, studio, field))
    return f"{told}\n{_touches(words, field)}"


def replanned(words: Words, sessions: int) -> str:
    return words.n(
        "The reminders of {n} booked session were planned anew.",
        "The reminders of {n} booked sessions were planned anew.",
        sessions,
    )


def rules(words: Words, studio: Studio) -> str:
    """The settings in one line."""
    return words.t(
        "Rules: cancel free until {cancel} · book up to {horizon} ahead · shortest notice {notice} · "
        "reminders: {leads}",
        cancel=value(words, studio, CANCEL_NOTICE),
        notice=value(words, studio, MINIMUM_NOTICE),
        horizon=value(words, studio, HORIZON),
        leads=value(words, studio, LEADS),
    )


def warnings(words: Words, studio: Studio, field: str = "") -> list[str]:
    """What works, but not as anyone would want it; of one field, where one is named."""
    told = []
    if studio.reminds_too_late and field in {"", CANCEL_NOTICE, LEADS}:
        told.append(_reminds_too_late(words, studio))
    if studio.allows_no_start and field in {"", MINIMUM_NOTICE, HORIZON}:
        told.append(_allows_no_start(words, studio))
    return ["", *told] if told else []


def out_of_range(words: Words, refusal: SettingOutOfRange) -> str:
    """The refusal with its limits in the setting's own measure."""
    low, high = refusal.low, refusal.high
    if refusal.field == PLACE:
        return words.plain("A place has at most {high} letters.", high=high)
    if refusal.field == "reminder_count":
        return words.plain("At most {high} reminders for a session.", high=high)
    each = keys.DAY if refusal.field == HORIZON else 1
    facts = {"low": words.length(low * each), "high": words.length(high * each)}
    return words.plain("That has to be between {low} and {high}.", **facts)


def value(words: Words, studio: Studio, field: str) -> str:
    if field == PLACE:
        return studio.place or words.plain("none")
    if field == LEADS:
        return keys.leads_label(words, studio.reminder_leads)
    return keys.number_label(words, field, int(_current(studio, field)))


def _reminds_too_late(words: Words, studio: Studio) -> str:
    return words.t(
        "<b>Mind:</b> the first reminder comes {lead} before, when free cancelling ({notice} before) is over. "
        "Better remind earlier.",
        lead=words.length(max(studio.reminder_leads)),
        notice=words.length(studio.cancel_notice_minutes),
    )


def _allows_no_start(words: Words, studio: Studio) -> str:
    return words.t(
        "<b>Mind:</b> nobody can book anything. The shortest notice ({notice}) has to be less than how far ahead "
        "people can book ({horizon}).",
        notice=words.length(studio.minimum_notice_minutes),
        horizon=words.length(studio.horizon_days * 24 * 60),
    )


def _current(studio: Studio, field: str) -> str:
    found = getattr(studio, field)
    return keys.packed(found) if field == LEADS else str(found)


def _names(words: Words) -> dict[str, str]:
    return {
        CANCEL_NOTICE: words.plain("Free cancelling until"),
        MINIMUM_NOTICE: words.plain("Shortest notice"),
        HORIZON: words.plain("How far ahead"),
        LEADS: words.plain("Reminders"),
        PLACE: words.plain("Place"),
    }


def _meaning(words: Words, field: str) -> str:
    meanings = {
        CANCEL_NOTICE: words.t("Until this long before the start, cancelling or moving loses no units."),
        MINIMUM_NOTICE: words.t("A session cannot be booked later than so long before its start."),
        HORIZON: words.t("Sessions can be booked for the days from today up to then."),
        LEADS: words.t("So long before a session its trainee is reminded, unless they chose otherwise for themselves."),
        PLACE: words.t("Where sessions take place; it stands in reminders."),
    }
    return meanings[field]


def _touches(words: Words, field: str) -> str:
    touched = {
        CANCEL_NOTICE: words.t("New bookings only: sessions already booked keep the rule they were booked under."),
        MINIMUM_NOTICE: words.t("From now on; sessions already booked stay."),
        HORIZON: words.t("From now on; sessions already booked stay, also those further ahead."),
        LEADS: words.t("Reminders that are still waiting are planned anew; none is sent twice."),
        PLACE: words.t("Reminders that are still waiting will show it."),
    }
    return touched[field]


def _typing(words: Words, field: str) -> str:
    typing = {
        CANCEL_NOTICE: words.t("Tap, or type for example <i>12 h</i>, <i>1 day</i> or <i>0</i>."),
        MINIMUM_NOTICE: words.t("Tap, or type for example <i>90 min</i>, <i>2 h</i> or <i>0</i>."),
        HORIZON: words.t("Tap, or type for example <i>45 days</i> or <i>8 weeks</i>."),
        LEADS: words.t("Tap, or type for example <i>1 day, 2 h</i> or <i>none</i>."),
        PLACE: words.t("Type it, for example <i>Studio 2, Lindenstr. 5</i>."),
    }
    return typing[field]
