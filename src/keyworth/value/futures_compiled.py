"""The summing up of `futures.py` in compiled form, for hundreds of thousands of histories.

Imported only where it is needed, since numba takes over a second to import. Rows are independent and each is
computed in the same order whatever the number of threads, so the digits never depend on it.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from keyworth.value.predictive import positions
from keyworth.value.spend_ratio import SpendTables

if TYPE_CHECKING:
    from keyworth.value.futures import SumUp

Floats = NDArray[np.float64]


def summing_up_compiled(
    draws: int, tables: SpendTables | None, rows: NDArray[np.intp], quantiles: Floats, ratios: Floats, moments: Floats
) -> "SumUp":
    """As `futures._summing_up`."""
    below, weight, whole = positions(draws)
    nothing = np.zeros((1, 1))
    # A world is a column, so that a history reads a few rows from end to end.
    amount = nothing if tables is None else np.ascontiguousarray(tables.amount.T)
    levels = nothing if tables is None else np.ascontiguousarray(tables.level.T)
    shape, normal = (nothing[0], nothing[0]) if tables is None else (tables.shape, tables.normal)

    def sum_up(start: int, counts: NDArray[np.int32]) -> None:
        _sum_up(
            start, counts, tables is not None, rows, amount, levels, shape, normal,
            below, weight, whole, quantiles, ratios, moments,
        )  # fmt: skip

    return sum_up


@njit(cache=True, nogil=True)
def _sum_up(  # type: ignore[no-untyped-def]
    start, counts, with_spend, row, amount, levels, shape, normal, below, weight, whole, quantiles, ratios, moments
):
    """Fill columns of the three outputs, which are all zero, from `start` on."""
    draws = counts.shape[1]
    positive, spent = np.empty(draws), np.empty(draws)
    heads = np.zeros(256, dtype=np.int64)
    for at in range(counts.shape[0]):
        i = start + at
        some = highest = 0
        first = second = 0.0
        for k in range(draws):
            n = counts[at, k]
            if n > 0:
                positive[some] = n
                highest = max(highest, n)
                first += n
                second += float(n) * n
                if with_spend:
                    spent[some] = _spend(n, k, row[i], amount, levels, shape, normal)
                some += 1
        moments[0, i] = first / draws
        moments[1, i] = second / draws
        if some == 0:
            continue
        _sort_counts(positive[:some], heads, highest)
        zeros = draws - some
        if with_spend:
            spent[:some].sort()
        for j in range(whole.size):
            if whole[j] >= zeros:
                quantiles[j, i] = positive[whole[j] - zeros]
            if with_spend:
                ratios[j, i] = _quantile(spent, zeros, below[j], weight[j])


@njit(cache=True, nogil=True)
def _sort_counts(counts, heads, highest):  # type: ignore[no-untyped-def]
    """Sort in place; small counts by how many there are of each, which is several times as fast."""
    if highest >= heads.size:
        counts.sort()
        return
    for count in counts:
        heads[int(count)] += 1
    at = 0
    for value in range(highest + 1):
        for _ in range(heads[value]):
            counts[at] = value
            at += 1
        heads[value] = 0


@njit(cache=True, nogil=True)
def _spend(n, k, row, amount, levels, shape, normal):  # type: ignore[no-untyped-def]
    """One value of `SpendTables.ratio`."""
    if n < amount.shape[0]:
        return amount[n, k] * levels[row, k]
    ninth = 1.0 / (9.0 * (shape[k] * n))
    gamma = shape[k] * n * max(1.0 - ninth + normal[k] * math.sqrt(ninth), 0.0) ** 3
    return gamma * levels[row, k]


@njit(cache=True, nogil=True)
def _quantile(positive, none, below, weight):  # type: ignore[no-untyped-def]
    """One interpolated quantile of sorted positive draws, preceded by `none` zeros."""
    at = below - none
    low = positive[at] if at >= 0 else 0.0
    high = positive[at + 1] if at + 1 >= 0 else 0.0
    return low + weight * (high - low)
