"""Pareto/NBD and Gamma-Gompertz/NBD with parameters of every customer's own: likelihoods and derivatives at once.

The formula and its letters are those of `leaving_in_time/likelihood.py`, row by row; the odds of having left take the
parameters of each row as they take everybody's.
"""

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_in_time.lifetimes import Lifetime
from keyworth.behaviour.leaving_in_time.odds import log_odds_with_slopes, upper
from keyworth.behaviour.slopes_by_row import in_logs_by_row


def slopes_in_time(h: PurchaseHistories, lifetime: type[Lifetime], logs: Floats) -> tuple[Floats, Floats, Floats]:
    """Log-likelihood (n,), gradient (n, k) and Hessian (n, k, k) in the logarithms of all parameters, (n, k)."""
    p = np.exp(logs)
    (r, alpha), x, observed = p.T[:2], h.repeats, h.observed_for
    life, size, start = lifetime(*p.T[2:]), p.shape[1], np.zeros(len(h))
    shape, past, rate = r + x, np.log1p(observed / alpha), 1.0 / (alpha + observed)
    odds, slopes, curves = log_odds_with_slopes(life, r, alpha, h)
    fading = np.exp(-np.abs(odds))
    gone, doubt = np.where(odds > 0, 1.0, fading) / (1.0 + fading), fading / (1.0 + fading) ** 2
    fade1, fade2 = life.fade_slopes(start, observed)
    value = (
        gammaln(shape) - gammaln(r) - x * np.log(alpha) - shape * past - life.fade(start, observed)
        + np.maximum(odds, 0.0) + np.log1p(fading)
    )  # fmt: skip
    own = gone * slopes
    own[0] += digamma(shape) - digamma(r) - past
    own[1] += r / alpha - shape * rate
    own[2:] -= fade1
    full = np.empty((len(h), size, size))
    for (i, j), curve in zip(upper(size), curves, strict=True):
        full[:, i, j] = gone * curve + doubt * slopes[i] * slopes[j]
    full[:, 0, 0] += polygamma(1, shape) - polygamma(1, r)
    full[:, 0, 1] += observed * rate / alpha
    full[:, 1, 1] += shape * rate**2 - r / alpha**2
    for (i, j), curve in zip(upper(size - 2), fade2, strict=True):
        full[:, 2 + i, 2 + j] -= curve
    return value, *in_logs_by_row(own.T, full, p)
