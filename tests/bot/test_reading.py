"""Reading what people type: amounts, numbers, lengths."""

import pytest

from bot import reading


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("220", "EUR", 22000),
        ("220.5", "EUR", 22050),
        ("220,50", "EUR", 22050),
        ("€220", "EUR", 22000),
        (" 220\u00a0€ ", "EUR", 22000),
        ("eur 220", "EUR", 22000),
        ("1.234,50", "EUR", 123450),
        ("1,234.50", "EUR", 123450),
        ("1'234.50", "CHF", 123450),
        ("1 234 567,5", "EUR", 123456750),
        ("1,234", "EUR", 123400),
        ("$5", "USD", 500),
        ("$5", "CAD", 500),
        ("2,200", "JPY", 2200),
        ("1.500", "KWD", 1500),
        ("٢٢٠٫٥", "EUR", 22050),
        ("0", "EUR", 0),
        ("0.50", "EUR", 50),
        ("0.500", "KWD", 500),
        ("0,001", "KWD", 1),
    ],
)
def test_an_amount_is_read_however_it_is_written(text: str, currency: str, minor: int) -> None:
    assert reading.amount(text, currency) == minor


@pytest.mark.parametrize(
    "text",
    ["", None, "free", "€", "-5", "+5", "5 USD", "$5", "1e9", "1,234,5", "1,2,3", "220.", ".5", "2²", "∞", "9" * 13],
)
def test_what_is_no_amount_in_euros_is_refused(text: str | None) -> None:
    with pytest.raises(reading.AmountUnreadable):
        reading.amount(text, "EUR")


@pytest.mark.parametrize("currency", ["EUR", "JPY", "TND"])
@pytest.mark.parametrize("text", ["0.500,00", "0,001 000", "0 500", "00.500.000", "٠,٥٠٠,٠٠٠"])
def test_thousands_do_not_begin_with_nothing(text: str, currency: str) -> None:
    with pytest.raises(reading.AmountUnreadable):
        reading.amount(text, currency)


@pytest.mark.parametrize("currency", ["EUR", "USD", "JPY"])
@pytest.mark.parametrize("text", ["0.500", "0,001", "0'500", "٠٫٥٠٠"])
def test_more_digits_than_there_are_cents_are_no_thousands_after_a_zero(text: str, currency: str) -> None:
    with pytest.raises(reading.AmountUnreadable):
        reading.amount(text, currency)


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_the_example_of_an_amount_can_be_read(currency: str) -> None:
    assert reading.amount(reading.amount_example(currency), currency) > 0


@pytest.mark.parametrize(
    ("text", "number"), [("4", 4), ("+4", 4), ("-2", -2), ("−2", -2), ("– 2", -2), ("10 units", 10), ("٤", 4)]
)
def test_a_number_is_read_with_every_kind_of_sign(text: str, number: int) -> None:
    assert reading.number(text) == number


@pytest.mark.parametrize("text", ["", None, "four", "1.5", "+-4", "4 5", "9" * 10, "4 <b>"])
def test_what_is_no_whole_number_is_refused(text: str | None) -> None:
    with pytest.raises(reading.NumberUnreadable):
        reading.number(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("12 h", 720), ("1 Day", 1440), ("90 min.", 90), ("0", 0), ("none", 0), ("1h 30min", 90), ("1,5 h", 90)],
)
def test_a_length_is_read_in_minutes(text: str, minutes: int) -> None:
    assert reading.length(text) == minutes


@pytest.mark.parametrize("text", ["", None, "12", "soon", "-3 h", "12 parsecs", "0.1 min", "1 h or so", "9" * 7 + " h"])
def test_what_is_no_length_is_refused(text: str | None) -> None:
    with pytest.raises(reading.LengthUnreadable):
        reading.length(text)


def test_days_need_no_unit_but_have_to_be_whole() -> None:
    assert [reading.days(text) for text in ("30", "30 days", "4 weeks", "48 h", "0")] == [30, 30, 28, 2, 0]
    for text in ("36 h", "soon", None):
        with pytest.raises(reading.DaysUnreadable):
            reading.days(text)


@pytest.mark.parametrize("text", ["1 day, 2 h", "1 day,2 h", "1 day and 2 h", "1 day; 2 h", "24 h + 120 min", "1d 2h"])
def test_several_lengths_are_read_in_order(text: str) -> None:
    assert reading.lengths(text) == (1440, 120)


def test_no_lengths_are_said_as_none() -> None:
    assert reading.lengths("None") == reading.lengths("0") == ()
    with pytest.raises(reading.LengthUnreadable):
        reading.lengths("1 day,")
