"""The trainer's day and week in the zone of their hours, whatever zone the trainer is reading in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.chat import Screen
from bot.keyboards import day as keys
from bot.keyboards.hours import OpenHours
from bot.words import Words
from domain.day import Day, Week
from domain.session import Booking, Status


def day(words: Words, plan: Day, first_line: str = "", *, on_card: bool = False) -> Screen:
    """The day as one screen, or as the pinned card; `first_line` says what just happened."""
    words = replace(words, zone=plan.zone)
    lines = [_title(words, plan), *_earlier(words, plan), *_lines(words, plan), *_advice(words, plan)]
    text = "\n".join(lines)
    rows = keys.day(words, plan, OpenHours(), on_card=on_card)
    return Screen(f"{first_line}\n\n{text}" if first_line else text, rows)


def week(words: Words, plan: Week) -> Screen:
    words = replace(words, zone=plan.zone)
    total = sum(each.sessions for each in plan.days)
    text = words.t(
        "<b>{first} – {last}</b> · {count}\nTimes in {city}. Tap a day to see it.",
        first=words.day(plan.days[0].on),
        last=words.day(plan.days[-1].on),
        count=words.n("{n} session", "{n} sessions", total),
        city=words.city(),
    )
    return Screen(text, keys.week(words, plan))


def line(words: Words, booked: Booking) -> str:
    """One session of the day: what became of it, or what it is."""
    facts = {
        "time": words.time(booked.starts_at),
        "name": words.short(booked.trainee_name),
        "minutes": booked.minutes,
        "units": words.units(booked.units),
    }
    if booked.status is Status.COMPLETED:
        return words.t("✓ {time} {name} · {units} redeemed", **facts)
    if booked.status is Status.MISSED:
        return words.t("✗ {time} {name} · no-show, {units} used", **facts)
    if booked.ends_at <= words.now:
        return words.t("▸ {time} {name} · {minutes} min · {units} · <b>not completed yet</b>", **facts)
    if booked.starts_at <= words.now:
        return words.t("▸ {time} {name} · {minutes} min · {units} · <b>now</b>", **facts)
    return words.t("{time} {name} · {minutes} min · {units}", **facts)


def _title(words: Words, plan: Day) -> str:
    name = words.t("Today, {day}", day=words.day(plan.on)) if plan.on == words.today else words.long_day(plan.on)
    parts = [words.t("<b>{day}</b>", day=name)]
    if plan.bookings:
        parts.append(words.n("{n} session", "{n} sessions", len(plan.bookings)))
    return " · ".join([*parts, *_now_and_next(words, plan)]) + "\n" + words.t("Times in {city}", city=words.city())


def _now_and_next(words: Words, plan: Day) -> list[str]:
    """Who is here and when the next one comes, today."""
    if plan.on != words.today:
        return []
    running = [each for each in plan.bookings if each.active and each.starts_at <= words.now < each.ends_at]
    ahead = [each for each in plan.bookings if each.active and each.starts_at > words.now][:1]
    now = [
        words.t("now {time} {name}", time=words.time(each.starts_at), name=words.short(each.trainee_name))
        for each in running
    ]
    return [*now, *(words.t("next {time}", time=words.time(each.starts_at)) for each in ahead)]


def _earlier(words: Words, plan: Day) -> list[str]:
    """What earlier days left open comes first: its units stay held until somebody says what happened."""
    return [
        words.t(
            "<b>Still open</b>: {when} {name} · {units}",
            when=words.dated(each.starts_at),
            name=words.short(each.trainee_name),
            units=words.units(each.units),
        )
        for each in plan.earlier
        if each.active
    ]


def _lines(words: Words, plan: Day) -> Iterator[str]:
    """Sessions and free stretches, in order of time."""
    entries: list[tuple[datetime, str]] = [(each.starts_at, line(words, each)) for each in plan.bookings]
    for start, end in plan.free:
        text = words.t("<i>free {start}–{end}</i>", start=words.time(start), end=_end(words, start, end))
        entries.append((start, text))
    return (text for _, text in sorted(entries))


def _advice(words: Words, plan: Day) -> list[str]:
    if plan.bookings or plan.on < words.today:
        return [] if plan.bookings else [words.t("There was no session.")]
    if plan.off:
        return [words.t("You are off this day. /hours shows your time off.")]
    if not plan.works:
        return [words.t("You have no hours on this day. /hours says when you can be booked.")]
    if not plan.free:
        return [words.t("No session, and your hours are over.")]
    return [words.t("Nobody has booked yet. Trainees find these times under /book; /hours changes them.")]


def _end(words: Words, start: datetime, end: datetime) -> str:
    """Midnight ends the day it closes."""
    midnight = words.time(end) == "00:00" and words.local(end).date() > words.local(start).date()
    return "24:00" if midnight else words.time(end)
