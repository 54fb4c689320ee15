"""Averages over a beta distribution, exact to rounding however its parameters lie.

The trapezoidal rule in y = ln(p / (1−p)). There the beta density and functions like (1 + p·u)^−s are
smooth in a strip of half-width π/2 about the real axis, whatever u and s, so that the error falls as
exp(−π²/step) (Trefethen and Weideman 2014, SIAM Review 56(3)). Gauss–Jacobi rules need ever
more nodes as u grows.
"""

import math

import numpy as np

from keyworth.behaviour.histories import Floats

_NATS = 33.0  # what is left out, or closed as a geometric series, is below exp(−33) = 5e-15


def beta_rule(a: float, b: float, steepest: float) -> tuple[Floats, Floats]:
    """Nodes p and weights w with Σ w·g(p) = E[g(p)] for p ~ Beta(a, b).

    Made for positive g that fall in p no faster than (1 + p·u)^−s with s·(1 + u) ≤ `steepest`.
    """
    peak = math.log(a / b)
    fast = math.log(1.0 + steepest)
    # Left of `flat`, g and (1−p)^b no longer change, so that the rest of the sum is a geometric series.
    flat = -fast - math.log(1.0 + b) - _NATS
    wide = math.sqrt(2 * _NATS * (1.0 / a + 1.0 / b))  # where a bell as wide as the density has come down
    left = max(flat, min(peak, -fast) - _NATS / a - wide)
    right = min(fast + math.log(1.0 + a) + _NATS, max(peak, 0.0) + _NATS / b + wide)
    step = min(0.3, 0.55 / math.sqrt(a))
    y = np.linspace(left, right, max(8, math.ceil((right - left) / step) + 1))
    step = float(y[1] - y[0])
    log_p, log_rest = -np.logaddexp(0.0, -y), -np.logaddexp(0.0, y)
    height = a * log_p + b * log_rest
    weights = np.exp(height - height.max())
    weights[0] /= -math.expm1(-a * step)
    weights[-1] /= -math.expm1(-b * step)
    kept = weights > 0
    return np.exp(log_p[kept]), weights[kept] / weights.sum()
