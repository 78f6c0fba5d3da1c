"""Inviting staff: what each role may do, the link that is shown once, and what the newcomer reads."""

from bot.chat import Screen
from bot.keyboards import invite as keys
from bot.screens.profile import role_name
from bot.words import Words
from domain.invite import Door, Invitation
from domain.permission import Role

SHOWN_AT_ONCE = 5


def choose(words: Words, open_ones: list[Door], first_line: str = "") -> Screen:
    """Whom to invite, and which links are still open."""
    lines = [first_line, ""] if first_line else []
    lines += [
        words.t("<b>Invite staff</b>\nWho is it? You get a link for one person; it works once, for three days."),
        words.t("<b>Trainer</b> can {powers}", powers=_powers(words, Role.TRAINER)),
        words.t("<b>Admin</b> can {powers}", powers=_powers(words, Role.ADMIN)),
    ]
    if open_ones:
        lines += ["", words.n("{n} link is still open.", "{n} links are still open.", len(open_ones))]
    labels = {each.invite.id: _withdraw(words, each) for each in open_ones[:SHOWN_AT_ONCE]}
    return Screen("\n".join(lines), keys.roles(words, labels))


def _withdraw(words: Words, door: Door) -> str:
    facts: dict[str, object] = {
        "number": door.invite.id,
        "role": role_name(words, door.invite.role),
        "when": words.dated(door.invite.expires_at),
    }
    if door.made_by:
        maker = words.short(door.made_by)
        return words.plain("Withdraw #{number}: {role}, until {when}, by {name}", **facts, name=maker)
    return words.plain("Withdraw #{number}: {role}, until {when}", **facts)


def gone(words: Words) -> str:
    return words.plain("That link is closed already: it was used or withdrawn, or its time is over.")


def withdrawn(words: Words) -> str:
    return words.t("✓ Withdrawn. That link lets nobody in any more.")


def below(words: Words) -> Screen:
    """Where the wizard stood once its link is out."""
    return Screen(words.t("✓ The invitation is in the message below. It stays there."), keys.below(words))


def warn_admin(words: Words) -> Screen:
    text = words.t(
        "<b>An admin can do all that you can</b>: {powers}\n\n"
        "Whoever opens the link first gets this role. Only send it to somebody you would give your keys.",
        powers=_powers(words, Role.ADMIN),
    )
    return Screen(text, keys.warn_admin(words))


def made(words: Words, invitation: Invitation, studio_name: str, bot_username: str) -> Screen:
    """The only time the link is shown; afterwards only its hash is known."""
    role = role_name(words, invitation.role)
    url = f"https://t.me/{bot_username}?start={invitation.payload}"
    lines = [
        words.t("<b>Invitation #{number}: {role}</b>", number=invitation.id, role=role),
        words.t("<code>{url}</code>", url=url),
        words.t(
            "For one person, until {when} ({city} time).", when=words.dated(invitation.expires_at), city=words.city()
        ),
        words.t("They can {powers}", powers=_powers(words, invitation.role)),
        words.t("The link is shown only here. You hear from me when it is used; /invite can withdraw it."),
    ]
    said = words.plain("Come and work with us at {studio}: open the link and tap Start.", studio=studio_name)
    return Screen("\n".join(lines), keys.made(words, url, said))


def used_button(words: Words) -> str:
    return words.plain("This button has made its link, or is out of date. For a new link: /invite")


def joined(words: Words, role: Role) -> str:
    """The first line for a member who has followed an invitation."""
    text = words.t("✓ You are {role} now.", role=role_name(words, role))
    return f"{text} {first_step(words)}" if role is Role.TRAINER else text


def also_train(words: Words) -> Screen:
    text = words.t("You become a trainer too: people can book you once you have set hours. You stay an admin.")
    return Screen(text, keys.also_train(words))


def also_trains(words: Words) -> str:
    return f"{words.t('✓ You are a trainer as well.')} {first_step(words)}"


def first_step(words: Words) -> str:
    return words.t("Next: set your hours under <b>My hours</b>, so that people can book you.")


def _powers(words: Words, role: Role) -> str:
    powers = {
        Role.TRAINER: words.plain("set their own hours, see who booked them, complete, move and cancel sessions."),
        Role.FRONT_DESK: words.plain("be listed as staff; the desk's own menu is still to come."),
        Role.ADMIN: words.plain("set prices and rules, give and take units, invite trainers and other admins."),
    }
    return powers[role]
