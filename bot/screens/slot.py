"""Choosing a start: a day's times, the month, and what stands where nothing is free or a start is gone."""

from datetime import date, datetime, timedelta

from aiogram.filters.callback_data import CallbackData

from bot.chat import Screen
from bot.keyboards import slot as keys
from bot.keyboards.button import day_of
from bot.keyboards.slot import PickDay, PickMonth
from bot.words import Words
from domain.schedule import Offer
from domain.session import Booking
from domain.session_type import SessionType
from domain.studio import Studio
from domain.trainer import Trainer


def times(
    words: Words,
    at: PickDay,
    trainer: Trainer | None,
    kind: SessionType,
    days: list[date],
    offers: list[Offer],
    moving: Booking | None,
    notice_minutes: int,
    way_back: CallbackData,
    *,
    by_trainer: bool,
) -> Screen:
    chosen = day_of(at.day)
    lines = [_what(words, trainer, kind, moving, by_trainer=by_trainer)]
    if offers:
        day = words.long_day(chosen)
        lines.append(words.t("{day}, times in {city}", day=day, city=words.city()))
        if chosen == words.today and notice_minutes:
            lines.append(words.t("At least {length} ahead", length=words.length(notice_minutes)))
    else:
        lines.append(words.t("Nothing is free on {day}. The next days with free times:", day=words.day(chosen)))
    return Screen("\n".join(lines), keys.times(words, at, days, offers, moving, way_back))


def nothing_free(
    words: Words, trainer: Trainer | None, kind: SessionType, studio: Studio, moving: Booking | None, back: CallbackData
) -> Screen:
    """Why there is nothing to pick, and what may help (C18)."""
    horizon = words.length(studio.horizon_days * 1440)
    if moving:
        why = words.t(
            "Nothing is free with {trainer} in the next {horizon}. Your session stays as it is; "
            "ask {trainer} about another time.",
            trainer=moving.trainer_name,
            horizon=horizon,
        )
    elif studio.allows_no_start:
        why = words.t(
            "Nothing can be booked now: the studio asks for {notice} of notice, but opens only the next {horizon}. "
            "Please tell the studio.",
            notice=words.length(studio.minimum_notice_minutes),
            horizon=horizon,
        )
    else:
        why = words.t(
            "Nothing is free in the next {horizon}: the hours are not set, or everything is taken. "
            "Try a shorter session or another trainer, or ask the studio.",
            horizon=horizon,
        )
    return Screen(f"{_what(words, trainer, kind, moving, by_trainer=False)}\n{why}", keys.nothing_free(words, back))


def nothing_free_to_trainer(
    words: Words, trainer: Trainer | None, kind: SessionType, studio: Studio, moving: Booking | None, back: CallbackData
) -> Screen:
    """The same for the trainer who moves a session, and can open up time."""
    why = words.t(
        "You have no free time in the next {horizon}. Your hours, time off and other sessions decide; "
        "change them, then move it.",
        horizon=words.length(studio.horizon_days * 1440),
    )
    return Screen(
        f"{_what(words, trainer, kind, moving, by_trainer=True)}\n{why}", keys.nothing_free_to_trainer(words, back)
    )


def month(
    words: Words,
    at: PickMonth,
    trainer: Trainer | None,
    kind: SessionType,
    moving: Booking | None,
    weeks: list[list[date | None]],
    open_days: set[date],
    *,
    by_trainer: bool,
) -> Screen:
    first = day_of(at.day).replace(day=1)
    lines = [
        _what(words, trainer, kind, moving, by_trainer=by_trainer),
        words.t("{month} {year}: tap a day with free times.", month=words.month(first), year=first.year),
    ]
    if open_days:
        lines.append(words.t("Bookable until {day}", day=words.day(max(open_days))))
    return Screen("\n".join(lines), keys.month(words, at, weeks, open_days))


def taken(words: Words, wanted: datetime, nearest: list[Offer], notice_minutes: int) -> str:
    """For an alert: what cannot be had and why, and the nearest that can."""
    gone = _why_gone(words, wanted, notice_minutes)
    if not nearest:
        return gone
    day = words.local(wanted).date()
    others = [
        words.time(offer.starts_at) if words.local(offer.starts_at).date() == day else words.when(offer.starts_at)
        for offer in nearest
    ]
    return words.plain("{gone} Nearest: {others}", gone=gone, others=" · ".join(others))


def closed_day(words: Words, day: date) -> str:
    return words.plain("Nothing is free on {day}.", day=words.day(day))


def _why_gone(words: Words, wanted: datetime, notice_minutes: int) -> str:
    time = words.capital(words.when(wanted))
    if wanted < words.now:
        return words.plain("{time} is over.", time=time)
    if wanted < words.now + timedelta(minutes=notice_minutes):
        return words.plain(
            "{time} is too soon: at least {length} ahead.", time=time, length=words.length(notice_minutes)
        )
    return words.plain("{time} is not free any more.", time=time)


def _what(words: Words, trainer: Trainer | None, kind: SessionType, moving: Booking | None, *, by_trainer: bool) -> str:
    """What is booked or moved; a trainer reads the trainee's name, everybody else the trainer's."""
    name = keys.trainer_name(words, trainer)
    if moving:
        return words.t(
            "<b>Move to when?</b> {minutes} min with {name}, now {when}",
            minutes=kind.minutes,
            name=moving.trainee_name if by_trainer else name,
            when=words.when(moving.starts_at),
        )
    return words.t(
        "<b>When?</b> {minutes} min with {trainer}, {units}",
        minutes=kind.minutes,
        trainer=name,
        units=words.units(kind.units),
    )
