"""Booking and moving, screen by screen: with whom, how long, when, and what it means."""

from datetime import date, datetime, timedelta

from aiogram.filters.callback_data import CallbackData

from bot.chat import Screen
from bot.keyboards import booking as keys
from bot.keyboards import quote as quote_keys
from bot.keyboards import slot as slot_keys
from bot.keyboards.button import day_of
from bot.keyboards.slot import PickDay, PickMonth, PickTime
from bot.screens import reach, zone
from bot.words import Words
from domain.booking import Booked
from domain.quote import Outlived, Quote, Swap
from domain.schedule import Offer
from domain.session import Booking
from domain.session_type import SessionType
from domain.shortcut import Choices
from domain.studio import Studio
from domain.trainer import Trainer


def trainers(words: Words, choices: Choices) -> Screen:
    if not choices.trainers:
        text = words.t("There is no trainer here yet, so nothing can be booked. Please come back later.")
        return Screen(text, keys.no_trainer(words))
    question = words.t("<b>Who would you like to train with?</b>")
    return Screen(f"{question}\n{_free(words, choices)}", keys.trainers(words, choices))


def lengths(
    words: Words, choices: Choices, trainer: Trainer | None, studio: Studio, *, first: bool, online: bool
) -> Screen:
    """`first` where this is where booking begins, because there is only one trainer."""
    name = slot_keys.trainer_name(words, trainer)
    lines = [
        words.t("<b>How long with {trainer}?</b>", trainer=name),
        words.t("{minutes} minutes are 1 unit.", minutes=studio.unit_minutes) + " " + _free(words, choices),
    ]
    if not online and any(kind.units > choices.available for kind in choices.kinds):
        lines.append(_sold_by(words, studio))
    rows = keys.lengths(words, choices, trainer.id if trainer else 0, first=first, online=online)
    return Screen("\n".join(lines), rows)


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
) -> Screen:
    chosen = day_of(at.day)
    lines = [_what(words, trainer, kind, moving)]
    if offers:
        day = words.long_day(chosen)
        lines.append(words.t("{day}, times in {city}", day=day, city=words.city()))
        if chosen == words.today and notice_minutes:
            lines.append(words.t("At least {length} ahead", length=words.length(notice_minutes)))
    else:
        lines.append(words.t("Nothing is free on {day}. The next days with free times:", day=words.day(chosen)))
    return Screen("\n".join(lines), slot_keys.times(words, at, days, offers, moving, way_back))


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
    return Screen(f"{_what(words, trainer, kind, moving)}\n{why}", slot_keys.nothing_free(words, back))


def nothing_free_to_trainer(
    words: Words, trainer: Trainer | None, kind: SessionType, studio: Studio, moving: Booking | None, back: CallbackData
) -> Screen:
    """The same for the trainer who moves a session, and can open up time."""
    why = words.t(
        "You have no free time in the next {horizon}. Your hours, time off and other sessions decide; "
        "change them, then move it.",
        horizon=words.length(studio.horizon_days * 1440),
    )
    return Screen(f"{_what(words, trainer, kind, moving)}\n{why}", slot_keys.nothing_free_to_trainer(words, back))


def month(
    words: Words,
    at: PickMonth,
    trainer: Trainer | None,
    kind: SessionType,
    moving: Booking | None,
    weeks: list[list[date | None]],
    open_days: set[date],
) -> Screen:
    first = day_of(at.day).replace(day=1)
    lines = [
        _what(words, trainer, kind, moving),
        words.t("{month} {year}: tap a day with free times.", month=words.month(first), year=first.year),
    ]
    if open_days:
        lines.append(words.t("Bookable until {day}", day=words.day(max(open_days))))
    return Screen("\n".join(lines), slot_keys.month(words, at, weeks, open_days))


def confirm(
    words: Words, quote: Quote, at: PickTime, studio: Studio, kinds: list[SessionType], *, online: bool
) -> Screen:
    """The consequences, before they happen."""
    lines = [_session(words, quote)]
    if quote.moving:
        lines.insert(0, words.t("<b>Move</b> from {when} to:", when=words.when(quote.moving.starts_at)))
    lines.append(_when(words, quote, studio))
    if quote.missing:
        lines.append(_missing(words, quote))
        if not online:
            lines.append(_sold_by(words, studio))
        return Screen("\n".join(lines), quote_keys.not_enough(words, quote, at, kinds, online=online))
    lines += [_held(words, quote), _policy(words, quote)]
    return Screen("\n".join(lines), quote_keys.confirm(words, quote, at))


def booked(words: Words, done: Booked, studio: Studio, *, other: bool) -> Screen:
    """After a second tap as after the first; `other` where a session of another length was there already."""
    made = done.booking
    head = words.t("This time is booked already.") if other else words.t("✓ <b>Booked.</b>")
    lines = [
        head,
        words.t(
            "{when}, {minutes} min with {trainer}",
            when=words.span(made.starts_at, made.ends_at),
            minutes=made.minutes,
            trainer=made.trainer_name,
        ),
    ]
    lines += zone.both(words, made.starts_at)
    if studio.place:
        lines.append(words.t("Where: {place}", place=studio.place))
    lines += [*_deadline(words, made), _balance(words, done)]
    return Screen("\n".join(lines), quote_keys.booked(words, made.id))


def moved(words: Words, done: Booked, studio: Studio) -> Screen:
    made = done.booking
    when = words.span(made.starts_at, made.ends_at)
    lines = [
        words.t("It is at that time already: {when}. Nothing changed.", when=when)
        if done.again
        else words.t("✓ <b>Moved</b> to {when}.", when=when)
        + " "
        + reach.told(words, made.trainer_name, reachable=made.trainer_reachable),
        words.t("{minutes} min with {trainer}", minutes=made.minutes, trainer=made.trainer_name),
    ]
    lines += zone.both(words, made.starts_at)
    if studio.place:
        lines.append(words.t("Where: {place}", place=studio.place))
    lines += [*_deadline(words, made), _balance(words, done)]
    return Screen("\n".join(lines), quote_keys.booked(words, made.id))


def moved_by_trainer(words: Words, done: Booked, _studio: Studio) -> Screen:
    made = done.booking
    when = words.plain(
        "{span} ({city})", span=words.span(made.starts_at, made.ends_at), city=words.city(made.trainer_zone)
    )
    lines = (
        [words.t("It is at that time already: {when}. Nothing changed.", when=when)]
        if done.again
        else [
            words.t("✓ <b>Moved</b> to {when}.", when=when),
            reach.told(words, made.trainee_name, reachable=made.trainee_reachable),
        ]
    )
    return Screen("\n".join(lines), quote_keys.moved_by_trainer(words, made.starts_at))


def other_trainer(words: Words, lost: Trainer, quote: Quote) -> str:
    """For an alert, above the terms with the other."""
    return words.plain(
        "{lost} was just taken; {other} is free at {time}.",
        lost=words.short(lost.name),
        other=words.short(quote.trainer.name),
        time=words.time(quote.starts_at),
    )


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


def _why_gone(words: Words, wanted: datetime, notice_minutes: int) -> str:
    when = words.when(wanted)
    time = when[:1].upper() + when[1:]
    if wanted < words.now:
        return words.plain("{time} is over.", time=time)
    if wanted < words.now + timedelta(minutes=notice_minutes):
        return words.plain(
            "{time} is too soon: at least {length} ahead.", time=time, length=words.length(notice_minutes)
        )
    return words.plain("{time} is not free any more.", time=time)


def closed_day(words: Words, day: date) -> str:
    return words.plain("Nothing is free on {day}.", day=words.day(day))


def _free(words: Words, choices: Choices) -> str:
    return words.n("You have <b>{n} unit</b> free.", "You have <b>{n} units</b> free.", choices.available)


def _sold_by(words: Words, studio: Studio) -> str:
    """Where units come from while nothing can be paid in the chat."""
    return words.t(
        "More units are sold by {studio}, not here: ask your trainer or at the desk. "
        "You read here when they are added.",
        studio=studio.name,
    )


def _what(words: Words, trainer: Trainer | None, kind: SessionType, moving: Booking | None) -> str:
    name = slot_keys.trainer_name(words, trainer)
    if moving:
        return words.t(
            "<b>Move to when?</b> {minutes} min with {trainer}, now {when}",
            minutes=kind.minutes,
            trainer=name,
            when=words.when(moving.starts_at),
        )
    return words.t(
        "<b>When?</b> {minutes} min with {trainer}, {units}",
        minutes=kind.minutes,
        trainer=name,
        units=words.units(kind.units),
    )


def _session(words: Words, quote: Quote) -> str:
    return words.t("<b>{minutes} min with {trainer}</b>", minutes=quote.kind.minutes, trainer=quote.trainer.name)


def _when(words: Words, quote: Quote, studio: Studio) -> str:
    own = words.t("{span} ({city})", span=words.span(quote.starts_at, quote.ends_at), city=words.city())
    if words.zone == studio.zone:
        return own
    there = words.at_studio()
    return (
        own
        + "\n"
        + words.t(
            "At the studio: {span} ({city})",
            span=there.span(quote.starts_at, quote.ends_at),
            city=words.city(studio.zone),
        )
    )


def _missing(words: Words, quote: Quote) -> str:
    needed = words.units(quote.kind.units)
    if quote.moving and quote.outlived:
        return _outlived(words, quote, quote.outlived, quote.moving)
    if quote.expiring > 0:
        return words.t(
            "That needs {needed}. You have {free}, but {gone} of them run out before {day}.",
            needed=needed,
            free=words.units(quote.available + quote.expiring),
            gone=quote.expiring,
            day=words.day(words.local(quote.starts_at).date()),
        )
    return words.t("That needs {needed}; <b>{free} free</b>.", needed=needed, free=quote.available)


def _outlived(words: Words, quote: Quote, held: Outlived, moving: Booking) -> str:
    until = words.n(
        "Its {n} held unit can be used until {last}.",
        "Its {n} held units can be used until {last}.",
        held.units,
        last=words.day(held.last_on),
    )
    facts = {"needed": words.units(quote.kind.units), "free": quote.available, "trainee": moving.trainee_name}
    if quote.by_trainer:
        return f"{until} " + words.t(
            "This day is later: it needs {needed}, and {trainee} has <b>{free}</b>. "
            "Pick an earlier day, or ask {trainee} to buy units first.",
            **facts,
        )
    return f"{until} " + words.t("This day is later: it needs {needed}, and you have <b>{free}</b>.", **facts)


def _held(words: Words, quote: Quote) -> str:
    if quote.swap:
        return _swapped(words, quote.swap)
    if quote.moving:
        return words.n("{n} unit stays held; nothing extra.", "{n} units stay held; nothing extra.", quote.kind.units)
    held = words.n("{n} unit will be held", "{n} units will be held", quote.kind.units)
    left = words.n("{n} stays free", "{n} stay free", quote.left)
    return words.t("{held}; {left}.", held=held, left=left)


def _swapped(words: Words, swap: Swap) -> str:
    others = words.n("{n} other unit will be held", "{n} other units will be held", swap.units)
    if swap.lost:
        freed = words.n("{n} held now has run out and is lost", "{n} held now have run out and are lost", swap.units)
    elif swap.last_on:
        freed = words.n(
            "{n} held now is free again until {last}",
            "{n} held now are free again until {last}",
            swap.units,
            last=words.day(swap.last_on),
        )
    else:
        freed = words.n("{n} held now is free again", "{n} held now are free again", swap.units)
    return words.t("{others}; {freed}.", others=others, freed=freed)


def _policy(words: Words, quote: Quote) -> str:
    late = quote.free_until <= words.now
    if quote.moving and quote.by_trainer:
        trainee = quote.moving.trainee_name
        if not quote.moving.trainee_reachable:
            return reach.to_be_called(words, trainee)
        if late:
            return words.t("{trainee} is told, and can then not cancel for free any more.", trainee=trainee)
        until = words.dated(quote.free_until)
        return words.t("{trainee} is told, and can cancel for free until {when}.", trainee=trainee, when=until)
    units = words.units(quote.kind.units)
    if late:
        return words.t("It can no longer be moved, and cancelling or not coming costs {units}.", units=units)
    return words.t(
        "Free to cancel until {when}; after that, or if you do not come, it costs {units}.",
        when=words.when(quote.free_until),
        units=units,
    )


def _deadline(words: Words, made: Booking) -> list[str]:
    """Until when it is free to cancel, while it is."""
    if made.cancel_cost(words.now):
        return []
    return [words.t("Free to cancel until {when}.", when=words.dated(made.free_until))]


def _balance(words: Words, done: Booked) -> str:
    return words.t("Units: <b>{free} free</b> · {held} held", free=done.balance.available, held=done.balance.held)


def booked_toast(words: Words, *, other: bool) -> str:
    return words.plain("Booked already") if other else words.plain("Booked")
