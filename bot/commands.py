"""The command menus that Telegram shows, per role, and what the bot says of itself.

What a person may use is decided by the dispatch table alone.
"""

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.words import Words
from domain.permission import Role
from domain.person import Person

WAIT_SECONDS = 5
DESCRIPTION_LENGTH, SHORT_DESCRIPTION_LENGTH = 512, 120
"""The most that Telegram keeps (Bot API, setMyDescription and setMyShortDescription)."""
log = structlog.get_logger()


def menu(words: Words, roles: Role) -> list[tuple[str, str]]:
    """Command and description, the most needed first."""
    entries: list[tuple[str, str]] = []
    if Role.TRAINEE in roles:
        entries += [
            ("book", words.plain("Book a session")),
            ("sessions", words.plain("Your sessions: move, cancel, history")),
            ("balance", words.plain("Your units")),
            ("buy", words.plain("Buy units")),
        ]
    if Role.TRAINER in roles:
        entries += [("today", words.plain("Your day: complete sessions")), ("hours", words.plain("When you work"))]
    if Role.ADMIN in roles:
        entries += [
            ("admin", words.plain("Run the studio")),
            ("packages", words.plain("What is on sale")),
            ("adjust", words.plain("Give or take units")),
            ("invite", words.plain("Invite staff")),
            ("settings", words.plain("Notice, reminders, place")),
            ("reconcile", words.plain("Check that the books agree")),
        ]
    return [*entries, *_everybody(words, roles)]


async def publish(bot: Bot, words: Words, studio_name: str) -> None:
    """What somebody sees who has no role yet: the first commands, and what the bot says of itself before START."""
    await _set_menu(bot, menu(words, Role(0)), BotCommandScopeAllPrivateChats())
    about = words.plain("Book and pay your training at {studio}, and see what is left.", studio=studio_name)
    invitation = words.plain("{about} Press Start: two taps and you are in.", about=about)
    try:
        if (await bot.get_my_description()).description != invitation:
            await bot.set_my_description(invitation[:DESCRIPTION_LENGTH])
        if (await bot.get_my_short_description()).short_description != about:
            await bot.set_my_short_description(about[:SHORT_DESCRIPTION_LENGTH])
    except TelegramAPIError as failed:
        log.warning("description not published", problem=type(failed).__name__)


async def publish_for(bot: Bot, words: Words, somebody: Person) -> None:
    """The menu of one person's roles, in their language; one that is right is left alone."""
    await _set_menu(bot, menu(words, somebody.roles), BotCommandScopeChat(chat_id=somebody.telegram_id))


async def _set_menu(
    bot: Bot, entries: list[tuple[str, str]], scope: BotCommandScopeAllPrivateChats | BotCommandScopeChat
) -> None:
    published = await bot.get_my_commands(scope=scope, request_timeout=WAIT_SECONDS)
    if [(each.command, each.description) for each in published] != entries:
        wanted = [BotCommand(command=name, description=description) for name, description in entries]
        await bot.set_my_commands(wanted, scope=scope, request_timeout=WAIT_SECONDS)


def _everybody(words: Words, roles: Role) -> list[tuple[str, str]]:
    entries = [("start", words.plain("Home"))]
    if roles:
        entries.append(("profile", words.plain("Name, time zone, reminders")))
    if len(roles) > 1:
        entries.append(("role", words.plain("Switch role")))
    return [*entries, ("help", words.plain("What I can do"))]
