"""Histories with their dates: on what day each customer began, and on which days purchases fell."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.behaviour.calendar_time.calendar import Days
from keyworth.behaviour.calendar_time.single_purchases import SinglePurchases
from keyworth.behaviour.histories import Floats, PurchaseHistories, refuse_faulty_rows
from keyworth.behaviour.unique_histories import UniqueHistories
from keyworth.errors import HistoryRefused
from keyworth.units import TimeUnit
from keyworth.words import Message


@dataclass(frozen=True, slots=True, eq=False)
class DatedHistories:
    """m distinct histories as of one day, with `weights` (m,) customers having each.

    first_day, last_day: of a customer's purchases, (m,); equal without a repeat. repeats: x. Of all customers
    together, `purchases` (d,) repeat purchases fell on the days `purchase_days` (d,); that is all that a clock
    common to them needs to know of single purchases. inverse: (n,) customer to history, None where the histories
    arrived counted. Models count time in `unit`.
    """

    as_of: date
    first_day: Days
    last_day: Days
    repeats: Floats
    weights: Floats
    purchase_days: Days
    purchases: Floats
    unit: TimeUnit = TimeUnit.WEEK
    inverse: NDArray[np.intp] | None = None

    @classmethod
    def from_columns(
        cls,
        as_of: date,
        first_day: ArrayLike,
        last_day: ArrayLike,
        repeats: ArrayLike,
        customers: ArrayLike,
        purchase_days: ArrayLike,
        purchases: ArrayLike,
        unit: TimeUnit | str = TimeUnit.WEEK,
    ) -> Self:
        """Check histories that were counted elsewhere, and keep them. Raises HistoryRefused naming every fault.

        `customers` have each history, which need not be distinct; `purchases` are their repeats by day.
        """
        first, last = (np.atleast_1d(np.asarray(days, dtype="datetime64[D]")) for days in (first_day, last_day))
        x, weights = (np.atleast_1d(np.asarray(column, dtype=np.float64)) for column in (repeats, customers))
        on, counts = np.asarray(purchase_days, dtype="datetime64[D]"), np.asarray(purchases, dtype=np.float64)
        shapes = [column.shape for column in (first, last, x, weights)]
        if len(set(shapes)) != 1 or x.ndim != 1 or on.shape != counts.shape:
            raise HistoryRefused(
                Message(
                    "Columns of one length were expected, and one count for each day of purchase; got shapes {shapes}.",
                    shapes=[str(shape) for shape in (*shapes, on.shape, counts.shape)],
                )
            )
        refuse_faulty_rows(len(x), _faults(np.datetime64(as_of, "D"), first, last, x, weights))
        told, dated = float((weights * x).sum()), float(counts.sum())
        if abs(told - dated) > 1e-6 * max(told, 1.0):
            raise HistoryRefused(
                Message(
                    "The histories tell of {told} repeat purchases, and the days of purchase of {dated}.",
                    told=round(told),
                    dated=round(dated),
                ),
                hint=Message("Count each purchase of a customer after the first one, on the day it was made."),
            )
        kept = counts > 0
        return cls(as_of, first, last, x, weights, on[kept], counts[kept], TimeUnit.parse(unit))

    @classmethod
    def from_purchases(
        cls, customers: ArrayLike, days: ArrayLike, as_of: date, unit: TimeUnit | str = TimeUnit.WEEK
    ) -> Self:
        """Take single purchases, one row each: whose and when. Those after `as_of` are left out.

        Purchases of one customer on one day are one. Customers stand in the order of their sorted names; `inverse`
        carries answers to them. Raises HistoryRefused.
        """
        found = SinglePurchases.known(customers, days, as_of)
        day, begins, ends = found.day.astype(np.int64), found.begins, found.ends
        rows = np.column_stack([day[begins], day[ends - 1], ends - begins - 1])
        distinct, inverse, weights = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
        on, counts = np.unique(day[found.again], return_counts=True)
        return cls(
            as_of,
            distinct[:, 0].astype("datetime64[D]"),
            distinct[:, 1].astype("datetime64[D]"),
            distinct[:, 2].astype(np.float64),
            weights.astype(np.float64),
            on.astype("datetime64[D]"),
            counts.astype(np.float64),
            TimeUnit.parse(unit),
            inverse.reshape(-1),
        )

    def __len__(self) -> int:
        return int(self.repeats.shape[0])

    @property
    def customers(self) -> float:
        return float(self.weights.sum())

    @property
    def end(self) -> Days:
        """`as_of`, as one day that goes with the others, (1,)."""
        return np.array([self.as_of], dtype="datetime64[D]")

    def plain(self) -> PurchaseHistories:
        """The same histories by steady time, as models without a calendar read them."""
        ends = (self.last_day, self.end)
        last, observed = ((day - self.first_day).astype(np.float64) / self.unit.days for day in ends)
        return PurchaseHistories(self.repeats, last, observed, self.unit)

    def unique(self) -> UniqueHistories:
        """The same, for a fit without a calendar."""
        plain = self.plain()
        return UniqueHistories.from_columns(
            plain.repeats, plain.last_repeat, plain.observed_for, self.weights, self.unit
        )


def _faults(
    end: np.datetime64, first: Days, last: Days, repeats: Floats, weights: Floats
) -> Iterator[tuple[Message, NDArray[np.bool_]]]:
    missing = np.isnat(first) | np.isnat(last) | ~np.isfinite(repeats)
    yield Message("a value is missing or not finite"), missing
    yield Message("the number of repeat purchases is not whole"), ~missing & (repeats != np.floor(repeats))
    yield Message("a value is negative"), repeats < 0
    yield Message("the last repeat is later than the end of observation"), last > end
    yield Message("the last purchase is earlier than the first"), last < first
    days = (last - first).astype(np.float64)
    yield Message("there is a last repeat but no repeat purchase"), (repeats == 0) & (days > 0)
    yield Message("there are more repeat purchases than days for them"), repeats > np.maximum(days, 0)
    yield Message("the weight is not a positive number"), ~(np.isfinite(weights) & (weights > 0))
