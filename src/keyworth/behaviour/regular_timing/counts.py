"""How many purchases come next from customers with a rhythm: the exact distribution, turned round at a place.

Counted from the last purchase, a customer's clock will have ticked J times by the end of the horizon: the j ticks of
the silence and those still to come. Averaged over j and the rate, with q of `regular_silence`,

    P(J = l) = (s)_l / l! · (A / (A + ahead))^s · θ^l · P(fewer than k of l fall in the silence) / Q,
    θ = (u + ahead) / (A + ahead),    A = α + T,    u = T − t_x,

where each of the l ticks falls in the silence with chance u / (u + ahead). J ticks are J // k purchases unless the
customer leaves with an earlier one, so P(N >= n) = P(J >= kn) · P(not left before the n-th), and a place in (0, 1) is
turned into the count that P(N >= n) reaches, by adding up terms, as for BG/NBD in `leaving_counts`.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlog1py, xlogy

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.worlds import CountsAhead, Worlds, turns

Counts = NDArray[np.int32]


def regular_counts(
    k: int, worlds: Worlds, h: PurchaseHistories, ahead: float, first_chance: int, form: Form
) -> CountsAhead:
    """The next purchases of each history in every world; r, alpha, a and b are the worlds' first four parameters."""
    turned = turns(h, len(worlds))
    if form == "compiled":
        from keyworth.behaviour.regular_timing.counts_compiled import regular_counts_compiled

        return regular_counts_compiled(k, worlds, h, ahead, first_chance, turned)
    r, alpha, a, b = worlds.parameters.T[:4]
    every = np.arange(len(worlds))

    def rows(start: int, end: int) -> Counts:
        x, last, observed = (column[start:end, None] for column in (h.repeats, h.last_repeat, h.observed_for))
        stays, s, silent = x + first_chance, r + k * x, observed - last
        q = silent / (alpha + observed)
        log_q = log_silence(k, s, q)
        with np.errstate(divide="ignore", over="ignore"):
            odds = a / np.where(stays > 0, b + stays - 1.0, np.inf)
            odds = odds * np.exp(s * np.log1p(silent / (alpha + last)) - log_q)
        alive = np.where(stays > 0, 1.0 / (1.0 + odds), 1.0)
        place = worlds.places[(every + turned[start:end, None]) % len(worlds)]
        counts = np.zeros(alive.shape, dtype=np.int32)
        # The lowest places belong to those already gone, who buy nothing; the rest to those still customers.
        i, w = np.nonzero(place > 1.0 - alive)
        above = (1.0 - place[i, w]) / alive[i, w]
        counts[i, w] = counts_above(
            k, above, s[i, w], log_q[i, w], silent[i, 0], alpha[w] + observed[i, 0], a[w], b[w] + stays[i, 0], ahead
        )
        return counts

    return rows


def log_silence(k: int, s: Floats, q: Floats) -> Floats:
    """Of each: ln Q, for arrays of any one shape."""
    term, total = np.ones_like(q), np.ones_like(q)
    for j in range(1, k):
        term = term * ((s + (j - 1)) * q / j)
        total = total + term
    return np.log(total)


def counts_above(
    k: int, above: Floats, s: Floats, log_q: Floats, silent: Floats, rate: Floats, a: Floats, b: Floats, ahead: float
) -> Counts:
    """The count that a share `above` of those still customers exceeds; all arrays of shape (m,).

    All take one more purchase, k more ticks, together. Those that have arrived come along idly until they are half of
    all: leaving them out costs as much as several steps.
    """
    theta, in_silence = (silent + ahead) / (rate + ahead), silent / (silent + ahead)
    start, first, split = _where_it_starts(k, s, rate, -s * np.log1p(ahead / rate) - log_q, theta, in_silence, ahead)
    late = bool(start.any())  # the busiest customers alone
    term = np.where(start == 0, first, 0.0)
    fell = np.zeros((k, term.size))  # the chance that 0, 1, …, k − 1 of the ticks so far fell in the silence
    fell[0] = 1.0
    reached, stays = np.zeros(term.size), np.ones(term.size)
    found, who, steps = np.zeros(term.size, dtype=np.int32), np.arange(term.size), np.zeros(term.size, dtype=np.int32)
    n = tick = 0
    while True:
        for _ in range(k):
            reached += term * fell.sum(axis=0)
            term *= (s + tick) * (theta / (tick + 1.0))
            tick += 1
            for j in range(k - 1, 0, -1):
                fell[j] += in_silence * (fell[j - 1] - fell[j])
            fell[0] *= 1.0 - in_silence
            if late:
                begins = start == tick
                term, fell = np.where(begins, first, term), np.where(begins, split, fell)
        on = (1.0 - reached) * stays > above
        going = np.count_nonzero(on)
        if 2 * going <= on.size:
            found[who] = steps
            if going == 0:
                return found
            above, s, theta, in_silence, a, b, term, reached, stays, first = (
                each[on] for each in (above, s, theta, in_silence, a, b, term, reached, stays, first)
            )
            start, who, steps = start[on], who[on], steps[on]
            fell, split = fell[:, on], split[:, on]
            steps += np.int32(1)
        else:
            steps += on
        stays *= (b + n) / (a + b + n)
        n += 1


def _where_it_starts(
    k: int,
    s: Floats,
    rate: Floats,
    log_none: Floats,
    theta: Floats,
    in_silence: Floats,
    ahead: float,
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """The first number of ticks whose chance is worth adding: 0 for all but the busiest.

    With it that chance but for the silence, and the chances that 0, 1, …, k − 1 of so many ticks fell in the silence,
    (k, m). With thousands of ticks the chance of none is below what a float can hold, and a sum that starts from it
    never leaves zero; those start 14 standard deviations below their mean.
    """
    start, first, split = np.zeros(s.size, dtype=np.int64), np.exp(log_none), np.zeros((k, s.size))
    busy = np.flatnonzero(log_none < -600.0)
    if busy.size:
        s, log_none, theta, in_silence = s[busy], log_none[busy], theta[busy], in_silence[busy]
        odds = ahead / rate[busy]
        begin = np.floor(np.maximum(s * odds - 14.0 * np.sqrt(s * odds * (1.0 + odds)), 0.0))
        log_term = gammaln(s + begin) - gammaln(s) - gammaln(begin + 1.0) + log_none + begin * np.log(theta)
        start[busy], first[busy] = begin.astype(np.int64), np.exp(log_term)
        j = np.arange(k)[:, None]
        ways = gammaln(begin + 1.0) - gammaln(j + 1.0) - gammaln(np.maximum(begin - j, 0.0) + 1.0)
        split[:, busy] = np.exp(ways + xlogy(j, in_silence) + xlog1py(begin - j, -in_silence))
        split[:, busy] *= j <= begin
    return start, first, split
