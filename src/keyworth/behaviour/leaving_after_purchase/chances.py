"""The chance of every number of purchases, for BG/NBD and MBG/NBD customers: known ones ahead, new ones later.

The count is the smaller of K, what the rate would bring, and G, the purchase with which the customer leaves. So
P(N = n) = P(K = n)·P(G ≥ n) + P(K > n)·P(G = n): only positive terms, in which no digit is lost.
"""

import numpy as np
from scipy.special import betainc, betaln, gammaln

from keyworth.behaviour.beta_rule import beta_rule
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.steady_sums import per_row


def chances_ahead(
    alive: Floats, shapes: Floats, rates: Floats, a: float, b: Floats, ahead: float, up_to: int
) -> Floats:
    """Chances of 0, 1, …, up_to purchases in the next `ahead`, shape (m, up_to + 1).

    `alive` (m,) is the chance to be a customer now; given that, λ ~ Gamma(shapes, rates) and p ~ Beta(a, b).
    """
    n = np.arange(up_to + 1, dtype=np.float64)
    exactly, more = bought(shapes[:, None], rates[:, None], ahead, n)
    stays = betaln(a, b[:, None] + np.maximum(n - 1.0, 0.0)) - betaln(a, b[:, None])
    # Until the first purchase nobody leaves; with the n-th one leaves who stayed n − 1 times.
    leaves = np.where(n > 0, betaln(a + 1.0, b[:, None] + n - 1.0) - betaln(a, b[:, None]), -np.inf)
    chances = alive[:, None] * (exactly * np.exp(stays) + more * np.exp(leaves))
    chances[:, 0] += 1.0 - alive
    return np.asarray(chances, dtype=np.float64)


def chances_between(
    r: float, alpha: float, a: float, b: float, first_chance: int, after: float, t: float, up_to: int
) -> Floats:
    """Chances of 0, 1, …, up_to repeats of a new customer in (after, after + t], shape (up_to + 1,).

    One who leaves with chance p is still there at `after` with chance e^(−λp·after): averaged over λ that weighs
    p by (α / (α + p·after))^r and leaves λ ~ Gamma(r, α + p·after). What remains is an average over p.
    """
    n = np.arange(up_to + 1, dtype=np.float64)
    steepest = (r + 1.0) * (1.0 + after / alpha) * (1.0 + up_to + first_chance)
    p, w = beta_rule(a, b, steepest)
    log_stay = np.log1p(-np.minimum(p, 1.0 - 1e-16))
    there = w * np.exp(-r * np.log1p(p * (after / alpha)) + first_chance * log_stay)
    exactly, more = bought(r, (alpha + p * after)[None, :], t, n[:, None])
    stays = np.exp(np.maximum(n - 1.0, 0.0)[:, None] * log_stay)
    chances = per_row((exactly + np.where(n[:, None] > 0, p * more, 0.0)) * stays, there)
    chances[0] += max(0.0, 1.0 - float(there.sum()))
    return chances


def bought(shapes: Floats | float, rates: Floats, ahead: float, n: Floats) -> tuple[Floats, Floats]:
    """The chances of exactly n and of more than n purchases at rate λ ~ Gamma(shapes, rates), all broadcast."""
    share = ahead / (rates + ahead)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.where(n > 0, n * np.log(share), 0.0)
    log_exactly = gammaln(shapes + n) - gammaln(shapes) - gammaln(n + 1.0) - shapes * np.log1p(ahead / rates) + power
    return np.exp(log_exactly), betainc(n + 1.0, shapes, share)
