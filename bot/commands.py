"""The command menus that Telegram shows, per role; what a person may use is decided by the dispatch table alone."""

from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.words import Words
from domain.permission import Role
from domain.person import Person

WAIT_SECONDS = 5


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
        ]
    return [*entries, *_everybody(words, roles)]


async def publish(bot: Bot, words: Words) -> None:
    """What somebody sees who has no role yet."""
    await bot.set_my_commands(_commands(menu(words, Role(0))), scope=BotCommandScopeAllPrivateChats())


async def publish_for(bot: Bot, words: Words, somebody: Person) -> None:
    """The menu of one person's roles, in their language."""
    scope = BotCommandScopeChat(chat_id=somebody.telegram_id)
    await bot.set_my_commands(_commands(menu(words, somebody.roles)), scope=scope, request_timeout=WAIT_SECONDS)


def _everybody(words: Words, roles: Role) -> list[tuple[str, str]]:
    entries = [("start", words.plain("Home"))]
    if roles:
        entries.append(("profile", words.plain("Name, time zone, reminders")))
    if len(roles) > 1:
        entries.append(("role", words.plain("Switch role")))
    return [*entries, ("help", words.plain("What I can do"))]


def _commands(entries: list[tuple[str, str]]) -> list[BotCommand]:
    return [BotCommand(command=name, description=description) for name, description in entries]
