"""Leaving at any time, as Pareto/NBD tells it, for histories by a clock: one integral over the time of leaving.

Leaving has a clock of its own, B, the calendar's unless told otherwise: survival is (β / (β + B))^s. The integral

    ∫ (α + H(τ))^−(r+x) · s·β^s·(β + B(τ))^−(s+1) dB(τ)    over t_x < τ < T

is cut where the clocks change their speed, or, where many customers share one clock that changes every day, at every
seventh day, with H straight in between: what purchases of a week are laid on is exact, only the moment of leaving
within it is blurred. On each piece both clocks are straight and a Gauss–Legendre rule in the logarithm of time is
right to some 1e-12; its nodes are the endings of `likelihood`. All terms are positive.
"""

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.calendar_time.likelihood import Endings, EndingsOf, Standing
from keyworth.behaviour.calendar_time.ticks import Pieces, Places, Ticks, gram
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_in_time.lifetimes_pareto import NATS, PIECE
from keyworth.behaviour.leaving_in_time.lifetimes_quadrature import legendre

# Nodes by how many nats the integrand falls on a piece, or how long it is; 1e-11 of it is then the most that is lost.
_ORDERS = ((0.15, 3), (0.5, 4), (1.2, 5), (4.0, 12), (16.0, 16), (np.inf, 20))


class LeavingMeanwhile:
    """A Leaving told by s, beta, and the γ of its own clock.

    start, last, now: the places of the first and the last purchase and of the end of observation, (n,). clock: of
    leaving, on the same places as that of buying. step: how many places a piece of the integral may span.
    """

    together = 64

    def __init__(
        self, repeats: Floats, weights: Floats, start: Places, last: Places, now: Places, clock: Pieces, step: int
    ) -> None:
        self.repeats, self.start, self.now, self.clock = repeats, start, now, clock
        self.customers = float(weights.sum())
        count = -(-(now - last) // step)
        self.first = np.concatenate([[0], np.cumsum(count)])  # where the pieces of each history begin
        self.row = np.repeat(np.arange(len(repeats)), count)
        nth = np.arange(len(self.row)) - self.first[self.row]
        self.low = last[self.row] + step * nth
        self.high = np.minimum(self.low + step, now[self.row])

    def outside(self, told: Floats) -> tuple[float, Floats, Floats]:
        """Of s·ln β."""
        s, beta = told[:2].tolist()
        n = self.customers
        slope, curve = np.zeros(len(told)), np.zeros((len(told), len(told)))
        slope[:2] = n * np.log(beta), n * s / beta
        curve[0, 1] = curve[1, 0] = n / beta
        curve[1, 1] = -n * s / beta**2
        return n * s * float(np.log(beta)), slope, curve

    def endings(self, at: Standing) -> EndingsOf:
        leaving = self.clock.run(at.told[2:])

        def of(start: int, end: int) -> Endings:
            return self._endings(at, leaving, start, end)

        return of

    def _endings(self, at: Standing, leaving: Ticks, start: int, end: int) -> Endings:
        (s, beta), buying = at.told[:2].tolist(), at.buying
        rows, begin, now = end - start, self.start[start:end], self.now[start:end]
        pieces = slice(self.first[start], self.first[end])
        row, low, high = self.row[pieces] - start, self.low[pieces], self.high[pieces]
        shape = at.r + self.repeats[start:end]

        def along(ticks: Ticks, plus: float, place: Places, of: Places | slice) -> Floats:
            return np.asarray(plus + (ticks.total[0][place] - ticks.total[0][begin[of]]))

        every = slice(None)
        a, b = along(buying, at.alpha, low, row), along(leaving, beta, low, row)
        # What adds less than exp(−NATS) of the most that anything adds is left out.
        here = -shape * np.log(along(buying, at.alpha, now, every)) - s * np.log(along(leaving, beta, now, every))
        top, steps = here.copy(), leaving.total[0][high] - leaving.total[0][low]
        most = np.log(s * steps) - shape[row] * np.log(a) - (s + 1.0) * np.log(b)
        np.maximum.at(top, row, most)
        kept = np.flatnonzero(most > top[row] - NATS)
        row, low, high = row[kept], low[kept], high[kept]
        a, b, steps = a[kept], b[kept], steps[kept]

        grows_a, grows_b = (buying.total[0][high] - buying.total[0][low]) / a, steps / b
        piece, share, log_share = _nodes(shape[row], s, grows_a, grows_b)
        share = np.concatenate([np.zeros(rows), share])
        low = np.concatenate([now, low[piece]])
        high = np.concatenate([now, high[piece]])
        gone = np.concatenate([np.zeros(rows), np.ones(len(piece))])
        steps = np.concatenate([np.ones(rows), steps[piece]])
        row = np.concatenate([np.arange(rows), row[piece]])

        reading = leaving.between(begin[row], low, high, share)
        past, rate = np.log(beta + reading[0]), 1.0 / (beta + reading[0])
        power, own = s + gone, leaving.told
        logs = -power * past
        logs[rows:] += np.log(s * steps[rows:]) + log_share
        slopes = np.empty((2 + len(own), len(row)))
        slopes[0] = gone / s - past
        slopes[1] = -power * rate
        if len(own):
            widths = leaving.total[1:, high] - leaving.total[1:, low]
            slopes[2:] = slopes[1] * reading[1:] + widths / steps

        def curves(weights: Floats) -> Floats:
            by_rate = weights * rate
            bent = by_rate * power * rate
            out = np.zeros((len(slopes), len(slopes)))
            out[0, 0] = -float((weights * gone).sum()) / s**2
            out[0, 1] = out[1, 0] = -by_rate.sum()
            out[1, 1] = bent.sum()
            if len(own):
                for at, of in ((0, -by_rate), (1, bent)):
                    out[at, 2:] = out[2:, at] = (reading[1:] * of).sum(axis=1)
                out[2:, 2:] = gram(reading[1:], bent)
                out[2:, 2:] += leaving.curves(begin[row], low, high, share, -by_rate * power)
            return out

        return Endings(row, low, high, share, logs, slopes, curves)


def _nodes(shape: Floats, s: float, grows_a: Floats, grows_b: Floats) -> tuple[NDArray[np.intp], Floats, Floats]:
    """Which piece a node is of, at what share of it, and ln of its weight; on pieces on which α + H and β + B grow so.

    A piece is looked at in w, share = c·(e^w − 1) with c from the faster growing of the two: in it, powers of both
    are near exponentials.
    """
    fastest = np.maximum(grows_a, grows_b)
    way = np.log1p(fastest)

    def fall(w: Floats) -> Floats:
        grown = np.expm1(w) / fastest
        return np.asarray(shape * np.log1p(grown * grows_a) + (s + 1.0) * np.log1p(grown * grows_b) - w)

    for _ in range(6):  # Newton's method from the right, where a convex function is never overshot
        over = fall(way) - NATS
        if not (over > 0.0).any():
            break
        grown = np.exp(way) / fastest
        ago = np.expm1(way) / fastest
        slope = (
            shape * grown * grows_a / (1.0 + ago * grows_a) + (s + 1.0) * grown * grows_b / (1.0 + ago * grows_b) - 1.0
        )
        way = np.where(over > 0.0, way - over / np.where(over > 0.0, slope, 1.0), way)
    count = 1 + (way / PIECE).astype(np.intp)
    piece = np.repeat(np.arange(len(way)), count)
    nth = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    width = (way / count)[piece]
    # Between its ends a piece may fall and rise again by as much as it is long.
    steep = np.maximum(np.abs(fall(way)), way)[piece]
    found = []
    least = -np.inf
    for most, order in _ORDERS:
        on = np.flatnonzero((steep > least) & (steep <= most))
        least = most
        x, weights = legendre(order)
        w = (nth[on] + x[:, None]) * width[on]
        c = 1.0 / fastest[piece[on]]
        logs = w + np.log(weights[:, None] * (width[on] * c))
        found.append((np.tile(piece[on], order), (c * np.expm1(w)).ravel(), logs.ravel()))
    at, shares, logs = (np.concatenate(of) for of in zip(*found, strict=True))
    return at, shares, logs
