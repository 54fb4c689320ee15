"""The pace that models are asked at, and what it would have been without a day that taught it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from keyworth.backtest import Origin
from keyworth.value import ModelChoice


@dataclass(frozen=True, slots=True)
class Pace:
    """Models are asked about `factor` times the time ahead; the `holdout_days` after each of `origins` taught it."""

    factor: float = 1.0
    origins: tuple[date, ...] = ()
    holdout_days: int = 0

    @classmethod
    def of(cls, factor: float, choice: ModelChoice | None) -> Self:
        """The pace of a choice of models; one that a person gave was taught by nothing."""
        return cls(factor) if choice is None else cls(factor, choice.origins, choice.holdout_days)

    def without(self, seen: Origin, *, expected: float, actual: float) -> float:
        """The factor that the other days alone would have taught.

        What came after a day that taught the pace is no test of it. `expected` and `actual` are the totals of `seen`
        at the pace itself. The logarithm of a pace is about the mean of what each of n days told; where `seen` is m of
        them, the mean of the rest is higher by m / (n - m) times its logarithm of expected over actual. Where nothing
        is left, it is 1.
        """
        if self.factor == 1.0 or expected <= 0 or actual <= 0:
            return self.factor
        days, taught = len(self.origins), self._taught_by(seen)
        if taught == 0:
            return self.factor
        return 1.0 if taught >= days else float(self.factor * (expected / actual) ** (taught / (days - taught)))

    def _taught_by(self, seen: Origin) -> float:
        """How many of the days that taught the pace the hold-out period of `seen` covers."""
        length = timedelta(days=self.holdout_days)
        shared = (min(day + length, seen.end) - max(day, seen.as_of) for day in self.origins)
        return sum(max(both.days, 0) for both in shared) / max(self.holdout_days, 1)
