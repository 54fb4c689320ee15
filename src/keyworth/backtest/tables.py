"""Predicted beside actual: by tenth of customers, and by how often they had bought before."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group of customers: totals, not means, so that rows add up to the whole."""

    group: int
    customers: int
    predicted: float
    actual: float

    @property
    def mean_predicted(self) -> float | None:
        return self.predicted / self.customers if self.customers else None

    @property
    def mean_actual(self) -> float | None:
        return self.actual / self.customers if self.customers else None


def decile_table(actual: ArrayLike, predicted: ArrayLike, groups: int = 10) -> tuple[GroupRow, ...]:
    """Customers in ten groups as equal in number as can be, group 1 predicted highest.

    Equal predictions keep the order in which they came.
    """
    a, p = _floats(actual), _floats(predicted)
    order = np.argsort(-p, kind="stable")
    return tuple(
        GroupRow(number, part.size, float(p[part].sum()), float(a[part].sum()))
        for number, part in enumerate(np.array_split(order, groups), start=1)
    )


def by_past_repeats(repeats: ArrayLike, actual: ArrayLike, predicted: ArrayLike, last: int = 7) -> tuple[GroupRow, ...]:
    """Actual against predicted by repeat purchases in the calibration period: 0, 1, …, `last` and more.

    The paper's conditional expectation: a model that is right in total may still be wrong for the frequent.
    """
    group = np.minimum(_floats(repeats), last).astype(np.int64)
    counts, ps, sums = (
        np.bincount(group, weights=weights, minlength=last + 1)
        for weights in (None, _floats(predicted), _floats(actual))
    )
    return tuple(GroupRow(x, int(counts[x]), float(ps[x]), float(sums[x])) for x in range(last + 1))


@dataclass(frozen=True, slots=True)
class RepeatCountRow:
    """How many customers made so many repeat purchases, and how many the model expects."""

    repeats: int
    actual: float
    expected: float


def repeat_count_table(
    repeats: ArrayLike, expected: ArrayLike, customers: int | None = None
) -> tuple[RepeatCountRow, ...]:
    """Actual against expected numbers of customers by repeat count; the last row is that many or more.

    `expected` holds the expected number of customers with 0, 1, …, m - 1 repeats; everybody else is in the
    last row, so that both columns add up to all customers.
    """
    x = _floats(repeats)
    counted = _floats(expected)
    everybody = x.size if customers is None else customers
    last = counted.size
    actual = np.bincount(np.minimum(x, last).astype(np.int64), minlength=last + 1)
    column = np.append(counted, everybody - counted.sum())
    return tuple(RepeatCountRow(k, float(actual[k]), float(column[k])) for k in range(last + 1))


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)
