"""The calendar that a purchase clock runs by: of every day, what is special about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Self

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats
from keyworth.errors import ParametersRefused
from keyworth.words import Message

Days = NDArray[np.datetime64]

# What is special about days, told by name: given days (n,), columns of shape (n,).
Rhythm = Callable[[Days], dict[str, Floats]]


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Every day from `first`, without a gap, and `columns` of shape (k, days): what may hurry or slow purchases.

    The numbers of a column should be about 1 in size, so that one ridge is fair to all.
    """

    first: date
    names: tuple[str, ...]
    columns: Floats

    @classmethod
    def of(cls, first: date, last: date, *rhythms: Rhythm) -> Self:
        """Tell of every day from `first` to `last`, both included. Raises ParametersRefused for a faulty column."""
        days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
        told = [(name, np.asarray(column, dtype=np.float64)) for each in rhythms for name, column in each(days).items()]
        names = tuple(name for name, _ in told)
        twice = sorted({name for name in names if names.count(name) > 1})
        faulty = [name for name, column in told if column.shape != days.shape or not np.isfinite(column).all()]
        if twice or faulty or not len(days):
            raise ParametersRefused(
                Message(
                    "A calendar from {first} to {last} needs one finite number for each of its {days} days and a "
                    "name of its own for each column; wrong or told twice: {columns}.",
                    first=first,
                    last=last,
                    days=len(days),
                    columns=[*faulty, *twice],
                )
            )
        return cls(first, names, np.array([column for _, column in told]).reshape(len(told), len(days)))

    def __len__(self) -> int:
        return int(self.columns.shape[1])

    @property
    def days(self) -> Days:
        return np.datetime64(self.first, "D") + np.arange(len(self))

    @property
    def last(self) -> date:
        last: date = self.days[-1].item()
        return last

    def only(self, names: tuple[str, ...]) -> "Calendar":
        """The same with some of its columns, in the order asked for."""
        return Calendar(self.first, names, self.columns[[self.names.index(name) for name in names]])

    def place(self, days: Days) -> NDArray[np.int64]:
        """Where days stand among those of the calendar. Raises ParametersRefused where it does not reach one."""
        at = (np.asarray(days, dtype="datetime64[D]") - np.datetime64(self.first, "D")).astype(np.int64)
        beyond = (at < 0) | (at >= len(self))
        if beyond.any():
            raise ParametersRefused(
                Message(
                    "The calendar runs from {first} to {last} and does not tell of {day}.",
                    first=self.first,
                    last=self.last,
                    day=np.asarray(days)[beyond].ravel()[0].astype("datetime64[D]").item(),
                ),
                hint=Message("Make the calendar longer: it must hold every day observed and every day asked for."),
            )
        return np.asarray(at)
