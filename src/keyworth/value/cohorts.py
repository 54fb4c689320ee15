"""Customers by the quarter in which they first bought."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those whose first purchase fell in one quarter, from `first_day` to `last_day`.

    `spent` and `value` are sums, `still_customers` the expected number (the sum of chances); None where not
    known. The cohorts add up to all customers.
    """

    first_day: date
    last_day: date
    customers: int
    spent: float | None
    value: float | None
    still_customers: float | None


def cohorts_by_quarter(
    first_purchase: ArrayLike,
    *,
    spent: ArrayLike | None = None,
    value: ArrayLike | None = None,
    chance: ArrayLike | None = None,
) -> tuple[Cohort, ...]:
    """One row a quarter, oldest first; `first_purchase` are dates, shape (n,), the others one figure each.

    Quarters without a new customer in between are kept, with nobody in them, so that a chart has no gap.
    """
    days = np.asarray(first_purchase, dtype="datetime64[D]")
    if days.size == 0:
        return ()
    quarter = days.astype("datetime64[M]").astype(np.int64) // 3  # quarters since January 1970
    start, stop = int(quarter.min()), int(quarter.max()) + 1
    row = quarter - start

    def summed(amounts: ArrayLike | None) -> NDArray[np.float64] | None:
        if amounts is None:
            return None
        weights = np.asarray(amounts, dtype=np.float64)
        return np.bincount(row, weights=weights, minlength=stop - start).astype(np.float64)

    heads = np.bincount(row, minlength=stop - start)
    sums = [summed(amounts) for amounts in (spent, value, chance)]
    return tuple(
        Cohort(
            _first_day(start + i),
            _first_day(start + i + 1) - timedelta(days=1),
            int(heads[i]),
            *(None if column is None else float(column[i]) for column in sums),
        )
        for i in range(stop - start)
    )


def _first_day(quarter: int) -> date:
    return date(1970 + quarter // 4, quarter % 4 * 3 + 1, 1)
