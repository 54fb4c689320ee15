"""The same simulation as `futures.py` in compiled form, for hundreds of thousands of histories.

Imported only where it is needed, since numba takes over a second to import. Rows are independent and each is
computed in the same order whatever the number of threads, so the digits never depend on it.
"""

import math

import numpy as np
from numba import njit

_INVERSES = np.array([0.0, *(1.0 / n for n in range(1, 256))])  # a multiplication is cheaper than a division


@njit(cache=True, nogil=True)
def _count_at(place, alive, s, rate, a, b, ahead):  # type: ignore[no-untyped-def]
    """One value of `future_counts.counts_at`."""
    if place <= 1.0 - alive:
        return 0
    c = (1.0 - place) / alive
    share = ahead / (rate + ahead)
    log_none = -s * math.log1p(ahead / rate)
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
    stays = 1.0
    n = 0
    while (1.0 - reached) * stays > c:
        n += 1
        inverse = _INVERSES[n] if n < _INVERSES.size else 1.0 / n
        term = first if (n == start and start > 0) else term * (s + (n - 1.0)) * (share * inverse)
        reached += term
        stays *= (b + (n - 1.0)) / (a + b + (n - 1.0))
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
def _spend(n, k, row, amount, level, shape, normal):  # type: ignore[no-untyped-def]
    """One value of `SpendTables.ratio`."""
    if n < amount.shape[1]:
        return amount[k, n] * level[k, row]
    ninth = 1.0 / (9.0 * (shape[k] * n))
    gamma = shape[k] * n * max(1.0 - ninth + normal[k] * math.sqrt(ninth), 0.0) ** 3
    return gamma * level[k, row]


@njit(cache=True, nogil=True)
def _quantile(positive, none, below, weight):  # type: ignore[no-untyped-def]
    """One interpolated quantile of sorted positive draws, preceded by `none` zeros."""
    at = below - none
    low = positive[at] if at >= 0 else 0.0
    high = positive[at + 1] if at + 1 >= 0 else 0.0
    return low + weight * (high - low)


@njit(cache=True, nogil=True)
def simulate_rows(  # type: ignore[no-untyped-def]
    begin, end, x, last, observed, shift, first_chance, ahead, buying, places,
    with_spend, row, amount, level, shape, normal, below, weight, whole,
    out_counts, out_ratio, out_moments,
):  # fmt: skip
    """Fill columns begin to end of the three outputs, which start at zero; see `futures._in_numpy`."""
    draws = places.size
    counts = np.empty(draws)
    ratios = np.empty(draws)
    heads = np.zeros(256, dtype=np.int64)
    for i in range(begin, end):
        stays = x[i] + first_chance
        silence = observed[i] - last[i]
        some = highest = 0
        first = second = 0.0
        for k in range(draws):
            r, alpha, a, b = buying[k, 0], buying[k, 1], buying[k, 2], buying[k, 3]
            alive = 1.0
            if stays > 0:
                odds = a / (b + stays - 1.0) * math.exp((r + x[i]) * math.log1p(silence / (alpha + last[i])))
                alive = 1.0 / (1.0 + odds)
            place = places[(k + shift[i]) % draws]
            n = _count_at(place, alive, r + x[i], alpha + observed[i], a, b + stays, ahead)
            if n > 0:
                counts[some] = n
                highest = max(highest, n)
                first += n
                second += float(n) * n
                if with_spend:
                    ratios[some] = _spend(n, k, row[i], amount, level, shape, normal)
                some += 1
        out_moments[0, i] = first / draws
        out_moments[1, i] = second / draws
        if some == 0:
            continue
        _sort_counts(counts[:some], heads, highest)
        none = draws - some
        if with_spend:
            ratios[:some].sort()
        for j in range(whole.size):
            if whole[j] >= none:
                out_counts[j, i] = counts[whole[j] - none]
            if with_spend:
                out_ratio[j, i] = _quantile(ratios, none, below[j], weight[j])
