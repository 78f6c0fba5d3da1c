"""What happens: one module per feature. A module that is not listed here is dead, and a test says so."""

from bot.handlers import (
    balance,
    booking,
    completion,
    day,
    home,
    hours,
    profile,
    purchase,
    session,
    start,
    taught,
    time_off,
)

MODULES = (balance, booking, completion, day, home, hours, profile, purchase, session, start, taught, time_off)
