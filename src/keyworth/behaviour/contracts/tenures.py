"""Tenures: how long each customer has kept a contract, and whether the end was seen; checked once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.behaviour.histories import Floats, refuse_faulty_rows
from keyworth.behaviour.number_columns import numbers
from keyworth.errors import HistoryRefused
from keyworth.words import Message

MOST_CUSTOMERS = 1e12  # a hundred times as many as there are people


@dataclass(frozen=True, slots=True, eq=False)
class Tenures:
    """One row per customer, or per group of customers alike; each array has shape (n,).

    At the end of every period a customer renews or leaves. `periods` counts the decisions that were seen: who
    `ended` after 3 periods renewed twice and then left; who still runs after 3 periods has renewed three times
    (0: nothing has been decided yet). `customers` is how many a row stands for.

    Use `from_columns` for data from outside: it is the gate, and the constructor itself checks nothing.
    """

    periods: Floats
    ended: NDArray[np.bool_]
    customers: Floats

    @classmethod
    def from_columns(cls, periods: ArrayLike, ended: ArrayLike, customers: ArrayLike | None = None) -> Self:
        """Check the columns and keep them. Raises HistoryRefused naming every fault at once.

        >>> seen = Tenures.from_columns([1, 3, 3], [True, True, False])
        >>> seen.left.tolist(), seen.running.tolist()
        ([0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0])
        """
        lived = numbers("periods", periods)
        seen = numbers("ended", ended)  # so that 0 and 1 are known, and 2 is not
        counted = np.ones_like(lived) if customers is None else numbers("customers", customers)
        shapes = [lived.shape, seen.shape, counted.shape]
        if any(len(shape) != 1 for shape in shapes) or len(set(shapes)) != 1:
            raise HistoryRefused(
                Message(
                    "Columns of one length were expected; got shapes {shapes}.",
                    shapes=[str(shape) for shape in shapes],
                ),
                hint=Message("Give one value per customer in each column."),
            )
        refuse_faulty_rows(len(lived), _faults(lived, seen, counted))
        return cls(lived, seen == 1, counted)

    @classmethod
    def together(cls, *parts: "Tenures") -> Self:
        """Customers of several cohorts, of whatever age, as one sample."""
        if not parts:
            return cls(np.zeros(0), np.zeros(0, dtype=np.bool_), np.zeros(0))
        periods, ended, customers = zip(*((part.periods, part.ended, part.customers) for part in parts), strict=True)
        return cls(np.concatenate(periods), np.concatenate(ended), np.concatenate(customers))

    def __len__(self) -> int:
        return int(self.periods.shape[0])

    def rows(self, at: "slice | NDArray[np.intp]") -> Self:
        """Some of the rows, in the order asked for."""
        return type(self)(self.periods[at], self.ended[at], self.customers[at])

    @property
    def longest(self) -> int:
        """The largest number of periods seen; 0 where there are none."""
        return int(self.periods.max(initial=0.0))

    @property
    def left(self) -> Floats:
        """How many left at the end of period 0, 1, …, `longest`; nobody leaves at 0."""
        return self._by_period(self.ended)

    @property
    def running(self) -> Floats:
        """How many have lived 0, 1, …, `longest` periods and still run."""
        return self._by_period(~self.ended)

    @property
    def stayed(self) -> Floats:
        """How many were seen to renew at the end of period 0, 1, …, `longest`: at 0, everybody signed."""
        from_here_on = np.cumsum((self.left + self.running)[::-1])[::-1]
        renewed: Floats = from_here_on - self.left
        return renewed

    def _by_period(self, which: NDArray[np.bool_]) -> Floats:
        at = self.periods[which].astype(np.int64)
        return np.bincount(at, self.customers[which], self.longest + 1).astype(np.float64)


def _faults(periods: Floats, ended: Floats, customers: Floats) -> Iterator[tuple[Message, NDArray[np.bool_]]]:
    finite = np.isfinite(periods)
    yield Message("a value is missing or not finite"), ~(finite & np.isfinite(ended))
    yield Message("a value is negative"), periods < 0
    yield Message("the number of periods is not whole"), finite & (periods != np.floor(periods))
    yield Message("the number of periods is above 100,000"), finite & (periods > 1e5)
    yield Message("ended is neither yes nor no"), np.isfinite(ended) & (ended != 0) & (ended != 1)
    yield Message("the contract ended before its first period did"), (periods == 0) & (ended == 1)
    yield Message("the weight is not a positive number"), ~(np.isfinite(customers) & (customers > 0))
    yield Message("the weight is above {most}", most=f"{MOST_CUSTOMERS:,.0f}"), customers > MOST_CUSTOMERS
