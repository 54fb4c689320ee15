"""Purchases one by one, whose and when: checked, and put in the order of customers and days."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.behaviour.calendar_time.calendar import Days
from keyworth.behaviour.histories import refuse_faulty_rows
from keyworth.errors import HistoryRefused
from keyworth.words import Message


@dataclass(frozen=True, slots=True, eq=False)
class SinglePurchases:
    """m purchase days of n customers: `who` and `day` (m,), sorted; those of customer i are begins[i] to ends[i].

    customers: their names, sorted. Purchases of one customer on one day are one.
    """

    customers: NDArray[np.generic]
    who: NDArray[np.intp]
    day: Days
    begins: NDArray[np.intp]
    ends: NDArray[np.intp]

    @classmethod
    def known(cls, customers: ArrayLike, days: ArrayLike, as_of: date) -> Self:
        """Those known on a day. Raises HistoryRefused for columns that are none, or where nothing is known by then."""
        whose, day = np.asarray(customers), _as_days(days)
        if whose.ndim != 1 or whose.shape != day.shape:
            raise HistoryRefused(
                Message(
                    "A customer and a day for each purchase were expected; got shapes {shapes}.",
                    shapes=[str(whose.shape), str(day.shape)],
                ),
                hint=Message("Give one value per purchase in each column."),
            )
        faults = (Message("the customer is missing"), _missing(whose)), (Message("the day is missing"), np.isnat(day))
        refuse_faulty_rows(len(whose), iter(faults))
        known = day <= np.datetime64(as_of, "D")
        if not known.any():
            raise HistoryRefused(Message("There is no purchase by {day}.", day=as_of))
        names, who = np.unique(whose[known], return_inverse=True)
        pairs = np.unique(np.column_stack([who, day[known].astype(np.int64)]), axis=0)
        who, day = pairs[:, 0], pairs[:, 1].astype("datetime64[D]")
        begins = np.searchsorted(who, np.arange(len(names)))
        return cls(names, who, day, begins, np.append(begins[1:], len(who)))

    @property
    def again(self) -> NDArray[np.bool_]:
        """Which are repeats, (m,)."""
        found = np.ones(len(self.who), dtype=np.bool_)
        found[self.begins] = False
        return found


def _as_days(days: ArrayLike) -> Days:
    try:
        return np.asarray(days, dtype="datetime64[D]")
    except (ValueError, TypeError) as error:
        raise HistoryRefused(
            Message("A column of days was expected; one of its values is no day."),
            hint=Message("Write days as 2024-03-31, or give dates."),
        ) from error


def _missing(whose: NDArray[Any]) -> NDArray[np.bool_]:
    if whose.dtype.kind == "f":
        unknown: NDArray[np.bool_] = np.isnan(whose)
        return unknown
    if whose.dtype.kind != "O":
        return np.zeros(whose.shape, dtype=np.bool_)
    # What says of itself that it is missing: None, a NaN, and what pandas writes for them.
    return np.array([one is None or str(one) in ("nan", "NaT", "<NA>") for one in whose], dtype=np.bool_)
