"""What changes from period to period for each customer by itself: contacts, offers, prices, a family's state."""

from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.behaviour.calendar_time.calendar import Days
from keyworth.behaviour.calendar_time.single_purchases import SinglePurchases
from keyworth.behaviour.calendar_time.ticks import Pieces, Places
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.errors import ParametersRefused
from keyworth.units import TimeUnit
from keyworth.words import Message


@dataclass(frozen=True, slots=True, eq=False)
class OwnHistories:
    """n customers, each with single purchases: `first_day`, `last_day` and `repeats` (n,).

    customers: their names, sorted. bought, on: whose each of m repeat purchases is, and its day, (m,).
    """

    as_of: date
    customers: NDArray[np.generic]
    first_day: Days
    last_day: Days
    repeats: Floats
    bought: NDArray[np.intp]
    on: Days
    unit: TimeUnit = TimeUnit.WEEK

    @classmethod
    def from_purchases(
        cls, customers: ArrayLike, days: ArrayLike, as_of: date, unit: TimeUnit | str = TimeUnit.WEEK
    ) -> Self:
        """Take single purchases, one row each; those after `as_of` are left out, and those of one day are one.

        Raises HistoryRefused.
        """
        found = SinglePurchases.known(customers, days, as_of)
        day, begins, ends, again = found.day, found.begins, found.ends, found.again
        repeats = (ends - begins - 1).astype(np.float64)
        first, last, written = day[begins], day[ends - 1], TimeUnit.parse(unit)
        return cls(as_of, found.customers, first, last, repeats, found.who[again], day[again], written)

    def __len__(self) -> int:
        return len(self.repeats)

    def plain(self) -> PurchaseHistories:
        """The same histories by steady time."""
        ends = (self.last_day, np.datetime64(self.as_of, "D"))
        last, observed = ((day - self.first_day).astype(np.float64) / self.unit.days for day in ends)
        return PurchaseHistories(self.repeats, last, observed, self.unit)


@dataclass(frozen=True, slots=True, eq=False)
class OwnColumns:
    """Columns that hold for whole periods of `days`, from `first` on: `values` (k, n, periods), customers as sorted.

    A period may be missing (NaN) for a customer who has not begun by its end.
    """

    first: date
    names: tuple[str, ...]
    values: Floats
    days: int = 7

    @classmethod
    def from_rows(
        cls, h: OwnHistories, customers: ArrayLike, periods: ArrayLike, columns: dict[str, ArrayLike], days: int = 7
    ) -> Self:
        """Take a table with a row for each customer and period, `periods` being the first day of each.

        Rows of customers without a purchase are left out. Raises ParametersRefused where the days are not whole
        periods apart or a customer and period are told twice.
        """
        begin = np.asarray(periods, dtype="datetime64[D]")
        at, rest = np.divmod((begin - begin.min()).astype(np.int64), days)
        whose = np.asarray(customers)
        row = np.minimum(np.searchsorted(h.customers, whose), len(h) - 1)
        known = h.customers[row] == whose
        cells = row[known] * (int(at.max()) + 1) + at[known]
        if rest.any() or len(np.unique(cells)) != len(cells):
            raise ParametersRefused(
                Message("One row for each customer and period of {days} days was expected.", days=days),
                hint=Message("Give the first day of each period, all whole periods apart, and no row twice."),
            )
        values = np.full((len(columns), len(h), int(at.max()) + 1), np.nan)
        for name, column in zip(values, columns.values(), strict=True):
            name[row[known], at[known]] = np.asarray(column, dtype=np.float64)[known]
        return cls(begin.min().item(), tuple(columns), values, days)

    def only(self, names: tuple[str, ...]) -> "OwnColumns":
        return OwnColumns(self.first, names, self.values[[self.names.index(name) for name in names]], self.days)


@dataclass(frozen=True, slots=True, eq=False)
class OwnTime:
    """Every customer's time from the first purchase to a last day, cut where a period ends or something happened.

    width, row, period: of each piece, (P,): its length in the unit of the fit, whose it is and when. first, last, now,
    end: each customer's places of the first and last purchase, of `as_of`, and of the last day, (n,).
    """

    width: Floats
    row: NDArray[np.intp]
    period: Places
    first: Places
    last: Places
    now: Places
    end: Places

    def told(self, columns: OwnColumns, centre: Floats) -> Pieces:
        """The pieces with what the columns say of them, less `centre` (k,)."""
        return Pieces(self.width, columns.values[:, self.row, self.period] - centre[:, None])


def own_time(h: OwnHistories, columns: OwnColumns, until: date) -> OwnTime:
    """Cut the time of all customers until a day. Raises ParametersRefused where the columns do not tell of it all."""
    start = np.datetime64(columns.first, "D")
    first, last, now, end = (
        (np.asarray(day, dtype="datetime64[D]") - start).astype(np.int64)
        for day in (h.first_day, h.last_day, h.as_of, until)
    )
    # The day of the first purchase has gone when a customer's time begins, so a piece begins with its first day's end.
    closes = np.arange(columns.values.shape[2]) * columns.days + columns.days - 1
    marks = np.column_stack([last, np.broadcast_to(now, first.shape), np.broadcast_to(end, first.shape)])
    edges = np.clip(np.column_stack([np.broadcast_to(closes, (len(h), len(closes))), marks]), first[:, None], end)
    edges = np.sort(np.column_stack([first, edges]), axis=1)
    kept = np.diff(edges, axis=1) > 0
    row, step = np.nonzero(kept)
    begins, wide = edges[row, step], (edges[row, step + 1] - edges[row, step]) / h.unit.days
    period = (begins + 1) // columns.days
    beyond = (begins + 1 < 0) | (edges[row, step + 1] > closes.max(initial=-1))
    told = columns.values[:, row, np.clip(period, 0, max(len(closes) - 1, 0))]
    missing = np.flatnonzero(beyond | ~np.isfinite(told).all(axis=0))
    if len(missing):
        raise ParametersRefused(
            Message(
                "The columns do not tell of customer {customer} on {day}.",
                customer=str(h.customers[row[missing[0]]]),
                day=(start + begins[missing[0]] + 1).item(),
            ),
            hint=Message("Give a row for every period from each customer's first purchase to the last day asked for."),
        )
    # One place more than pieces; the places of a customer begin where those of the one before end.
    offset = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(h)))])

    def place(day: NDArray[np.int64]) -> Places:
        before = np.bincount(row, begins < np.broadcast_to(day, first.shape)[row], len(h))
        return np.asarray(offset[:-1] + before.astype(np.int64))

    return OwnTime(wide, row, period, offset[:-1], place(last), place(now), offset[1:])
