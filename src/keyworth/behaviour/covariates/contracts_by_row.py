"""sBG and BdW with parameters of every customer's own: likelihoods and derivatives at once.

With u = t^c and f(z) = ln Γ(z) − ln Γ(z + alpha), the chance to survive t renewals is exp(f(beta + u) − f(beta)), as in
`contracts/bdw.py`; sBG is c = 1. Who left at the end of period t survived t − 1 renewals and not the next.
"""

from typing import Any, NamedTuple

import numpy as np
from scipy.special import polygamma, psi

from keyworth.behaviour.contracts.beta import log_gamma_fall, psi_1_fall, psi_fall
from keyworth.behaviour.contracts.likelihood import chance_of_leaving
from keyworth.behaviour.contracts.model import ContractModel
from keyworth.behaviour.contracts.tenures import Tenures
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.slopes_by_row import in_logs_by_row


def log_likelihood_of_tenures(model: ContractModel[Any], p: Any, seen: Tenures) -> Floats:
    """In nats, for one customer of each row; `p` may have arrays (n,)."""
    pace, start = model.pace(p), log_gamma_fall(p.beta, p.alpha)
    before, after = (log_gamma_fall(p.beta + t**pace, p.alpha) - start for t in _renewals(seen))
    left = before + np.log(chance_of_leaving(np.minimum(after - before, 0.0)))
    return np.where(seen.ended, left, after)


def slopes_of_tenures(seen: Tenures, logs: Floats) -> tuple[Floats, Floats, Floats]:
    """Log-likelihood (n,), gradient (n, k) and Hessian (n, k, k) in the logarithms of alpha, beta and perhaps c."""
    p = np.exp(logs)
    before, after = (_survived(p, t) for t in _renewals(seen))
    renewed = np.minimum(after.value - before.value, 0.0)
    leaving = chance_of_leaving(renewed)
    odds = np.exp(renewed) / leaving  # of renewing; d ln(1 − r) = −odds·d ln r, and odds grow by odds·(1 + odds)·d ln r
    step, bend = after.slope - before.slope, after.curve - before.curve
    o = odds[:, None]
    slope = np.where(seen.ended[:, None], before.slope - o * step, after.slope)
    bent = before.curve - odds[:, None, None] * (
        bend + (1.0 + odds)[:, None, None] * step[:, :, None] * step[:, None, :]
    )
    curve = np.where(seen.ended[:, None, None], bent, after.curve)
    value = np.where(seen.ended, before.value + np.log(leaving), after.value)
    return value, *in_logs_by_row(slope, curve, p)


class _Survived(NamedTuple):
    """ln S(t) with its first and second derivatives in the parameters: (n,), (n, k), (n, k, k)."""

    value: Floats
    slope: Floats
    curve: Floats


def _renewals(seen: Tenures) -> tuple[Floats, Floats]:
    """How many renewals were survived for sure, and how many by one who did not leave at the last."""
    return np.maximum(seen.periods - 1.0, 0.0), seen.periods


def _survived(p: Floats, t: Floats) -> _Survived:
    n, size = p.shape
    alpha, beta = p[:, 0], p[:, 1]
    pace = p[:, 2] if size > 2 else np.ones(n)
    used = t**pace
    z = beta + used
    fall, fall2 = psi_fall(z, alpha), psi_1_fall(z, alpha)
    bent = polygamma(1, z + alpha)
    slope, curve = np.empty((n, size)), np.empty((n, size, size))
    slope[:, 0] = psi(beta + alpha) - psi(z + alpha)
    slope[:, 1] = fall - psi_fall(beta, alpha)
    curve[:, 0, 0] = curve[:, 0, 1] = polygamma(1, beta + alpha) - bent
    curve[:, 1, 1] = fall2 - psi_1_fall(beta, alpha)
    if size > 2:
        log_t = np.log(np.maximum(t, 1.0))  # at t = 0, u is 0 for every c
        grows = used * log_t  # du/dc
        slope[:, 2] = fall * grows
        curve[:, 0, 2] = -bent * grows
        curve[:, 1, 2] = fall2 * grows
        curve[:, 2, 2] = fall2 * grows**2 + fall * grows * log_t
    return _Survived(log_gamma_fall(z, alpha) - log_gamma_fall(beta, alpha), slope, curve)
