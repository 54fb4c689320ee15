"""The gap that is not over yet: how far along its k steps a customer may be who has not bought for a while.

A purchase is every k-th tick of a Poisson clock of rate λ. Given λ, the chance that fewer than k ticks fall in a
silence u is e^(−λu) Σ_{j<k} (λu)^j / j!. Averaged over λ ~ Gamma(s, α + t_x), where s = r + k·x, that is

    F = (1 − q)^s · Q,    Q = Σ_{j<k} (s)_j · q^j / j!,    q = u / (α + T),    (s)_j = s (s+1) ⋯ (s+j−1),

a sum of positive terms; each term's share of Q is the chance that the customer, if still one, stands j ticks past
the last purchase. With k = 1, Q is 1.
"""

from dataclasses import dataclass

import numpy as np

from keyworth.behaviour.histories import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Silence:
    """ln Q and its first and second derivatives in r and alpha, each of shape (n,)."""

    log_q: Floats
    by_r: Floats
    by_alpha: Floats
    by_rr: Floats
    by_r_alpha: Floats
    by_alpha_alpha: Floats


def phases(k: int, shapes: Floats, q: Floats) -> tuple[Floats, Floats]:
    """Of each: ln Q, (n,), and how likely a customer stands 0, 1, …, k − 1 ticks past the last purchase, (n, k)."""
    logs = np.zeros((len(shapes), k))
    with np.errstate(divide="ignore"):
        log_share = np.log(q)
    for j in range(1, k):
        logs[:, j] = logs[:, j - 1] + np.log((shapes + (j - 1)) / j) + log_share
    most = logs.max(axis=1)
    terms = np.exp(logs - most[:, None])
    total = terms.sum(axis=1)
    return most + np.log(total), terms / total[:, None]


def silence(k: int, shapes: Floats, q: Floats, rates: Floats) -> Silence:
    """Of each: ln Q with its derivatives, where `rates` are 1 / (alpha + T).

    The shares of Q are chances, so its derivatives are means and variances over the phases: of h_j = Σ_{i<j} 1/(s+i)
    for r and of −j / (α + T) for alpha.
    """
    term, h = np.ones_like(shapes), np.zeros_like(shapes)
    q0, qh, qhh = np.ones_like(shapes), np.zeros_like(shapes), np.zeros_like(shapes)
    qj, qjj, qhj = np.zeros_like(shapes), np.zeros_like(shapes), np.zeros_like(shapes)
    bent = np.zeros_like(shapes)
    for j in range(1, k):
        step = shapes + (j - 1)
        term = term * (step * q / j)
        h = h + 1.0 / step
        bent = bent + 1.0 / step**2
        q0 += term
        qh += term * h
        qhh += term * (h * h - bent)
        qj += term * j
        qjj += term * (j * j)
        qhj += term * h * j
    mean_h, mean_j = qh / q0, qj / q0
    return Silence(
        log_q=np.log(q0),
        by_r=mean_h,
        by_alpha=-mean_j * rates,
        by_rr=qhh / q0 - mean_h**2,
        by_r_alpha=-(qhj / q0 - mean_h * mean_j) * rates,
        by_alpha_alpha=(qjj / q0 - mean_j**2 + mean_j) * rates**2,
    )
