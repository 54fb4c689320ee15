"""Shares, chances and changes, in per cent."""

import math
from collections.abc import Sequence

from keyworth.words.formatting.numbers import MINUS, UNKNOWN, half_up, signed, whole_parts


def rate(value: float | None, lang: str) -> str:
    """A share or a chance; what is not quite nothing, or not quite all, does not round to it.

    >>> [rate(v, "en") for v in (0.24, 0.004, 0.0002, 0.99996, 0.0, 1.0)]
    ['24%', '0.4%', '<0.1%', '>99.9%', '0%', '100%']
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    percent = 100 * abs(value)
    sign = MINUS if value < 0 else ""
    if 0 < percent < 0.1:
        return sign + ("不足 0.1%" if lang == "zh" else "<0.1%")
    if 99.95 <= percent < 100:
        return sign + ("超过 99.9%" if lang == "zh" else ">99.9%")
    close = percent < 0.95 or 99.5 <= percent < 100
    return f"{sign}{percent:,.1f}%" if close and percent else f"{sign}{percent:,.0f}%"


def rate_change(value: float | None) -> str:
    """A share of itself that something is above (+) or below (−) another.

    >>> rate_change(0.043), rate_change(-0.12)
    ('+4.3%', '−12%')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    digits = f"{100 * abs(value):,.1f}" if abs(value) < 0.1 else f"{100 * abs(value):,.0f}"
    return signed(value, digits.removesuffix(".0"), plus=True) + "%"


def rates_adding_up(shares: Sequence[float], lang: str) -> list[str]:
    """Shares of one whole in whole per cents that add up to what their sum rounds to.

    >>> rates_adding_up([1 / 3, 1 / 3, 1 / 3], "en"), rates_adding_up([0.999, 0.001], "en")
    (['34%', '33%', '33%'], ['100%', '<1%'])
    """
    if not all(map(math.isfinite, shares)):
        return [UNKNOWN] * len(shares)
    percents = [100 * share for share in shares]
    whole = whole_parts(percents, half_up(math.fsum(percents)))
    under = "不足 1%" if lang == "zh" else "<1%"
    return [under if percent == 0 < share else f"{percent}%" for percent, share in zip(whole, shares, strict=True)]
