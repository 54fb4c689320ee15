"""How far expectations fell from what happened, customer by customer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.backtest.ranking import Ranked, concordance, normalised_gini, rank_correlation
from keyworth.errors import HistoryRefused
from keyworth.words import Message

Floats = NDArray[np.float64]
Bounds = tuple[ArrayLike, ArrayLike]


@dataclass(frozen=True, slots=True)
class Scores:
    """One row of a backtest. What cannot be computed is None, never NaN.

    `actual` and `expected` are totals over the customers. `bias` is a fraction of the actual total (-0.12:
    12% too low), `mae` and `rmse` are in the unit of the data, a customer. `gini` is the normalised one.
    `coverage_80` and `coverage_95` are the fractions of customers whose actual lay inside their interval,
    both ends included.

    Of whole distributions (`with_distributions`), None for a forecast of one figure: `log_score` in nats and `crps` in
    the unit of the data, means over customers, and `pit_ks`, how far their places are from evenly spread;
    `calibration_80`, `_90` and `_95`, what such intervals held of the `calibration_customers` they were tried on.
    """

    customers: int
    actual: float
    expected: float
    bias: float | None
    mae: float | None
    rmse: float | None
    spearman: float | None
    gini: float | None
    concordance: float | None
    coverage_80: float | None = None
    coverage_95: float | None = None
    log_score: float | None = None
    crps: float | None = None
    pit_ks: float | None = None
    calibration_80: float | None = None
    calibration_90: float | None = None
    calibration_95: float | None = None
    calibration_customers: int | None = None


def score(
    actual: ArrayLike,
    expected: ArrayLike,
    *,
    interval_80: Bounds | None = None,
    interval_95: Bounds | None = None,
) -> Scores:
    """Score one expectation for each customer; arrays of shape (n,), intervals as (low, high).

    Raises HistoryRefused where the shapes differ or a figure is not finite.
    """
    a, p = (np.ascontiguousarray(values, dtype=np.float64) for values in (actual, expected))
    if a.ndim != 1 or a.shape != p.shape:
        raise HistoryRefused(
            Message(
                "One figure was expected for each customer; got {figures} for {customers}.",
                figures=p.size,
                customers=a.size,
            )
        )
    not_finite = int(a.size - np.isfinite(a).sum() + p.size - np.isfinite(p).sum())
    if not_finite:
        raise HistoryRefused(
            Message("{count} actual or expected figures are not numbers.", count=not_finite),
            counts={"not_finite": not_finite},
        )
    n, total, foretold = a.size, float(a.sum()), float(p.sum())
    happened, foreseen = Ranked.of(a), Ranked.of(p)
    return Scores(
        customers=n,
        actual=total,
        expected=foretold,
        bias=(foretold - total) / total if total > 0 else None,
        mae=float(np.abs(p - a).mean()) if n else None,
        rmse=float(np.sqrt(((p - a) ** 2).mean())) if n else None,
        spearman=rank_correlation(happened, foreseen),
        gini=normalised_gini(a, happened, foreseen),
        concordance=concordance(happened, foreseen),
        coverage_80=coverage(a, interval_80),
        coverage_95=coverage(a, interval_95),
    )


def coverage(actual: ArrayLike, interval: Bounds | None) -> float | None:
    """The fraction of actuals inside their interval, both ends included.

    Counts and spend have an atom at zero, so an honest 80% interval covers 80% or more, not exactly 80%.
    """
    a = np.asarray(actual, dtype=np.float64)
    if interval is None or a.size == 0:
        return None
    low, high = (np.asarray(end, dtype=np.float64) for end in interval)
    return float(((low <= a) & (a <= high)).mean())
