"""The Pareto lifetime: everyone leaves at a steady rate of their own, rates differ as Gamma(s, beta).

Averaged over the rates, survival is S(t) = (β / (β + t))^s and the hazard s / (β + t): whoever has stayed long
tends to be of those who stay.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_in_time.lifetimes import Pieces, RowSums, of_rows
from keyworth.behaviour.unique_histories import UniqueHistories

NATS = 38.0  # what is left out is below exp(−38) = 3e-17 of the beginning
# The longest piece of a way. Then, with 12, 16 or 20 nodes by how many nats the integrand falls, the error was at
# most 2e-13 of the integral, over parameters and histories of seven orders of magnitude.
PIECE = 2.5
GENTLE, STEEP = 4.0, 16.0


@dataclass(frozen=True, slots=True)
class ParetoLifetime:
    """A Lifetime; a way is ln((m + t + d) / (m + t)), with m the smaller of alpha and beta."""

    s: float
    beta: float

    def of(self, rows: slice | NDArray[np.intp]) -> "ParetoLifetime":
        return ParetoLifetime(of_rows(self.s, rows), of_rows(self.beta, rows))

    def log_hazard(self, t: Floats) -> Floats:
        return np.asarray(np.log(self.s / (self.beta + t)))

    def fade(self, t: Floats, d: Floats | float) -> Floats:
        return np.asarray(self.s * np.log1p(d / (self.beta + t)))

    def hazard_slopes(self, t: Floats) -> tuple[Floats, Floats]:
        rate, one = 1.0 / (self.beta + t), np.ones_like(t)
        return np.stack([one / self.s, -rate]), np.stack([-one / self.s**2, 0.0 * one, rate**2])

    def fade_slopes(self, t: Floats, d: Floats) -> tuple[Floats, Floats]:
        now, then = 1.0 / (self.beta + t), 1.0 / (self.beta + t + d)
        less = -d * now * then
        first = np.stack([np.log1p(d * now), self.s * less])
        return first, np.stack([np.zeros_like(now), less, -self.s * less * (now + then)])

    def waiting(self, t: Floats) -> tuple[Floats, float, float]:
        return self.beta + t, self.s, 0.0

    def stay(self, t: Floats, ahead: Floats | float) -> Floats:
        """Closed, and without a gap at s = 1: (β + t) · ∫ e^(−(s−1)·way) over the way."""
        scale = self.beta + t
        way = np.log1p(ahead / scale)
        fall = (self.s - 1.0) * way
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(np.abs(fall) < 1e-12, 1.0, -np.expm1(-fall) / fall)
        return np.asarray(scale * way * share)

    def length(self, alpha: float, t: Floats, d: Floats | float) -> Floats:
        return np.asarray(np.log1p(d / (np.minimum(alpha, self.beta) + t)))

    def along(self, alpha: float, t: Floats, way: Floats) -> tuple[Floats, Floats]:
        base = np.minimum(alpha, self.beta) + t
        return base * np.expm1(way), np.log(base) + way

    @staticmethod
    def row_sums_compiled(unique: UniqueHistories) -> RowSums:
        from keyworth.behaviour.leaving_in_time.lifetimes_pareto_compiled import row_sums_compiled

        return row_sums_compiled(unique)

    def log_odds_compiled(self, r: float, alpha: float, h: PurchaseHistories) -> Floats:
        from keyworth.behaviour.leaving_in_time.lifetimes_pareto_compiled import log_odds_compiled

        return log_odds_compiled(r, alpha, self.s, self.beta, h)

    def pieces(self, alpha: float, shapes: Floats, t: Floats, d: Floats) -> Pieces:
        """On the way w the integrand falls by (p − 1)·w + q·ln(1 + κ·(e^w − 1)) nats, a convex function."""
        near, far = np.minimum(alpha, self.beta) + t, np.maximum(alpha, self.beta) + t
        kappa = near / far
        leaves = np.full_like(shapes, self.s + 1.0)
        buying_first = np.asarray(alpha <= self.beta)
        p, q = np.where(buying_first, shapes, leaves), np.where(buying_first, leaves, shapes)

        def fall(way: Floats) -> Floats:
            return np.asarray((p - 1.0) * way + q * np.log1p(kappa * np.expm1(way)))

        way = self.length(alpha, t, d)
        for _ in range(6):  # Newton's method from the right, where a convex function is never overshot
            over = fall(way) - NATS
            if not (over > 0.0).any():
                break
            grown = kappa * np.exp(way)
            slope = (p - 1.0) + q * grown / (1.0 - kappa + grown)
            way = np.where(over > 0.0, way - over / np.where(over > 0.0, slope, 1.0), way)
        steep = np.abs(fall(way))
        order = np.where(steep <= GENTLE, 12, np.where(steep <= STEEP, 16, 20))
        count = 1 + (way / PIECE).astype(np.intp)
        row = np.repeat(np.arange(len(way)), count)
        step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        width = (way / count)[row]
        return Pieces(row, step * width, width, order[row])
