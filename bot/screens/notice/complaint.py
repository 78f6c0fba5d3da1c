"""Notices of what a trainee says is wrong with a session, and of its end."""

from bot.chat import Screen
from bot.keyboards import notice as keys
from bot.keyboards.notice import Values
from bot.screens import complaint, zone
from bot.screens.notice.booking import of_session, taught
from bot.words import Words


def disputed(words: Words, values: Values) -> Screen:
    local = taught(words, values) if values.get("own") else words
    facts = of_session(local, values) | {"complaint": complaint.named(words, str(values["complaint"]))}
    if values.get("own"):
        text = words.t(
            "<b>{trainee} says something is wrong</b> with {when}, {minutes} min ({units}): “{complaint}”. "
            "The studio was told, too. Please talk to each other.",
            **facts,
        )
    else:
        text = words.t(
            "<b>{trainee} says something is wrong</b> with {when}, {minutes} min with {trainer} ({units}): "
            "“{complaint}”. {trainer} was told, too.",
            **facts,
        )
    return Screen(zone.noted(words, text, local.zone), keys.disputed(words, values))


def settled(words: Words, values: Values) -> Screen:
    local = taught(words, values) if values.get("own") else words
    text = words.t(
        "✓ <b>{trainee} says it is right after all</b>: {when}, {minutes} min with {trainer} ({units}).",
        **of_session(local, values),
    )
    return Screen(zone.noted(words, text, local.zone), keys.plain(words))


def settled_by_staff(words: Words, values: Values) -> Screen:
    local = taught(words, values) if values.get("own") else words
    what = complaint.named(words, str(values["complaint"]))
    text = words.t(
        "✓ <b>{name} says that this is settled</b>: {when}, {minutes} min with {trainer} ({units}), where {trainee} "
        "said “{complaint}”. {trainee} is told, too.",
        **of_session(local, values) | {"name": values["name"], "complaint": what},
    )
    return Screen(zone.noted(words, text, local.zone), keys.plain(words))


def complaint_settled(words: Words, values: Values) -> Screen:
    what = complaint.named(words, str(values["complaint"]))
    text = words.t(
        "✓ <b>{name} says that this is settled</b>: {when} with {trainer} ({units}), where you said “{complaint}”. "
        "If it is not, tap below.",
        **of_session(words, values) | {"name": values["name"], "complaint": what},
    )
    return Screen(zone.noted(words, text), keys.complaint_settled(words, keys.number(values, "booking_id")))
