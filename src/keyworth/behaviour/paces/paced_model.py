"""A model that is asked, of every history, about a time ahead of the history's own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.buying_model import Form, PurchaseForecaster
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.paces.pace_table import PaceTable
from keyworth.behaviour.parameters import P
from keyworth.behaviour.worlds import CountsAhead, Worlds


@dataclass(frozen=True, slots=True)
class PacedModel(Generic[P]):
    """The forecasts of `model`, each history asked about `table`'s pace times the time ahead.

    Expectations, chances of each count and simulated counts move together, so that what holds between them still does.
    Who is a customer, and for how long, stays as the model tells it: the pace is one of buying. A history is given the
    same digits whichever others it is asked with, as by the model itself.
    """

    model: PurchaseForecaster[P]
    table: PaceTable

    def expected_purchases(self, p: P, h: PurchaseHistories, ahead: float) -> Floats:
        return self._each(h, (), lambda some, pace: self.model.expected_purchases(p, some, pace * ahead))

    def count_distribution_ahead(self, p: P, h: PurchaseHistories, ahead: float, up_to: int) -> Floats:
        def chances(some: PurchaseHistories, pace: float) -> Floats:
            return self.model.count_distribution_ahead(p, some, pace * ahead, up_to)

        return self._each(h, (up_to + 1,), chances)

    def counts_ahead(self, worlds: Worlds, h: PurchaseHistories, ahead: float, *, form: Form) -> CountsAhead:
        parts = [
            (rows, self.model.counts_ahead(worlds, h.rows(rows), pace * ahead, form=form))
            for pace, rows in self._rows_by_pace(h)
        ]

        def between(start: int, end: int) -> NDArray[np.int32]:
            found = np.empty((end - start, len(worlds)), dtype=np.int32)
            for rows, counts in parts:
                low, high = np.searchsorted(rows, (start, end))
                if high > low:
                    found[rows[low:high] - start] = counts(low, high)
            return found

        return between

    def _each(
        self, h: PurchaseHistories, shape: tuple[int, ...], ask: Callable[[PurchaseHistories, float], Floats]
    ) -> Floats:
        found = np.empty((len(h), *shape))
        for pace, rows in self._rows_by_pace(h):
            found[rows] = ask(h.rows(rows), pace)
        return found

    def _rows_by_pace(self, h: PurchaseHistories) -> Iterator[tuple[float, NDArray[np.intp]]]:
        """Every pace that occurs, and the histories that have it, in their order."""
        paces, which = np.unique(self.table.of(h), return_inverse=True)
        order = np.argsort(which, kind="stable")
        bounds = np.searchsorted(which[order], np.arange(len(paces) + 1))
        for at, pace in enumerate(paces.tolist()):
            yield pace, order[bounds[at] : bounds[at + 1]]
