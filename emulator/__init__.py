"""A local stand-in for Telegram: the Bot API, the people who talk to the bot, and a clock that can be moved."""
