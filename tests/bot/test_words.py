"""Words: escaping, dates and times in the reader's zone, money, and texts that are ready for translation."""

import re
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot import words as module
from bot.words import Html, Words
from tests.world import World

ROOT = Path(__file__).parent.parent.parent
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
WORDS = Words("en", "Europe/Berlin", "Europe/Berlin", NOW)
KEYWORDS = {"t": None, "n": (1, 2), "plain": None, "N_": None}


def test_values_are_escaped_in_sentences_and_left_alone_on_buttons() -> None:
    assert WORDS.t("Hi {name}", name="<b>&{x}") == "Hi &lt;b&gt;&amp;{x}"
    assert WORDS.plain("Hi {name}", name="<b>&{x}") == "Hi <b>&{x}"
    assert WORDS.t("Hi {name}", name=Html("<i>A</i>")) == "Hi <i>A</i>"
    assert WORDS.escaped("<b>&{x}") == "&lt;b&gt;&amp;{x}"


def test_what_begins_a_sentence_has_a_capital_letter() -> None:
    assert [WORDS.capital(text) for text in ("today 15:00", "Thu 3 Dec", "")] == ["Today 15:00", "Thu 3 Dec", ""]


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(2500, "EUR", "€25"), (2250, "EUR", "€22.50"), (500, "JPY", "JP¥500"), (1234567, "USD", "US$12,345.67")],
)
def test_money_is_written_as_the_reader_writes_it(minor: int, currency: str, text: str) -> None:
    assert WORDS.money(minor, currency) == text


@pytest.mark.parametrize(
    ("hours", "text"),
    [(5, "today 15:00"), (24, "tomorrow 10:00"), (72, "Thu 3 Dec, 10:00"), (24 * 40, "Sat 9 Jan 2027, 10:00")],
)
def test_an_instant_is_told_as_people_say_it(hours: int, text: str) -> None:
    assert WORDS.when(NOW + timedelta(hours=hours)) == text


def test_a_time_that_occurs_twice_carries_its_offset() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert WORDS.time(first) == "02:30 (UTC+02)"
    assert WORDS.time(first + timedelta(hours=1)) == "02:30 (UTC+01)"
    assert WORDS.time(first + timedelta(hours=2)) == "03:30"


@pytest.mark.parametrize(("minutes", "text"), [(0, "0 min"), (90, "90 min"), (120, "2 h"), (1440, "1 day")])
def test_a_length_is_told_in_its_largest_whole_unit(minutes: int, text: str) -> None:
    assert WORDS.length(minutes) == text


def test_the_template_for_translators_holds_every_text() -> None:
    """`make texts` writes it anew."""
    template = read_po(BytesIO((ROOT / "bot/locales/bot.pot").read_bytes()))
    kept = {message.id for message in template if message.id}
    found = {text for _, _, text, _, _ in extract_from_dir(ROOT / "bot", [("**.py", "python")], keywords=KEYWORDS)}
    assert kept == found


def test_every_text_has_only_named_values() -> None:
    for _, _, texts, _, _ in extract_from_dir(ROOT / "bot", [("**.py", "python")], keywords=KEYWORDS):
        for text in texts if isinstance(texts, tuple) else (texts,):
            for _, name, _, _ in Formatter().parse(text):
                assert name is None or name.isidentifier(), text


class Bracketed(NullTranslations):
    """A made-up language: every text stands between brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


def test_no_sentence_escapes_the_translator(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the made-up language, whatever stands outside of brackets holds no letters."""
    tess, anna, olga = world.trainer("Tess"), world.trainee("Anna", units=5), world.owner()
    monkeypatch.setattr(module, "_translations", lambda _language: Bracketed())
    seen = {actor: len(actor.messages) for actor in (tess, anna, olga)}
    for actor, commands in (
        (anna, ("/start", "/help", "/book", "/sessions", "/balance", "/buy", "/profile", "/nonsense")),
        (tess, ("/today", "/hours", "/help", "/start")),
        (olga, ("/admin", "/packages", "/adjust", "/invite", "/settings", "/start")),
    ):
        for command in commands:
            actor.sends(command)
            outside = _outside(actor.screen.text)
            assert not re.search(r"[^\W\d_]", outside), (command, actor.screen.text)
    assert all(len(actor.messages) > count for actor, count in seen.items())


def _outside(text: str) -> str:
    """What is left of a text when everything between brackets, however nested, is taken out."""
    while (less := re.sub(r"⟦[^⟦⟧]*⟧", "", text)) != text:
        text = less
    return text
