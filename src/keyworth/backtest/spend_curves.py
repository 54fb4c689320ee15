"""Distributions of what customers will spend, as curves on one grid.

Given n purchases, spend is gamma of shape p·n over a rate that is itself gamma, of shape Q: spend over the customer's
scale, s/σ, is beta prime with p·n and Q. So for customers of one Q every distribution is a mixture of the same few
curves, whatever their scales, and each distinct history is worked out once, on a grid of v = ln(s/σ):

    F(v) = P(0) + Σ P(n) I(p·n, Q; b),  b = 1 / (1 + e^(-v)),  I the regularised incomplete beta function.

Source: Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value, note 025, for the mixture.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, betaln, polygamma

from keyworth.backtest.distribution_scores import SMALLEST
from keyworth.behaviour.steady_sums import per_row

Floats = NDArray[np.float64]

_TRIVIAL = 1e-6  # a chance of more purchases that no score would show
_MOST_NODES = 400


@dataclass(frozen=True, slots=True, eq=False)
class SpendCurves:
    """m distributions of ln(s/σ) on one grid: `start`, `step` and J nodes; arrays of shape (m, J).

    `up_to` is F, `slope` its derivative in v; `low` and `high` are the integrals of F² and of (1 - F)² over s/σ, below
    and above a node, so that the CRPS of a is σ·(low(a) + high(a)).
    """

    start: float
    step: float
    shape: float
    power: float
    none: Floats
    up_to: Floats
    slope: Floats
    low: Floats
    high: Floats

    @classmethod
    def of(cls, chances: Floats, p: float, shape: float) -> Self:
        weights = chances[:, 1:]
        most = int(np.flatnonzero(weights.max(axis=0, initial=0.0) > _TRIVIAL).max(initial=0)) + 1
        weights = weights[:, :most].copy()
        none = np.minimum(chances[:, 0], 1.0)
        weights[:, -1] += np.maximum(1.0 - none - weights.sum(axis=1), 0.0)
        shapes = p * np.arange(1.0, most + 1.0)
        start, step, nodes, narrow = _grid(shapes, shape)
        v: Floats = start + step * np.arange(nodes, dtype=np.float64)
        mix = _mixed_by_beta if narrow else _mixed
        bought, slope = mix(weights, shapes, shape, v, step)
        up_to = np.minimum(none[:, None] + bought, 1.0)
        above, ratio = 1.0 - up_to, np.exp(v)
        low = _integral(up_to * up_to * ratio, (2.0 * slope + up_to) * up_to * ratio, step)
        high = _integral(above * above * ratio, (above - 2.0 * slope) * above * ratio, step)
        low += (up_to[:, 0] ** 2 * ratio[0])[:, None]
        high = high[:, -1:] - high  # what lies beyond the grid, a millionth squared times its end, shows nowhere
        return cls(start, step, shape, p, none, up_to, slope, low, high)

    def at(self, rows: NDArray[np.intp], log_ratio: Floats, ratio: Floats) -> tuple[Floats, Floats]:
        """F and CRPS over σ of each customer, shape (n,); `log_ratio` is -inf where nothing was spent."""
        nodes = self.up_to.shape[1]
        end = self.start + self.step * (nodes - 1)
        inside = np.clip(log_ratio, self.start, end)
        place = (inside - self.start) / self.step
        left = np.minimum(place.astype(np.int64), nodes - 2)
        t, right = place - left, left + 1
        u_left, u_right = np.exp(self.start + self.step * left), np.exp(self.start + self.step * right)
        f_left, f_right = self.up_to[rows, left], self.up_to[rows, right]

        def between(values: Floats, slope_left: Floats, slope_right: Floats) -> Floats:
            return _hermite(values[rows, left], values[rows, right], slope_left, slope_right, t, self.step)

        f = np.clip(between(self.up_to, self.slope[rows, left], self.slope[rows, right]), f_left, f_right)
        low = between(self.low, f_left**2 * u_left, f_right**2 * u_right)
        high = between(self.high, -((1.0 - f_left) ** 2) * u_left, -((1.0 - f_right) ** 2) * u_right)
        return self._outside(rows, log_ratio, ratio, f, low + high)

    def _outside(
        self, rows: NDArray[np.intp], log_ratio: Floats, ratio: Floats, f: Floats, crps: Floats
    ) -> tuple[Floats, Floats]:
        """Mend both for those who stand beside the grid: below it a power of the one purchase, above it the tail."""
        none, first, shape = self.none[rows], self.up_to[rows, 0], self.shape
        below = log_ratio < self.start
        fall = np.exp(np.minimum(self.power * (log_ratio - self.start), 0.0))
        f = np.where(below, none + (first - none) * fall, f)
        u_first, u_last = np.exp(self.start), np.exp(self.start + self.step * (self.up_to.shape[1] - 1))
        crps = np.where(below, crps + (1.0 - 2.0 * first) * np.maximum(u_first - ratio, 0.0), crps)
        above = ratio > u_last
        if above.any():
            times = np.where(above, ratio / u_last, 1.0)
            left = 1.0 - self.up_to[rows, -1]
            # The integral of F² - (1 - F)² = 1 - 2(1 - F) from the end of the grid to what came.
            more = u_last * (times - 1.0 - 2.0 * left * (1.0 - times ** (1.0 - shape)) / (shape - 1.0))
            crps = np.where(above, crps + more, crps)
            f = np.where(above, 1.0 - left * times**-shape, f)
        return f, crps


def log_components(shapes: Floats, shape: float, v: Floats) -> Floats:
    """The logarithm of the density of v given each number of purchases; `shapes` are p·n."""
    away = np.logaddexp(0.0, -v)  # -ln b; -ln(1 - b) is v more
    log_density: Floats = -shapes * away - shape * (away + v) - betaln(shapes, shape)
    return log_density


def _grid(shapes: Floats, shape: float) -> tuple[float, float, int, bool]:
    """Start, step and number of nodes that hold all but a millionth of every component.

    Also whether components are too narrow for the step to see, as where everybody pays one price.
    """
    low = float(betaincinv(shapes[0], shape, 1e-7))
    high = float(betaincinv(shape, shapes[-1], 1e-6))  # of 1 - b, so that no digit is lost near b = 1
    start = max(np.log(max(low, SMALLEST)) - np.log1p(-low), np.log(shapes[0] / shape) - 40.0)
    end = min(np.log1p(-high) - np.log(max(high, SMALLEST)), np.log(shapes[-1] / shape) + 40.0)
    width = float(np.sqrt(polygamma(1, shapes[-1]) + polygamma(1, shape)))
    nodes = min(int(np.ceil((end - start) / min(0.7 * width, 0.3))) + 1, _MOST_NODES)
    step = float((end - start) / (nodes - 1))
    return float(start), step, nodes, step > 0.8 * width


def _mixed(weights: Floats, shapes: Floats, shape: float, v: Floats, step: float) -> tuple[Floats, Floats]:
    """Distribution function and density of v for those who buy, shape (m, J): the density, added up from the left."""
    components = np.exp(log_components(shapes[:, None], shape, v[None, :]))
    b = 1.0 / (1.0 + np.exp(-v))
    density: Floats = np.einsum("mk,kj->mj", weights, components)
    rise = (1.0 - b) * np.einsum("mk,kj->mj", weights * shapes, components) - shape * b * density
    return _integral(density, rise, step) + per_row(weights, betainc(shapes, shape, b[0]))[:, None], density


def _mixed_by_beta(weights: Floats, shapes: Floats, shape: float, v: Floats, step: float) -> tuple[Floats, Floats]:
    """The same from the distribution functions themselves: slower, but right whatever the step."""
    components = betainc(shapes[:, None], shape, 1.0 / (1.0 + np.exp(-v))[None, :])
    up_to = np.einsum("mk,kj->mj", weights, components)
    return up_to, np.gradient(up_to, step, axis=1)


def _integral(values: Floats, slopes: Floats, step: float) -> Floats:
    """From the first node to each, by trapezes with the correction of their ends: an error of step to the fourth."""
    sums = np.zeros_like(values)
    np.cumsum(0.5 * step * (values[:, 1:] + values[:, :-1]), axis=1, out=sums[:, 1:])
    sums += step * step / 12.0 * (slopes[:, :1] - slopes)
    return sums


def _hermite(left: Floats, right: Floats, slope_left: Floats, slope_right: Floats, t: Floats, step: float) -> Floats:
    """The cubic with these values and slopes, at a share t of the step."""
    difference = right - left
    a, b = slope_left * step - difference, difference - slope_right * step
    value: Floats = (1.0 - t) * left + t * right + t * (1.0 - t) * (a * (1.0 - t) + b * t)
    return value
