"""Scores of a distribution of money: a chance of nothing, else what some number of purchases brings."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keyworth.backtest.distribution_scores import SMALLEST, DistributionScores
from keyworth.backtest.spend_curves import SpendCurves, log_components
from keyworth.behaviour import LEAST_ABOVE_ONE
from keyworth.value import SpendLaw

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SpendForecast:
    """The law of a spend model, and what a purchase of each customer should bring, shape (n,), in the unit of spend.

    Where a mean of zero or less is expected there is no distribution of positive amounts: see `told`.
    """

    law: SpendLaw
    per_purchase: Floats

    @property
    def p(self) -> float:
        return self.law.p

    @property
    def told(self) -> NDArray[np.bool_]:
        """Of whom a distribution is known, shape (n,)."""
        return self.per_purchase > 0

    def shape(self, repeats: float) -> float:
        """Q after so many repeats; never so near 1 that there is no mean, as in the value book."""
        return max(float(self.law.shape(np.array([repeats]))[0]), 1.0 + LEAST_ABOVE_ONE)

    def scale(self, repeats: float, who: NDArray[np.intp]) -> Floats:
        """σ of some customers who all have so many repeats: what gives a purchase its mean under their Q."""
        scale: Floats = self.per_purchase[who] * ((self.shape(repeats) - 1.0) / self.p)
        return scale


@dataclass(frozen=True, slots=True, eq=False)
class SpendScores:
    """`scores` of those customers whose spend could be foretold, in their order; `judged` (n,) tells who they are.

    The log score is the logarithm of a chance where nothing came, and of a density per unit of money where something
    did. `given_purchase`: of those who brought something, where that stands in what was foretold of one who buys.
    """

    scores: DistributionScores
    judged: NDArray[np.bool_]
    given_purchase: Floats


def spend_scores(
    chances: Floats, rows: NDArray[np.intp], spent: Floats, scale: Floats, places: Floats, *, p: float, shape: float
) -> tuple[DistributionScores, Floats]:
    """Score what customers of one Q = `shape` spent, and tell where it stands among the amounts of those who buy.

    `chances` (m, k + 1) of 0, …, k purchases in each of m histories; what lies above counts as k. `rows`, `spent`,
    `scale` and `places` (n,): each customer's history, amount, σ and die. An amount of nothing or less is nothing:
    its place is at random below the chance of nothing, and its place among amounts is 0.

    Against slow quadrature the CRPS is right to a part in 1,000 and places to 0.0005 (tests say so).
    """
    ratio, bought = np.maximum(spent, 0.0) / scale, spent > 0
    none = np.minimum(chances[:, 0], 1.0)
    curves = SpendCurves.of(chances, p, shape)
    log_ratio = np.log(ratio, out=np.full(ratio.shape, -np.inf), where=bought)
    place, crps = curves.at(rows, log_ratio, ratio)
    log_score = np.log(np.maximum(none[rows], SMALLEST))
    who = np.flatnonzero(bought)
    # d ln(s/σ) is ds/s: a density per unit of money.
    log_score[who] = np.maximum(
        log_density(chances[rows[who]], log_ratio[who], p, shape) - np.log(spent[who]), np.log(SMALLEST)
    )
    nothing = none[rows]
    amounts = np.maximum(1.0 - nothing, SMALLEST)
    given = np.where(bought, np.clip((place - nothing) / amounts, 0.0, 1.0), 0.0)
    return DistributionScores(log_score, crps * scale, np.where(bought, place, places * nothing)), given


def log_density(chances: Floats, log_ratio: Floats, p: float, shape: float) -> Floats:
    """The logarithm of the density of v = ln(s/σ), shape (n,); `chances` (n, k + 1) are each customer's own."""
    counts = np.arange(1.0, chances.shape[1])
    with np.errstate(divide="ignore"):
        terms = np.log(chances[:, 1:])
    terms += log_components(p * counts, shape, log_ratio[:, None])
    most = np.max(terms, axis=1, initial=-1e300)
    density: Floats = most + np.log(np.maximum(np.exp(terms - most[:, None]).sum(axis=1), SMALLEST))
    return density
