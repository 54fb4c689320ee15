"""The value and gradient of `likelihood`, compiled: what a sampler asks ten thousand times for."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.unique_histories import UniqueHistories, time_codes

if TYPE_CHECKING:
    from keyworth.behaviour.leaving_after_purchase.likelihood import LeavingLikelihood


def leaving_slope(
    likelihood: "LeavingLikelihood", unique: UniqueHistories, first_chance: int
) -> Callable[[Floats], tuple[float, Floats]]:
    """A function of (ln r, ln α, ln a, ln b)."""
    could_leave = np.flatnonzero(unique.histories.repeats + first_chance > 0)
    times, last, observed = time_codes(unique.histories)
    rows = (
        unique.histories.repeats[could_leave].astype(np.int64),
        last[could_leave],
        observed[could_leave],
        unique.weights[could_leave],
        first_chance,
    )
    whole = (
        times,
        likelihood.bought_more,
        likelihood.stayed_more,
        likelihood.observed_customers,
        likelihood.observed_purchases,
        likelihood.purchases,
    )

    def slope(logs: Floats) -> tuple[float, Floats]:
        gradient = np.empty(4)
        return float(_slope(logs, *rows, *whole, gradient)), gradient

    return slope


@njit(cache=True, nogil=True)
def _slope(logs, x, last, observed, weights, first_chance, times, bought_more, stayed_more, customers, purchases, bought, out):  # type: ignore[no-untyped-def]  # fmt: skip  # noqa: E501
    r, alpha, a, b = math.exp(logs[0]), math.exp(logs[1]), math.exp(logs[2]), math.exp(logs[3])
    past, rates = np.log1p(times / alpha), 1.0 / (alpha + times)
    value, by_r, by_alpha, by_a, by_b = -bought * logs[1], 0.0, 0.0, 0.0, 0.0
    for j in range(bought_more.size):
        value += bought_more[j] * math.log(r + j)
        by_r += bought_more[j] / (r + j)
    log_stays = np.empty(stayed_more.size)
    for j in range(stayed_more.size):
        log_stays[j] = math.log(b + j)
        value += stayed_more[j] * (log_stays[j] - math.log(a + b + j))
        short = stayed_more[j] / (a + b + j)
        by_a -= short
        by_b += stayed_more[j] / (b + j) - short
    n = 0.0
    for i in range(times.size):
        shape = r * customers[i] + purchases[i]
        n += customers[i]
        value -= shape * past[i]
        by_r -= customers[i] * past[i]
        by_alpha -= shape * rates[i]
    by_alpha += n * r / alpha
    for i in range(x.size):
        s, stays = r + x[i], x[i] + first_chance - 1
        length = past[observed[i]] - past[last[i]]
        odds = logs[2] - log_stays[stays] + s * length
        fading = math.exp(-abs(odds))
        gone = weights[i] * (1.0 if odds > 0.0 else fading) / (1.0 + fading)
        value += weights[i] * (max(odds, 0.0) + math.log1p(fading))
        by_r += gone * length
        by_alpha += gone * s * (rates[observed[i]] - rates[last[i]])
        by_a += gone / a
        by_b -= gone / (b + stays)
    out[0], out[1], out[2], out[3] = by_r * r, by_alpha * alpha, by_a * a, by_b * b
    return value
