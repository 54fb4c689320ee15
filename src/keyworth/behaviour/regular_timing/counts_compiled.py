"""The counts of `regular_counts` in compiled code, for hundreds of thousands of histories."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from keyworth.behaviour.histories import PurchaseHistories
from keyworth.behaviour.worlds import CountsAhead, Worlds


def regular_counts_compiled(
    k: int, worlds: Worlds, h: PurchaseHistories, ahead: float, first_chance: int, turned: NDArray[np.int64]
) -> CountsAhead:
    """As `regular_counts`, one history in one world after another."""
    parameters = np.ascontiguousarray(worlds.parameters.T[:4])
    places = np.tile(worlds.places, 2)  # twice over, so that they can be turned without a division

    def rows(start: int, end: int) -> NDArray[np.int32]:
        counts = np.zeros((end - start, len(worlds)), dtype=np.int32)
        _fill(
            k, h.repeats[start:end], h.last_repeat[start:end], h.observed_for[start:end], turned[start:end],
            float(first_chance), ahead, parameters, places, counts,
        )  # fmt: skip
        return counts

    return rows


@njit(cache=True, nogil=True)
def _fill(k, x, last, observed, turn, first_chance, ahead, parameters, places, counts):  # type: ignore[no-untyped-def]
    """One row of `counts`, which is all zero, for each history."""
    fell = np.zeros(k)
    for i in range(x.size):
        stays, silent = x[i] + first_chance, observed[i] - last[i]
        for w in range(parameters.shape[1]):
            alpha, a, b = parameters[1, w], parameters[2, w], parameters[3, w]
            s, rate = parameters[0, w] + k * x[i], alpha + observed[i]
            q, term, total = silent / rate, 1.0, 1.0
            for j in range(1, k):
                term *= (s + (j - 1)) * q / j
                total += term
            log_q = math.log(total)
            odds = 0.0  # of having left
            if stays > 0:
                odds = a / (b + stays - 1.0) * math.exp(s * math.log1p(silent / (alpha + last[i])) - log_q)
            # What of the distribution lies above the place, as a share of those still customers.
            above = (1.0 - places[turn[i] + w]) * (1.0 + odds)
            if above < 1.0:
                counts[i, w] = _count_at(k, above, s, log_q, silent, rate, a, b + stays, ahead, fell)


@njit(cache=True, nogil=True)
def _count_at(k, above, s, log_q, silent, rate, a, b, ahead, fell):  # type: ignore[no-untyped-def]
    """One value of `counts_above`; `fell` (k,) is written over."""
    theta, in_silence = (silent + ahead) / (rate + ahead), silent / (silent + ahead)
    log_none = -s * math.log1p(ahead / rate) - log_q
    start, first = 0, math.exp(log_none)
    if log_none < -600.0:
        odds = ahead / rate
        begin = math.floor(max(s * odds - 14.0 * math.sqrt(s * odds * (1.0 + odds)), 0.0))
        start = int(begin)
        first = math.exp(
            math.lgamma(s + begin) - math.lgamma(s) - math.lgamma(begin + 1.0) + log_none + begin * math.log(theta)
        )
    term = first if start == 0 else 0.0
    fell[:] = 0.0
    fell[0] = 1.0
    reached, stays, tick, n = 0.0, 1.0, 0, 0
    while True:
        for _ in range(k):
            reached += term * fell.sum()
            term *= (s + tick) * (theta / (tick + 1.0))
            tick += 1
            for j in range(k - 1, 0, -1):
                fell[j] += in_silence * (fell[j - 1] - fell[j])
            fell[0] *= 1.0 - in_silence
            if tick == start:
                term = first
                for j in range(k):
                    fell[j] = 0.0
                    if j <= tick and (j == 0 or in_silence > 0.0):
                        ways = math.lgamma(tick + 1.0) - math.lgamma(j + 1.0) - math.lgamma(tick - j + 1.0)
                        away = (tick - j) * math.log1p(-in_silence)
                        fell[j] = math.exp(ways + away + (j * math.log(in_silence) if j > 0 else 0.0))
        if (1.0 - reached) * stays <= above:
            return n
        stays *= (b + n) / (a + b + n)
        n += 1
