"""Simulating each distinct history's future, and what its quantiles are."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import BuyingModel, PurchaseHistories
from keyworth.behaviour.in_blocks import processors
from keyworth.behaviour.leaving_after_purchase import LeavingAfterPurchase
from keyworth.behaviour.parameters import from_array
from keyworth.value.draw_plan import DrawPlan, shifts
from keyworth.value.future_counts import counts_at
from keyworth.value.predictive import Quantiles, positions
from keyworth.value.spend_ratio import SpendTables

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Form = Literal["numpy", "compiled"]

COMPILED_FROM = 30_000  # histories; importing numba and loading the code costs as much as these in NumPy
_NUMPY_BLOCK = 1_000_000  # futures held at once: some 100 MB
_COMPILED_BLOCK = 4_096  # histories between two looks at the clock
_MOST_TABLED = 4_000_000  # entries of each of four tables: 32 MB


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
    model: BuyingModel[Any],
    histories: PurchaseHistories,
    ahead: float,
    plan: DrawPlan,
    tables: SpendTables | None,
    *,
    form: Form | None = None,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> SimulatedFutures:
    """K futures of each history, in blocks of bounded size; `progress` is told the share that is done.

    `form` is chosen by the number of histories unless given; the digits do not depend on `threads`.
    """
    if form is None:
        form = "compiled" if len(histories) > COMPILED_FROM else "numpy"
    out = _Outputs.empty(len(histories), tables is not None)
    rows = np.unique(histories.repeats, return_inverse=True)[1]
    if form == "compiled" and isinstance(model, LeavingAfterPurchase):
        _in_compiled_form(model, histories, ahead, plan, tables, rows, out, threads, progress)
    else:
        _in_numpy(model, histories, ahead, plan, tables, rows, out, progress)
    return SimulatedFutures(
        Quantiles(out.counts),
        None if tables is None else Quantiles(out.ratio),
        out.moments[0],
        out.moments[1],
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Outputs:
    counts: Floats
    ratio: Floats
    moments: Floats

    @classmethod
    def empty(cls, m: int, with_spend: bool) -> "_Outputs":
        return cls(np.zeros((7, m)), np.zeros((7, m if with_spend else 0)), np.zeros((2, m)))


def futures_of(
    model: BuyingModel[Any],
    histories: PurchaseHistories,
    ahead: float,
    plan: DrawPlan,
    tables: SpendTables | None,
    rows: Counts,
) -> tuple[Counts, Floats | None]:
    """Every world of every history: counts (m, K), and spend over scale (m, K) or None."""
    if isinstance(model, LeavingAfterPurchase):
        counts = _counts_by_place(model, histories, ahead, plan)
    else:
        counts = _counts_by_drawing(model, histories, ahead, plan)
    if tables is None:
        return counts, None
    m, draws = counts.shape
    worlds = np.tile(np.arange(draws), m)
    return counts, tables.ratio(worlds, counts.ravel(), np.repeat(rows, draws)).reshape(m, draws)


def _counts_by_place(model: LeavingAfterPurchase[Any], h: PurchaseHistories, ahead: float, plan: DrawPlan) -> Counts:
    m, draws = len(h), plan.draws
    r, alpha, a, b = (np.tile(column, m) for column in plan.buying.T)
    x, last, observed = (np.repeat(c, draws) for c in (h.repeats, h.last_repeat, h.observed_for))
    stays = x + model.first_chance
    with np.errstate(divide="ignore", over="ignore"):
        odds = a / np.where(stays > 0, b + stays - 1.0, np.inf)
        odds = odds * np.exp((r + x) * np.log1p((observed - last) / (alpha + last)))
    alive = np.where(stays > 0, 1.0 / (1.0 + odds), 1.0)
    turned = (np.arange(draws) + shifts(h, draws)[:, None]) % draws
    places = plan.purchases[turned].ravel()
    return counts_at(places, alive, r + x, alpha + observed, a, b + stays, ahead).reshape(m, draws)


def _counts_by_drawing(model: BuyingModel[Any], h: PurchaseHistories, ahead: float, plan: DrawPlan) -> Counts:
    """For any other model: one future of its own drawing in each world."""
    columns = [
        model.draw_ahead(
            from_array(model.parameter_kind, world), h, ahead, seed=plan.seed, first_draw=k, form="numpy"
        ).purchases[0]
        for k, world in enumerate(plan.buying)
    ]
    return np.column_stack(columns).astype(np.int64)


def _in_numpy(
    model: BuyingModel[Any],
    histories: PurchaseHistories,
    ahead: float,
    plan: DrawPlan,
    tables: SpendTables | None,
    rows: Counts,
    out: _Outputs,
    progress: Callable[[float], None] | None,
) -> None:
    below, weight, whole = positions(plan.draws)
    block = max(1, _NUMPY_BLOCK // plan.draws)
    if not isinstance(model, LeavingAfterPurchase):
        block = max(len(histories), 1)  # its draws depend on a history's place among all
    for start in range(0, len(histories), block):
        part = slice(start, start + block)
        h = PurchaseHistories(
            histories.repeats[part], histories.last_repeat[part], histories.observed_for[part], histories.unit
        )
        counts, ratio = futures_of(model, h, ahead, plan, tables, rows[part])
        out.moments[0, part] = counts.mean(axis=1)
        out.moments[1, part] = (counts.astype(np.float64) ** 2).mean(axis=1)
        out.counts[:, part] = np.sort(counts, axis=1)[:, whole].T
        if ratio is not None:
            ordered = np.sort(ratio, axis=1)
            low, high = ordered[:, below].T, ordered[:, below + 1].T
            out.ratio[:, part] = low + weight[:, None] * (high - low)
        if progress is not None:
            progress(min(1.0, (start + block) / len(histories)))


def _in_compiled_form(
    model: LeavingAfterPurchase[Any],
    h: PurchaseHistories,
    ahead: float,
    plan: DrawPlan,
    tables: SpendTables | None,
    rows: Counts,
    out: _Outputs,
    threads: int | None,
    progress: Callable[[float], None] | None,
) -> None:
    from keyworth.value.futures_compiled import TimeTables, simulate_rows, time_tables

    nothing = np.zeros((1, 1))
    below, weight, whole = positions(plan.draws)
    shift, buying = shifts(h, plan.draws), np.ascontiguousarray(plan.buying.T)
    places = np.tile(plan.purchases, 2)
    amount = nothing if tables is None else np.ascontiguousarray(tables.amount.T)
    levels = nothing if tables is None else np.ascontiguousarray(tables.level.T)
    with ThreadPoolExecutor(threads or processors()) as pool:
        for start, end in _pieces(h, plan.draws):
            times = time_tables(h.last_repeat[start:end], h.observed_for[start:end], buying[1], ahead)

            def run(begin: int, piece: tuple[int, int] = (start, end), times: TimeTables = times) -> int:
                stop = min(begin + _COMPILED_BLOCK, piece[1])
                simulate_rows(
                    begin, stop, piece[0], h.repeats,
                    times.at, times.upto, times.last, times.now, times.none, times.share,
                    shift, float(model.first_chance), buying, places,
                    tables is not None, rows, amount, levels,
                    nothing[0] if tables is None else tables.shape, nothing[0] if tables is None else tables.normal,
                    below, weight, whole, out.counts, out.ratio, out.moments,
                )  # fmt: skip
                return stop

            for done in pool.map(run, range(start, end, _COMPILED_BLOCK)):
                if progress is not None:
                    progress(done / len(h))


def _pieces(h: PurchaseHistories, draws: int) -> list[tuple[int, int]]:
    """Parts of the histories whose tables of times stay small: all of them, where times are days of some years."""
    times = max(np.unique(h.observed_for).size, np.unique(h.last_repeat).size)
    rows = len(h) if times * draws <= _MOST_TABLED else max(1, _MOST_TABLED // draws)
    return [(start, min(start + rows, len(h))) for start in range(0, len(h), max(rows, 1))]
