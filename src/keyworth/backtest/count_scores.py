"""Scores of a distribution over whole numbers, of which the chances are given up to some number."""

import numpy as np
from numpy.typing import NDArray

from keyworth.backtest.distribution_scores import SMALLEST, DistributionScores

Floats = NDArray[np.float64]


def count_scores(
    chances: Floats, rows: NDArray[np.intp], actual: NDArray[np.int64], places: Floats, *, expected: Floats
) -> DistributionScores:
    """Score the count of each customer in the distribution of their history.

    `chances` (m, k + 1): of exactly 0, 1, …, k in each of m histories; what lies above k is what they lack to 1.
    `rows` (n,): each customer's history. `actual` (n,): what came, k at most. `places` (n,): the dice, evenly in
    (0, 1), for the place within a jump. `expected` (m,): the means.

    The CRPS of a count a is the sum over all k of (F(k) - 1{a ≤ k})². Beyond the last chance F is unknown: a
    geometric tail is taken, of the chance and the mean that are left. Where a chance R is left of which E more
    counts are expected, that is wrong by less than R·E, and by nothing for a geometric tail.
    Raises ValueError where a customer came to more than the chances reach.
    """
    last = chances.shape[1] - 1
    if actual.size and int(actual.max()) > last:
        raise ValueError(f"chances up to {actual.max()} are needed; got them up to {last}")
    up_to = np.minimum(np.cumsum(chances, axis=1), 1.0)
    above = 1.0 - up_to
    low = np.zeros((chances.shape[0], last + 2))
    np.cumsum(up_to * up_to, axis=1, out=low[:, 1:])
    high = np.cumsum((above * above)[:, ::-1], axis=1)[:, ::-1] + _tail(above, expected)[:, None]
    chance = chances[rows, actual]
    before = np.where(actual > 0, up_to[rows, np.maximum(actual - 1, 0)], 0.0)
    return DistributionScores(
        log_score=np.log(np.maximum(chance, SMALLEST)),
        crps=low[rows, actual] + high[rows, actual],
        pit=np.minimum(before + places * chance, 1.0),
    )


def _tail(above: Floats, expected: Floats) -> Floats:
    """The sum of (1 - F)² beyond the last column, shape (m,)."""
    left = above[:, -1]
    # The mean is the sum of all 1 - F(k), so what it lacks lies beyond the last column.
    beyond = np.maximum(expected - above.sum(axis=1), 0.0)
    both = left + beyond
    ratio = np.divide(beyond, both, out=np.zeros_like(both), where=both > 0)
    # (R·ρ)² / (1 - ρ²), and 1 - ρ is R / (R + E)
    tail: Floats = beyond * left * ratio / (1.0 + ratio)
    return tail
