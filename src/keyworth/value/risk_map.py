"""Value if kept against churn risk: who must not be lost, and who may be ignored.

The value on this map is the value if kept, never the expected residual value, which contains the risk
already.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.value.concentration import fewest

Floats = NDArray[np.float64]
Strategy = Literal["prevent", "win_back", "monitor", "ignore"]

STRATEGIES: tuple[Strategy, ...] = ("prevent", "win_back", "monitor", "ignore")
# By place, not by deed: of high value and high risk, some are kept from leaving and others won back.
QUADRANTS = ("high_value_high_risk", "high_value_low_risk", "low_value_high_risk", "low_value_low_risk")


def probably_gone(gone: Floats) -> NDArray[np.bool_]:
    """Who has more likely left already than is still a customer; the one place where this is decided."""
    return gone > 0.5


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which value if kept a customer counts as valuable, and from which churn risk as at risk."""

    value: float
    risk: float


@dataclass(frozen=True, slots=True)
class Quadrant:
    """A corner of the map, `name` being one of QUADRANTS: its customers, and their residual value together."""

    name: str
    customers: int
    value: float


@dataclass(frozen=True, slots=True)
class ChurnSplit:
    """Expected customers, and their value if kept: already gone, leaving within the horizon, staying."""

    gone: float
    leaving: float
    staying: float
    value_gone: float
    value_leaving: float
    value_staying: float


def thresholds_by_share(value_if_kept: ArrayLike, share: float = 0.8, risk: float = 0.5) -> Thresholds:
    """Valuable are the fewest customers who together carry `share` of the value if kept."""
    dearest_first = np.sort(np.asarray(value_if_kept, dtype=np.float64))[::-1]
    if dearest_first.size == 0 or dearest_first[0] <= 0:
        return Thresholds(0.0, risk)
    sums = np.concatenate([[0.0], np.cumsum(np.maximum(dearest_first, 0.0))])
    return Thresholds(float(dearest_first[max(fewest(sums, share), 1) - 1]), risk)


def strategies(
    value_if_kept: ArrayLike, gone: ArrayLike, leaving: ArrayLike, thresholds: Thresholds
) -> NDArray[np.int8]:
    """The strategy of each customer, as an index into STRATEGIES; shape (n,).

    Valuable and at risk: prevent where leaving is still to come, win back where they have more likely left
    already than they are here. Valuable and safe: monitor. Low value: may be ignored.
    """
    kept, gone, leaving = (np.asarray(v, dtype=np.float64) for v in (value_if_kept, gone, leaving))
    valuable, at_risk = kept >= thresholds.value, gone + leaving >= thresholds.risk
    choice = np.select(
        [valuable & at_risk & ~probably_gone(gone), valuable & at_risk, valuable],
        [STRATEGIES.index("prevent"), STRATEGIES.index("win_back"), STRATEGIES.index("monitor")],
        STRATEGIES.index("ignore"),
    )
    return choice.astype(np.int8)


def most_at_stake(
    value_if_kept: ArrayLike, gone: ArrayLike, leaving: ArrayLike, thresholds: Thresholds, each: int = 10
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whom to list as at risk: those to prevent from leaving and those to win back, `each` with most at stake.

    At stake is value if kept times churn risk. Returns row numbers, most at stake first. One list for both would
    hold only those who have left for certain, whom nothing can keep.
    """
    kept, gone, leaving = (np.asarray(v, dtype=np.float64) for v in (value_if_kept, gone, leaving))
    stake, chosen = kept * (gone + leaving), strategies(kept, gone, leaving, thresholds)

    def dearest(strategy: Strategy) -> NDArray[np.int64]:
        rows = np.flatnonzero((chosen == STRATEGIES.index(strategy)) & (stake > 0))
        return rows[np.argsort(-stake[rows], kind="stable")][:each].astype(np.int64)

    return dearest("prevent"), dearest("win_back")


def quadrants(
    value_if_kept: ArrayLike, churn_risk: ArrayLike, residual_value: ArrayLike, thresholds: Thresholds
) -> tuple[Quadrant, ...]:
    """The four corners of the map; their customers and residual values add up to the base's."""
    high = np.asarray(value_if_kept, dtype=np.float64) >= thresholds.value
    risky = np.asarray(churn_risk, dtype=np.float64) >= thresholds.risk
    corner = np.where(high, np.where(risky, 0, 1), np.where(risky, 2, 3))
    heads = np.bincount(corner, minlength=4)
    sums = np.bincount(corner, weights=np.asarray(residual_value, dtype=np.float64), minlength=4)
    return tuple(Quadrant(name, int(heads[i]), float(sums[i])) for i, name in enumerate(QUADRANTS))


def churn_split(value_if_kept: ArrayLike, gone: ArrayLike, leaving: ArrayLike) -> ChurnSplit:
    """The base in three parts by the two-part churn risk, in heads and in value if kept."""
    kept, left, going = (np.asarray(v, dtype=np.float64) for v in (value_if_kept, gone, leaving))
    staying = 1.0 - left - going
    heads = (float(part.sum()) for part in (left, going, staying))
    return ChurnSplit(*heads, *(float((part * kept).sum()) for part in (left, going, staying)))
