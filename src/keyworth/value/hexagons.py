"""Customers counted in a honeycomb of value and risk, so that hundreds of thousands can be drawn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_ACROSS, _ROWS = 28, 16


@dataclass(frozen=True, slots=True, eq=False)
class Hexagons:
    """Customers counted in hexagons: value by its logarithm across, risk upwards; arrays of shape (h,).

    `value_ratio` is the ratio between neighbours in a row, `risk_step` the distance between rows; `undrawn`
    customers have no positive value and stand in none.
    """

    value: Floats
    risk: Floats
    customers: NDArray[np.int64]
    value_ratio: float
    risk_step: float
    undrawn: int


def hexagons(value_if_kept: ArrayLike, churn_risk: ArrayLike) -> Hexagons:
    """Count customers in a honeycomb of about 28 columns of value and 16 rows of risk."""
    value = np.asarray(value_if_kept, dtype=np.float64)
    drawn = value > 0
    logs, risk = np.log(value[drawn]), np.asarray(churn_risk, dtype=np.float64)[drawn]
    risk_step = 1.0 / _ROWS
    if logs.size == 0:
        nothing = np.zeros(0)
        return Hexagons(nothing, nothing, np.zeros(0, np.int64), 1.0, risk_step, int((~drawn).sum()))
    low, high = float(logs.min()), float(logs.max())
    step = max((high - low) / _ACROSS, 1e-6)
    # Two interleaved grids of rectangles: every point belongs to the nearer of its two candidate centres.
    x, y = (logs - low) / step, risk / risk_step
    even_row, odd_row = 2 * np.rint(y / 2), 2 * np.floor(y / 2) + 1
    even_column, odd_column = np.rint(x), np.floor(x) + 0.5
    # A regular hexagon's rows lie sqrt(3)/2 of a column apart.
    even_far = (x - even_column) ** 2 + 0.75 * (y - even_row) ** 2
    odd_far = (x - odd_column) ** 2 + 0.75 * (y - odd_row) ** 2
    even = even_far <= odd_far
    row, column = np.where(even, even_row, odd_row), np.where(even, even_column, odd_column)
    code = (row * (4 * _ACROSS + 8) + np.rint(2 * column)).astype(np.int64)
    distinct, counts = np.unique(code, return_counts=True)
    row, column = distinct // (4 * _ACROSS + 8), distinct % (4 * _ACROSS + 8) / 2
    return Hexagons(
        value=np.exp(low + column * step),
        risk=row * risk_step,
        customers=counts.astype(np.int64),
        value_ratio=float(np.exp(step)),
        risk_step=risk_step,
        undrawn=int((~drawn).sum()),
    )
