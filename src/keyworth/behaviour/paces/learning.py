"""Learning paces from what came after past days, against what a model had foretold.

A table has a cell for every eighth of customers by repeats and twenty-fourth by time since last seen, and most cells
hold few. So a cell is believed as far as the cells of the same table differ more than chance makes them: the ratio of
what came to what was foretold is shrunk towards the whole by a gamma prior, whose strength makes what came most likely
(the negative binomial of Gamma-Poisson credibility: Bühlmann and Gisler 2005, A Course in Credibility Theory, chapters
1 and 2). First rows and columns in turn, until neither holds what is the other's, then cells. Where histories that
differ came back alike, all shrinks to one pace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.models import MODELS
from keyworth.behaviour.paces.pace_table import FASTEST, SLOWEST, PaceTable, cells, days_since
from keyworth.behaviour.unique_histories import UniqueHistories

_ROWS, _COLUMNS = 8, 24
_ASKED = np.geomspace(SLOWEST, FASTEST, 9)  # paces at which a model is asked; between them all but a power
_STEP = 0.1  # of a pace's logarithm: finer ones foretell no better
_ROUNDS = 10
_STRENGTHS = np.geomspace(0.5, 1e6, 100)  # purchases foretold that weigh as much as the prior


@dataclass(frozen=True, slots=True, eq=False)
class TaughtDay:
    """What came after a past day, beside what a model foretold of m distinct histories at K paces.

    `expected` (K, m) of all customers that share a history, `came` (m,) of them, and `squares` (m,), the sum over these
    customers of the squares of what came of each.
    """

    histories: PurchaseHistories
    weights: Floats
    expected: Floats
    came: Floats
    squares: Floats

    @classmethod
    def of(cls, fit: Fit[Any], unique: UniqueHistories, ahead: float, came: Floats) -> Self:
        """`came` (n,) are the purchases of each customer in the `ahead` after the day; `unique` has its `inverse`."""
        model, h, back = MODELS[fit.model], unique.histories, unique.inverse
        if back is None:
            raise ValueError("unique histories without their inverse tell nothing of what came to each customer")
        foretold = [model.expected_purchases(fit.parameters, h, pace * ahead) for pace in _ASKED]
        return cls(
            h,
            unique.weights,
            unique.weights * np.stack(foretold),
            np.bincount(back, came, len(h)).astype(np.float64),
            np.bincount(back, came**2, len(h)).astype(np.float64),
        )


def learn_pace(days: Sequence[TaughtDay]) -> float:
    """The pace at which as many purchases are foretold, of all after all these days, as came; from 1/4 to 4."""
    foretold = sum(day.expected.sum(axis=1) for day in days)
    return _pace_of(sum(float(day.came.sum()) for day in days), np.asarray(foretold))


def learn_pace_table(days: Sequence[TaughtDay]) -> PaceTable:
    """The paces, in steps of a tenth from the one pace, at which each cell is foretold what may be believed to come.

    Where cells differ by chance alone, all are that pace.
    """
    repeats_from, days_from = _limits(days)
    shape = (len(repeats_from) + 1, len(days_from) + 1)
    size = shape[0] * shape[1]
    foretold, came = np.zeros((len(_ASKED), *shape)), np.zeros(shape)
    for day in days:
        at = np.ravel_multi_index(cells(day.histories, repeats_from, days_from), shape)
        came += np.bincount(at, day.came, size).reshape(shape)
        for k in range(len(_ASKED)):
            foretold[k] += np.bincount(at, day.expected[k], size).reshape(shape)
    pace = learn_pace(days)
    expected = _at(pace, foretold)
    spread = max(1.0, _overdispersion(days, pace))
    rows, columns = np.ones(shape[0]), np.ones(shape[1])
    for _ in range(_ROUNDS):
        rows = _believed(came.sum(axis=1), (columns * expected).sum(axis=1), spread)
        columns = _believed(came.sum(axis=0), (rows[:, None] * expected).sum(axis=0), spread)
    factor = rows[:, None] * columns
    factor = factor * _believed(came, factor * expected, spread)
    paces = [
        [_cell_pace(pace, float(factor[row, column]), foretold[:, row, column]) for column in range(shape[1])]
        for row in range(shape[0])
    ]
    return PaceTable(repeats_from, days_from, tuple(map(tuple, paces))).in_steps(_STEP, pace)


def _limits(days: Sequence[TaughtDay]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Where rows and columns begin, as even in customers as can be; between whole numbers, so that none is on one."""
    repeats = np.concatenate([day.histories.repeats for day in days])
    since = np.concatenate([days_since(day.histories) for day in days])
    weights = np.concatenate([day.weights for day in days])
    return _quantiles(repeats, weights, _ROWS), _quantiles(np.rint(since), weights, _COLUMNS)


def _quantiles(values: Floats, weights: Floats, parts: int) -> tuple[float, ...]:
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    marks = np.arange(1, parts) / parts * below[-1]
    found = np.unique(values[order][np.searchsorted(below, marks)])
    return tuple((found[found > values.min()] - 0.5).tolist())


def _at(pace: float, foretold: Floats) -> Floats:
    """What is foretold at a pace, of shape (…) from (K, …)."""
    above = int(np.clip(np.searchsorted(_ASKED, pace), 1, len(_ASKED) - 1))
    part = np.log(pace / _ASKED[above - 1]) / np.log(_ASKED[above] / _ASKED[above - 1])
    low, high = (np.log(np.maximum(foretold[k], 1e-300)) for k in (above - 1, above))
    found: Floats = np.exp(low + part * (high - low))
    return found


def _pace_of(wanted: float, foretold: Floats) -> float:
    """The pace at which so many are foretold; `foretold` (K,) rises with it."""
    if wanted <= 0 or foretold[0] <= 0:
        return SLOWEST if foretold[0] > 0 else 1.0
    return float(np.exp(np.interp(np.log(wanted), np.log(foretold), np.log(_ASKED))))


def _cell_pace(pace: float, factor: float, foretold: Floats) -> float:
    """The pace at which a cell foretells `factor` times what it does at `pace`.

    Where a longer time hardly brings more, because most have left, the pace moves no further than the square of it.
    """
    moved = pace * factor
    if foretold[0] > 0:
        moved = _pace_of(factor * float(_at(pace, foretold)), foretold)
        least, most = sorted((pace, pace * factor**2))
        moved = min(max(moved, least), most)
    return float(np.clip(moved, SLOWEST, FASTEST))


def _overdispersion(days: Sequence[TaughtDay], pace: float) -> float:
    """By how much the squares of what customers were off by exceed what a Poisson count has them off by."""
    off = total = 0.0
    for day in days:
        expected = _at(pace, day.expected)
        off += float((day.squares - 2 * day.came * expected / day.weights + expected**2 / day.weights).sum())
        total += float(expected.sum())
    return off / max(total, 1e-9)


def _believed(came: Floats, expected: Floats, spread: float) -> NDArray[np.float64]:
    """The factor on what was expected of each cell that may be believed, of the shape of `came`.

    Counts are divided by `spread`, so that one customer's many purchases are not taken for many customers'.
    """
    y, e = (np.asarray(sums).ravel() / spread for sums in (came, expected))
    told = e > 0
    a, y, e = _STRENGTHS[:, None], np.where(told, y, 0.0), np.where(told, e, 0.0)
    safe = np.where(told, e, 1.0)
    chances = gammaln(a + y) - gammaln(a) + a * np.log(a / (a + safe)) + y * np.log(safe / (a + safe))
    strength = _STRENGTHS[int(np.where(told, chances, 0.0).sum(axis=1).argmax())]
    factor: Floats = ((strength + y) / (strength + e)).reshape(np.shape(came))
    return factor
