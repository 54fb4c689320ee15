"""Figures that stand under each other: rounded to one step, so that their order can be seen.

Rounded each by what is known of it, neighbours in a list would read 3.0万, 约3万, 2.8万, and nobody could tell whether
the list is in order. How sure a figure is stands beside it, as its range.
"""

import math
from collections.abc import Sequence

from keyworth.words.formatting import MINUS, UNKNOWN, currency_symbol

_SCALES = {"zh": ((1e8, " 亿"), (1e4, " 万"), (1.0, "")), "en": ((1e9, "bn"), (1e6, "m"), (1e3, "k"), (1.0, ""))}


def estimates_in_column(values: Sequence[float | None], currency: str, lang: str) -> list[str]:
    """Money, in the scale of the largest and to three of its figures; finer where the smallest would not show.

    >>> estimates_in_column([30_120, 29_800, 28_000, 2_240], "CNY", "zh")
    ['¥3.01 万', '¥2.98 万', '¥2.80 万', '¥0.22 万']
    >>> estimates_in_column([35_800, 28_700, None], "CNY", "en")
    ['¥35.8k', '¥28.7k', '—']
    """
    step = _Step.of(values, lang)
    symbol = currency_symbol(currency, lang)
    return [step.written(value, symbol) for value in values]


def ranges_in_column(ranges: Sequence[tuple[float, float] | None], currency: str, lang: str) -> list[str]:
    """Intervals of money, all ends to one step.

    >>> ranges_in_column([(16_100, 39_900), (940, 43_800)], "CNY", "zh")
    ['1.61 万～3.99 万', '0.09 万～4.38 万']
    """
    # The lower ends may be next to nothing; the step is for what can be reached.
    step = _Step.of([None if ends is None else max(map(abs, ends)) for ends in ranges], lang)
    symbol, mark = ("", "～") if lang == "zh" else (currency_symbol(currency, lang), "–")
    return [
        UNKNOWN if ends is None or not all(map(math.isfinite, ends)) else symbol + mark.join(map(step.digits, ends))
        for ends in ranges
    ]


def rates_in_column(shares: Sequence[float | None]) -> list[str]:
    """Shares, to two figures of the largest and at most a thousandth of a per cent.

    >>> rates_in_column([0.0031, 0.0008, None]), rates_in_column([0.62, 0.004])
    (['0.31%', '0.08%', '—'], ['62%', '0%'])
    """
    known = [100 * abs(share) for share in shares if share is not None and math.isfinite(share)]
    largest = max(known, default=0.0)
    decimals = min(max(0, 1 - math.floor(math.log10(largest))), 3) if largest > 0 else 0
    return [
        UNKNOWN if share is None or not math.isfinite(share) else f"{100 * share:.{decimals}f}%".replace("-", MINUS)
        for share in shares
    ]


class _Step:
    """What a column is divided by, what is written after its digits, and how many decimals they have."""

    def __init__(self, divisor: float, suffix: str, decimals: int) -> None:
        self.divisor, self.suffix, self.decimals = divisor, suffix, decimals

    @classmethod
    def of(cls, values: Sequence[float | None], lang: str) -> "_Step":
        sizes = [abs(value) for value in values if value is not None and math.isfinite(value) and value]
        if not sizes:
            return cls(1.0, "", 0)
        divisor, suffix = next((of, name) for of, name in _SCALES[lang] if max(sizes) >= of * 0.9995 or of == 1.0)
        three_of_largest = 2 - math.floor(math.log10(max(sizes) / divisor * 1.0005))
        one_of_smallest = -math.floor(math.log10(min(sizes) / divisor))
        # Under one unit of money nothing is worth a digit, unless the whole column lies there.
        finest = 1 if divisor == 1.0 else round(math.log10(divisor))
        return cls(divisor, suffix, min(max(three_of_largest, min(one_of_smallest, three_of_largest + 2)), finest))

    def digits(self, value: float) -> str:
        # Half to even, as Python rounds: a column is no invoice. Decimals below nought round to tens and hundreds.
        size = round(abs(value) / self.divisor, self.decimals)
        sign = MINUS if value < 0 and size else ""
        return f"{sign}{size:,.{max(self.decimals, 0)}f}{self.suffix}" if size else "0"

    def written(self, value: float | None, symbol: str) -> str:
        if value is None or not math.isfinite(value):
            return UNKNOWN
        digits = self.digits(value)
        return MINUS + symbol + digits[1:] if digits.startswith(MINUS) else symbol + digits
