"""Roles, permissions, and which role brings which permission. Who a person is belongs to `person`."""

from enum import Flag, StrEnum, auto


class Role(Flag):
    """What a person is in the studio; one person may be several. A visitor is none of them."""

    TRAINEE = auto()
    TRAINER = auto()
    FRONT_DESK = auto()
    ADMIN = auto()


VISITOR = Role(0)
STAFF = Role.TRAINER | Role.FRONT_DESK | Role.ADMIN


class Permission(StrEnum):
    """What an action asks of the person who triggers it."""

    EVERYONE = "everyone"
    MEMBER = "member"
    BOOK = "book"
    BUY = "buy"
    TEACH = "teach"
    INVITE = "invite"
    PRICE = "price"
    ADJUST = "adjust"
    SETTINGS = "settings"


GRANTS: dict[Role, frozenset[Permission]] = {
    Role.TRAINEE: frozenset({Permission.BOOK, Permission.BUY}),
    Role.TRAINER: frozenset({Permission.TEACH}),
    Role.FRONT_DESK: frozenset(),
    Role.ADMIN: frozenset({Permission.INVITE, Permission.PRICE, Permission.ADJUST, Permission.SETTINGS}),
}


def allows(roles: Role, permission: Permission) -> bool:
    """Whether somebody with these roles has the permission; a member is anyone with a role."""
    if permission is Permission.EVERYONE:
        return True
    if permission is Permission.MEMBER:
        return bool(roles)
    return any(permission in GRANTS[role] for role in roles)
