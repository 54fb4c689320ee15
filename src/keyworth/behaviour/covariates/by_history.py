"""BG/NBD and MBG/NBD with parameters of every customer's own: each history's likelihood and derivatives at once.

Where a covariate is a number, hardly two customers are alike in it, and a likelihood for each sort of customers would
be one for each customer. The formula and its letters are those of `leaving_after_purchase/likelihood.py`, row by row,
with r, α, a and b of the row.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, digamma, gammaln, polygamma

from keyworth.behaviour.covariates.likelihood import OwnSlopes
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.in_blocks import in_blocks

_ROWS = 8_192  # histories worked on together, so that they stay near the processor


@dataclass(frozen=True, slots=True, eq=False)
class EachOwn:
    """Parameters of n customers, each (n,): what a formula of r, alpha, a and b takes as it takes single numbers."""

    r: Floats
    alpha: Floats
    a: Floats
    b: Floats


def by_history(h: PurchaseHistories, first_chance: int) -> OwnSlopes:
    """Every history is a unit of its own; logs are of r, alpha, a and b, (n, 4)."""

    def slopes(logs: Floats) -> tuple[Floats, Floats, Floats]:
        n = len(h)
        value, gradient, hessian = np.empty(n), np.empty((n, 4)), np.empty((n, 4, 4))

        def block(start: int, end: int) -> None:
            part = slice(start, end)
            value[part], gradient[part], hessian[part] = _slopes(h.rows(part), first_chance, np.exp(logs[part]))

        in_blocks(n, _ROWS, block)
        return value, gradient, hessian

    return slopes


def _slopes(h: PurchaseHistories, first_chance: int, p: Floats) -> tuple[Floats, Floats, Floats]:
    (r, alpha, a, b), x, observed = p.T, h.repeats, h.observed_for
    s, c, silent = r + x, x + first_chance, observed - h.last_repeat
    rate, rate_last = 1.0 / (alpha + observed), 1.0 / (alpha + h.last_repeat)
    past, length = np.log1p(observed / alpha), np.log1p(silent * rate_last)
    could = c > 0
    k = np.where(could, 1.0 / np.where(could, b + c - 1.0, 1.0), 0.0)
    odds = np.log(np.where(could, a * k, 1.0)) + s * length
    fading = np.exp(-np.abs(odds))
    gone = np.where(could, np.where(odds > 0, 1.0, fading) / (1.0 + fading), 0.0)
    doubt = np.where(could, fading / (1.0 + fading) ** 2, 0.0)
    left = np.where(could, np.maximum(odds, 0.0) + np.log1p(fading), 0.0)
    value = gammaln(s) - gammaln(r) - x * np.log(alpha) - s * past + betaln(a, b + c) - betaln(a, b) + left

    d = -silent * rate * rate_last
    sd, d2 = s * d, d * (rate + rate_last)
    both, both2 = digamma(a + b + c) - digamma(a + b), polygamma(1, a + b + c) - polygamma(1, a + b)
    own = np.stack(
        [
            digamma(s) - digamma(r) - past + gone * length,
            r / alpha - s * rate + gone * sd,
            gone / a - both,
            digamma(b + c) - digamma(b) - both - gone * k,
        ],
        axis=1,
    )
    full = np.empty((len(x), 4, 4))
    full[:, 0, 0] = polygamma(1, s) - polygamma(1, r) + doubt * length**2
    full[:, 0, 1] = observed * rate / alpha + gone * d + doubt * sd * length
    full[:, 0, 2], full[:, 0, 3] = doubt * length / a, -doubt * k * length
    full[:, 1, 1] = s * rate**2 - r / alpha**2 - gone * s * d2 + doubt * sd**2
    full[:, 1, 2], full[:, 1, 3] = doubt * sd / a, -doubt * k * sd
    full[:, 2, 2] = (doubt - gone) / a**2 - both2
    full[:, 2, 3] = -both2 - doubt * k / a
    full[:, 3, 3] = polygamma(1, b + c) - polygamma(1, b) - both2 + (gone + doubt) * k**2
    for i in range(4):
        for j in range(i):
            full[:, i, j] = full[:, j, i]
    # From the parameters to their logarithms.
    gradient = own * p
    hessian = full * p[:, :, None] * p[:, None, :]
    hessian[:, range(4), range(4)] += gradient
    return value, gradient, hessian
