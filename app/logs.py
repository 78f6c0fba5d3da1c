"""Logging: structured, to standard error, with tokens taken out of whatever passes."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{20,}|\b[sr]k_(?:live|test)_\w+|\bwhsec_\w+")


def set_up(level: str, form: str) -> None:
    """Send our own and the libraries' records through one pipeline."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Any = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                without_tokens,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in ("aiogram", "apscheduler", "alembic", "aiohttp.access", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def without_tokens(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace anything that looks like a secret, wherever it stands."""
    return {key: TOKEN.sub("[secret]", value) if isinstance(value, str) else value for key, value in event.items()}
