"""Histories of occasions: of n chances to buy, how many were taken, and which was the last; checked once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.behaviour.histories import Floats, refuse_faulty_rows
from keyworth.behaviour.number_columns import numbers
from keyworth.errors import HistoryRefused
from keyworth.units import TimeUnit
from keyworth.words import Message

MOST_OCCASIONS = 100_000  # the days of 270 years; a model walks along them one by one


@dataclass(frozen=True, slots=True, eq=False)
class OccasionHistories:
    """One row per customer, or per group of customers alike; each array is float64 of shape (n,).

    An occasion is a chance to buy that comes to everybody at once: the year's appeal, the monthly trip, the
    conference. Occasions are counted from 1, which is the first after that of the first purchase.

    repeats: x in the papers, occasions with a purchase. last_repeat: t_x, the number of the last of them, 0 when
    there was none (the papers' "recency"). occasions: n, how many there have been. customers: how many customers
    a row stands for. unit: what an occasion is, where it is a piece of the calendar.

    Use `from_columns` for data from outside: it is the gate, and the constructor itself checks nothing.
    """

    repeats: Floats
    last_repeat: Floats
    occasions: Floats
    customers: Floats
    unit: TimeUnit | None = None

    @classmethod
    def from_columns(
        cls,
        repeats: ArrayLike,
        last_repeat: ArrayLike,
        occasions: ArrayLike,
        customers: ArrayLike | None = None,
        unit: TimeUnit | str | None = None,
    ) -> Self:
        """Check the columns and keep them. Raises HistoryRefused naming every fault at once.

        A valid history has whole numbers 0 ≤ x ≤ t_x ≤ n, and t_x > 0 exactly where x > 0. Without `customers`
        each row is one.

        >>> h = OccasionHistories.from_columns([0, 2, 6], [0, 4, 6], [6, 6, 6], [3464, 155, 1203])
        >>> len(h), h.customers.sum().item()
        (3, 4822.0)
        """
        x, last, came = (
            numbers(name, column)
            for name, column in (("repeats", repeats), ("last_repeat", last_repeat), ("occasions", occasions))
        )
        shapes = [column.shape for column in (x, last, came)]
        if any(len(shape) != 1 for shape in shapes) or len(set(shapes)) != 1:
            raise HistoryRefused(
                Message(
                    "Three columns of one length were expected; got shapes {shapes}.",
                    shapes=[str(shape) for shape in shapes],
                ),
                hint=Message("Give one value per customer in each column."),
            )
        counted = np.ones_like(x) if customers is None else numbers("customers", customers)
        if counted.shape != x.shape:
            raise HistoryRefused(
                Message(
                    "One weight per history was expected; got {weights} for {rows}.",
                    weights=counted.size,
                    rows=len(x),
                ),
                hint=Message("Give one value per customer in each column."),
            )
        refuse_faulty_rows(len(x), _faults(x, last, came, counted))
        return cls(x, last, came, counted, None if unit is None else TimeUnit.parse(unit))

    def __len__(self) -> int:
        return int(self.repeats.shape[0])

    def rows(self, at: "slice | NDArray[np.intp]") -> Self:
        """Some of the histories, in the order asked for."""
        return type(self)(self.repeats[at], self.last_repeat[at], self.occasions[at], self.customers[at], self.unit)

    def distinct(self) -> Self:
        """Each history once, by rising x, t_x and n, with all customers who share it."""
        rows = np.column_stack([self.repeats, self.last_repeat, self.occasions])
        order = np.lexsort((self.customers, *rows.T[::-1]))  # by customers too, so that their sum has one last digit
        rows = rows[order]
        new = np.ones(len(rows), dtype=np.bool_)
        new[1:] = (rows[1:] != rows[:-1]).any(axis=1)
        firsts = np.flatnonzero(new)
        counted = np.add.reduceat(self.customers[order], firsts) if len(firsts) else np.zeros(0)
        x, last, came = rows[firsts].T.copy()
        return type(self)(x, last, came, counted, self.unit)


def _faults(
    repeats: Floats, last_repeat: Floats, occasions: Floats, customers: Floats
) -> Iterator[tuple[Message, NDArray[np.bool_]]]:
    finite = np.isfinite(repeats) & np.isfinite(last_repeat) & np.isfinite(occasions)
    negative = (repeats < 0) | (last_repeat < 0) | (occasions < 0)
    whole = (repeats == np.floor(repeats)) & (last_repeat == np.floor(last_repeat)) & (occasions == np.floor(occasions))
    yield Message("a value is missing or not finite"), ~finite
    yield Message("a value is negative"), negative
    yield Message("occasions are counted in whole numbers"), finite & ~whole
    yield (
        Message("there are more than {most} occasions", most=MOST_OCCASIONS),
        finite & (occasions > MOST_OCCASIONS),
    )
    yield Message("the last repeat is later than the last occasion"), last_repeat > occasions
    yield Message("there are more repeat purchases than occasions until the last"), repeats > last_repeat
    yield Message("there is a last repeat but no repeat purchase"), (repeats == 0) & (last_repeat > 0)
    yield Message("the weight is not a positive number"), ~(np.isfinite(customers) & (customers > 0))
