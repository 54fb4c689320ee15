"""Counts and measures, and how digits are rounded and signed."""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

UNKNOWN = "—"
MINUS = "−"


def number(value: float | Decimal, lang: str) -> str:  # noqa: ARG001  both languages group by thousands
    """A count or a measure, grouped by thousands, with up to six decimals.

    >>> number(12408, "en"), number(0.24259, "en"), number(-0.5, "zh")
    ('12,408', '0.24259', '−0.5')
    """
    if not math.isfinite(value):
        return UNKNOWN
    decimals = Decimal(str(value)).quantize(Decimal("1e-6"), ROUND_HALF_EVEN) + 0  # which takes the sign off nothing
    return f"{decimals:,f}".rstrip("0").rstrip(".").replace("-", MINUS)


def measure(value: float | None, digits: int = 3) -> str:
    """A statistic, such as a mean error or a parameter, to so many significant figures.

    >>> measure(0.0123456), measure(4.4136019), measure(None)
    ('0.0123', '4.41', '—')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return digits_of(value, min(decimals, 8))


def number_range(low: float | None, high: float | None, lang: str) -> str:
    """The two ends of an interval of counts.

    >>> number_range(1480.2, 1833.9, "en")
    '1,480–1,834'
    """
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return UNKNOWN
    return ("～" if lang == "zh" else "–").join(signed(end, f"{abs(end):,.0f}") for end in (low, high))


def whole_parts(parts: Sequence[float], total: int) -> list[int]:
    """Whole numbers next to the parts that add up to the total; the largest remainders are rounded up."""
    floors = [math.floor(part + 1e-9) for part in parts]
    short = total - sum(floors)
    order = sorted(range(len(parts)), key=lambda index: (floors[index] - parts[index], index))
    for turn in range(abs(short)):
        index = order[turn % len(order)] if short > 0 else order[-1 - turn % len(order)]
        floors[index] += 1 if short > 0 else -1
    return floors


def digits_of(value: float, decimals: int) -> str:
    """So many decimals, halves up; −1 of them rounds to the ten."""
    if decimals < 0:
        value, decimals = half_up(value / 10) * 10, 0
    text = f"{Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    return text.replace("-", MINUS)


def half_up(value: float) -> int:
    """The nearest whole number, halves up, whatever the last bit says."""
    return math.floor(value + 0.5 + 1e-9)


def signed(value: float, digits: str, *, plus: bool = False) -> str:
    """The digits with the sign of their value; none where they are all 0."""
    if not any(digit in "123456789" for digit in digits):
        return digits
    return (MINUS if value < 0 else "+" if plus else "") + digits
