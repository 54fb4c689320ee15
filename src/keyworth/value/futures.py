"""Simulating each distinct history's future, and what its quantiles are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import Form, PurchaseForecaster, PurchaseHistories
from keyworth.behaviour.in_blocks import Progress, in_blocks
from keyworth.value.draw_plan import DrawPlan
from keyworth.value.predictive import LEVELS, Quantiles, positions
from keyworth.value.spend_ratio import SpendTables

Floats = NDArray[np.float64]
Counts = NDArray[np.int32]
SumUp = Callable[[int, Counts], None]  # given the first of some rows and their counts, writes quantiles and moments

COMPILED_FROM = 50_000  # histories; importing numba and loading the code costs as much as these in NumPy
_NUMPY_BLOCK = 250_000  # futures held at once by a thread: some 30 MB
_COMPILED_BLOCK = 1_024  # histories whose counts stay in a processor's own memory until they are summed up


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedFutures:
    """Of m histories: quantiles (7, m) of the purchase count and of spend over scale, moments of the count.

    `ratio` is None without money. `mean_count` and `mean_square` (m,) are over all worlds, so their variance
    holds the parameters' part too, which is small beside a customer's own.
    """

    count: Quantiles
    ratio: Quantiles | None
    mean_count: Floats
    mean_square: Floats


def simulate(
    model: PurchaseForecaster[Any],
    histories: PurchaseHistories,
    ahead: float,
    plan: DrawPlan,
    tables: SpendTables | None,
    *,
    form: Form | None = None,
    progress: Progress | None = None,
) -> SimulatedFutures:
    """K futures of each history, in blocks of bounded size; `progress` is told the share that is done.

    `form` is chosen by the number of histories unless given; the digits do not depend on the number of threads.
    """
    form, m = form or form_for(len(histories)), len(histories)
    counts_ahead = model.counts_ahead(plan.buying, histories, ahead, form=form)
    rows = np.unique(histories.repeats, return_inverse=True)[1]
    quantiles, ratios, moments = (
        np.zeros((len(LEVELS), m)),
        np.zeros((len(LEVELS), m if tables else 0)),
        np.zeros((2, m)),
    )
    if form == "compiled":
        from keyworth.value.futures_compiled import summing_up_compiled

        sum_up, block = summing_up_compiled(plan.draws, tables, rows, quantiles, ratios, moments), _COMPILED_BLOCK
    else:
        sum_up = _summing_up(plan.draws, tables, rows, quantiles, ratios, moments)
        block = max(1, _NUMPY_BLOCK // plan.draws)
    in_blocks(m, block, lambda start, end: sum_up(start, counts_ahead(start, end)), progress)
    return SimulatedFutures(Quantiles(quantiles), None if tables is None else Quantiles(ratios), moments[0], moments[1])


def form_for(histories: int) -> Form:
    """How so many histories are simulated soonest."""
    return "compiled" if histories > COMPILED_FROM else "numpy"


def _summing_up(
    draws: int, tables: SpendTables | None, rows: NDArray[np.intp], quantiles: Floats, ratios: Floats, moments: Floats
) -> SumUp:
    below, weight, whole = positions(draws)

    def sum_up(start: int, counts: Counts) -> None:
        part = slice(start, start + len(counts))
        moments[0, part] = counts.mean(axis=1)
        moments[1, part] = (counts.astype(np.float64) ** 2).mean(axis=1)
        quantiles[:, part] = np.sort(counts, axis=1)[:, whole].T
        if tables is not None:
            ordered = np.sort(spent(counts, tables, rows[part]), axis=1)
            low, high = ordered[:, below].T, ordered[:, below + 1].T
            ratios[:, part] = low + weight[:, None] * (high - low)

    return sum_up


def spent(counts: Counts, tables: SpendTables, rows: NDArray[np.intp]) -> Floats:
    """What so many purchases cost over scale, in every world of every history, shape (m, K)."""
    m, draws = counts.shape
    worlds = np.tile(np.arange(draws), m)
    return tables.ratio(worlds, counts.ravel(), np.repeat(rows, draws)).reshape(m, draws)
