"""A trainer's time off: what lies ahead, which days, and what they touch before they are saved."""

from dataclasses import replace
from datetime import date

from bot.chat import Screen
from bot.keyboards import time_off as keys
from bot.screens import reach
from bot.screens.hours import more, strip
from bot.words import Words
from domain import time_off
from domain.hours import TimeOff, Timetable
from domain.session import Booking

BOOKINGS_SHOWN = 10


def listed(words: Words, timetable: Timetable, page: int, changed: str = "") -> Screen:
    """A page of the time off that is not over; a page that is not there (any more) is the nearest one."""
    ahead = timetable.time_off
    page = min(max(page, 0), max(0, len(ahead) - 1) // keys.PAGE)
    lines = [changed + "\n"] if changed else []
    if ahead:
        lines.append(words.t("<b>Your time off</b>. Nothing can be booked on these days."))
        shown = ahead[page * keys.PAGE : (page + 1) * keys.PAGE]
        lines += [words.days(each.first_on, each.last_on) for each in shown]
    else:
        lines.append(words.t("<b>No time off is planned.</b> Add the days on which nobody should book you."))
    return Screen("\n".join(lines), keys.listed(words, ahead, page))


def ask_first(words: Words, timetable: Timetable, page: int) -> Screen:
    text = words.t(
        "When are you away? Tap the <b>first day</b>, or type all of it, for example <i>24 Dec - 2 Jan</i> or "
        "<i>24 Dec</i>."
    )
    text += "\n" + strip(words, timetable.today, page)
    return Screen(text, keys.first_day(words, timetable.today, page))


def ask_last(words: Words, first_on: date, page: int) -> Screen:
    text = words.t(
        "Away from <b>{day}</b>. Tap the <b>last day</b>; the same one for a single day.", day=words.day(first_on)
    )
    text += "\n" + strip(words, first_on, page)
    return Screen(text, keys.last_day(words, first_on, page))


def confirm(words: Words, timetable: Timetable, first_on: date, last_on: date, touched: list[Booking]) -> Screen:
    """What saving means for those who have booked, in the zone of the hours."""
    local = replace(words, zone=timetable.hours.zone)
    city = words.t("Times in {city}.", city=local.city())
    lines = [words.t("Time off <b>{days}</b>: nothing can be booked.", days=local.days(first_on, last_on))]
    if touched:
        lines.append(
            words.n(
                "{n} booking lies in these days. It stays unless you cancel it; then its units go back at once.",
                "{n} bookings lie in these days. They stay unless you cancel them; then their units go back at once.",
                len(touched),
            )
        )
        lines += [_booking(local, each) for each in touched[:BOOKINGS_SHOWN]]
        lines += [*more(words, len(touched) - BOOKINGS_SHOWN), city]
    else:
        lines.append(words.t("Nobody has booked these days."))
    rows = keys.confirm(words, first_on, last_on, len(touched), time_off.mark(touched))
    return Screen("\n".join(lines), rows)


def saved(words: Words, first_on: date, last_on: date, cancelled: list[Booking]) -> str:
    text = words.t("✓ Time off {days} is saved.", days=words.days(first_on, last_on))
    away = sorted({each.trainee_name for each in cancelled if not each.trainee_reachable})
    if away:
        text += " " + words.n(
            "{n} booking was cancelled, its units are back.",
            "{n} bookings were cancelled, their units are back. Whoever can be reached is told.",
            len(cancelled),
        )
    elif cancelled:
        text += " " + words.n(
            "{n} booking was cancelled, its units are back and the trainee is told.",
            "{n} bookings were cancelled, their units are back and the trainees are told.",
            len(cancelled),
        )
    return "\n".join([text, *(reach.to_be_called(words, name) for name in away[:BOOKINGS_SHOWN])])


def ask_drop(words: Words, timetable: Timetable, which: TimeOff) -> Screen:
    lines = [
        words.t("<b>Delete</b> the time off {days}?", days=words.days(which.first_on, which.last_on)),
        _reopened(words, timetable, which),
    ]
    return Screen("\n".join(lines), keys.ask_drop(words, which))


def dropped(words: Words, before: Timetable, which: TimeOff) -> str:
    """What is so now that it was taken out of the timetable as it was before."""
    return words.t("✓ Deleted.") + " " + _reopened(words, before, which)


def _reopened(words: Words, timetable: Timetable, which: TimeOff) -> str:
    """Which of its days can be booked without it."""
    alone = timetable.off_only_by(which)
    if not alone:
        return words.t("All of these days stay off through your other time off.")
    open_again = words.t(
        "Your hours can be booked again on {days}.", days=", ".join(words.days(first, last) for first, last in alone)
    )
    if alone == [(max(which.first_on, timetable.today), which.last_on)]:
        return open_again
    return open_again + " " + words.t("The other days stay off through your other time off.")


def _booking(words: Words, booked: Booking) -> str:
    return words.t(
        "{span} · {trainee} · {units}",
        span=words.span(booked.starts_at, booked.ends_at),
        trainee=booked.trainee_name,
        units=words.units(booked.units),
    )
