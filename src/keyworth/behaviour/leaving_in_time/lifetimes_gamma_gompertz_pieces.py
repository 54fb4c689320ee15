"""Where to cut the time of leaving in pieces, for gamma-Gompertz lifetimes.

The integrand falls like a power of time at first, may rise again towards the common age of leaving, and falls like
e^(−s·b·t) in the end. In the coordinate `way` its features are about as wide as 1, except for the steep beginning of
busy customers and the long exponential end. So pieces begin as short as the beginning is steep, double, keep to a
length of order 1 until the common age is past, and grow with the distance from there.
"""

from typing import TYPE_CHECKING

import numpy as np

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_in_time.lifetimes import Pieces, of_rows
from keyworth.behaviour.leaving_in_time.lifetimes_quadrature import reach

if TYPE_CHECKING:
    from keyworth.behaviour.leaving_in_time.lifetimes_gamma_gompertz import GammaGompertzLifetime

_NATS = 38.0  # what is left out is below exp(−38) of the whole
_FIRST, _FALL = 6.0, 20.0  # nats that the first piece may fall, and a later one by ageing
_PIECE = 1.5
_GROWTH = 0.5  # of the distance from where the integrand last changed its character
_ORDER = 12


def cut(life: "GammaGompertzLifetime", alpha: float, shapes: Floats, t: Floats, d: Floats) -> Pieces:
    """The pieces of the ways from t to t + d."""
    # The common age of leaving, where there is one.
    common = np.log(np.maximum(life.beta - 1.0, 1.0)) / life.b
    settled = life.length(alpha, t, np.maximum(common - t, 0.0) + 1.0 / life.b)
    end = life.length(alpha, t, d)
    # The integrand is nowhere more than e^beyond: where that is little from the start, nothing can be left out.
    long = np.flatnonzero(_beyond(life, alpha, shapes, t, d, np.zeros_like(t)) > _NATS)
    if long.size:
        near = np.minimum(settled, end)[long]
        end[long] = _end(life.of(long), of_rows(alpha, long), shapes[long], t[long], d[long], near)

    rows, starts, widths = [], [], []
    at, on = np.zeros_like(end), np.arange(len(end))
    _, stretch = life.along(alpha, t, at)
    steep = shapes * np.exp(stretch) / (alpha + t) + (life.s + 1.0) * np.exp(stretch + life.log_hazard(t)) / life.s
    width = np.minimum(_PIECE, _FIRST / (steep + 1.0))
    while on.size:
        left = end[on] - at[on]
        step = np.minimum(width[on], left)
        step = np.where(left < 1.25 * step, left, step)
        rows.append(on)
        starts.append(at[on])
        widths.append(step)
        at[on] += step
        own = life.of(on)
        after, stretch = own.along(of_rows(alpha, on), t[on], at[on])
        ageing = (own.s + 1.0) / own.s * np.exp(stretch + own.log_hazard(t[on] + after))
        room = _PIECE + _GROWTH * np.maximum(at[on] - settled[on], 0.0)
        width[on] = np.minimum(np.minimum(2.0 * width[on], room), _FALL / ageing)
        on = on[at[on] < end[on]]
    row = np.concatenate(rows) if rows else np.zeros(0, dtype=np.intp)
    order = np.argsort(row, kind="stable")
    start, size = (np.concatenate(each)[order] if each else np.zeros(0) for each in (starts, widths))
    return Pieces(row[order], start, size, np.full(len(row), _ORDER))


def _end(life: "GammaGompertzLifetime", alpha: float, shapes: Floats, t: Floats, d: Floats, settled: Floats) -> Floats:
    """Where all that lies beyond is less than exp(−38) of what comes before."""
    tops = []
    for share in np.linspace(0.0, 1.0, 9):
        after, stretch = life.along(alpha, t, share * settled)
        tops.append(stretch + life.log_hazard(t + after) + _beyond(life, alpha, shapes, t, d, after))
    # From its highest point the integrand takes at least this much way to fall by a nat.
    enough = np.max(tops, axis=0) - np.log(shapes + life.s + 2.0) - _NATS
    return reach(life, alpha, t, d, lambda after: enough - _beyond(life, alpha, shapes, t, d, after), 0.0)


def _beyond(life: "GammaGompertzLifetime", alpha: float, shapes: Floats, t: Floats, d: Floats, after: Floats) -> Floats:
    """The logarithm of no less than all that lies after t + after; it falls with `after`."""
    rest = np.maximum(d - after, 0.0)
    return shapes * np.log1p(rest / (alpha + t + after)) + life.fade(t + after, rest)
