"""Buttons from choosing a trainer to the session card. Each carries all it needs, so an old one works after a restart.

`trainer` 0 means any trainer; `moving` is the booking that gets another time, 0 where a new one is made; `start` is
minutes since 1970 UTC and `day` days since then.
"""

from aiogram.filters.callback_data import CallbackData

EPOCH_ORDINAL = 719163
"""`date(1970, 1, 1).toordinal()`."""


class OpenBooking(CallbackData, prefix="bk"):
    """Begin booking: with whom?"""


class PickTrainer(CallbackData, prefix="bk.w"):
    """Then: how long?"""

    trainer: int


class PickType(CallbackData, prefix="bk.t"):
    """Then: when? On the first day that has something free."""

    trainer: int
    type: int
    moving: int = 0


class PickDay(CallbackData, prefix="bk.d"):
    """Show the times of a day."""

    trainer: int
    type: int
    day: int
    moving: int = 0


class PickTime(CallbackData, prefix="bk.s"):
    """Show what booking (or moving to) this start means."""

    trainer: int
    type: int
    start: int
    moving: int = 0


class Book(CallbackData, prefix="bk.ok"):
    """Book it."""

    trainer: int
    type: int
    start: int


class Move(CallbackData, prefix="bk.mv"):
    """Move it."""

    booking: int
    start: int


class OpenSessions(CallbackData, prefix="bk.l"):
    """The trainee's upcoming sessions."""


class OpenHistory(CallbackData, prefix="bk.h"):
    """A page of the trainee's past sessions."""

    page: int = 0


class OpenCard(CallbackData, prefix="bk.c"):
    """One session's card."""

    booking: int


class AskCancel(CallbackData, prefix="bk.x"):
    """Show what cancelling means; used where a single tap would be too quick."""

    booking: int


class Cancel(CallbackData, prefix="bk.xx"):
    """Cancel it at the cost that the button named."""

    booking: int
    units: int


class WillCome(CallbackData, prefix="bk.y"):
    """The reminder's "I'll be there"."""

    booking: int
