"""Reads the server's HTML dialect into text and entities as they stand, before anything is tidied or found in it.

Offsets and lengths of entities count UTF-16 units, positions in refusals count bytes of UTF-8, as at the server.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emulator.refusal import RefusalError, bad_request

Entity = dict[str, Any]

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
}
_SIGN = re.compile(r"&(?:#x([0-9a-fA-F]+)|#(\d+)|(lt|gt|amp|quot));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_START = re.compile(r"<([^\s>]*)")
_END = re.compile(r"</([^\s>]*)\s*>")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class _Tag:
    name: str
    argument: str
    offset: int
    position: int


class Reader:
    """Reads the dialect from left to right; `at` is a position in the source."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text = ""
        self._offset = 0
        self._open: list[_Tag] = []
        self._entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        """The text without its tags, and what the tags say about it."""
        while self._at < len(self._source):
            if self._source.startswith("</", self._at):
                self._end_tag()
            elif self._source[self._at] == "<":
                self._start_tag()
            else:
                self._add(self._character())
        if self._open:
            raise _unparsed(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        return self._text, self._entities

    def _add(self, text: str) -> None:
        self._text += text
        self._offset += units(text)

    def _character(self) -> str:
        """The next character, with `&lt;` and its kin decoded; a lone ampersand stands for itself."""
        sign = _SIGN.match(self._source, self._at)
        decoded = _decoded(sign) if sign else ""
        if sign and decoded:
            self._at = sign.end()
            return decoded
        self._at += 1
        return self._source[self._at - 1]

    def _byte(self, position: int) -> int:
        return len(self._source[:position].encode("utf-8", "surrogatepass"))

    def _start_tag(self) -> None:
        begin = self._at
        match = _START.match(self._source, begin)
        name = match.group(1).lower() if match else ""
        self._at = begin + 1 + len(name)
        if self._at >= len(self._source):
            raise _unparsed(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if name not in _TYPES:
            raise _unparsed(f'Unsupported start tag "{name}" at byte offset {self._byte(begin)}')
        argument = ""
        for key, value in self._attributes(name, begin):
            argument = _argument(name, key, value) or argument
        if name == "span" and argument != "spoiler":
            raise _unparsed(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        self._open.append(_Tag(name, argument, self._offset, len(self._text)))

    def _attributes(self, tag: str, begin: int) -> Iterator[tuple[str, str]]:
        while not self._skip_to_end_of_tag(begin):
            key = self._attribute_name()
            if not key:
                raise _unparsed(f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}')
            self._skip_space(begin)
            if self._source[self._at] != "=":
                yield key, key
                continue
            self._at += 1
            self._skip_space(begin)
            yield key, self._attribute_value()

    def _skip_to_end_of_tag(self, begin: int) -> bool:
        self._skip_space(begin)
        if self._source[self._at] == ">":
            self._at += 1
            return True
        return False

    def _skip_space(self, begin: int) -> None:
        while self._at < len(self._source) and self._source[self._at].isspace():
            self._at += 1
        if self._at >= len(self._source):
            raise _unparsed(f"Unclosed start tag at byte offset {self._byte(begin)}")

    def _attribute_name(self) -> str:
        begin = self._at
        while self._at < len(self._source) and self._source[self._at] not in " \t\r\n=>":
            self._at += 1
        return self._source[begin : self._at].lower()

    def _attribute_value(self) -> str:
        quote = self._source[self._at]
        if quote not in "'\"":
            return self._name_token()
        self._at += 1
        value = ""
        while self._at < len(self._source) and self._source[self._at] != quote:
            value += self._character()
        self._at += 1
        return value

    def _name_token(self) -> str:
        begin = self._at
        match = _TOKEN.match(self._source, begin)
        self._at = match.end() if match else begin
        if self._at < len(self._source) and self._source[self._at] not in " \t\r\n>":
            raise _unparsed(f"Unexpected end of name token at byte offset {self._byte(begin)}")
        return self._source[begin : self._at].lower()

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise _unparsed(f"Unexpected end tag at byte offset {self._byte(begin)}")
        match = _END.match(self._source, begin)
        if match is None:
            raise _unparsed(f"Unclosed end tag at byte offset {self._byte(begin)}")
        expected, found = self._open[-1].name, match.group(1).lower()
        if found not in {"", expected}:
            raise _unparsed(
                f'Unmatched end tag at byte offset {self._byte(begin)}, expected "</{expected}>", found "</{found}>"'
            )
        self._at = match.end()
        self._close(self._open.pop())

    def _close(self, tag: _Tag) -> None:
        length = self._offset - tag.offset
        entity = _entity(tag, self._text[tag.position :])
        if length and entity:
            self._entities.append({"type": entity.pop("type"), "offset": tag.offset, "length": length, **entity})


def _unparsed(words: str) -> RefusalError:
    return bad_request(f"can't parse entities: {words}")


def _decoded(sign: re.Match[str]) -> str:
    hexadecimal, decimal, name = sign.groups()
    if name:
        return _NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _argument(tag: str, key: str, value: str) -> str:
    """What an attribute says about its tag; attributes that say nothing are passed over, as at the server."""
    wanted = {("a", "href"): "", ("code", "class"): "language-", ("span", "class"): "tg-", ("tg-emoji", "emoji-id"): ""}
    if (tag, key) == ("blockquote", "expandable"):
        return "expandable"
    prefix = wanted.get((tag, key))
    return value.removeprefix(prefix) if prefix is not None and value.startswith(prefix) else ""


def _entity(tag: _Tag, covered: str) -> Entity | None:
    kind = _TYPES[tag.name]
    if kind == "text_link":
        url = _link(tag.argument or covered)
        return {"type": kind, "url": url} if url else None
    if kind == "custom_emoji":
        return {"type": kind, "custom_emoji_id": tag.argument}
    if kind == "code" and tag.argument:
        return {"type": "pre", "language": tag.argument}
    return {"type": "expandable_blockquote" if tag.argument == "expandable" else kind}


def _link(address: str) -> str:
    """The address as the server keeps it; empty when it is no link, and then there is no entity either."""
    match = re.fullmatch(r"(?:(https?|tg)://)?([^\s/?#]+)(\S*)", address.strip(), re.IGNORECASE)
    if match is None or not (match.group(1) or "." in match.group(2)):
        return ""
    scheme, host, rest = (match.group(1) or "http").lower(), match.group(2), match.group(3)
    if scheme == "tg":
        return f"tg://{host}{rest}"
    return f"{scheme}://{host}{rest if rest.startswith('/') else '/' + rest}"
