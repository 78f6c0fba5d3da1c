"""Formatted text: what the server makes of a source, and the same as safe HTML for a browser.

Reading the HTML dialect itself is left to `dialect`.
"""

import html
import re

from emulator.dialect import Entity, Reader, units

_DETECTED = {
    "url": re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?')\]]"),
    "email": re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"),
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    "mention": re.compile(r"(?<![\w@])@[A-Za-z0-9_]{4,32}\b"),
    "hashtag": re.compile(r"(?<![\w#&])#\w*[^\W\d]\w*"),
}


def slice_units(text: str, offset: int, length: int) -> str:
    """The piece of a text that an entity covers."""
    return text.encode("utf-16-le", "surrogatepass")[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def from_html(source: str) -> tuple[str, list[Entity]]:
    """Text and entities of a source in parse mode HTML; refuses, in the server's words, what does not parse."""
    return tidy(*Reader(source).read())


def tidy(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Text without space around it, entities moved and cut to fit, and links and commands in it found."""
    lead = units(text) - units(text.lstrip())
    text = text.strip()
    end = units(text)
    moved = [_moved(entity, lead, end) for entity in entities]
    kept = _without_doubles([entity for entity in moved if entity["length"] > 0])
    found = [entity for entity in detect(text) if not any(_overlap(entity, other) for other in kept if _rigid(other))]
    return text, sorted(kept + found, key=lambda entity: (entity["offset"], -entity["length"]))


def _moved(entity: Entity, lead: int, end: int) -> Entity:
    first = max(entity["offset"] - lead, 0)
    last = min(entity["offset"] + entity["length"] - lead, end)
    return entity | {"offset": first, "length": last - first}


def _without_doubles(entities: list[Entity]) -> list[Entity]:
    """A `pre` that a language names again covers the same piece once."""
    named = {(entity["offset"], entity["length"]) for entity in entities if "language" in entity}
    return [
        entity
        for entity in entities
        if entity["type"] != "pre" or "language" in entity or (entity["offset"], entity["length"]) not in named
    ]


def _rigid(entity: Entity) -> bool:
    return entity["type"] in {"code", "pre", "text_link", "url", "email", "mention", "bot_command", "hashtag"}


def _overlap(one: Entity, other: Entity) -> bool:
    return bool(one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"])


def detect(text: str) -> list[Entity]:
    """The links, commands and mentions that clients and server find by themselves."""
    found: list[Entity] = []
    for kind, pattern in _DETECTED.items():
        for match in pattern.finditer(text):
            entity = {"type": kind, "offset": units(text[: match.start()]), "length": units(match.group())}
            if not any(_overlap(entity, other) for other in found):
                found.append(entity)
    return sorted(found, key=lambda entity: entity["offset"])


_ELEMENTS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
_CLASSES = {"spoiler": "spoiler", "mention": "mention", "hashtag": "hashtag", "custom_emoji": "emoji"}


def to_html(text: str, entities: list[Entity]) -> str:
    """Safe HTML for a browser: every character escaped, entities as elements; commands carry `data-command`."""
    opening: dict[int, list[str]] = {}
    closing: dict[int, list[str]] = {}
    for entity in sorted(entities, key=lambda entity: (entity["offset"], -entity["length"])):
        start, end = _element(entity, slice_units(text, entity["offset"], entity["length"]))
        opening.setdefault(entity["offset"], []).append(start)
        closing.setdefault(entity["offset"] + entity["length"], []).insert(0, end)
    parts, offset = [], 0
    for character in text:
        parts += [*closing.get(offset, ()), *opening.get(offset, ()), html.escape(character)]
        offset += units(character)
    return "".join([*parts, *closing.get(offset, ())])


def _element(entity: Entity, covered: str) -> tuple[str, str]:
    kind = entity["type"]
    if kind in _ELEMENTS:
        return f"<{_ELEMENTS[kind]}>", f"</{_ELEMENTS[kind]}>"
    if kind in {"text_link", "url", "email"}:
        address = entity.get("url") or (f"mailto:{covered}" if kind == "email" else covered)
        return f'<a href="{html.escape(address)}" target="_blank" rel="noreferrer">', "</a>"
    if kind == "bot_command":
        return f'<a href="#" class="command" data-command="{html.escape(covered)}">', "</a>"
    return f'<span class="{_CLASSES.get(kind, "")}">', "</span>"
