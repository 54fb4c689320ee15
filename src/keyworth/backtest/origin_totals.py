"""The total of all customers at each past origin: what was expected, and what came."""

from dataclasses import dataclass
from datetime import date

from keyworth.value import Interval


@dataclass(frozen=True, slots=True)
class OriginTotal:
    """The total expected on a past day for the hold-out period after it, and what came.

    In money, or in purchases where there is none. `widened_by`: on how many earlier origins it was measured how
    far totals miss; 0 where there were too few, so that the intervals leave that out and are too narrow.
    """

    origin: date
    end: date
    customers: int
    expected: float
    actual: float
    interval_80: Interval
    interval_95: Interval
    widened_by: int = 0

    @property
    def bias(self) -> float | None:
        """What was expected above (+) or below (-) what came, as a fraction of it."""
        return self.expected / self.actual - 1.0 if self.actual > 0 else None

    @property
    def inside_80(self) -> bool:
        return self.interval_80.low <= self.actual <= self.interval_80.high

    @property
    def inside_95(self) -> bool:
        return self.interval_95.low <= self.actual <= self.interval_95.high
