"""One row per customer, as of a day: what the models read."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from keyworth.ledger.arrays import column_of
from keyworth.units import TimeUnit

Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CustomerSummary:
    """Every customer with a purchase by `as_of`; arrays of shape (n,), sorted by the ledger's customer numbers.

    Calendar days are merged: several orders on one day are one purchase. `repeats` counts purchase days after
    the first (x in the papers), `last_repeat` is the time from the first to the last of them (t_x, 0 without
    a repeat) and `observed_for` the time from the first to `as_of` (T), both in `unit`. Money is in
    `currency`, net of refunds dated by `as_of`; NaN where the ledger has none.
    """

    as_of: date
    unit: TimeUnit
    currency: str
    numbers: Numbers  # the ledger's own, increasing
    customers: pa.Array  # ids as text
    first_day: Days
    last_day: Days
    repeats: Floats
    orders: Floats
    amount: Floats  # all purchases
    first_value: Floats  # the first purchase day
    mean_repeat_value: Floats  # per repeat purchase day, NaN without one
    margin: Floats  # of those orders whose margin is known
    amount_with_margin: Floats

    @property
    def last_repeat(self) -> Floats:
        return _days(self.last_day - self.first_day) / self.unit.days

    @property
    def observed_for(self) -> Floats:
        return _days(np.datetime64(self.as_of, "D") - self.first_day) / self.unit.days

    def __len__(self) -> int:
        return len(self.repeats)

    def rows(self, chosen: NDArray[np.bool_]) -> "CustomerSummary":
        """The summary of those customers only; `chosen` of shape (n,)."""
        columns = {field.name: getattr(self, field.name) for field in fields(self)}
        picked: dict[str, Any] = {
            name: column[chosen] if isinstance(column, np.ndarray) else column.filter(pa.array(chosen))
            for name, column in columns.items()
            if isinstance(column, (np.ndarray, pa.Array))
        }
        return replace(self, **picked)

    @property
    def unique_histories(self) -> int:
        """How many different histories the customers have between them."""
        # One number for each history, 22 bits hold the days of 10,000 years; sorted, which is many times faster
        # than `np.unique` and its hash table.
        first = self.first_day - np.datetime64("0001-01-01")
        until_last = self.last_day - self.first_day
        packed = self.repeats.astype(np.uint64) << 44 | first.astype(np.uint64) << 22 | until_last.astype(np.uint64)
        packed.sort()
        return int(np.count_nonzero(np.diff(packed))) + 1

    def table(self) -> pa.Table:
        """The summary as an Arrow table, one row per customer."""
        columns = {
            "first_day": self.first_day,
            "last_day": self.last_day,
            "repeats": self.repeats.astype(np.int64),
            "last_repeat": self.last_repeat,
            "observed_for": self.observed_for,
            "amount": self.amount,
            "first_value": self.first_value,
            "mean_repeat_value": self.mean_repeat_value,
        }
        return pa.table({"customer": self.customers} | {name: column_of(values) for name, values in columns.items()})


@dataclass(frozen=True, slots=True)
class DistinctHistories:
    """The distinct histories of a ledger and how many customers share each; arrays of shape (m,).

    `log_day_gaps`, where it was asked for: the mean over those customers of Σ ln(days from one purchase to the next).
    """

    as_of: date
    unit: TimeUnit
    first_day: Days
    last_day: Days
    repeats: Floats
    customers: Floats
    log_day_gaps: Floats | None = None

    @property
    def last_repeat(self) -> Floats:
        return _days(self.last_day - self.first_day) / self.unit.days

    @property
    def observed_for(self) -> Floats:
        return _days(np.datetime64(self.as_of, "D") - self.first_day) / self.unit.days

    @property
    def log_gaps(self) -> Floats | None:
        """The same of gaps in `unit`, as models with a rhythm read it."""
        return None if self.log_day_gaps is None else self.log_day_gaps - self.repeats * np.log(self.unit.days)


@dataclass(frozen=True, slots=True)
class LaterSpend:
    """What customers did after one day and by another, by the ledger's numbers; arrays of shape (n,).

    `purchases` are days, `amount` is net of refunds, `margin` and `amount_with_margin` are of those orders whose
    margin is known, before refunds; NaN where the ledger knows of none.
    """

    numbers: Numbers
    purchases: Floats
    amount: Floats
    margin: Floats
    amount_with_margin: Floats

    def of(self, numbers: Numbers) -> "LaterSpend":
        """The same of the customers numbered, 0 for those who bought nothing; shape of `numbers`."""
        columns = (self.purchases, self.amount, self.margin, self.amount_with_margin)
        if not len(self.numbers):
            return LaterSpend(numbers, *(np.zeros(len(numbers)) for _ in columns))
        place = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        found = self.numbers[place] == numbers
        return LaterSpend(numbers, *(np.where(found, column[place], 0.0) for column in columns))


@dataclass(frozen=True, slots=True)
class DailyPurchases:
    """One row per day on which somebody bought: purchases, the first ones among them, and money."""

    day: Days
    purchases: Floats
    first_purchases: Floats
    amount: Floats


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What all imports of a book have read, and what of it could not become orders."""

    rows_read: int
    rows_without_customer: int
    rows_refused: int


def _days(difference: NDArray[np.timedelta64]) -> Floats:
    return difference.astype("timedelta64[D]").astype(np.float64)
