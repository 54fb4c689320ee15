"""How many purchases come next where who leaves after a purchase buys faster or slower: the distribution, turned round.

As in `leaving_after_purchase/counts.py`, a place c in (0, 1) is turned into the count that P(N >= n) > c reaches, by
adding up terms. Given λ and p the chance to have stayed n times is (1 − p)^n, which leaves the kernel ψ = 1 − p its own
mean; so of those still customers, with K what the rate would bring,

    P(N > n) = P(stayed n times) · {P(K > n) + ω·(E[ψ | stayed] − E ψ)·(E[φ; K > n] − E φ·P(K > n))}

but for a factor, and the chance of K > n weighed by φ is that of a rate larger by α.
"""

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.dependence.joint import omega_of
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_after_purchase.counts import where_it_starts
from keyworth.behaviour.worlds import CountsAhead, Worlds, turns

Counts = NDArray[np.int32]


def counts_after_purchase(
    first_chance: int, worlds: Worlds, h: PurchaseHistories, ahead: float, form: Form
) -> CountsAhead:
    """The next purchases of each history in every world; r, alpha, a, b and dependence are the worlds' parameters."""
    turned = turns(h, len(worlds))
    r, alpha, a, b, dependence = worlds.parameters.T
    one, other = 2.0**-r, b / (a + b)
    omega = omega_of(one, other, dependence)
    if form == "compiled":
        from keyworth.behaviour.dependence.counts_compiled import counts_compiled

        return counts_compiled(worlds, omega, h, ahead, first_chance, turned)
    every = np.arange(len(worlds))

    def rows(start: int, end: int) -> Counts:
        x, last, observed = (column[start:end, None] for column in (h.repeats, h.last_repeat, h.observed_for))
        stays, shape, rate = x + first_chance, r + x, alpha + observed
        slow = np.exp(-shape * np.log1p(alpha / rate))
        whole = 1.0 + omega * (slow - one) * ((b + stays) / (a + b + stays) - other)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            odds = a / np.where(stays > 0, b + stays - 1.0, np.inf)
            odds = odds * np.exp(shape * np.log1p((observed - last) / (alpha + last)))
            left = np.exp(-shape * np.log1p(alpha / (alpha + last)))
            odds = odds * (1.0 + omega * (left - one) * ((b + stays - 1.0) / (a + b + stays) - other)) / whole
        alive = np.where(stays > 0, 1.0 / (1.0 + np.maximum(odds, 0.0)), 1.0)
        place = worlds.places[(every + turned[start:end, None]) % len(worlds)]
        counts = np.zeros(alive.shape, dtype=np.int32)
        # The lowest places belong to those already gone, who buy nothing; the rest to those still customers.
        i, k = np.nonzero(place > 1.0 - alive)
        above = (1.0 - place[i, k]) / alive[i, k] * whole[i, k]
        rates = rate[i, k], rate[i, k] + alpha[k]
        counts[i, k] = _counts_above(
            above, shape[i, k], rates, a[k], b[k] + stays[i, 0], slow[i, k], (omega[k], one[k], other[k]), ahead
        )
        return counts

    return rows


def _counts_above(
    above: Floats,
    s: Floats,
    rates: tuple[Floats, Floats],
    a: Floats,
    b: Floats,
    slow: Floats,
    density: tuple[Floats, Floats, Floats],
    ahead: float,
) -> Counts:
    """The count at which P(N > n), times the whole of the factor, falls to `above`; all arrays of shape (m,).

    All take one more step together, as in `leaving_after_purchase/counts.py`.
    """
    omega, one, other = density
    share = np.array([ahead / (rate + ahead) for rate in rates])
    began = [where_it_starts(s, of, -s * np.log1p(ahead / rate)) for of, rate in zip(share, rates, strict=True)]
    start, first = np.array([at for at, _ in began]), np.array([chance for _, chance in began])
    term = np.where(start == 0, first, 0.0)
    reached, stays, n = term.copy(), np.ones(s.size), 0
    found, who = np.zeros(s.size, dtype=np.int32), np.arange(s.size)
    while who.size:
        more = 1.0 - reached
        tilt = omega * ((b + n) / (a + b + n) - other)
        on = stays * (more[0] + tilt * (slow * more[1] - one * more[0])) > above
        found[who[on]] = n + 1
        if 2 * np.count_nonzero(on) <= on.size:
            above, s, a, b, slow, omega, one, other, stays, who = (
                column[on] for column in (above, s, a, b, slow, omega, one, other, stays, who)
            )
            share, start, first, term, reached = (column[:, on] for column in (share, start, first, term, reached))
        elif not on.all():
            above = np.where(on, above, np.inf)  # who has arrived stays there
        stays = stays * (b + n) / (a + b + n)
        n += 1
        term = np.where(start == n, first, term * ((s + (n - 1.0)) / n) * share)
        reached = reached + term
    return found
