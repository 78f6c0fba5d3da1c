"""The HTML dialect: what it means, what is refused, and what a browser is shown."""

import pytest

from emulator.entity import from_html, slice_units, tidy, to_html
from emulator.refusal import RefusalError


def covered(source: str) -> list[tuple[str, str]]:
    text, entities = from_html(source)
    return [(entity["type"], slice_units(text, entity["offset"], entity["length"])) for entity in entities]


def test_tags_become_entities_that_count_utf16_units() -> None:
    text, entities = from_html("😀 <b>Hi <i>you</i></b>")
    assert text == "😀 Hi you"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 6},
        {"type": "italic", "offset": 6, "length": 3},
    ]


def test_space_around_a_text_is_cut_and_entities_move_along() -> None:
    assert from_html("\n <b>Hi </b>\n") == ("Hi", [{"type": "bold", "offset": 0, "length": 2}])


def test_escaped_signs_are_plain_characters() -> None:
    assert from_html("&lt;3 &amp; &quot;&#65;&#x42;&quot; & &unknown;")[0] == '<3 & "AB" & &unknown;'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<a href='https://a.de/x?y=1&amp;z=2'>here</a>", ("text_link", "here")),
        ('<code class="language-python">x</code>', ("pre", "x")),
        ("<pre>x</pre>", ("pre", "x")),
        ("<tg-spoiler>x</tg-spoiler>", ("spoiler", "x")),
        ('<span class="tg-spoiler">x</span>', ("spoiler", "x")),
        ("<blockquote expandable>x</blockquote>", ("expandable_blockquote", "x")),
        ("<DEL>x</DEL>", ("strikethrough", "x")),
        ("go to https://a.de/b.", ("url", "https://a.de/b")),
        ("say /book@some_bot now", ("bot_command", "/book@some_bot")),
        ("ask @anna_berg", ("mention", "@anna_berg")),
        ("mail a.b@c.de", ("email", "a.b@c.de")),
    ],
)
def test_each_kind_of_formatting_is_understood(source: str, expected: tuple[str, str]) -> None:
    assert covered(source) == [expected]


def test_a_link_that_leads_nowhere_is_plain_text() -> None:
    assert from_html('<a href="javascript:alert(1)">x</a>') == ("x", [])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<3 you>", 'Unsupported start tag "3" at byte offset 0'),
        ("ä <x>y</x>", 'Unsupported start tag "x" at byte offset 3'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href", "Unclosed start tag at byte offset 0"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<a ='x'>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x:y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_html_that_does_not_parse_is_refused(source: str, words: str) -> None:
    with pytest.raises(RefusalError) as refused:
        from_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


def test_the_browser_gets_every_character_escaped() -> None:
    shown = to_html(*tidy("<script>alert('&')</script>", []))
    assert shown == "&lt;script&gt;alert(&#x27;&amp;&#x27;)&lt;/script&gt;"


def test_the_browser_gets_entities_as_elements() -> None:
    shown = to_html(*from_html('<b>Hi <i>you</i></b> /book <a href="https://a.de">&lt;</a>'))
    link = '<a href="https://a.de/" target="_blank" rel="noreferrer">&lt;</a>'
    command = '<a href="#" class="command" data-command="/book">/book</a>'
    assert shown == f"<b>Hi <i>you</i></b> {command} {link}"


def test_formatting_inside_a_link_is_nested_in_it() -> None:
    shown = to_html(*from_html("<b>https://a.de/</b>x"))
    assert shown == '<a href="https://a.de/x" target="_blank" rel="noreferrer"><b>https://a.de/</b>x</a>'
