"""The one scale on which the intervals of a whole column are drawn, so that they can be compared."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from keyworth.report.theme import log_ticks
from keyworth.report.voice import Voice

_DECADES = 1e4  # more than this between the least and the most, and nothing could be told apart in between
_APART = 22.0  # per cent of the column that a label needs


@dataclass(frozen=True, slots=True)
class IntervalScale:
    """Holds every mark it was made over; nothing is cut off.

    Where all marks are positive and near enough it is logarithmic (`bend` None). Where some are nothing, as the lower
    ends of dear but rare customers are, no logarithm holds them: then it begins at zero, is about even up to `bend`
    and logarithmic far beyond it.
    """

    low: float
    high: float
    bend: float | None

    @classmethod
    def over(cls, marks: Sequence[float]) -> "IntervalScale | None":
        """A scale that holds all `marks`: each row's intervals and its tick. None where all are nothing."""
        known = [mark for mark in marks if math.isfinite(mark)]
        if not any(mark > 0 for mark in known):
            return None
        low, high = min(known), max(known) * 1.1
        if low > 0 and high / low <= _DECADES:
            return cls(low / 1.1, high, None)
        return cls(min(low, 0.0), high, _usual(known))

    @property
    def from_zero(self) -> bool:
        return self.bend is not None

    def at(self, value: float) -> float:
        """Where a value stands, in per cent of the column."""
        start = self._bent(self.low)
        return round(100 * (self._bent(value) - start) / (self._bent(self.high) - start), 2)

    def _bent(self, value: float) -> float:
        if self.bend is None:
            return math.log10(value)
        return math.copysign(math.log1p(abs(value) / self.bend), value)

    @property
    def values(self) -> list[float]:
        """Round values to be labelled, far enough apart to be read."""
        if self.bend is None:
            return self._apart(log_ticks(self.low, self.high))
        power = 10.0 ** math.floor(math.log10(self.bend) - 1)
        steps = [power * 10**tens * more for tens in range(40) for more in (1, 2, 5) if power * 10**tens <= self.high]
        return self._apart([0.0, *(step for step in steps if step <= self.high)])

    def _apart(self, values: Sequence[float]) -> list[float]:
        chosen: list[float] = []
        for value in values:
            if not chosen or self.at(value) - self.at(chosen[-1]) >= _APART:
                chosen.append(value)
        return chosen

    def ticks(self) -> list[float]:
        return [self.at(value) for value in self.values]

    def labels(self, voice: Voice) -> list[str]:
        return [voice.amounts.tick(value) for value in self.values]


def _usual(marks: Sequence[float]) -> float:
    """The lower quartile of the marks that are something: those below it share the even part of the scale."""
    something = sorted(mark for mark in marks if mark > 0)
    return something[len(something) // 4]
