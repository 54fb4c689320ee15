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

Counts = NDArray[np.int64]


def leaving_counts(worlds: Worlds, h: PurchaseHistories, ahead: float, first_chance: int, form: Form) -> CountsAhead:
    """The next purchases of each history in every world; r, alpha, a and b are the worlds' parameters."""
    turned = turns(h, len(worlds))
    if form == "compiled":
        from keyworth.behaviour.leaving_counts_compiled import leaving_counts_compiled

        return leaving_counts_compiled(worlds, h, ahead, first_chance, turned)

    def rows(start: int, end: int) -> NDArray[np.int32]:
        k, at = len(worlds), slice(start, end)
        m = len(turned[at])
        r, alpha, a, b = (np.tile(column, m) for column in worlds.parameters.T)
        x, last, observed = (np.repeat(column[at], k) for column in (h.repeats, h.last_repeat, h.observed_for))
        stays = x + first_chance
        with np.errstate(divide="ignore", over="ignore"):
            odds = a / np.where(stays > 0, b + stays - 1.0, np.inf)
            odds = odds * np.exp((r + x) * np.log1p((observed - last) / (alpha + last)))
        alive = np.where(stays > 0, 1.0 / (1.0 + odds), 1.0)
        places = worlds.places[(np.arange(k) + turned[at, None]) % k].ravel()
        counts = counts_at(places, alive, r + x, alpha + observed, a, b + stays, ahead)
        return counts.reshape(m, k).astype(np.int32)

    return rows


def counts_at(place: Floats, alive: Floats, s: Floats, rate: Floats, a: Floats, b: Floats, ahead: float) -> Counts:
    """The count below which a share `place` of the distribution lies; all arrays of shape (m,).

    The lowest 1 - `alive` of places belongs to those already gone, who buy nothing.
    """
    counts = np.zeros(place.size, dtype=np.int64)
    here = np.flatnonzero(place > 1.0 - alive)
    if here.size == 0:
        return counts
    # From here on only those still customers; c is what of the distribution lies above.
    c = (1.0 - place[here]) / alive[here]
    s, rate, a, b = s[here], rate[here], a[here], b[here]
    share = ahead / (rate + ahead)
    log_none = -s * np.log1p(ahead / rate)
    start, first = _where_it_starts(s, share, log_none)
    term = np.where(start == 0, first, 0.0)
    reached, stays = term.copy(), np.ones(here.size)
    n = 0
    while True:
        on = (1.0 - reached) * stays > c
        if not on.all():
            here, start = here[on], start[on]
            c, s, a, b, share, first, term, reached, stays = (
                column[on] for column in (c, s, a, b, share, first, term, reached, stays)
            )
        if here.size == 0:
            return counts
        n += 1
        counts[here] = n
        term = term * (s + (n - 1.0)) * (share * (1.0 / n))
        if start.any():
            term = np.where(start == n, first, term)
        reached = reached + term
        stays = stays * (b + (n - 1.0)) / (a + b + (n - 1.0))


def _where_it_starts(s: Floats, share: Floats, log_none: Floats) -> tuple[Counts, Floats]:
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
