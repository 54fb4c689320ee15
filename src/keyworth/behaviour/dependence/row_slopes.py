"""Each history's log-likelihood by an independent model, with derivatives: what a mixture of such models is climbed by.

Derivatives are in the logarithms of the climbed parameters. Where a family keeps its formula row by row they are exact;
elsewhere they are central differences of a function that is smooth to the last digits.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.special import betaln, digamma, gammaln, polygamma

from keyworth.behaviour.buying_model import BuyingModel
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_after_purchase.model import LeavingAfterPurchase
from keyworth.behaviour.leaving_in_time.model import LeavingInTime
from keyworth.behaviour.leaving_in_time.odds import log_odds_with_slopes, upper
from keyworth.behaviour.parameters import as_array, climbed, climbed_logs
from keyworth.behaviour.slopes_by_row import in_logs_by_row, of_having_left

# Given parameters and n histories: log-likelihood (n,), gradient (n, k) and Hessian (n, k, k).
RowSlopes = Callable[[Any, PurchaseHistories], tuple[Floats, Floats, Floats]]

_STEP = 1e-3


def row_slopes(model: BuyingModel[Any]) -> RowSlopes:
    """The way to ask this model."""
    if isinstance(model, LeavingAfterPurchase):
        first_chance = model.first_chance
        return lambda p, h: _after_purchase(p, h, first_chance)
    if isinstance(model, LeavingInTime):
        return _in_time
    return lambda p, h: _by_differences(model, p, h)


def _after_purchase(p: Any, h: PurchaseHistories, first_chance: int) -> tuple[Floats, Floats, Floats]:
    """The formula and its letters are those of `leaving_after_purchase/likelihood.py`, row by row."""
    r, alpha, a, b = as_array(p)
    bought, at = np.unique(h.repeats, return_inverse=True)
    counted, counted1, counted2, stay, stay1, stay2, both, both2, once, odds = (
        column[at] for column in _by_count(r, a, b, bought, bought + first_chance)
    )
    rate, rate_last = 1.0 / (alpha + h.observed_for), 1.0 / (alpha + h.last_repeat)
    past, length = np.log1p(h.observed_for / alpha), np.log1p((h.observed_for - h.last_repeat) * rate_last)
    shape = r + h.repeats
    odds = odds + shape * length
    gone, doubt, left = of_having_left(odds)
    d = rate - rate_last
    sd = shape * d
    value = counted - h.repeats * np.log(alpha) - shape * past + stay + left
    own = np.array(
        [counted1 - past + gone * length, r / alpha - shape * rate + gone * sd, gone / a - both, stay1 - gone * once]
    )
    full = np.empty((len(h), 4, 4))
    full[:, 0, 0] = counted2 + doubt * length**2
    full[:, 0, 1] = h.observed_for * rate / alpha + gone * d + doubt * sd * length
    full[:, 0, 2], full[:, 0, 3] = doubt * length / a, -doubt * once * length
    full[:, 1, 1] = shape * rate**2 - r / alpha**2 - gone * sd * (rate + rate_last) + doubt * sd**2
    full[:, 1, 2], full[:, 1, 3] = doubt * sd / a, -doubt * once * sd
    full[:, 2, 2] = (doubt - gone) / a**2 - both2
    full[:, 2, 3] = -both2 - doubt * once / a
    full[:, 3, 3] = stay2 + (gone + doubt) * once**2
    return value, *in_logs_by_row(own.T, full, as_array(p)[None])


def _by_count(r: float, a: float, b: float, x: Floats, c: Floats) -> tuple[Floats, ...]:
    """What depends on the number of purchases alone: x repeats, at c of which it was chosen to stay."""
    both, both2 = digamma(a + b + c) - digamma(a + b), polygamma(1, a + b + c) - polygamma(1, a + b)
    once = np.where(c > 0, 1.0 / np.where(c > 0, b + c - 1.0, 1.0), 0.0)
    with np.errstate(divide="ignore"):
        odds = np.log(a * once)  # none where there was no chance to leave
    return (
        gammaln(r + x) - gammaln(r),
        digamma(r + x) - digamma(r),
        polygamma(1, r + x) - polygamma(1, r),
        betaln(a, b + c) - betaln(a, b),
        digamma(b + c) - digamma(b) - both,
        polygamma(1, b + c) - polygamma(1, b) - both2,
        both,
        both2,
        once,
        odds,
    )


def _in_time(p: Any, h: PurchaseHistories) -> tuple[Floats, Floats, Floats]:
    """The formula and its letters are those of `leaving_in_time/likelihood.py`, row by row."""
    observed, natural = h.observed_for, as_array(p)
    size, start = len(natural), np.zeros(len(h))
    bought, at = np.unique(h.repeats, return_inverse=True)
    shapes = p.r + bought
    counted = (gammaln(shapes) - gammaln(p.r))[at] - h.repeats * np.log(p.alpha)
    counted1, counted2 = (digamma(shapes) - digamma(p.r))[at], (polygamma(1, shapes) - polygamma(1, p.r))[at]
    past, rate, shape = np.log1p(observed / p.alpha), 1.0 / (p.alpha + observed), p.r + h.repeats
    odds, slopes, curves = log_odds_with_slopes(p.lifetime, p.r, p.alpha, h)
    gone, doubt, left = of_having_left(odds)
    fade1, fade2 = p.lifetime.fade_slopes(start, observed)

    value = counted - shape * past - p.lifetime.fade(start, observed) + left
    own = gone * slopes
    own[0] += counted1 - past
    own[1] += p.r / p.alpha - shape * rate
    own[2:] -= fade1
    full = np.empty((len(h), size, size))
    for (i, j), curve in zip(upper(size), curves, strict=True):
        full[:, i, j] = gone * curve + doubt * slopes[i] * slopes[j]
    full[:, 0, 0] += counted2
    full[:, 0, 1] += observed * rate / p.alpha
    full[:, 1, 1] += shape * rate**2 - p.r / p.alpha**2
    for (i, j), curve in zip(upper(size - 2), fade2, strict=True):
        full[:, 2 + i, 2 + j] -= curve
    return value, *in_logs_by_row(own.T, full, natural[None])


def _by_differences(model: BuyingModel[Any], p: Any, h: PurchaseHistories) -> tuple[Floats, Floats, Floats]:
    names, logs = climbed(p), climbed_logs(p)
    size = len(names)
    moves = _STEP * np.eye(size)

    def rows(by: Floats) -> Floats:
        moved: dict[str, Any] = dict(zip(names, np.exp(logs + by).tolist(), strict=True))
        return model.log_likelihood(replace(p, **moved), h)

    here = rows(np.zeros(size))
    up, down = [rows(move) - here for move in moves], [rows(-move) - here for move in moves]
    # Of two step lengths the error of the third derivative cancels.
    near = [(rows(move / 2) - rows(-move / 2)) / _STEP for move in moves]
    gradient = np.stack(
        [(4.0 * half - (a - b) / (2.0 * _STEP)) / 3.0 for half, a, b in zip(near, up, down, strict=True)], axis=1
    )
    hessian = np.empty((len(h), size, size))
    for i, j in upper(size):
        if i == j:
            hessian[:, i, i] = up[i] + down[i]
            continue
        both = rows(moves[i] + moves[j]) + rows(-moves[i] - moves[j]) - 2.0 * here
        hessian[:, i, j] = hessian[:, j, i] = 0.5 * (both - up[i] - down[i] - up[j] - down[j])
    return here, gradient, hessian / _STEP**2
