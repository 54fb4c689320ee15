"""A predictive distribution in seven numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVELS = (0.025, 0.10, 0.25, 0.50, 0.75, 0.90, 0.975)


@dataclass(frozen=True, slots=True)
class Interval:
    """Both ends belong to it. An 80% interval runs from the 10% quantile to the 90% quantile."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Quantiles:
    """The quantiles of `LEVELS`, shape (7, n): 2.5, 10, 25, 50, 75, 90 and 97.5%, of n customers.

    A level is the low end for (1 - level) / 2 and the high end for 1 - (1 - level) / 2.
    """

    values: Floats

    @property
    def median(self) -> Floats:
        median: Floats = self.values[3]
        return median

    def interval(self, per_cent: int) -> tuple[Floats, Floats]:
        """Low and high ends, shape (n,), of the 50, 80 or 95% interval."""
        row = {50: 2, 80: 1, 95: 0}[per_cent]
        return self.values[row], self.values[6 - row]


def positions(draws: int) -> tuple[NDArray[np.int64], Floats, NDArray[np.int64]]:
    """Where the quantiles lie among sorted draws: for amounts (index below, weight of the next), for counts.

    Amounts are interpolated with the j-th of K draws at (j - 1/2) / K (Hazen), where a spread draw stands.
    Counts are not: the smallest whole number that enough draws do not exceed.
    """
    levels = np.array(LEVELS)
    place = np.clip(levels * draws - 0.5, 0, draws - 1)
    below = np.minimum(np.floor(place), draws - 2).astype(np.int64)
    return below, place - below, (np.ceil(levels * draws - 1e-9) - 1).astype(np.int64)
