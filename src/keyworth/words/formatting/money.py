"""Money: exact where it was paid, rounded to what is known of it where it is expected."""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from keyworth.words.formatting.numbers import (
    MINUS,
    UNKNOWN,
    digits_of,
    half_up,
    number,
    number_range,
    signed,
    whole_parts,
)

UNSTATED = "XXX"  # ISO 4217's code for "no currency": the file did not say and nobody was asked
_LOCALES = {"en": "en_US", "zh": "zh_Hans_CN"}
_SYMBOLS = {"CNY": "¥", "JPY": "JP¥", UNSTATED: ""}  # Babel writes CN¥ in English, where our readers write ¥

# A scale is (from this size up, divided by, written after the digits); the first that fits is used.
_SCALES = {
    "zh": ((1e8, 1e8, " 亿"), (1e4, 1e4, " 万"), (0.0, 1.0, "")),
    "en": ((1e9, 1e9, "bn"), (1e6, 1e6, "m"), (1e3, 1e3, "k"), (0.0, 1.0, "")),
}


def currency_symbol(currency: str, lang: str) -> str:
    """The sign before an amount; nothing where the currency is not stated."""
    if currency in _SYMBOLS:
        return _SYMBOLS[currency]
    from babel.numbers import get_currency_symbol  # the currencies of the world, which most commands never name

    return str(get_currency_symbol(currency, locale=_LOCALES[lang]))


def exact_money(amount: Decimal | float | None, currency: str, lang: str) -> str:
    """An order or a payment: always full, with cents only where there are some.

    >>> exact_money(3264, "CNY", "zh"), exact_money(Decimal("-86000.5"), "CNY", "en")
    ('¥3,264', '−¥86,000.50')
    """
    if amount is None or not math.isfinite(amount):
        return UNKNOWN
    cents = Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    digits = f"{abs(cents):,.2f}".removesuffix(".00")
    return f"{MINUS if cents < 0 else ''}{currency_symbol(currency, lang)}{digits}"


def estimate(
    value: float | None, currency: str | None, lang: str, interval_80: tuple[float, float] | None = None
) -> str:
    """Money that we cannot know, rounded to what is known of it; without a currency a count, to the whole.

    Three figures while the upper end of its 80% interval is under five times the lower; one figure, and
    "about", where the interval is wider; "under" the upper end where its lower end is next to nothing.

    >>> [estimate(v, "CNY", "zh") for v in (3864, 564_300, 64_760_000, 129_000_000)]
    ['¥3,860', '¥56.4 万', '¥6,476 万', '¥1.29 亿']
    >>> [estimate(v, "CNY", "en") for v in (3864, 564_300, 64_760_000)]
    ['¥3.9k', '¥564k', '¥64.8m']
    >>> estimate(6200, "CNY", "zh", (1500, 15_000)), estimate(900, "CNY", "en", (0, 2600))
    ('约 ¥0.6 万', 'under ¥3k')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if currency is None:
        return number(round(value), lang)
    symbol, sign = currency_symbol(currency, lang), MINUS if value < 0 else ""
    if interval_80 is not None and value > 0 and all(map(math.isfinite, interval_80)):
        low, high = interval_80
        if high > 0 and low <= high / 100:
            return ("不足 " if lang == "zh" else "under ") + symbol + _one_figure(high, lang, up=True)
        if high >= 5 * low:
            return ("约 " if lang == "zh" else "about ") + symbol + _one_figure(value, lang)
    if 0 < abs(value) < 0.05:
        return ("不足 " if lang == "zh" else "under ") + symbol + "0.1"
    return sign + symbol + _scaled(abs(value), lang)


def money_range(low: float | None, high: float | None, currency: str | None, lang: str) -> str:
    """The two ends of an interval in money, or of counts without a currency.

    >>> money_range(330_000, 885_000, "CNY", "zh"), money_range(330_000, 885_000, "CNY", "en")
    ('33.0 万～88.5 万', '¥330k–885k')
    """
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return UNKNOWN
    if currency is None:
        return number_range(low, high, lang)
    ends = [(MINUS if end < 0 else "") + _scaled(abs(end), lang) for end in (low, high)]
    return "～".join(ends) if lang == "zh" else currency_symbol(currency, lang) + "–".join(ends)


def money_change(value: float | None, currency: str | None, lang: str) -> str:
    """How far money moved, or a count without a currency, always with its sign.

    >>> money_change(43_000, "CNY", "zh"), money_change(-21_000, "CNY", "en")
    ('+4.3 万', '−¥21k')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if currency is None:
        return signed(value, f"{abs(value):,.0f}", plus=True)
    symbol = "" if lang == "zh" else currency_symbol(currency, lang)
    sign = "+" if value > 0 else MINUS if value < 0 else ""
    return sign + symbol + _scaled(abs(value), lang, trim=True)


def estimates_adding_up(parts: Sequence[float], currency: str, lang: str) -> tuple[list[str], str]:
    """Parts of a sum and the sum, rounded to one step so that what is shown adds up (largest remainder).

    >>> estimates_adding_up([12_340_000, 12_340_000, 12_340_000], "CNY", "zh")
    (['¥1,234 万', '¥1,234 万', '¥1,234 万'], '¥3,702 万')
    """
    whole = math.fsum(parts)
    if not parts or not all(map(math.isfinite, (*parts, whole))):
        return [estimate(part, currency, lang) for part in parts], estimate(whole, currency, lang)
    size = max(abs(whole), *map(abs, parts))
    divisor, suffix, decimals = _scale(size, lang)
    step = divisor * 10.0**-decimals
    symbol = currency_symbol(currency, lang)

    def written(steps: int) -> str:
        if steps == 0:
            return symbol + "0"
        digits = digits_of(abs(steps) * step / divisor, max(decimals, 0))
        return f"{MINUS if steps < 0 else ''}{symbol}{digits}{suffix}"

    sum_steps = half_up(whole / step)
    under = ("不足 " if lang == "zh" else "under ") + symbol + digits_of(step / divisor, max(decimals, 0)) + suffix
    steps_of = whole_parts([part / step for part in parts], sum_steps)
    said = [under if steps == 0 < part else written(steps) for steps, part in zip(steps_of, parts, strict=True)]
    return said, written(sum_steps)


def _scale(size: float, lang: str) -> tuple[float, str, int]:
    """What to divide by, what to write after it, and how many decimals; decimals of −1 round to the ten."""
    for start, divisor, suffix in _SCALES[lang]:
        # The rounding decides the scale too: 9,996 is 1.0 万, not 10,000.
        if size >= start * (1 - 5e-4) and start:
            shown = size / divisor
            if suffix in (" 万", "k"):
                return divisor, suffix, 1 if shown < 99.95 else 0
            return divisor, suffix, 2 if shown < 9.995 else 1 if shown < 99.95 else 0
    return 1.0, "", -1 if size >= 99.5 else 0 if size >= 9.95 else 1


def _scaled(size: float, lang: str, *, trim: bool = False) -> str:
    if size < 0.05:
        return "0"
    divisor, suffix, decimals = _scale(size, lang)
    digits = digits_of(size / divisor, decimals)
    if trim or not suffix:
        digits = digits.removesuffix(".0")
    return digits + suffix


def _one_figure(size: float, lang: str, *, up: bool = False) -> str:
    """One significant figure, in the scale that its readers think in: from 1,000 up Chinese uses 万."""
    if size <= 0:
        return "0"
    step = 10.0 ** math.floor(math.log10(size) + 1e-12)
    if up:  # a bound; from 1 to 2 by halves, or 1,100 would be "under 2k"
        half = 0.5 if size < 2 * step else 1.0
        rounded = math.ceil(size / step / half - 1e-9) * half * step
    else:
        rounded = max(1, half_up(size / step)) * step
    for start, divisor, suffix in (
        ((1e8, 1e8, " 亿"), (1e3, 1e4, " 万"), (0.0, 1.0, "")) if lang == "zh" else _SCALES["en"]
    ):
        if rounded >= start * (1 - 1e-9):
            digits = digits_of(rounded / divisor, 2)
            return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + suffix
    raise AssertionError("the last scale starts at nothing")
