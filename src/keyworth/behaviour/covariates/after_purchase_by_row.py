"""BG/NBD and MBG/NBD with parameters of every customer's own: each history's likelihood and derivatives at once.

The formula and its letters are those of `leaving_after_purchase/likelihood.py`, row by row, with r, α, a and b of the
row.
"""

import numpy as np
from scipy.special import betaln, digamma, gammaln, polygamma

from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.slopes_by_row import in_logs_by_row, of_having_left


def slopes_after_purchase(h: PurchaseHistories, first_chance: int, logs: Floats) -> tuple[Floats, Floats, Floats]:
    """Log-likelihood (n,), gradient (n, 4) and Hessian (n, 4, 4) in the logarithms of r, alpha, a and b, (n, 4)."""
    p = np.exp(logs)
    (r, alpha, a, b), x, observed = p.T, h.repeats, h.observed_for
    s, c, silent = r + x, x + first_chance, observed - h.last_repeat
    rate, rate_last = 1.0 / (alpha + observed), 1.0 / (alpha + h.last_repeat)
    past, length = np.log1p(observed / alpha), np.log1p(silent * rate_last)
    k = np.where(c > 0, 1.0 / np.where(c > 0, b + c - 1.0, 1.0), 0.0)
    with np.errstate(divide="ignore"):
        gone, doubt, left = of_having_left(np.log(a * k) + s * length)
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
    return value, *in_logs_by_row(own, full, p)
