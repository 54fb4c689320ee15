"""Repeat purchases week by week, expected beside actual."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.behaviour.steady_sums import dot

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tracking:
    """Arrays of shape (periods,). `ends`: the last day of each period, in days since the ledger's first day.

    Look at both pictures: a good cumulative line can hide a bad hold-out period, since old hits stay in it.
    """

    ends: NDArray[np.int64]
    actual: Floats
    expected: Floats

    @property
    def cumulative_actual(self) -> Floats:
        return np.cumsum(self.actual)

    @property
    def cumulative_expected(self) -> Floats:
        return np.cumsum(self.expected)


def tracking(
    first_days: ArrayLike,
    repeat_days: ArrayLike,
    expected_from_start: Callable[[Floats], Floats],
    *,
    days: int,
    period_days: int = 7,
    days_per_unit: float = 7.0,
) -> Tracking:
    """Follow the customers who had come by the origin, from the ledger's first day.

    `first_days`: each customer's first purchase, whole days since the ledger's first day; shape (n,).
    `repeat_days`: the day of every repeat purchase of these customers; shape (m,); those after `days` are
    left out. `expected_from_start`: the model's expected repeat purchases of a new customer in a time t, in
    its own unit of `days_per_unit` days. `days`: the last day shown; the last period may be shorter.
    """
    firsts = np.asarray(first_days, dtype=np.int64)
    repeats = np.asarray(repeat_days, dtype=np.int64)
    ends = np.append(np.arange(period_days - 1, days, period_days), days).astype(np.int64)
    # Every age is a whole number of days, so the model is asked once an age and not once a customer and week.
    by_age = np.asarray(expected_from_start(np.arange(days + 1) / days_per_unit), dtype=np.float64)
    starters = np.bincount(firsts[(firsts >= 0) & (firsts <= days)], minlength=days + 1)
    cumulative = np.array([dot(starters[: end + 1], by_age[end::-1]) for end in ends])
    inside = repeats[(repeats >= 0) & (repeats <= days)]
    actual = np.bincount(np.searchsorted(ends, inside), minlength=ends.size).astype(np.float64)
    return Tracking(ends=ends, actual=actual, expected=np.diff(cumulative, prepend=0.0))
