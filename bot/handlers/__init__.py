"""What happens: one module per feature. A module that is not listed here is dead, and a test says so."""

from bot.handlers import home, profile, start

MODULES = (home, profile, start)
