"""Recency, frequency, money: the grid of the first two, with what is in each of its cells."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


def even_edges(values: ArrayLike, groups: int = 5) -> Floats:
    """Edges of at most `groups` bins, as equal in customers as ties allow; the last edge is infinite.

    Bin i holds edges[i] <= v < edges[i + 1]. Where most customers bought once, they are one bin, and the
    others are cut into the remaining ones, where plain quintiles would leave bins empty. Fewer distinct
    values make fewer bins.
    """
    distinct, counts = np.unique(np.asarray(values, dtype=np.float64), return_counts=True)
    if distinct.size == 0:
        return np.array([0.0, np.inf])
    edges, through, placed = [float(distinct[0])], np.cumsum(counts), 0
    for bins_left in range(groups, 1, -1):
        target = placed + (through[-1] - placed) / bins_left
        next_value = int(np.searchsorted(through, target)) + 1
        if next_value >= distinct.size:
            break
        edges.append(float(distinct[next_value]))
        placed = int(through[next_value - 1])
    return np.array([*edges, np.inf])


def bins(values: ArrayLike, edges: Floats) -> Counts:
    """The bin of each value, from 0; shape (n,). Values below the first edge fall in the first bin."""
    found = np.searchsorted(edges, np.asarray(values, dtype=np.float64), side="right") - 1
    return np.clip(found, 0, edges.size - 2).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class RfmGrid:
    """Customers by how long ago they last bought (rows, most recent first) and how often (columns).

    `recency_days` has r + 1 edges and `purchases` f + 1, of which the last is infinite; row i holds
    recency_days[i] <= days < recency_days[i + 1]. The arrays have shape (r, f): customers, what they spent so
    far, their value (sums), and the means of their chance of being a customer and of the pace that models were
    asked about them at (NaN where nobody is; None where it is not known, or not one of each customer). Sums over
    cells are the base's.
    """

    recency_days: Floats
    purchases: Floats
    customers: Counts
    spent: Floats
    value: Floats
    chance: Floats | None
    pace: Floats | None = None


def rfm_grid(
    days_since: ArrayLike,
    purchases: ArrayLike,
    spent: ArrayLike,
    value: ArrayLike,
    chance: ArrayLike | None = None,
    pace: ArrayLike | None = None,
) -> RfmGrid:
    """The grid over all customers; arrays of shape (n,), edges as in `even_edges`."""
    rows, columns = even_edges(days_since), even_edges(purchases)
    shape = (rows.size - 1, columns.size - 1)
    cell = bins(days_since, rows) * shape[1] + bins(purchases, columns)

    def summed(amounts: ArrayLike) -> Floats:
        weights = np.asarray(amounts, dtype=np.float64)
        sums = np.bincount(cell, weights=weights, minlength=shape[0] * shape[1])
        return sums.reshape(shape).astype(np.float64)

    customers = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(np.int64)

    def mean(values: ArrayLike | None) -> Floats | None:
        nobody = np.full(shape, np.nan)
        return None if values is None else np.divide(summed(values), customers, out=nobody, where=customers > 0)

    return RfmGrid(rows, columns, customers, summed(spent), summed(value), mean(chance), mean(pace))
