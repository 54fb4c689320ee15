"""The chance of every number of purchases, where leaving comes in time: of known customers ahead, of new ones later.

One who buys at rate λ ~ Gamma(s, A) makes n purchases in a time u with the negative binomial chance NB(n; u). So one
who is a customer at t makes n in the next `ahead` with the chance

    NB(n; ahead) · S(t + ahead)/S(t)  +  ∫ NB(n; u) · f(t + u)/S(t) du    over u < ahead,

which adds positive terms only.
"""

import math

import numpy as np

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_in_time.lifetimes import Lifetime
from keyworth.behaviour.leaving_in_time.lifetimes_quadrature import panels, reach

_NATS = 45.0
_PIECE, _FALL = 1.5, 8.0  # the longest piece of the way, and the nats it may fall, for 16 nodes
_BLOCK = 500_000


def chances_if_here(
    life: Lifetime, shapes: Floats, rates: Floats, t: Floats, ahead: float, up_to: int, alpha: float
) -> Floats:
    """Chances of 0, 1, …, up_to purchases in the next `ahead` of those who are customers at t, shape (m, up_to + 1).

    λ ~ Gamma(shapes, rates); all three are of shape (m,). `alpha`, which is rates − t, makes the way smooth.
    """
    most = up_to + 10.0 * math.sqrt(up_to) + _NATS  # beyond, all who are here have made more than up_to purchases

    def worn(d: Floats) -> Floats:
        return np.maximum(shapes * np.log1p(d / rates) * (_NATS / most), life.fade(t, d))

    way = reach(life, alpha, t, ahead, worn, _NATS)
    end, _ = life.along(alpha, t, way)
    falls = np.maximum(shapes * np.log1p(end / rates), life.fade(t, end))
    count = np.ceil(np.maximum(1.0, np.maximum(way / _PIECE, falls / _FALL))).astype(int)
    chances = np.empty((len(t), up_to + 1))
    for pieces in np.unique(count).tolist():
        x, w = panels(pieces)
        alike = np.flatnonzero(count == pieces)
        rows = max(1, _BLOCK // (len(x) + 1))
        for start in range(0, len(alike), rows):
            of = alike[start : start + rows, None]
            d, stretch = life.along(alpha, t[of], way[of] * x)
            leaves = w * way[of] * np.exp(stretch + life.log_hazard(t[of] + d) - life.fade(t[of], d))
            stays = np.exp(-life.fade(t[of], ahead))
            times = np.concatenate([d, np.full_like(stays, ahead)], axis=1)
            weights = np.concatenate([leaves, stays], axis=1)
            chances[of[:, 0]] = _counted(shapes[of], rates[of], times, weights, up_to)
    return chances


def _counted(s: Floats, rate: Floats, times: Floats, weights: Floats, up_to: int) -> Floats:
    """Σ weights · NB(n; times) over the columns, for n = 0, 1, …, up_to; s and rate are of shape (m, 1).

    In logarithms, since among the busiest the chance of none is below what a float can hold.
    """
    with np.errstate(divide="ignore"):
        term, share = -s * np.log1p(times / rate), np.log(times / (rate + times))
    out = np.empty((len(times), up_to + 1))
    for n in range(up_to + 1):
        if n > 0:
            term = term + share + np.log((s + (n - 1.0)) / n)
        out[:, n] = np.einsum("ij,ij->i", np.exp(term), weights)
    return out
