"""Amounts as a report writes them: money, or purchases where no money is known."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from keyworth.value import Interval
from keyworth.words import Language, Message, columns, formatting, say
from keyworth.words.formatting import UNKNOWN


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much, in one report: money of `currency`, or purchases where `counted`; what is not known is "—"."""

    lang: Language
    currency: str
    counted: bool

    def one(self, value: float | None, interval: Interval | None = None) -> str:
        """An amount that we cannot know; money is rounded to what its 80% interval leaves of it."""
        if self.counted:
            return self._count(value)
        ends = None if interval is None else (interval.low, interval.high)
        return formatting.estimate(value, self.currency, self.lang, ends)

    def in_words(self, value: float | None) -> str:
        """The same inside a sentence, where a bare number would not say what it counts."""
        return (
            say(Message("{count} {count:purchase|purchases}", count=self.one(value)), self.lang)
            if self.counted
            else self.one(value)
        )

    def between(self, interval: Interval | None) -> str:
        if interval is None:
            return UNKNOWN
        if self.counted:
            return formatting.number_range(interval.low, interval.high, self.lang)
        return formatting.money_range(interval.low, interval.high, self.currency, self.lang)

    def tick(self, value: float) -> str:
        """An amount on an axis, where a step is exact and ".0" says nothing."""
        if self.counted:
            return formatting.number(value, self.lang)
        return re.sub(r"\.(\d*?)0+(?=\D|$)", lambda kept: f".{kept[1]}" if kept[1] else "", self.one(value))

    def column(self, values: Sequence[float]) -> list[str]:
        """Amounts under each other, rounded to one step."""
        if not self.counted:
            return columns.estimates_in_column(values, self.currency, self.lang)
        small = max(map(abs, values), default=0.0) < 99.95
        return [UNKNOWN if not math.isfinite(v) else f"{v:.1f}" if small else self._count(round(v)) for v in values]

    def ranges(self, intervals: Sequence[Interval | None]) -> list[str]:
        """Intervals under each other, their ends rounded to one step."""
        if self.counted:
            return [self.between(interval) for interval in intervals]
        ends = [None if interval is None else (interval.low, interval.high) for interval in intervals]
        return columns.ranges_in_column(ends, self.currency, self.lang)

    def adding_up(self, parts: Sequence[float]) -> list[str]:
        """Parts rounded so that what is shown adds up to what is shown of their sum."""
        if not self.counted:
            return formatting.estimates_adding_up(parts, self.currency, self.lang)[0]
        whole = math.fsum(parts)
        if not math.isfinite(whole):
            return [self.one(part) for part in parts]
        per_one = 10 if whole < 10 else 1
        steps = formatting.whole_parts([part * per_one for part in parts], round(whole * per_one))
        under = ("不足 " if self.lang == "zh" else "<") + f"{1 / per_one:g}"
        return [
            under if step == 0 < part else f"{step / 10:.1f}" if per_one == 10 else formatting.number(step, self.lang)
            for step, part in zip(steps, parts, strict=True)
        ]

    def _count(self, value: float | None) -> str:
        """Purchases: whole from ten up, to the tenth below."""
        if value is None or not math.isfinite(value):
            return UNKNOWN
        if abs(value) >= 9.95 or value == 0:
            return formatting.number(round(value), self.lang)
        if 0 < value < 0.05:
            return "不足 0.1" if self.lang == "zh" else "<0.1"
        return f"{value:.1f}"
