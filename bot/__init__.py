"""Conversations: what comes in from Telegram, what is shown, and what is said to others."""
