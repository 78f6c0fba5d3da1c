"""Logging: one line for each event on standard error, in which neither secrets nor what people wrote can stand.

A line is made of a sentence of this program, single words, numbers and ids. An exception is told by its type, its place
and facts from a short list, never in its own words: those quote rows, whole answers and what somebody typed. Of the
libraries' lines the fixed part is kept. Last of all, whatever looks like a secret, or is one, is taken out of the text.
"""

import json
import logging
import re
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import structlog
from pydantic import ValidationError
from structlog.typing import EventDict, WrappedLogger

from storage.engine import is_outage

HIDDEN = "[secret]"
SECRET = re.compile(
    r"(?<!\d)\d{5,}:[A-Za-z0-9_-]{20,}"  # a bot token, also in a path behind /bot
    r"|(?<!\d)\d{5,}:(?:TEST|LIVE):[\w-]+"  # a payment provider's token
    r"|[sr]k_(?:live|test)_\w+|whsec_\w+"  # keys of Stripe
    r"|join-[\w-]{16,}"  # an invite
    r"|(?<=/calendar/)[\w-]+"
    r"|(?<=://)[^\s/\"']+(?=@)"  # who logs in to a database, and how
)
SHORTEST = 8
"""Shorter settings are not looked for by their value: they would be found inside ordinary words."""
FACTS = ("code", "errno", "status", "sqlstate", "constraint_name", "sqlite_errorname", "retry_after")
"""What an exception may tell of itself, where it is a number or one word."""
WORD = re.compile(r"[A-Za-z0-9_.:/+-]{1,100}")
TEXT = "[text]"
"""Stands for a value of several words: whatever it is, somebody may have written it."""
ANSWERS = (
    "CURRENCY_INVALID",
    "CURRENCY_TOTAL_AMOUNT_INVALID",
    "INVOICE_DESCRIPTION_INVALID",
    "INVOICE_PAYLOAD_INVALID",
    "INVOICE_TITLE_INVALID",
    "PAYMENT_PROVIDER_INVALID",
    "PROVIDER_ACCOUNT_INVALID",
    "START_PARAM_INVALID",
    "certificate verify failed",
    "Connection refused",
    "Connection reset by peer",
    "Connection timed out",
    "Failed to resolve host",
    "Read timeout expired",
    "SSL error",
    *(f"Wrong response from the webhook: {status}" for status in (403, 404, 500, 502, 503, 504)),
    "Wrong response from the webhook",
    "bot was blocked by the user",
    "BUTTON_",
    "can't parse entities",
    "chat not found",
    "message can't be edited",
    "message is not modified",
    "message is too long",
    "message text is empty",
    "message to edit not found",
    "query is too old",
    "terminated by other getUpdates request",
    "user is deactivated",
)
"""What Telegram says that may be repeated; its other answers may quote the message."""
CALM_SECONDS = 60.0
"""How often one sentence is repeated while the database is away; `app.outage` tells when it went, and came back."""
FIXED = re.compile(r"[^\n(<{]*")
"""The part of a library's message before anything that may have been put into it."""


class Output(logging.StreamHandler[Any]):
    """Standard error; of a line that cannot be written only that is told."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- the library's name
        self.stream.write(f"a line of {record.name} could not be written\n")


def set_up(level: str, form: str, secrets: Iterable[str] = ()) -> None:
    """Send our own and the libraries' records through one pipeline; `secrets` are taken out wherever they stand."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = Output(sys.stderr)
    handler.addFilter(_is_worth_it)
    handler.addFilter(Calm())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            use_get_message=False,
            processors=[_fixed, _told, _renderer(form), Redaction(secrets)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    sys.excepthook = _log_uncaught


class Calm:
    """Holds back the same complaint about a database that is away: everything stumbles over that, again and again."""

    def __init__(self) -> None:
        self._told_at: dict[str, float] = {}

    def __call__(self, record: logging.LogRecord) -> bool:
        ours = record.msg if isinstance(record.msg, dict) else {"event": str(record.msg)}
        failure = _exception(ours.get("exc_info") or record.exc_info)
        if failure is None or not is_outage(failure):
            return True
        sentence, now = str(ours.get("event")), time.monotonic()
        if now - self._told_at.get(sentence, float("-inf")) < CALM_SECONDS:
            return False
        self._told_at[sentence] = now
        return True


class Redaction:
    """Takes secrets out of a finished line, wherever they came from and however they are written there."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = [secret for secret in secrets if len(secret) >= SHORTEST]
        forms = {form for each in known for form in (each, quote(each, safe=""), json.dumps(each)[1:-1])}
        self._pattern = re.compile("|".join([*map(re.escape, sorted(forms, key=len, reverse=True)), SECRET.pattern]))

    def __call__(self, _logger: WrappedLogger, _method: str, line: Any) -> Any:
        return self._pattern.sub(HIDDEN, line)


def told(failure: BaseException) -> str:
    """An exception after what led to it: for each its type and facts, and where it came from.

    Of a database that is away one line says enough.
    """
    if is_outage(failure):
        return ", ".join(_summary(each) for each in reversed(list(_chain(failure))))
    lines: list[str] = []
    for each in reversed(list(_chain(failure))):
        lines += [_summary(each), *_places(each.__traceback__)]
        if isinstance(each, BaseExceptionGroup):
            lines += [f"  with {told(inner)}" for inner in each.exceptions]
    return "\n".join(lines)


def _is_worth_it(record: logging.LogRecord) -> bool:
    """Our own records, and what the libraries warn of: at lower levels they show what they work with."""
    return isinstance(record.msg, dict) or record.levelno >= logging.WARNING


def _fixed(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep the fixed part of a library's message: its arguments may be anything."""
    if not event.pop("_from_structlog"):
        found = FIXED.match(event["event"])
        event["event"] = found[0].strip() if found else ""
    del event["_record"]
    return event


def _told(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Make everything plain; an exception is told."""
    failure = event.pop("exc_info", None)
    event.pop("stack_info", None)
    plain = {key: value if key == "event" else _plain(value) for key, value in event.items()}
    found = _exception(failure)
    return plain if found is None else plain | {"exception": told(found)}


def _renderer(form: str) -> Any:
    if form == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)


def _plain(value: Any) -> Any:
    """A value as it may be written: numbers and single words as they are, of anything else no more than its kind."""
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(each) for each in value]
    if isinstance(value, (str, datetime)):
        return _word(value.isoformat() if isinstance(value, datetime) else str(value))
    if isinstance(value, BaseException):
        return _summary(value)
    return value if value is None or isinstance(value, (bool, int, float)) else f"[{type(value).__name__}]"


def _word(text: str) -> str:
    return text if not text or WORD.fullmatch(text) else _known(text) or TEXT


def _exception(given: Any) -> BaseException | None:
    """The exception that a record carries, in any of the ways the library allows."""
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        found: BaseException | None = given[1]
        return found
    return sys.exc_info()[1] if given else None


def _chain(failure: BaseException) -> Iterator[BaseException]:
    """The exception, and what it came from, and so on; each once."""
    seen: set[int] = set()
    current: BaseException | None = failure
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _summary(failure: BaseException) -> str:
    facts = " ".join([*_facts(failure), *_answer(failure), *_misreadings(failure)])
    name = f"{type(failure).__module__}.{type(failure).__qualname__}".removeprefix("builtins.")
    return f"{name}: {facts}" if facts else name


def _facts(failure: BaseException) -> Iterator[str]:
    for name in FACTS:
        value = getattr(failure, name, None)
        if isinstance(value, (int, str)) and WORD.fullmatch(str(value)):
            yield f"{name}={value}"


def _answer(failure: BaseException) -> Iterator[str]:
    """What was asked of Telegram and what it said, of a failed call."""
    if (method := getattr(failure, "method", None)) is not None:
        yield type(method).__name__
    if known := _known(str(getattr(failure, "message", ""))):
        yield known


def _known(text: str) -> str:
    """What of a text is an answer of Telegram's that may be repeated."""
    return next((known for known in ANSWERS if known in text), "")


def _misreadings(failure: BaseException) -> Iterator[str]:
    """Where data did not have the form it should have, and in which way, as pydantic tells it."""
    if not isinstance(failure, ValidationError):
        return
    for error in failure.errors(include_url=False, include_context=False, include_input=False)[:5]:
        place = ".".join(part if WORD.fullmatch(part) else "?" for part in map(str, error["loc"]))
        yield f"{place}={error['type']}"


def _places(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace, limit=-20):
        yield f"  at {'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno} in {frame.name}"


def _log_uncaught(kind: type[BaseException], failure: BaseException, trace: TracebackType | None) -> None:
    structlog.get_logger().critical("ended by an error", exc_info=(kind, failure, trace))
