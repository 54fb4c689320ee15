"""Two rules anybody could follow, to measure a model against."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.words import Message

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class NaiveRule:
    """What a simple rule predicts for each customer; `spend` is None where the ledger has no money."""

    name: Message
    purchases: Floats
    spend: Floats | None


def same_rate(
    repeats: ArrayLike, observed_for: ArrayLike, ahead: float, mean_value: ArrayLike | None = None
) -> NaiveRule:
    """Everybody goes on as before: x · h / T repeat purchases, at their mean repeat value.

    `observed_for` and `ahead` in one unit of time. Whoever came today (T = 0) has no rate yet and gets 0.
    """
    x, t = np.asarray(repeats, dtype=np.float64), np.asarray(observed_for, dtype=np.float64)
    purchases = np.divide(x * ahead, t, out=np.zeros_like(x), where=t > 0)
    spend = None if mean_value is None else purchases * np.asarray(mean_value, dtype=np.float64)
    return NaiveRule(Message("same rate as so far"), purchases, spend)


def last_year_again(
    purchases: ArrayLike, ahead_days: float, window_days: float, spend: ArrayLike | None = None
) -> NaiveRule:
    """Everybody does again what they did last year, scaled to the horizon.

    `purchases` and `spend` are each customer's, first purchases included, in the `window_days` up to the
    origin: 365, or the whole ledger where it is younger.
    """
    scale = ahead_days / window_days
    return NaiveRule(
        Message("last year again"),
        np.asarray(purchases, dtype=np.float64) * scale,
        None if spend is None else np.asarray(spend, dtype=np.float64) * scale,
    )
