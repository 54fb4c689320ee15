"""The gamma-Gompertz lifetime: everyone's own risk of leaving grows with time, or hardly; where it starts, differs.

One with the risk μ·e^(bt) leaves after a Gompertz lifetime; with b·e^0 times a gamma number of shape s and rate β in
its place, survival is S(t) = (β / (β + e^(bt) − 1))^s on average. As b → 0 with β/b kept it is the Pareto lifetime.
Unlike that one it can have its mode in the midst of life (β > 1).

With D(t) = 1 + (β − 1)·e^(−bt) the hazard is s·b / D(t), and it fades by s·ln(1 + (e^(bd) − 1) / D(t)).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_in_time.lifetimes import Pieces, RowSums, of_rows
from keyworth.behaviour.leaving_in_time.lifetimes_quadrature import time_here
from keyworth.behaviour.unique_histories import UniqueHistories

_LARGE = 30.0  # where e^x − 1 is e^x to every digit that counts


@dataclass(frozen=True, slots=True)
class GammaGompertzLifetime:
    """A Lifetime; a way is like ln(m + time) while b·(m + time) is small, and like b·time beyond.

    m is the smaller of alpha and the distance before 0 at which this lifetime has its singularity, where it has one.
    """

    b: float
    s: float
    beta: float

    def of(self, rows: slice | NDArray[np.intp]) -> "GammaGompertzLifetime":
        return GammaGompertzLifetime(*(of_rows(each, rows) for each in (self.b, self.s, self.beta)))

    def _d(self, t: Floats) -> Floats:
        # Of the two ways to write D the one whose terms are both positive.
        low = np.asarray(self.beta < 1.0)
        rises = self.beta - (1.0 - self.beta) * np.expm1(-self.b * t) if low.any() else 1.0
        falls = 1.0 if low.all() else 1.0 + (self.beta - 1.0) * np.exp(-self.b * t)
        return np.where(low, rises, falls)

    def log_hazard(self, t: Floats) -> Floats:
        return np.asarray(np.log(self.s * self.b) - np.log(self._d(t)))

    def fade(self, t: Floats, d: Floats | float) -> Floats:
        return np.asarray(self.s * _log_grown(self.b * np.asarray(d, dtype=np.float64), self._d(t)))

    def hazard_slopes(self, t: Floats) -> tuple[Floats, Floats]:
        left, less, d = _left(self, t)
        one = np.ones_like(d)
        first = np.stack([one / self.b + t * less / d, one / self.s, -left])
        curve = t**2 * less / d**2
        nothing = 0.0 * one
        second = [-one / self.b**2 - curve, nothing, t * left / d, -one / self.s**2, nothing, left**2]
        return first, np.stack(second)

    def fade_slopes(self, t: Floats, d: Floats) -> tuple[Floats, Floats]:
        ends = [(each, *_left(self, each)) for each in (t, t + d)]
        (t0, left0, less0, d0), (t1, left1, less1, d1) = ends
        ageing, loss = t1 / d1 - t0 / d0, left1 - left0
        first = np.stack([self.s * ageing, _log_grown(self.b * d, d0), self.s * loss])
        curve = t1**2 * less1 / d1**2 - t0**2 * less0 / d0**2
        mixed = -(t1 * left1 / d1 - t0 * left0 / d0)
        second = [self.s * curve, ageing, self.s * mixed, np.zeros_like(loss), loss, -self.s * (left1**2 - left0**2)]
        return first, np.stack(second)

    def waiting(self, t: Floats) -> tuple[Floats, float, float]:
        return self._d(t), self.s, self.b

    def stay(self, t: Floats, ahead: Floats | float) -> Floats:
        return time_here(self, t, 0.0, ahead)

    def _near(self, alpha: float, t: Floats) -> Floats:
        """1 − e^(−b·(m + t)): what of the ageing scale lies behind t."""
        low = np.asarray(self.beta < 1.0)
        before = np.where(low, -np.log1p(-np.where(low, self.beta, 0.0)) / self.b, math.inf)
        return np.asarray(-np.expm1(-self.b * (np.minimum(alpha, before) + t)))

    def length(self, alpha: float, t: Floats, d: Floats | float) -> Floats:
        return _log_grown(self.b * np.asarray(d, dtype=np.float64), self._near(alpha, t))

    def along(self, alpha: float, t: Floats, way: Floats) -> tuple[Floats, Floats]:
        near = self._near(alpha, t)
        aged = np.log1p(near * np.expm1(np.minimum(way, _LARGE)))
        if way.size and way.max() > _LARGE:
            aged = np.where(way < _LARGE, aged, way + np.log(near + (1.0 - near) * np.exp(-way)))
        return aged / self.b, np.log(near / self.b) + way - aged

    @staticmethod
    def row_sums_compiled(unique: UniqueHistories) -> RowSums:
        from keyworth.behaviour.leaving_in_time.likelihood import row_sums_in_numpy

        return row_sums_in_numpy(unique, GammaGompertzLifetime)

    def log_odds_compiled(self, r: float, alpha: float, h: PurchaseHistories) -> None:  # noqa: ARG002 — see Lifetime
        return None

    def pieces(self, alpha: float, shapes: Floats, t: Floats, d: Floats) -> Pieces:
        from keyworth.behaviour.leaving_in_time.lifetimes_gamma_gompertz_pieces import cut

        return cut(self, alpha, shapes, t, d)


def _left(life: GammaGompertzLifetime, t: Floats) -> tuple[Floats, Floats, Floats]:
    """1 / (β + e^(bt) − 1), D − 1, and D at t."""
    old, d = np.exp(-life.b * t), life._d(t)
    return old / d, (life.beta - 1.0) * old, d


def _log_grown(x: Floats, of: Floats) -> Floats:
    """ln(1 + (e^x − 1) / of) without overflow."""
    grown = np.log1p(np.expm1(np.minimum(x, _LARGE)) / of)
    if x.size and x.max() > _LARGE:
        grown = np.where(x < _LARGE, grown, x + np.log((1.0 + (of - 1.0) * np.exp(-x)) / of))
    return np.asarray(grown)
