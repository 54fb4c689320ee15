"""The chance of every number of purchases, for customers with a rhythm: known ones ahead, new ones later.

The count is the smaller of N, what the clock would bring, and G, the purchase with which the customer leaves. So
P(count = n) = P(N = n)·P(G ≥ n) + P(N > n)·P(G = n): only positive terms, in which no digit is lost.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.polynomial import legendre
from scipy.special import betainc, betaln, gammainc, gammaln

from keyworth.behaviour.beta_rule import beta_rule
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.steady_sums import per_row

_CANCELS = 0.3  # below this z the roots of z cancel, and few purchases are left to count
_FEW = 32
_NOTHING = 1e-16
_NODES = 14


def chances_ahead(k: int, j: int, s: float, reach: Floats, a: float, b: float, up_to: int) -> Floats:
    """Chances of 0, 1, …, up_to purchases within each `reach` of one who is a customer now, (m, up_to + 1).

    λ ~ Gamma(s, A), reach is the time ahead over A, p ~ Beta(a, b), and the clock stands j ticks past a purchase.
    """
    n = np.arange(up_to + 1, dtype=np.float64)
    ticks = np.arange(k * (up_to + 1) - j, dtype=np.float64)
    share = (reach / (1.0 + reach))[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.where(ticks > 0, ticks * np.log(share), 0.0)
    chance = np.exp(gammaln(s + ticks) - gammaln(s) - gammaln(ticks + 1.0) - (s * np.log1p(reach))[:, None] + power)
    exactly = np.add.reduceat(chance, np.maximum(k * np.arange(up_to + 1) - j, 0), axis=1)
    more = betainc(k * (n + 1.0) - j, s, share)
    stays = betaln(a, b + np.maximum(n - 1.0, 0.0)) - betaln(a, b)
    # Until the first purchase nobody leaves; with the n-th one leaves who stayed n − 1 times.
    leaves = np.where(n > 0, betaln(a + 1.0, b + np.maximum(n, 1.0) - 1.0) - betaln(a, b), -np.inf)
    return np.asarray(exactly * np.exp(stays) + more * np.exp(leaves), dtype=np.float64)


def chances_between(
    k: int, r: float, alpha: float, a: float, b: float, first_chance: int, after: float, t: float, up_to: int
) -> Floats:
    """Chances of 0, 1, …, up_to repeats of a new customer in (after, after + t], shape (up_to + 1,).

    From the start on in closed form. Later the phase, the rate and p hang together: an average over λ of what its
    ticks bring, and within it one over p of who is still there, and in which phase.
    """
    if after == 0.0:
        stayed = b / (a + b) if first_chance else 1.0
        at_once: Floats = stayed * chances_ahead(k, 0, r, np.array([t / alpha]), a, b + first_chance, up_to)[0]
        at_once[0] += 1.0 - stayed
        return at_once
    rates, weights = _rates(k, r, alpha, after, t, up_to)
    p, w = beta_rule(a, b, (r + 1.0) * (1.0 + after / alpha) * (1.0 + up_to + first_chance))
    p, w = p[w > _NOTHING], w[w > _NOTHING]
    z = 1.0 - p
    n = np.arange(1.0, up_to + 1.0)
    stays = w * z ** (first_chance + n - 1.0)[:, None]  # until the n-th purchase of the interval
    ticks, means = np.arange(k * (up_to + 1.0)), (rates * t)[:, None]
    chance = np.exp(ticks * np.log(means) - means - gammaln(ticks + 1.0))
    beyond = gammainc(k * (up_to + 1.0) - np.arange(k), means)
    chances, any_made = np.zeros(up_to + 1), 0.0
    for j, there in enumerate(_still_there(k, rates * after, p)):
        exactly, more = _poisson(k, j, chance, beyond)
        reach = np.einsum("lp,np->ln", there, stays)
        leave = np.einsum("lp,np->ln", there, stays * p)
        chances[1:] += per_row((exactly * reach + more[:, 1:] * leave).T, weights)
        any_made += float((weights * more[:, 0] * per_row(there, w * z**first_chance)).sum())
    chances[0] = max(0.0, 1.0 - any_made)
    return chances


def _rates(k: int, r: float, alpha: float, after: float, t: float, up_to: int) -> tuple[Floats, Floats]:
    """Nodes and weights over λ ~ Gamma(r, α) that feel every number of ticks until after + t which matters.

    Gauss–Legendre panels in ln λ, as short as the narrowest of what is multiplied: the density, or the chance of so
    many ticks, which no longer matters where it lies beyond the counts asked for and beyond the rhythm. Rates at
    which nothing is bought are left out.
    """
    x, w = (np.asarray(each, dtype=np.float64) for each in legendre.leggauss(_NODES))
    per_rate = (after + t) / alpha
    left = max(math.log(_NOTHING * alpha / t), math.log(r) + math.log(_NOTHING) / r - 9.0 / math.sqrt(r))
    right = math.log(r + 10.0 * math.sqrt(r) + 45.0)
    bounds = [min(left, right - 1.0)]
    while bounds[-1] < right:
        ticks = min(math.exp(bounds[-1]) * per_rate, k * (up_to + 37.0))
        bounds.append(bounds[-1] + min(2.0, 3.0 / math.sqrt(max(r, ticks, 1.0))))
    widths = np.diff(bounds)
    y = np.add.outer(np.array(bounds[:-1]), np.zeros(_NODES)) + np.outer(widths, (x + 1.0) / 2.0)
    density = np.exp(r * y - np.exp(y) - gammaln(r)) * np.outer(widths / 2.0, w)
    felt = density > _NOTHING / len(bounds)
    return np.exp(y[felt]) / alpha, density[felt]


def _poisson(k: int, j: int, chance: Floats, beyond: Floats) -> tuple[Floats, Floats]:
    """From phase j: the chances of exactly 1, 2, … purchases, and of more than 0, 1, 2 and so on.

    `chance` (λ, ticks) is that of every number of ticks as far as they are asked for, `beyond` (λ, k) that of as many
    as all the counts take from each phase, or more.
    """
    counts = chance.shape[1] // k - 1
    exactly = chance[:, k - j : k * (counts + 1) - j].reshape(len(chance), counts, k).sum(axis=2)
    # More than n are exactly n + 1 and more than that: adding up from the end loses no digit.
    more = np.cumsum(np.column_stack([beyond[:, j], exactly[:, ::-1]]), axis=1)[:, ::-1]
    return exactly, more


def _still_there(k: int, means: Floats, p: Floats) -> Iterator[Floats]:
    """For each phase j: the chance to be a customer in it after Poisson ticks, where none left at first; (λ, p).

    Σ_n P(kn + j ticks)·z^n, which the k-th roots ζ of z = 1 − p sum to (1/k) Σ_i ζ_i^−j · e^(−mean·(1 − ζ_i)).
    """
    few = p > 1.0 - _CANCELS
    theta = -np.log1p(-p[~few]) / k
    roots = [np.exp(-theta + 2j * math.pi * i / k) for i in range(k // 2 + 1)]
    real = np.exp(means[:, None] * np.expm1(-theta))
    waves = [real, *(np.exp(-means[:, None] * (1.0 - root)) for root in roots[1:])]
    ticks = np.arange(k * _FEW, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.where(ticks > 0, ticks * np.log(means)[:, None], 0.0)
    counted = np.exp(power - means[:, None] - gammaln(ticks + 1.0)) if few.any() else np.zeros((0, 0))
    z = (1.0 - p[few]) ** np.arange(_FEW)[:, None]
    for j in range(k):
        there = np.empty((len(means), len(p)))
        there[:, ~few] = sum(
            # Roots come in conjugate pairs, but for the real one and, of an even k, the negative one.
            ((1.0 if i == 0 or 2 * i == k else 2.0) / k * root**-j * wave).real
            for i, (root, wave) in enumerate(zip(roots, waves, strict=True))
        )
        if few.any():
            there[:, few] = np.einsum("ln,np->lp", counted[:, j::k], z)
        yield np.maximum(there, 0.0)
