"""How far a column of numbers reaches: what nothing can be learnt from, and what lies far beyond what was learnt.

Columns are scaled by their standard deviation, for which numbers are squared: what overflows or vanishes there would
leave a column of zeros, and so a coefficient of zero that was never asked for. What is asked of a fit far outside the
numbers it has seen is an extrapolation along an exponential, which soon leaves all reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.covariates.tables import Column
from keyworth.behaviour.histories import Floats
from keyworth.errors import HistoryRefused
from keyworth.words import Message

LARGEST = 1e60  # powers of it up to the fifth are numbers too
_ALIKE = 1e-6  # of a column's spread: what is left of it without one row is no spread beside that
_ASTRAY = 50.0  # e-folds by which a row's parameters may lie from everybody's

_ROWS = Message("Correct it, or fit customers like this one too. Rows are counted from 1.")


@dataclass(frozen=True, slots=True, eq=False)
class Beyond:
    """The rows of a table that lie further beyond what a column reached at the fit than that is wide."""

    column: str
    low: float
    high: float
    values: Floats
    rows: NDArray[np.intp]

    def told(self, whole: int) -> Message:
        return Message(
            "The column {column} reached from {low} to {high} when it was fitted; {count} of {whole} customers lie far "
            "beyond, the farthest at {value}.",
            column=self.column,
            low=f"{self.low:g}",
            high=f"{self.high:g}",
            count=len(self.rows),
            whole=whole,
            value=f"{self._at(self.farthest):g}",
        )

    @property
    def farthest(self) -> int:
        """The row that lies farthest."""
        return int(self.rows[np.argmax(np.abs(self.values[self.rows] - 0.5 * (self.low + self.high)))])

    def refused(self, row: int) -> HistoryRefused:
        return HistoryRefused(
            Message(
                "The column {column} reached from {low} to {high} when it was fitted, and holds {value} in row {row}: "
                "so far beyond nothing was learnt.",
                column=self.column,
                low=f"{self.low:g}",
                high=f"{self.high:g}",
                value=f"{self._at(row):g}",
                row=row + 1,
            ),
            hint=_ROWS,
        )

    def _at(self, row: int) -> float:
        return float(self.values[row])


def reached(values: Mapping[str, Column]) -> dict[str, tuple[float, float]]:
    """From where to where each column of numbers goes."""
    numbers = {name: column for name, column in values.items() if column.dtype.kind == "f" and len(column)}
    return {name: (float(column.min()), float(column.max())) for name, column in numbers.items()}


def beyond(reach: Mapping[str, tuple[float, float]], values: Mapping[str, Column]) -> list[Beyond]:
    """By column what lies far beyond its reach."""
    found = []
    for name, (low, high) in reach.items():
        column = np.asarray(values[name], dtype=np.float64)
        rows = np.flatnonzero((column < low - (high - low)) | (column > high + (high - low)))
        if len(rows):
            found.append(Beyond(name, low, high, column, rows))
    return found


def refuse_astray(moved: Floats, far: Sequence[Beyond]) -> None:
    """Raise HistoryRefused where a column beyond its reach moves a parameter out of all reason.

    `moved` are e-folds, (n,), by which each row's parameters differ from everybody's.
    """
    astray = ~(np.abs(moved) <= _ASTRAY)
    for each in far:
        rows = each.rows[astray[each.rows]]
        if len(rows):
            raise each.refused(int(rows[0]))


def refuse_too_large(name: str, column: Column) -> None:
    """Raise HistoryRefused for a number too large to be reckoned with."""
    if column.dtype.kind != "f":
        return
    at = np.flatnonzero(np.abs(column) > LARGEST)
    if len(at):
        raise HistoryRefused(
            Message(
                "The column {column} holds {value} in row {row}; numbers up to {most} can be reckoned with.",
                column=name,
                value=f"{column[at[0]]:g}",
                row=int(at[0]) + 1,
                most=f"{LARGEST:g}",
            ),
            hint=Message("Correct it, or give the column in a larger unit. Rows are counted from 1."),
        )


def refuse_too_alike(name: str, column: Column) -> None:
    """Raise HistoryRefused for numbers that differ by too little to be reckoned with."""
    spread = float(np.ptp(column)) if column.dtype.kind == "f" else 0.0
    if 0.0 < spread < 1.0 / LARGEST:
        raise HistoryRefused(
            Message(
                "The numbers in the column {column} differ by {spread} at most, too little to be reckoned with.",
                column=name,
                spread=f"{spread:g}",
            ),
            hint=Message("Give the column in a smaller unit, or leave it out of the formula."),
        )


def refuse_one_far(names: Sequence[str], numbers: Floats) -> None:
    """Raise HistoryRefused where, beside one row, all others of a column, (n, c), look alike though they are not."""
    for name, column in zip(names, numbers.T, strict=True):
        spread = float(np.ptp(column)) if len(column) else 0.0
        row = int(np.argmax(np.abs(column - np.median(column)))) if spread > 0.0 else 0
        rest = np.delete(column, row)
        if len(rest) and 0.0 < float(np.ptp(rest)) < _ALIKE * spread:
            raise HistoryRefused(
                Message(
                    "In {column} row {row} is so far from all others, at {value}, that these look alike: the "
                    "coefficient would tell of one customer alone.",
                    column=name,
                    row=row + 1,
                    value=f"{column[row]:g}",
                ),
                hint=Message("Correct it, or take a logarithm of the column. Rows are counted from 1."),
            )
