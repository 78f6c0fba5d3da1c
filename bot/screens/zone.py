"""Whose clock the times are in, where that could be doubted."""

from dataclasses import replace
from datetime import datetime

from bot.words import Words
from domain.session import Booking


def taught(words: Words, booked: Booking) -> Words:
    """The words in which a trainer reads of a session of theirs: in the zone of their hours."""
    return replace(words, zone=booked.trainer_zone)


def named(words: Words, zone: str) -> list[str]:
    """The line that names the zone of the times, where the reader or the studio lives by another."""
    if zone == words.zone == words.studio_zone:
        return []
    return [words.t("Times in {city}.", city=words.city(zone))]


def noted(words: Words, text: str, zone: str = "") -> str:
    """The text, whose times are in the reader's zone or in this one; it is named where it could be doubted."""
    return "\n".join([text, *named(words, zone or words.zone)])


def both(words: Words, starts_at: datetime) -> list[str]:
    """The same for a session that somebody travels to, with the time at the studio."""
    if words.zone == words.studio_zone:
        return []
    there = words.at_studio()
    same_day = there.local(starts_at).date() == words.local(starts_at).date()
    return [
        words.t(
            "Times in {here}; at the studio it is {time} ({there}).",
            here=words.city(),
            time=there.time(starts_at) if same_day else there.dated(starts_at),
            there=there.city(),
        )
    ]
