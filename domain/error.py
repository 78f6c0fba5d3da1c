"""The root of everything the domain refuses.

    Refusal
    ├── NotAllowed      the person lacks the permission, or the object is somebody else's
    ├── NotFound        what was asked for does not exist (any more)
    └── …               each feature declares its own beside its actions

A refusal is a fact with a stable `code`; it is put into words in `bot/screens/problem.py`. It undoes its transaction.
"""

from typing import ClassVar


class Refusal(Exception):
    """An expected "no": nothing was changed, and the person can be told why."""

    code: ClassVar[str] = "refused"


class NotAllowed(Refusal):
    """The person may not do this, or not with this object."""

    code = "not_allowed"


class NotFound(Refusal):
    """The thing does not exist, or is none of this person's business."""

    code = "not_found"
