"""Purchase histories: what every buying model is told about a customer, checked once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.behaviour.number_columns import numbers
from keyworth.errors import HistoryRefused
from keyworth.units import TimeUnit
from keyworth.words import Message

if TYPE_CHECKING:
    from keyworth.behaviour.unique_histories import UniqueHistories

Floats = NDArray[np.float64]

# What a model tells of a number of purchases it may tell of each smaller one: more takes minutes and fills the memory.
MOST_REPEATS = 1_000_000
_SHOWN = 5  # offending rows named in a refusal; the count says how many there are


@dataclass(frozen=True, slots=True, eq=False)
class PurchaseHistories:
    """One row per customer; each array is float64 of shape (n,); times in `unit` since the first purchase.

    repeats: x in the papers, purchase days after the first one. last_repeat: t_x, 0 when there was none
    (the papers' "recency"). observed_for: T, from the first purchase to the day the summary is of.
    log_gaps: the sum of ln(time) over the x gaps between one purchase and the next, 0 where x is 0; None where
    nobody computed it, for only models that know a rhythm read it.

    Use `from_columns` for data from outside: it is the gate, and the constructor itself checks nothing.
    """

    repeats: Floats
    last_repeat: Floats
    observed_for: Floats
    unit: TimeUnit = field(default=TimeUnit.WEEK)
    log_gaps: Floats | None = None

    @classmethod
    def from_columns(
        cls,
        repeats: ArrayLike,
        last_repeat: ArrayLike,
        observed_for: ArrayLike,
        unit: TimeUnit | str = TimeUnit.WEEK,
        log_gaps: ArrayLike | None = None,
    ) -> Self:
        """Check the columns and keep them. Raises HistoryRefused naming every fault, OptionRefused for another unit.

        A valid history has a whole number x ≥ 0 and 0 ≤ t_x ≤ T, all finite, and t_x > 0 exactly where x > 0:
        purchases of one day are one purchase, so a repeat cannot fall on day 0. x gaps that add up to t_x have
        logarithms that add up to x·ln(t_x / x) at most.
        """
        unit = TimeUnit.parse(unit)
        x, last = numbers("repeats", repeats), numbers("last_repeat", last_repeat)
        observed = numbers("observed_for", observed_for)
        lengths = [x.shape, last.shape, observed.shape]
        if any(len(shape) != 1 for shape in lengths) or len(set(lengths)) != 1:
            raise HistoryRefused(
                Message(
                    "Three columns of one length were expected; got shapes {shapes}.",
                    shapes=[str(shape) for shape in lengths],
                ),
                hint=Message("Give one value per customer in each column."),
            )
        refuse_faulty_rows(lengths[0][0], _faults(x, last, observed))
        if log_gaps is None:
            return cls(x, last, observed, unit)
        gaps = numbers("log_gaps", log_gaps)
        if gaps.shape != x.shape:
            raise HistoryRefused(
                Message(
                    "One sum of log gaps per history was expected; got {gaps} for {rows}.", gaps=gaps.size, rows=len(x)
                ),
                hint=Message("Give one value per customer in each column."),
            )
        refuse_faulty_rows(len(x), _faults_of_gaps(x, last, gaps))
        return cls(x, last, observed, unit, gaps)

    def __len__(self) -> int:
        return int(self.repeats.shape[0])

    def rows(self, at: "slice | NDArray[np.intp]") -> Self:
        """Some of the histories, in the order asked for."""
        gaps = None if self.log_gaps is None else self.log_gaps[at]
        return type(self)(self.repeats[at], self.last_repeat[at], self.observed_for[at], self.unit, gaps)

    def needed_gaps(self) -> Floats:
        """`log_gaps`, for a model that reads them. Raises HistoryRefused where they were not given."""
        if self.log_gaps is None:
            raise HistoryRefused(
                Message("This model reads the time between purchases, which these histories do not tell."),
                hint=Message("Give log_gaps: for each customer the sum of ln(time from one purchase to the next)."),
            )
        return self.log_gaps

    def unique(self, *, inverse: bool = True) -> "UniqueHistories":
        """The distinct histories with how often each occurs; exact, nothing is rounded or binned.

        `inverse=False` saves half the time where nobody needs to carry answers back to customers.
        """
        from keyworth.behaviour.unique_histories import UniqueHistories

        return UniqueHistories.of(self, inverse=inverse)


def _faults(repeats: Floats, last_repeat: Floats, observed_for: Floats) -> Iterator[tuple[Message, NDArray[np.bool_]]]:
    finite = np.isfinite(repeats) & np.isfinite(last_repeat) & np.isfinite(observed_for)
    negative = (repeats < 0) | (last_repeat < 0) | (observed_for < 0)
    yield Message("a value is missing or not finite"), ~finite
    yield Message("a value is negative"), negative
    yield Message("the number of repeat purchases is not whole"), finite & (repeats != np.floor(repeats))
    yield (
        Message("there are more than {most} repeat purchases", most=MOST_REPEATS),
        repeats > MOST_REPEATS,
    )
    yield Message("the last repeat is later than the end of observation"), last_repeat > observed_for
    yield Message("there is a last repeat but no repeat purchase"), (repeats == 0) & (last_repeat > 0)
    yield (
        Message("there are repeat purchases but the last repeat is at time 0"),
        (repeats > 0) & (last_repeat == 0),
    )


def _faults_of_gaps(repeats: Floats, last_repeat: Floats, gaps: Floats) -> Iterator[tuple[Message, NDArray[np.bool_]]]:
    yield Message("a value is missing or not finite"), ~np.isfinite(gaps)
    even = repeats * (np.log(np.where(repeats > 0, last_repeat, 1.0)) - np.log(np.maximum(repeats, 1.0)))
    yield (
        Message("the gaps are longer than the time to the last repeat"),
        gaps > even + 1e-9 * (1.0 + np.abs(even)),
    )


def refuse_faulty_rows(rows: int, faults: Iterator[tuple[Message, NDArray[np.bool_]]]) -> None:
    """Raise HistoryRefused if any row has a fault: how many rows, which faults, and the first few of each."""
    found = [(fault, np.flatnonzero(at)) for fault, at in faults if at.any()]
    if not found:
        return
    refused = len(np.unique(np.concatenate([at for _, at in found])))
    raise HistoryRefused(
        Message(
            "{refused} of {rows} histories cannot be used: {faults}.",
            refused=refused,
            rows=rows,
            faults=[
                Message(
                    "{fault} ({count} {count:time, in row|times, first in rows} {at})",
                    fault=fault,
                    count=len(at),
                    at=[str(row + 1) for row in at[:_SHOWN]],
                )
                for fault, at in found
            ],
        ),
        hint=Message("Correct these rows, or leave them out and say so. Rows are counted from 1."),
        counts={"histories_refused": refused, "histories": rows},
    )
