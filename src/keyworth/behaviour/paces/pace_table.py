"""A pace for each history: by how often one has come back, and how long ago one was last seen."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats, PurchaseHistories

Cells = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class PaceTable:
    """A model is asked about so many times the time ahead: R rows by repeats, C columns by days since last seen.

    The second row begins at `repeats_from[0]` repeats and so on, the second column at `days_from[0]` days; `paces` are
    R rows of C. What is learnt is a number above 0 for each cell, and nothing of a customer.
    """

    repeats_from: tuple[float, ...]
    days_from: tuple[float, ...]
    paces: tuple[tuple[float, ...], ...]

    def of(self, h: PurchaseHistories) -> Floats:
        """The pace of each history, shape (n,)."""
        rows, columns = cells(h, self.repeats_from, self.days_from)
        return np.array(self.paces)[rows, columns]

    def in_steps(self, step: float, around: float = 1.0) -> Self:
        """Each pace whole steps of its logarithm from `around`, so that histories of one pace can be asked together."""
        paces = (around * np.exp(step * np.rint(np.log(np.array(self.paces) / around) / step))).round(4)
        return replace(self, paces=tuple(map(tuple, paces.tolist())))


def cells(h: PurchaseHistories, repeats_from: tuple[float, ...], days_from: tuple[float, ...]) -> tuple[Cells, Cells]:
    """The row and the column of each history in a table with these limits."""
    return (
        np.searchsorted(repeats_from, h.repeats, side="right"),
        np.searchsorted(days_from, days_since(h), side="right"),
    )


def days_since(h: PurchaseHistories) -> Floats:
    """Days since each was last seen. Whole, where purchases are known by the day."""
    days: Floats = (h.observed_for - h.last_repeat) * h.unit.days
    return days
