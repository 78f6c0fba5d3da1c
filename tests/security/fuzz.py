"""Hostile input, made from a seed: what buttons could carry, and what people could write."""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

from bot.action import Action
from bot.keyboards.button import APART, BELOW
from domain.permission import Role, allows
from tests.security.building import Building
from tests.security.payload import ASKED, example

NUMBERS = (
    *("0", "-0", "-1", "1", "2", "3", "7", "255", "65536", "2147483647", "2147483648", "-2147483649"),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809"),
    *("1" + "0" * 30, "9" * 50, "1.5", "1e9", "0x10", "+1", " 1", "1_000", "٣", "½", "²", "NaN", "inf", "True", "None"),
)
STRINGS = (
    *("", " ", "<3", "</b>", "<b>", "&amp;", "&", "{}", "{0}", "{name}", "{0.__class__}", "%s", "%(x)s", "%n"),
    *("'; DROP TABLE person; --", '" OR 1=1 --', "\\", "`", "$(id)", "../../etc/passwd", "null", "[]", "{"),
    *("\0", "a\0b", "\n", "\t", "\x1b[31m", "\x7f", "\u202eevil", "\u200b", "\ufeff", "\ufffe", "\u2028"),
    *("👩‍👩‍👧‍👦", "🏳️‍🌈", "é", "e\u0301" * 20, "ﷺ", "שלום", "中文", "I", "ı", "ß", "ﬀ", "\U0010ffff"),
    *("-9-8-7", "1-2-3", "1--1", "9" * 30 + "-1-1", "1,2,3", "2880,60", "Europe/Berlin", "../UTC", "localtime", "UTC"),
    *("https://evil.example", "tg://user?id=1", "@olga", "#tag", "join-", "join-AAAAAAAAAAAAAAAAAAAAAA"),
)
ANSWERS = (
    *("9-12", "9-12 13:30-18", "25-26", "9-9", "00:00-24:00", "9:07-10", "9-12," * 200, "-", "closed", "12"),
    *("24 Dec", "24.12.", "2026-12-24", "31 Feb", "0000-00-00", "9999-12-31", "29 Feb", "24 Dec - 2 Jan", "today"),
    *("1", "500", "501", "-3", "€25", "25,50", "25.505", "1e3", "90 days", "4 weeks", "0", "no limit", "12 h", "1 day"),
    *("Lisbon", "UTC+2", "GMT-14", "Mars", "New York", "berlin ", "Yes", "Annabella", "%", "_", "\\%"),
)
COMMAND_TAILS = ("", " ", "@", "@session_tracker_demo_bot", "@another_bot", "\n", "\0", "_", "/", " 1 2 3", " -1")
LONGEST_TEXT = 4096


class Input(NamedTuple):
    """What somebody sends: the data of a button, or a text."""

    data: str | None
    text: str


class Fuzz:
    """An endless source of inputs; the same seed makes the same ones."""

    def __init__(self, seed: str, table: dict[str, Action], building: Building) -> None:
        self.random, self._table = Random(seed), table
        self._commands = [key for key in table if key.startswith("/")]
        self._valid = [example(action, building) for key, action in table.items() if key.startswith("tap:")]
        self._ways_to_tap: list[Callable[[], str]] = [
            self._with_other_values,
            self._with_other_values,
            self._with_other_values,
            self._with_other_count,
            self._with_another_prefix,
            self._with_changed_characters,
            lambda: self.random.choice(self._valid),
            self._anything,
        ]
        self._ways_to_write: list[Callable[[], str]] = [
            self._command,
            lambda: self.random.choice(ANSWERS),
            lambda: self.random.choice(NUMBERS),
            self._anything,
            self._long,
        ]

    def __iter__(self) -> Iterator[Input]:
        while True:
            if self.random.random() < 0.6:
                yield Input(self.random.choice(self._ways_to_tap)(), "")
            else:
                yield Input(None, self.random.choice(self._ways_to_write)()[:LONGEST_TEXT])

    def question(self, building: Building, role: Role) -> tuple[str, dict[str, Any]]:
        """Something that this role can be asked, rarely another, and what is known of the answer's use already."""
        own = [kind for kind in ASKED if allows(role, self._table[f"typed:{kind}"].may)]
        kind = self.random.choice(own if self.random.random() < 0.9 else list(ASKED))
        return kind, ASKED[kind](building)[0]

    def _with_other_values(self) -> str:
        prefix, *values = self.random.choice(self._valid).split(":")
        for place in range(len(values)):
            if self.random.random() < 0.6:
                values[place] = self._value(values[place])
        return self._marked(":".join([prefix, *values]))

    def _value(self, value: str) -> str:
        if value.isdigit() and self.random.random() < 0.3:
            return str(int(value) + self.random.choice((-1, 1, 1440, -1440, 10**6, -(10**9), 2**62)))
        return self.random.choice(NUMBERS if self.random.random() < 0.6 else STRINGS)

    def _with_other_count(self) -> str:
        parts = self.random.choice(self._valid).split(":")
        cut = self.random.randrange(len(parts) + 1)
        return self._marked(":".join(parts[:cut] + [self.random.choice(NUMBERS)] * self.random.randrange(6)))

    def _with_another_prefix(self) -> str:
        prefix = self.random.choice((*STRINGS, "event", "tap", "bk.", "BK", " bk", "typed", "/start", "event:payment"))
        return self._marked(f"{prefix}:{self.random.choice(self._valid).partition(':')[2]}")

    def _with_changed_characters(self) -> str:
        changed = list(self.random.choice(self._valid))
        for _ in range(self.random.randrange(1, 4)):
            place = self.random.randrange(len(changed))
            changed[place] = self.random.choice((*":+=-|,. ", "", changed[place] * 2, *STRINGS))
        return self._marked("".join(changed))

    def _marked(self, data: str) -> str:
        """As a button of a message that stays, or of the card, now and then."""
        return self.random.choice(("", "", "", "", BELOW, APART, BELOW + APART, APART * 3)) + data

    def _command(self) -> str:
        tail = self.random.choice(COMMAND_TAILS) + self.random.choice(("", " ")) + self.random.choice(STRINGS)
        return self.random.choice((*self._commands, "/", "//", "/nothing", "/START", "/event:payment")) + tail

    def _anything(self) -> str:
        return "".join(self.random.choice((*STRINGS, *NUMBERS, ":")) for _ in range(self.random.randrange(1, 6)))

    def _long(self) -> str:
        return (self.random.choice(STRINGS) or "x") * LONGEST_TEXT
