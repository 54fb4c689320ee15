"""The counts of `leaving_counts` in compiled code, for hundreds of thousands of histories."""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.worlds import CountsAhead, Worlds

_INVERSES = np.array([0.0, *(1.0 / n for n in range(1, 256))])  # a multiplication is cheaper than a division
_LARGE = 1e200
_MOST_TABLED = 4_000_000  # entries of each of four tables: 32 MB


@dataclass(frozen=True, slots=True, eq=False)
class TimeTables:
    """What a future asks of a world and a time alone, so that a simulation needs no logarithm.

    `at` and `upto` (m,) are the rows of a history's t_x and T. `last` and `now` (times, K): ln(alpha + time);
    `none` (times, K): ln of the chance, at rate 1, that a time ahead brings nothing; `share`: ahead / (alpha +
    T + ahead).
    """

    at: NDArray[np.intp]
    upto: NDArray[np.intp]
    last: Floats
    now: Floats
    none: Floats
    share: Floats


def time_tables(last: Floats, observed: Floats, alpha: Floats, ahead: float) -> TimeTables:
    """Tables of the distinct times in the two columns, shape (m,), in worlds of these `alpha`, shape (K,)."""
    lasts, at = np.unique(last, return_inverse=True)
    ends, upto = np.unique(observed, return_inverse=True)
    rates = alpha + ends[:, None]
    return TimeTables(
        at, upto, np.log(alpha + lasts[:, None]), np.log(rates), -np.log1p(ahead / rates), ahead / (rates + ahead)
    )


def leaving_counts_compiled(
    worlds: Worlds, h: PurchaseHistories, ahead: float, first_chance: int, turned: NDArray[np.int64]
) -> CountsAhead:
    """As `leaving_counts`. In all tables a world is a column: a history reads a few rows from end to end."""
    parameters = np.ascontiguousarray(worlds.parameters.T)
    places = np.tile(worlds.places, 2)  # twice over, so that they can be turned without a division
    times = max(np.unique(h.observed_for).size, np.unique(h.last_repeat).size)
    # Times are days of some years, so that one set of tables serves all; other times are tabled with each block.
    shared = None
    if times * len(worlds) <= _MOST_TABLED:
        shared = time_tables(h.last_repeat, h.observed_for, parameters[1], ahead)

    def rows(start: int, end: int) -> NDArray[np.int32]:
        of = shared or time_tables(h.last_repeat[start:end], h.observed_for[start:end], parameters[1], ahead)
        tabled = slice(start, end) if shared else slice(None)
        x, turn = h.repeats[start:end], turned[start:end]
        counts = np.zeros((len(x), len(worlds)), dtype=np.int32)
        _fill(
            x, of.at[tabled], of.upto[tabled], of.last, of.now, of.none, of.share,
            turn, float(first_chance), parameters, places, counts,
        )  # fmt: skip
        return counts

    return rows


@njit(cache=True, nogil=True)
def _fill(x, at, upto, logs_last, logs_now, logs_none, shares, turn, first_chance, parameters, places, counts):  # type: ignore[no-untyped-def]
    """One row of `counts`, which is all zero, for each history."""
    for i in range(x.size):
        stays = x[i] + first_chance
        last, now = logs_last[at[i]], logs_now[upto[i]]
        none, share = logs_none[upto[i]], shares[upto[i]]
        for k in range(parameters.shape[1]):
            r, a, b = parameters[0, k], parameters[2, k], parameters[3, k]
            s = r + x[i]
            odds = 0.0  # of having left
            if stays > 0:
                odds = a / (b + stays - 1.0) * math.exp(s * (now[k] - last[k]))
            # What of the distribution lies above the place, as a share of those still customers.
            above = (1.0 - places[turn[i] + k]) * (1.0 + odds)
            if above < 1.0:
                counts[i, k] = _count_at(above, s, share[k], s * none[k], a, b + stays)


@njit(cache=True, nogil=True)
def _count_at(c, s, share, log_none, a, b):  # type: ignore[no-untyped-def]
    """One value of `counts_above`; `c` is what lies above the place.

    The chance of staying is kept as a fraction, since a division at every step would cost as much as the rest.
    """
    start = 0
    first = math.exp(log_none)
    if log_none < -600.0:
        odds = share / (1.0 - share)
        begin = math.floor(max(s * odds - 14.0 * math.sqrt(s * odds * (1.0 + odds)), 0.0))
        start = int(begin)
        first = math.exp(
            math.lgamma(s + begin) - math.lgamma(s) - math.lgamma(begin + 1.0) + log_none + begin * math.log(share)
        )
    term = first if start == 0 else 0.0
    reached = term
    stays, of = 1.0, c
    n = 0
    while (1.0 - reached) * stays > of:
        n += 1
        inverse = _INVERSES[n] if n < _INVERSES.size else 1.0 / n
        term = first if (n == start and start > 0) else term * (s + (n - 1.0)) * (share * inverse)
        reached += term
        stays *= b + (n - 1.0)
        of *= a + b + (n - 1.0)
        if of > _LARGE:
            stays /= _LARGE
            of /= _LARGE
    return n
