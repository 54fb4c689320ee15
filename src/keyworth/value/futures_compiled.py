"""The same simulation as `futures.py` in compiled form, for hundreds of thousands of histories.

Imported only where it is needed, since numba takes over a second to import. Rows are independent and each is
computed in the same order whatever the number of threads, so the digits never depend on it.
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_INVERSES = np.array([0.0, *(1.0 / n for n in range(1, 256))])  # a multiplication is cheaper than a division
_LARGE = 1e200


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


@njit(cache=True, nogil=True)
def _count_at(c, s, share, log_none, a, b):  # type: ignore[no-untyped-def]
    """One value of `future_counts.counts_at` for one who is still a customer; `c` is what lies above the place.

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


@njit(cache=True, nogil=True)
def _sort_counts(counts, heads, highest):  # type: ignore[no-untyped-def]
    """Sort in place; small counts by how many there are of each, which is several times as fast."""
    if highest >= heads.size:
        counts.sort()
        return
    for count in counts:
        heads[int(count)] += 1
    at = 0
    for value in range(highest + 1):
        for _ in range(heads[value]):
            counts[at] = value
            at += 1
        heads[value] = 0


@njit(cache=True, nogil=True)
def _spend(n, k, row, amount, levels, shape, normal):  # type: ignore[no-untyped-def]
    """One value of `SpendTables.ratio`."""
    if n < amount.shape[0]:
        return amount[n, k] * levels[row, k]
    ninth = 1.0 / (9.0 * (shape[k] * n))
    gamma = shape[k] * n * max(1.0 - ninth + normal[k] * math.sqrt(ninth), 0.0) ** 3
    return gamma * levels[row, k]


@njit(cache=True, nogil=True)
def _quantile(positive, none, below, weight):  # type: ignore[no-untyped-def]
    """One interpolated quantile of sorted positive draws, preceded by `none` zeros."""
    at = below - none
    low = positive[at] if at >= 0 else 0.0
    high = positive[at + 1] if at + 1 >= 0 else 0.0
    return low + weight * (high - low)


@njit(cache=True, nogil=True)
def simulate_rows(  # type: ignore[no-untyped-def]
    begin, end, first_row, x, at, upto, logs_last, logs_now, logs_none, shares, shift, first_chance, buying, places,
    with_spend, row, amount, levels, shape, normal, below, weight, whole,
    out_counts, out_ratio, out_moments,
):  # fmt: skip
    """Fill columns begin to end of the three outputs, which start at zero; see `futures._in_numpy`.

    `at` and `upto` are of the histories from `first_row` on, and lead into the tables of `TimeTables`. In all
    tables a world is a column, so that a history reads a few rows from end to end; `places` come twice
    over, so that they can be turned without a division.
    """
    draws = buying.shape[1]
    counts = np.empty(draws)
    ratios = np.empty(draws)
    heads = np.zeros(256, dtype=np.int64)
    for i in range(begin, end):
        stays = x[i] + first_chance
        last, now = logs_last[at[i - first_row]], logs_now[upto[i - first_row]]
        none, share = logs_none[upto[i - first_row]], shares[upto[i - first_row]]
        some = highest = 0
        first = second = 0.0
        for k in range(draws):
            r, a, b = buying[0, k], buying[2, k], buying[3, k]
            s = r + x[i]
            odds = 0.0  # of having left
            if stays > 0:
                odds = a / (b + stays - 1.0) * math.exp(s * (now[k] - last[k]))
            # What of the distribution lies above the place, as a share of those still customers.
            above = (1.0 - places[shift[i] + k]) * (1.0 + odds)
            n = 0
            if above < 1.0:
                n = _count_at(above, s, share[k], s * none[k], a, b + stays)
            if n > 0:
                counts[some] = n
                highest = max(highest, n)
                first += n
                second += float(n) * n
                if with_spend:
                    ratios[some] = _spend(n, k, row[i], amount, levels, shape, normal)
                some += 1
        out_moments[0, i] = first / draws
        out_moments[1, i] = second / draws
        if some == 0:
            continue
        _sort_counts(counts[:some], heads, highest)
        zeros = draws - some
        if with_spend:
            ratios[:some].sort()
        for j in range(whole.size):
            if whole[j] >= zeros:
                out_counts[j, i] = counts[whole[j] - zeros]
            if with_spend:
                out_ratio[j, i] = _quantile(ratios, zeros, below[j], weight[j])
