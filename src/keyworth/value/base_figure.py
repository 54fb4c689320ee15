"""What all customers together are worth over the horizon, and how sure we are.

The interval is simulated jointly: in one world all customers live under the same drawn parameters, so errors
do not cancel as they would if each had their own; adding up the ends of customers' intervals would be far too
wide. A world's total is its expected total times chance: a gamma variable with mean 1 and the variance that
the customers' own randomness gives the whole, which for many customers is all but normal and never negative.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri, stdtrit

from keyworth.behaviour import MODELS
from keyworth.behaviour.parameters import as_array, from_array
from keyworth.value.buying_view import BuyingView
from keyworth.value.draw_plan import spread_places
from keyworth.value.predictive import Interval
from keyworth.value.spend_ratio import large_gamma
from keyworth.value.widening import PastMiss, Widening, widening
from keyworth.words import Message

Floats = NDArray[np.float64]

WORLDS = 4_000
_ASKED = 2_000  # customers whose answers stand for all, where there are more
_NORMAL_90 = 1.2815515655446004  # nine in ten of a normal variable lie below so many standard deviations
# Steps of the logarithm of histories' own paces: by how much parameters change a total hardly depends on these.
_COARSE = 0.5
_BENT = 0.3  # a second derivative, a standard deviation squared, from which each world is worked out exactly


@dataclass(frozen=True, slots=True)
class BaseFigure:
    """The base at a date.

    expected: undiscounted, over the horizon; money in the book's basis, or purchases where there is no money.
    interval_80, interval_95 and median: of what will come, widened by past misses where those were measured;
    `model_80` and `model_95` before widening, `model_sd` their standard deviation. `widened_by`: the further
    miss, as a standard deviation of the logarithm, measured on the totals of the past days `origins`;
    `not_widened` says why on none. `judged`: on how many of these days the interval was itself widened by earlier
    ones, and `inside_80`: on how many of those what came lay in its 80% interval; None in books of earlier versions.
    residual_value: discounted, over all the future; `beyond_ledger` the share of it that lies further ahead than the
    ledger reaches back (extrapolation). Both None without money.
    """

    expected: float
    median: float
    interval_80: Interval
    interval_95: Interval
    model_80: Interval
    model_95: Interval
    model_sd: float
    expected_purchases: float
    residual_value: float | None
    beyond_ledger: float | None
    widened_by: float
    origins: tuple[date, ...]
    not_widened: Message | None
    judged: int | None = None
    inside_80: int | None = None

    @property
    def model_spread(self) -> float:
        """The standard deviation of the total's logarithm by the model alone, read off its 80% interval.

        Not `model_sd`: where a fit tells little, one world in a hundred may be a monster, and their standard deviation
        would then explain every miss.
        """
        low, high = self.model_80.low, self.model_80.high
        if low <= 0:
            return self.model_sd / self.expected if self.expected > 0 else 0.0
        return math.log(high / low) / (2 * _NORMAL_90)


@dataclass(frozen=True, slots=True, eq=False)
class TotalDraws:
    """Simulated totals, before widening, and the places (0, 1) at which the further miss of each is drawn."""

    totals: Floats
    miss_places: Floats


def total_draws(
    buying: BuyingView,
    expected: Floats,
    variance: float,
    spend_worlds: Callable[[np.random.Generator, int], Floats] | None,
    seed: int,
) -> TotalDraws:
    """Draw totals. `expected` (n,) is each customer's expected amount, `variance` the whole's own randomness.

    `spend_worlds` draws by how much parameters of the spend model change the total, shape (worlds,).
    """
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    total = float(expected.sum())
    if total <= 0:
        return TotalDraws(np.zeros(WORLDS), spread_places(WORLDS, rng))
    factor = np.exp(_buying_worlds(buying, expected, rng))
    if spend_worlds is not None:
        factor = factor * spend_worlds(rng, WORLDS)
    shape = total**2 / max(variance, 1e-12 * total**2)
    places = spread_places(WORLDS, rng)
    chance = large_gamma(np.full(WORLDS, shape), ndtri(places)) if shape > 100 else gammaincinv(shape, places)
    return TotalDraws(total * factor * chance / shape, spread_places(WORLDS, rng))


def base_figure(
    draws: TotalDraws,
    *,
    expected: float,
    expected_purchases: float,
    residual_value: float | None,
    beyond_ledger: float | None,
    misses: Sequence[PastMiss] = (),
) -> BaseFigure:
    """Put the figure together, its interval widened by past misses."""
    further: Widening = widening(misses)
    widened = draws.totals
    if further.scale > 0:
        widened = widened * np.exp(further.scale * stdtrit(len(further.origins), draws.miss_places))
    model, final = (np.quantile(d, (0.025, 0.1, 0.5, 0.9, 0.975)).tolist() for d in (draws.totals, widened))
    return BaseFigure(
        expected=expected,
        median=final[2],
        interval_80=Interval(final[1], final[3]),
        interval_95=Interval(final[0], final[4]),
        model_80=Interval(model[1], model[3]),
        model_95=Interval(model[0], model[4]),
        model_sd=float(draws.totals.std()),
        expected_purchases=expected_purchases,
        residual_value=residual_value,
        beyond_ledger=beyond_ledger,
        widened_by=further.scale,
        origins=further.origins,
        not_widened=further.left_out,
        judged=further.judged if further.origins else None,
        inside_80=further.inside_80 if further.origins else None,
    )


def _buying_worlds(buying: BuyingView, expected: Floats, rng: np.random.Generator) -> Floats:
    """By how much drawn buying parameters change the expected total, as logarithms; shape (WORLDS,).

    The logarithm of the total is all but quadratic in the logarithms of the parameters near their estimate,
    so a second-order expansion along the directions of the covariance is enough: fifteen evaluations for four
    parameters instead of thousands. Where the data say so little that it bends within a standard deviation,
    every one of a tenth as many worlds is worked out.
    """
    model, fit, ahead = buying.in_steps(_COARSE).model, buying.fit, buying.ahead
    kind = MODELS[fit.model].parameter_kind
    found = as_array(fit.parameters)
    normals = np.column_stack([ndtri(spread_places(WORLDS, rng)) for _ in found])
    root = fit.root
    if root is None:
        return np.zeros(WORLDS)
    asked, change = _standing_for_all(expected)
    h = buying.histories.rows(asked)
    usual = model.expected_purchases(fit.parameters, h, ahead)

    def log_change(z: Floats) -> float:
        p = from_array(kind, np.exp(np.log(found) + root @ z))
        return float(np.log((change * (model.expected_purchases(p, h, ahead) / usual)).sum()))

    k = found.size
    unit = np.eye(k)
    up, down = (np.array([log_change(sign * unit[i]) for i in range(k)]) for sign in (1.0, -1.0))
    bend = np.diag(up + down)
    for i in range(k):
        for j in range(i):
            mixed = log_change(unit[i] + unit[j]) - up[i] - up[j]
            bend[i, j] = bend[j, i] = mixed
    if np.abs(bend).max() > _BENT:
        return np.tile([log_change(z) for z in normals[: WORLDS // 10]], 10)
    quadratic: Floats = (normals * ((up - down) / 2)).sum(axis=1) + 0.5 * np.einsum(
        "wi,ij,wj->w", normals, bend, normals
    )
    return quadratic


def _standing_for_all(expected: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Customers to ask and their weights (sum 1): everybody, or every so much of the expected total.

    Of many customers those are taken in whose part of the running sum an evenly spaced mark falls, so the
    dear are asked more surely and each one asked stands for an equal part of the total.
    """
    if expected.size <= _ASKED:
        asked = np.flatnonzero(expected > 0)
        return asked, expected[asked] / expected[asked].sum()
    sums = np.cumsum(expected)
    marks = (np.arange(_ASKED) + 0.5) / _ASKED * sums[-1]
    asked = np.searchsorted(sums, marks)
    return asked, np.full(_ASKED, 1.0 / _ASKED)
