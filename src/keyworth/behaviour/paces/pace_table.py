"""A pace for each history: by how often one has come back, and how long ago one was last seen."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.errors import ParametersRefused
from keyworth.words import Message

Cells = NDArray[np.intp]
SLOWEST, FASTEST = 0.25, 4.0  # beyond these a model is asked about another business than the one it was fitted to


@dataclass(frozen=True, slots=True)
class PaceTable:
    """A model is asked about so many times the time ahead: R rows by repeats, C columns by days since last seen.

    The second row begins at `repeats_from[0]` repeats and so on, the second column at `days_from[0]` days; `paces` are
    R rows of C. What is learnt is a number above 0 for each cell, and nothing of a customer.
    """

    repeats_from: tuple[float, ...]
    days_from: tuple[float, ...]
    paces: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        shape = (len(self.repeats_from) + 1, len(self.days_from) + 1)
        rows = [len(row) for row in self.paces]
        if rows != [shape[1]] * shape[0]:
            raise ParametersRefused(
                Message(
                    "{rows} {rows:row|rows} of {columns} {columns:pace|paces} {rows:was|were} expected, one more than "
                    "there are limits of each; got {got}.",
                    rows=shape[0],
                    columns=shape[1],
                    got=" + ".join(map(str, rows)) or "0",
                )
            )
        for limits in (self.repeats_from, self.days_from):
            if not (np.isfinite(limits).all() and (np.diff(limits) > 0).all()):
                raise ParametersRefused(
                    Message("Limits that rise were expected; got {limits}.", limits=", ".join(f"{x:g}" for x in limits))
                )
        for pace in (pace for row in self.paces for pace in row):
            if not SLOWEST <= pace <= FASTEST:
                raise ParametersRefused(
                    Message(
                        "A pace from {slowest} to {fastest} was expected; got {pace}.",
                        slowest=SLOWEST,
                        fastest=FASTEST,
                        pace=f"{pace:g}",
                    )
                )

    def of(self, h: PurchaseHistories) -> Floats:
        """The pace of each history, shape (n,)."""
        rows, columns = cells(h, self.repeats_from, self.days_from)
        return np.array(self.paces)[rows, columns]

    def in_steps(self, step: float, around: float = 1.0) -> Self:
        """Each pace whole steps of its logarithm from `around`, so that histories of one pace can be asked together.

        A step that would lead beyond SLOWEST or FASTEST is not taken.
        """
        least, most = np.trunc(np.log(np.array([SLOWEST, FASTEST]) / around) / step)
        steps = np.clip(np.rint(np.log(np.array(self.paces) / around) / step), least, most)
        return replace(self, paces=tuple(map(tuple, (around * np.exp(step * steps)).round(4).tolist())))


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
