"""How many purchases come next from BG/NBD and MBG/NBD customers: the exact distribution, turned round at a place.

Given still a customer, purchases would come at rate λ ~ Gamma(s, A), and the customer leaves after each with
chance p ~ Beta(a, b), independent. So the count is the smaller of two independent ones: what the rate brings in
time (negative binomial), and how many it takes until leaving (beta-geometric). Hence P(N >= n) = P(bought >= n in
time) · P(not left before the n-th), and a place c in (0, 1) is turned into the count that P(N >= n) > c reaches,
by adding up terms.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.worlds import CountsAhead, Worlds, turns

Counts = NDArray[np.int32]


def leaving_counts(worlds: Worlds, h: PurchaseHistories, ahead: float, first_chance: int, form: Form) -> CountsAhead:
    """The next purchases of each history in every world; r, alpha, a and b are the worlds' parameters."""
    turned = turns(h, len(worlds))
    if form == "compiled":
        from keyworth.behaviour.leaving_after_purchase.counts_compiled import leaving_counts_compiled

        return leaving_counts_compiled(worlds, h, ahead, first_chance, turned)
    r, alpha, a, b = worlds.parameters.T
    every = np.arange(len(worlds))

    def rows(start: int, end: int) -> Counts:
        x, last, observed = (column[start:end, None] for column in (h.repeats, h.last_repeat, h.observed_for))
        stays = x + first_chance
        with np.errstate(divide="ignore", over="ignore"):
            odds = a / np.where(stays > 0, b + stays - 1.0, np.inf)
            odds = odds * np.exp((r + x) * np.log1p((observed - last) / (alpha + last)))
        alive = np.where(stays > 0, 1.0 / (1.0 + odds), 1.0)
        place = worlds.places[(every + turned[start:end, None]) % len(worlds)]
        counts = np.zeros(alive.shape, dtype=np.int32)
        # The lowest places belong to those already gone, who buy nothing; the rest to those still customers.
        i, k = np.nonzero(place > 1.0 - alive)
        above = (1.0 - place[i, k]) / alive[i, k]
        x, stays, observed = x[i, 0], stays[i, 0], observed[i, 0]
        counts[i, k] = counts_above(above, r[k] + x, alpha[k] + observed, a[k], b[k] + stays, ahead)
        return counts

    return rows


def counts_above(above: Floats, s: Floats, rate: Floats, a: Floats, b: Floats, ahead: float) -> Counts:
    """The count that a share `above` of those still customers exceeds; all arrays of shape (m,).

    All take one more step together. Those that have arrived step along idly until they are half of all: leaving
    them out costs as much as several steps.
    """
    share = ahead / (rate + ahead)
    log_none = -s * np.log1p(ahead / rate)
    start, first = where_it_starts(s, share, log_none)
    late = bool(start.any())  # the busiest customers alone
    term = np.where(start == 0, first, 0.0)
    reached, stays, leaves = term.copy(), np.ones(term.size), a + b
    found, who, steps = np.zeros(term.size, dtype=np.int32), np.arange(term.size), np.zeros(term.size, dtype=np.int32)
    n = 0
    while True:
        on = (1.0 - reached) * stays > above
        going = np.count_nonzero(on)
        if 2 * going <= on.size:
            found[who] = steps
            if going == 0:
                return found
            above, s, leaves, b, share, term, reached, stays = (
                column[on] for column in (above, s, leaves, b, share, term, reached, stays)
            )
            who, steps = who[on], steps[on]
            if late:
                start, first = start[on], first[on]
            steps += np.int32(1)
        else:
            steps += on
        n += 1
        term *= s + (n - 1.0)
        term *= share * (1.0 / n)
        if late:
            term = np.where(start == n, first, term)
        reached += term
        stays *= b + (n - 1.0)
        stays /= leaves + (n - 1.0)


def where_it_starts(s: Floats, share: Floats, log_none: Floats) -> tuple[NDArray[np.int64], Floats]:
    """The first count whose probability is worth adding, and that probability: 0 for all but the busiest.

    With thousands of purchases the chance of none is below what a float can hold, and a sum that starts from
    it never leaves zero; those start 14 standard deviations below their mean.
    """
    start, first = np.zeros(s.size, dtype=np.int64), np.exp(log_none)
    busy = np.flatnonzero(log_none < -600.0)
    if busy.size:
        s, share, log_none = s[busy], share[busy], log_none[busy]
        odds = share / (1.0 - share)
        begin = np.floor(np.maximum(s * odds - 14.0 * np.sqrt(s * odds * (1.0 + odds)), 0.0))
        log_term = gammaln(s + begin) - gammaln(s) - gammaln(begin + 1.0) + log_none + begin * np.log(share)
        start[busy], first[busy] = begin.astype(np.int64), np.exp(log_term)
    return start, first
