"""Integrals along a lifetime by Gauss–Legendre rules, and what they give: time that one will spend here, discounted."""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.polynomial.legendre import leggauss

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_in_time.lifetimes import Lifetime
from keyworth.behaviour.steady_sums import per_row

_NATS = 45.0  # where survival times discount is below exp(−45), nothing more is added
_PIECE, _FALL = 1.5, 8.0  # the longest piece, and the nats it may fall, for 16 nodes
_BLOCK = 1_000_000


@cache
def legendre(order: int) -> tuple[Floats, Floats]:
    """Nodes in (0, 1) and weights that add up to 1."""
    x, w = leggauss(order)
    return np.asarray((x + 1.0) / 2.0, dtype=np.float64), np.asarray(w / 2.0, dtype=np.float64)


def panels(count: int) -> tuple[Floats, Floats]:
    """Nodes in (0, 1) and weights of `count` equal panels of 16 nodes."""
    x, w = legendre(16)
    return ((np.arange(count)[:, None] + x) / count).ravel(), np.tile(w / count, count)


def reach(
    life: Lifetime, alpha: float, t: Floats, end: Floats | float, worn: Callable[[Floats], Floats], nats: float
) -> Floats:
    """The way from t to t + end, or to where `worn(d)`, which rises with d, comes to `nats` if that is nearer."""
    high = life.length(alpha, t, end)
    too_far = worn(life.along(alpha, t, high)[0]) > nats
    if not too_far.any():
        return high
    low = np.where(too_far, 0.0, high)
    for _ in range(20):  # what lies between is a millionth of the way, and is kept
        middle = 0.5 * (low + high)
        beyond = worn(life.along(alpha, t, middle)[0]) > nats
        low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
    return high


def time_here(life: Lifetime, t: Floats, force: float, ahead: Floats | float | None) -> Floats:
    """∫ exp(−force·d − fade(t, d)) dd over d < ahead, or over all the future, shape of t (m,).

    The time that one who is there at t will spend here, each moment counted by its discount.
    """
    most = _NATS / force if force > 0.0 else math.inf
    end = np.broadcast_to(most if ahead is None else np.minimum(most, ahead), t.shape)
    way = reach(life, math.inf, t, end, lambda d: force * d + life.fade(t, d), _NATS)
    # The longest way needs most pieces, and one that falls all the way down at least as many as it falls.
    x, w = panels(max(math.ceil(float(way.max(initial=0.0)) / _PIECE), math.ceil(_NATS / _FALL)))
    out = np.empty_like(t)
    rows = max(1, _BLOCK // len(x))
    for start in range(0, len(t), rows):
        part = slice(start, start + rows)
        d, stretch = life.along(math.inf, t[part, None], way[part, None] * x)
        worth = np.exp(stretch - force * d - life.fade(t[part, None], d))
        out[part] = way[part] * per_row(worth, w)
    return out
