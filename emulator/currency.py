"""The currencies that Telegram takes, and the smallest and largest total of an invoice in each."""

# Code: (digits after the point, roughly how many units make a US dollar).
_CURRENCIES: dict[str, tuple[int, float]] = {
    "AED": (2, 3.67), "AFN": (2, 70), "ALL": (2, 90), "AMD": (2, 390), "ARS": (2, 1200), "AUD": (2, 1.5),
    "AZN": (2, 1.7), "BAM": (2, 1.75), "BDT": (2, 120), "BGN": (2, 1.75), "BHD": (3, 0.38), "BND": (2, 1.3),
    "BOB": (2, 6.9), "BRL": (2, 5.5), "BYN": (2, 3.2), "CAD": (2, 1.38), "CHF": (2, 0.85), "CLP": (0, 950),
    "CNY": (2, 7.1), "COP": (2, 4100), "CRC": (2, 510), "CZK": (2, 22), "DKK": (2, 6.6), "DOP": (2, 60),
    "DZD": (2, 133), "EGP": (2, 49), "ETB": (2, 125), "EUR": (2, 0.9), "GBP": (2, 0.77), "GEL": (2, 2.7),
    "GHS": (2, 13), "GTQ": (2, 7.7), "HKD": (2, 7.8), "HNL": (2, 25), "HRK": (2, 6.8), "HUF": (2, 360),
    "IDR": (2, 16000), "ILS": (2, 3.6), "INR": (2, 85), "IQD": (0, 1310), "IRR": (2, 42000), "ISK": (0, 135),
    "JMD": (2, 158), "JOD": (3, 0.71), "JPY": (0, 150), "KES": (2, 129), "KGS": (2, 87), "KRW": (0, 1400),
    "KZT": (2, 510), "LBP": (2, 89500), "LKR": (2, 295), "MAD": (2, 9.7), "MDL": (2, 18), "MMK": (2, 2100),
    "MNT": (2, 3400), "MOP": (2, 8), "MUR": (2, 46), "MVR": (2, 15.4), "MXN": (2, 19), "MYR": (2, 4.4),
    "MZN": (2, 64), "NGN": (2, 1550), "NIO": (2, 37), "NOK": (2, 10.8), "NPR": (2, 136), "NZD": (2, 1.65),
    "PAB": (2, 1), "PEN": (2, 3.7), "PHP": (2, 57), "PKR": (2, 280), "PLN": (2, 3.9), "PYG": (0, 7800),
    "QAR": (2, 3.64), "RON": (2, 4.5), "RSD": (2, 105), "RUB": (2, 90), "SAR": (2, 3.75), "SEK": (2, 10.2),
    "SGD": (2, 1.32), "SYP": (2, 13000), "THB": (2, 34), "TJS": (2, 10.8), "TRY": (2, 36), "TTD": (2, 6.8),
    "TWD": (2, 32), "TZS": (2, 2600), "UAH": (2, 41), "UGX": (0, 3700), "USD": (2, 1), "UYU": (2, 42),
    "UZS": (2, 12800), "VES": (2, 60), "VND": (0, 25400), "YER": (2, 250), "ZAR": (2, 18),
}  # fmt: skip


def is_known(code: str) -> bool:
    """Whether Telegram takes the currency."""
    return code in _CURRENCIES


def limits_minor(code: str) -> tuple[int, int]:
    """The least and the most an invoice may amount to: about 1 and 10,000 dollars; the true limits move daily."""
    digits, per_dollar = _CURRENCIES[code]
    least = round(per_dollar * 10**digits)
    return least, least * 10_000


def written(amount_minor: int, code: str) -> str:
    """An amount as a pay button shows it."""
    digits, _ = _CURRENCIES[code]
    return f"{amount_minor / 10**digits:.{digits}f} {code}"
