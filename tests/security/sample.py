"""Examples of whatever a screen is made from, derived from its annotations, with one name in every place for text."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum, Flag
from inspect import Parameter, signature
from random import Random
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from aiogram.filters.callback_data import CallbackData

from bot.keyboards.button import Home
from bot.screens.notice import SCREENS
from bot.screens.problem import SAYINGS
from bot.words import Words
from domain.availability import Window
from domain.error import Refusal
from domain.ledger import Movement
from domain.lot import Move
from domain.outbox import Kind
from domain.permission import STAFF, VISITOR, Role
from domain.session import Complaint
from tests.world import MONDAY

STARTS_AT = MONDAY + timedelta(days=1, hours=5)
WINDOWS = (Window(540, 720), Window(780, 1080))
NUMBERS = (1, 2, 5)

NO_NAMES: dict[str, Any] = {
    "back": "",
    "bot_username": "studio_bot",
    "cause": "k3Jf0s-_QmD8aTz1bXyWVg",
    "changed": "",
    "content": "sticker",
    "currency": "EUR",
    "field": "horizon_days",
    "first_line": "",
    "key": "key",
    "language": "en",
    "own_zone": "America/New_York",
    "provider_token": "1:TEST",
    "return_to": "",
    "slot": "",
    "source": "charge:1",
    "studio_zone": "Europe/Berlin",
    "token": "k3Jf0s-_QmD8aTz1bXyWVg",
    "zone": "Europe/Berlin",
}
"""Texts that nobody types: keys, zones, and lines that are markup already."""

FIXED: dict[str, Any] = {
    "ends_at": STARTS_AT + timedelta(minutes=40),
    "figures": defaultdict(lambda: 1),
    "id": 1,
    "starts_at": STARTS_AT,
    "trainer_zone": "Europe/London",
    "valid_days": 90,
}
"""Values that have to fit others, whatever their type says."""

LENGTHS = {"days": 7, "listed": 2}
"""Lists of which a screen expects so many."""


class Sampler:
    """Makes examples; the same seed makes the same choices whatever the name."""

    def __init__(self, seed: int, name: str) -> None:
        self._random, self._name = Random(seed), name

    def call(self, screen: Callable[..., Any], words: Words) -> Any:
        """Call a screen function with an example of every argument but the words."""
        hints = get_type_hints(screen, localns={"Window": Window})
        made = {
            given.name: self.make(hints[given.name], given.name)
            for given in list(signature(screen).parameters.values())[1:]
        }
        by_name = {name: value for name, value in made.items() if _kind(screen, name) is Parameter.KEYWORD_ONLY}
        return screen(words, *(value for name, value in made.items() if name not in by_name), **by_name)

    def make(self, kind: Any, name: str = "") -> Any:
        """An example of this type, for a parameter or field of this name."""
        name = name.lstrip("_")
        if name == "values":
            return self._values()
        if name in FIXED or (name in NO_NAMES and kind is str):
            return FIXED.get(name, NO_NAMES.get(name))
        origin, inner = get_origin(kind), get_args(kind)
        if origin in {Union, UnionType}:
            return self.make(self._random.choice(inner), name)
        if origin is Literal:
            return self._random.choice(inner)
        if origin is not None:
            return self._several(origin, inner, name)
        return self._one(getattr(kind, "__supertype__", kind), name)

    def _several(self, origin: Any, inner: tuple[Any, ...], name: str) -> Any:
        if issubclass(origin, tuple) and Ellipsis not in inner:
            return tuple(self.make(each, name) for each in inner)
        times = LENGTHS.get(name, self._random.randrange(3))
        if issubclass(origin, Mapping):
            keys = NUMBERS if getattr(inner[0], "__supertype__", inner[0]) is int else [self.make(inner[0])]
            return {key: self.make(inner[1]) for key in keys}
        assert issubclass(origin, Iterable), f"no example of {origin}"
        made = [WINDOWS[number] if inner[0] is Window else self.make(inner[0], name) for number in range(times)]
        return made if origin in {list, Collection, Sequence} else origin(made)

    def _one(self, kind: Any, name: str) -> Any:
        plain: dict[Any, Callable[[], Any]] = {
            str: lambda: self._name,
            int: lambda: self._random.choice(NUMBERS),
            bool: lambda: self._random.random() < 0.5,
            datetime: lambda: MONDAY,
            date: lambda: MONDAY.date() + timedelta(days=1),
            type(None): lambda: None,
            Window: lambda: WINDOWS[0],
            Role: lambda: self._random.choice([*Role, ~VISITOR] if name == "roles" else list(STAFF)),
            CallbackData: Home,
            Refusal: lambda: self.make(self._random.choice(list(SAYINGS))),
            Movement: self._movement,
            Kind: lambda: self._random.choice(list(SCREENS)),
        }
        if kind in plain:
            return plain[kind]()
        if isinstance(kind, type) and issubclass(kind, Enum) and not issubclass(kind, Flag):
            return self._random.choice(list(kind))
        return kind(**self._fields(kind))

    def _fields(self, kind: Any) -> dict[str, Any]:
        if is_dataclass(kind):
            hints, names = get_type_hints(kind), [each.name for each in fields(kind)]
        elif issubclass(kind, CallbackData):
            hints, names = get_type_hints(kind), list(kind.model_fields)
        elif issubclass(kind, tuple):
            hints, names = get_type_hints(kind), list(getattr(kind, "_fields", ()))
        else:
            assert issubclass(kind, Refusal), f"no example of {kind}"
            hints = get_type_hints(kind.__init__) if "__init__" in vars(kind) else {}
            names = [name for name in hints if name != "return"]
        return {name: self.make(hints[name], name) for name in names}

    def _movement(self) -> Movement:
        """What moves units for a booking is not what grants or takes them."""
        for_booking = {"booking_id": 1, "move": self._random.choice([Move.HOLD, Move.RELEASE, Move.REDEEM])}
        granted = {"booking_id": None, "move": self._random.choice([Move.ISSUE, Move.WITHDRAW, Move.REFUND])}
        return Movement(**self._fields(Movement) | self._random.choice([for_booking, granted]))

    def _values(self) -> dict[str, Any]:
        """What any notice may carry, as the outbox keeps it."""
        instants = dict.fromkeys(("starts_at", "free_until", "from_at"), STARTS_AT.isoformat())
        numbers = ("booking_id", "trainer_id", "trainee_id", "type_id", "version", "free", "held", "units", "minutes")
        more = ("returned", "person_id", "notice", "waiting")
        names = ("name", "trainer", "trainee", "place", "reason", "reference", "problem")
        return {
            **instants,
            **dict.fromkeys((*numbers, *more), self.make(int)),
            **dict.fromkeys(("amount_minor", "updates_minutes", "notices_minutes"), 2500),
            **dict.fromkeys(names, self._name),
            "coming": self.make(bool),
            "kind": self.make(Kind),
            "last_on": "2026-12-02",
            "code": self._random.choice(["CURRENCY_TOTAL_AMOUNT_INVALID", "PAYMENT_PROVIDER_INVALID", ""]),
            "off": self.make(bool),
            "in_doubt": self.make(bool),
            "own": self.make(bool),
            "trainer_zone": "Europe/London",
            "complaint": self._random.choice([*Complaint, self._name]),
            "currency": "EUR",
            "role": self._random.choice(["TRAINER", "ADMIN"]),
        }


def _kind(screen: Callable[..., Any], name: str) -> Any:
    return signature(screen).parameters[name].kind
