"""The counts of customers who leave after a purchase, as in `counts`, in compiled code for hundreds of thousands."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.worlds import CountsAhead, Worlds


def counts_compiled(
    worlds: Worlds, omega: Floats, h: PurchaseHistories, ahead: float, first_chance: int, turned: NDArray[np.int64]
) -> CountsAhead:
    """As `counts_after_purchase`; `omega` (K,) is that of each world."""
    parameters = np.ascontiguousarray(worlds.parameters.T)
    places = np.tile(worlds.places, 2)  # twice over, so that they can be turned without a division

    def rows(start: int, end: int) -> NDArray[np.int32]:
        part = slice(start, end)
        counts = np.zeros((end - start, len(worlds)), dtype=np.int32)
        _fill(
            h.repeats[part], h.last_repeat[part], h.observed_for[part], turned[part],
            ahead, float(first_chance), parameters, omega, places, counts,
        )  # fmt: skip
        return counts

    return rows


@njit(cache=True, nogil=True)
def _fill(repeats, lasts, ends, turn, ahead, first_chance, parameters, omegas, places, counts):  # type: ignore[no-untyped-def]
    """One row of `counts`, which is all zero, for each history."""
    for i in range(repeats.size):
        stays = repeats[i] + first_chance
        for k in range(omegas.size):
            r, alpha, a, b = parameters[0, k], parameters[1, k], parameters[2, k], parameters[3, k]
            one, other, omega = 2.0**-r, b / (a + b), omegas[k]
            s, rate = r + repeats[i], alpha + ends[i]
            slow = math.exp(-s * math.log1p(alpha / rate))
            whole = 1.0 + omega * (slow - one) * ((b + stays) / (a + b + stays) - other)
            odds = 0.0  # of having left
            if stays > 0.0:
                left = math.exp(-s * math.log1p(alpha / (alpha + lasts[i])))
                odds = a / (b + stays - 1.0) * math.exp(s * math.log1p((ends[i] - lasts[i]) / (alpha + lasts[i])))
                tilt = 1.0 + omega * (left - one) * ((b + stays - 1.0) / (a + b + stays) - other)
                odds = max(odds * tilt / whole, 0.0)
            # What of the distribution lies above the place, as a share of those still customers.
            above = (1.0 - places[turn[i] + k]) * (1.0 + odds)
            if above < 1.0:
                counts[i, k] = _count_at(above * whole, s, rate, alpha, a, b + stays, slow, omega, one, other, ahead)


@njit(cache=True, nogil=True)
def _count_at(above, s, rate, alpha, a, b, slow, omega, one, other, ahead):  # type: ignore[no-untyped-def]
    """One value of `_counts_above`."""
    share, share_slow = ahead / (rate + ahead), ahead / (rate + alpha + ahead)
    start, first = _where_it_starts(s, share, -s * math.log1p(ahead / rate))
    start_slow, first_slow = _where_it_starts(s, share_slow, -s * math.log1p(ahead / (rate + alpha)))
    term = first if start == 0 else 0.0
    term_slow = first_slow if start_slow == 0 else 0.0
    more, more_slow = 1.0 - term, 1.0 - term_slow
    stays, n = 1.0, 0
    while True:
        tilt = omega * ((b + n) / (a + b + n) - other)
        if not stays * (more + tilt * (slow * more_slow - one * more)) > above:
            return n
        stays *= (b + n) / (a + b + n)
        n += 1
        grows = (s + (n - 1.0)) / n
        term = first if (n == start and start > 0) else term * grows * share
        term_slow = first_slow if (n == start_slow and start_slow > 0) else term_slow * grows * share_slow
        more -= term
        more_slow -= term_slow


@njit(cache=True, nogil=True)
def _where_it_starts(s, share, log_none):  # type: ignore[no-untyped-def]
    """As `where_it_starts`, of one customer."""
    if log_none >= -600.0:
        return 0, math.exp(log_none)
    odds = share / (1.0 - share)
    begin = math.floor(max(s * odds - 14.0 * math.sqrt(s * odds * (1.0 + odds)), 0.0))
    log_term = math.lgamma(s + begin) - math.lgamma(s) - math.lgamma(begin + 1.0) + log_none + begin * math.log(share)
    return int(begin), math.exp(log_term)
