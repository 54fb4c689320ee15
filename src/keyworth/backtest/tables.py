"""Expected beside actual: by tenth of customers, and by how often they had bought before."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of customers: totals, not means, so that rows add up to the whole."""

    group: int
    customers: int
    expected: float
    actual: float

    @property
    def mean_expected(self) -> float | None:
        return self.expected / self.customers if self.customers else None

    @property
    def mean_actual(self) -> float | None:
        return self.actual / self.customers if self.customers else None


def decile_table(actual: ArrayLike, expected: ArrayLike, groups: int = 10) -> tuple[GroupRow, ...]:
    """Customers in ten groups as equal in number as can be, group 1 of whom most was expected.

    Equal expectations keep the order in which they came.
    """
    a, p = _floats(actual), _floats(expected)
    order = np.argsort(-p, kind="stable")
    return tuple(
        GroupRow(number, part.size, float(p[part].sum()), float(a[part].sum()))
        for number, part in enumerate(np.array_split(order, groups), start=1)
    )


def by_past_repeats(repeats: ArrayLike, actual: ArrayLike, expected: ArrayLike, last: int = 7) -> tuple[GroupRow, ...]:
    """Actual against expected by repeat purchases in the calibration period: 0, 1, …, `last` and more.

    The paper's conditional expectation: a model that is right in total may still be wrong for the frequent.
    """
    group = np.minimum(_floats(repeats), last).astype(np.int64)
    counts, ps, sums = (
        np.bincount(group, weights=weights, minlength=last + 1)
        for weights in (None, _floats(expected), _floats(actual))
    )
    return tuple(GroupRow(x, int(counts[x]), float(ps[x]), float(sums[x])) for x in range(last + 1))


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)
