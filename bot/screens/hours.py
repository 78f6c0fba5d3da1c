"""A trainer's hours: the week, a weekday or one date, and the questions that change them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.chat import Screen
from bot.keyboards import hours as keys
from bot.words import Words
from domain.availability import Windows
from domain.hours import WEEKDAYS, Timetable, Which

LINES = 5


def week(words: Words, timetable: Timetable, own_zone: str, changed: str = "") -> Screen:
    """The hours of every weekday, and what deviates from them."""
    if timetable.empty:
        lines = [
            words.t("<b>When do you work?</b> Nothing can be booked before you say so."),
            words.t("Start with the usual week, or tap a day. Times in {city}.", city=_city(words, timetable)),
        ]
    else:
        title = words.t("<b>Your hours</b>, times in {city}", city=_city(words, timetable))
        lines = [title, *(_weekday_line(words, timetable, each) for each in WEEKDAYS)]
    lines += [*_ahead(words, timetable), *_zones(words, timetable, own_zone)]
    return Screen(_after(changed, "\n".join(lines)), keys.week(words, timetable, own_zone))


def day(words: Words, timetable: Timetable, which: Which, booked: int, changed: str = "") -> Screen:
    """One weekday, or one date with what its weekday would say and how many sessions are booked on it."""
    lines = [
        words.t(
            "<b>{day}</b>: {windows} ({city})",
            day=day_name(words, which),
            windows=windows(words, timetable.on(which)),
            city=_city(words, timetable),
        )
    ]
    if isinstance(which, date):
        lines += _about_date(words, timetable, which)
        if booked:
            lines.append(
                words.n(
                    "{n} session is booked that day and stays.", "{n} sessions are booked that day and stay.", booked
                )
            )
    return Screen(_after(changed, "\n".join(lines)), keys.day(words, timetable, which))


def ask_windows(words: Words, which: Which) -> Screen:
    text = words.t(
        "Type the hours for <b>{day}</b>, for example <i>9-12 13:30-18</i>, or <i>closed</i>.",
        day=day_name(words, which),
    )
    return Screen(text, keys.cancel_typing(words, which))


def ask_break(words: Words, timetable: Timetable, which: Which) -> Screen:
    text = words.t(
        "<b>{day}</b>: {windows}\nWhen is the break? Tap one, or type it, for example <i>12-12:45</i>.",
        day=day_name(words, which),
        windows=windows(words, timetable.on(which)),
    )
    return Screen(text, keys.breaks(words, which, timetable.on(which)))


def ask_copy(words: Words, timetable: Timetable, weekday: int, chosen: frozenset[int]) -> Screen:
    text = words.t(
        "<b>{day}</b>: {windows}\nWhich days get the same hours? Theirs are replaced.",
        day=day_name(words, weekday),
        windows=windows(words, timetable.on(weekday)),
    )
    return Screen(text, keys.copies(words, weekday, chosen))


def ask_date(words: Words, timetable: Timetable, page: int) -> Screen:
    lines = [
        words.t("Which date is special? Tap it, or type it, for example <i>24 Dec</i>."),
        strip(words, timetable.today, page),
    ]
    if timetable.special:
        lines.append("\n" + words.t("<b>Special dates</b>"))
        lines += _dates(words, timetable)
    return Screen("\n".join(lines), keys.dates(words, timetable, page))


def ask_zone(words: Words, timetable: Timetable, own_zone: str) -> Screen:
    """What the same wall-clock times mean in the other zone, by the example of nine o'clock today."""
    nine = datetime.combine(timetable.today, time(9), ZoneInfo(own_zone)).astimezone(UTC)
    there = nine.astimezone(ZoneInfo(timetable.hours.zone))
    text = words.t(
        "<b>Keep your hours in {new} time?</b> Now they are in {old} time.\n"
        "09:00 stays 09:00, but in {new}: that is {there} in {old}. Sessions that are booked stay when they are.",
        new=words.city(own_zone),
        old=_city(words, timetable),
        there=f"{there:%H:%M}",
    )
    return Screen(text, keys.zone(words, own_zone))


def changed_day(words: Words) -> str:
    return words.t("✓ Saved. Sessions that are booked stay.")


def copied(words: Words, weekdays: list[int]) -> str:
    return words.t("✓ Copied to {days}.", days=", ".join(words.weekday(each, "abbreviated") for each in weekdays))


def begun(words: Words) -> str:
    return words.t("✓ You can be booked now. Tap a day to change it.")


def moved_zone(words: Words, timetable: Timetable) -> str:
    return words.t("✓ Your hours are now in {city} time.", city=_city(words, timetable))


def windows(words: Words, of_day: Windows) -> str:
    """`09:00–12:00, 13:00–18:00`, or `closed`."""
    spans = [f"{keys.clock(each.start_minute)}–{keys.clock(each.end_minute)}" for each in of_day]
    return ", ".join(spans) or words.plain("closed")


def day_name(words: Words, which: Which) -> str:
    """`Monday`, or a date as `Thu 24 Dec`."""
    return words.day(which) if isinstance(which, date) else words.weekday(which, "wide")


def strip(words: Words, first: date, page: int) -> str:
    """The first and last day that the strip's buttons show, with their months."""
    shown = keys.strip_days(first, page)
    return words.days(shown[0], shown[-1])


def more(words: Words, count: int) -> list[str]:
    """The line for what a list leaves out."""
    return [words.n("… and {n} more", "… and {n} more", count)] if count > 0 else []


def _weekday_line(words: Words, timetable: Timetable, weekday: int) -> str:
    name = words.weekday(weekday, "abbreviated")
    return words.t("{day} {windows}", day=name, windows=windows(words, timetable.on(weekday)))


def _ahead(words: Words, timetable: Timetable) -> list[str]:
    lines: list[str] = []
    if timetable.special:
        lines += ["", words.t("<b>Special dates</b>"), *_dates(words, timetable)]
    if timetable.time_off:
        shown = [words.days(each.first_on, each.last_on) for each in timetable.time_off[:LINES]]
        lines += ["", words.t("<b>Time off</b>"), *shown, *more(words, len(timetable.time_off) - LINES)]
    return lines


def _dates(words: Words, timetable: Timetable) -> list[str]:
    special = list(timetable.special.items())
    lines = [
        words.t("{day} {windows}", day=words.day(on), windows=windows(words, of_day)) for on, of_day in special[:LINES]
    ]
    return [*lines, *more(words, len(special) - LINES)]


def _zones(words: Words, timetable: Timetable, own_zone: str) -> list[str]:
    if own_zone == timetable.hours.zone:
        return []
    text = words.t(
        "Your hours are kept in {hours} time; your profile says {own}.",
        hours=_city(words, timetable),
        own=words.city(own_zone),
    )
    return ["", text]


def _about_date(words: Words, timetable: Timetable, on: date) -> list[str]:
    weekday = words.weekday(on.weekday(), "wide")
    lines = [words.t("Like every {weekday}.", weekday=weekday)]
    if on in timetable.special:
        usual = windows(words, timetable.on(on.weekday()))
        lines = [words.t("Other than every {weekday}: {windows}.", weekday=weekday, windows=usual)]
    if timetable.is_off(on):
        lines.append(words.t("You have time off that day, so nothing can be booked."))
    return lines


def _city(words: Words, timetable: Timetable) -> str:
    return words.city(timetable.hours.zone)


def _after(changed: str, text: str) -> str:
    return f"{changed}\n\n{text}" if changed else text
