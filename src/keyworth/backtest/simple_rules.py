"""Two rules anybody could follow, to measure a model against."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.words import Message

Floats = NDArray[np.float64]

_LAST_YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class SimpleRule:
    """What a simple rule expects of each customer; `spend` is None where the ledger has no money.

    `code` is the rule's name for machines, which does not change with the words.
    """

    code: str
    name: Message
    purchases: Floats
    spend: Floats | None


def same_rate(
    repeats: ArrayLike, observed_for: ArrayLike, ahead: float, mean_value: ArrayLike | None = None
) -> SimpleRule:
    """Everybody goes on as before: x · h / T repeat purchases, at their mean repeat value.

    `observed_for` and `ahead` in one unit of time. Whoever came today (T = 0) has no rate yet and gets 0. Who
    bought once has no mean repeat value (NaN), and nothing is expected of them.
    """
    x, t = np.asarray(repeats, dtype=np.float64), np.asarray(observed_for, dtype=np.float64)
    purchases = np.divide(x * ahead, t, out=np.zeros_like(x), where=t > 0)
    spend = None if mean_value is None else purchases * np.nan_to_num(np.asarray(mean_value, dtype=np.float64))
    return SimpleRule("same_rate", Message("same rate as so far"), purchases, spend)


def last_year_days(calibration_days: int) -> int:
    """How far back the last year reaches: 365 days, or the whole ledger where it is younger."""
    return min(_LAST_YEAR_DAYS, calibration_days)


def last_year_again(
    purchases: ArrayLike, ahead_days: float, window_days: float, spend: ArrayLike | None = None
) -> SimpleRule:
    """Everybody does again what they did last year, scaled to the horizon.

    `purchases` and `spend` are each customer's, first purchases included, in the `window_days` up to the
    origin: see `last_year_days`.
    """
    scale = ahead_days / window_days
    return SimpleRule(
        "last_year",
        Message("last year again"),
        np.asarray(purchases, dtype=np.float64) * scale,
        None if spend is None else np.asarray(spend, dtype=np.float64) * scale,
    )
