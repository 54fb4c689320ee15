"""BdW, beta-discrete-Weibull: sBG for customers whose own resolve grows or wears out with time.

Story. A contract runs from period to period; a customer survives t renewals with chance (1 − θ)^(t^c). Chances
θ differ between customers as Beta(alpha, beta); c is the same for all. c = 1 is sBG; with c > 1 each customer
grows readier to leave from renewal to renewal, with c < 1 more attached. A cohort's retention rate may so fall
at first, or rise faster than sBG allows.

    chance to survive t renewals    S(t) = B(alpha, beta + t^c) / B(alpha, beta)

Source: Fader, Hardie, Liu, Davin and Steenburgh (2018), "How to Project Customer Retention" Revisited: The Role
of Duration Dependence, Journal of Interactive Marketing 43, 1-16.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import polygamma

from keyworth.behaviour.contracts.beta import log_gamma_fall, psi_1_fall, psi_fall
from keyworth.behaviour.contracts.model import ContractModel, Retention
from keyworth.behaviour.contracts.sbg import SBG
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.parameters import refuse_unless_positive
from keyworth.behaviour.steady_sums import per_row

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)
_PLACES, _WEIGHTS = (1.0 + _NODES) / 2, _WEIGHTS / 2


@dataclass(frozen=True, slots=True)
class BdwParameters:
    """alpha, beta and c without unit. Raises ParametersRefused unless all are above zero."""

    alpha: float
    beta: float
    c: float

    def __post_init__(self) -> None:
        refuse_unless_positive(self)


def log_retention(p: BdwParameters, periods: int) -> Retention:
    """The log-retention ln S(t) − ln S(t − 1) for t = 1, …, `periods`, with its derivatives.

    With u = t^c, z = beta + u and f(z) = ln Γ(z) − ln Γ(z + alpha), ln S(t) = f(z) − f(beta).
    """
    t = np.arange(periods + 1, dtype=np.float64)
    used = t**p.c
    log_t = np.log(np.maximum(t, 1.0))  # at t = 0, u is 0 for every c
    z = p.beta + used
    fall, fall2 = psi_fall(z, p.alpha), psi_1_fall(z, p.alpha)
    grows = used * log_t  # du/dc
    steps = np.diff(used)
    slope = np.empty((3, periods))
    slope[0] = psi_fall(z[:-1] + p.alpha, steps)
    slope[1] = _rise(psi_1_fall, fall, z, steps, p.alpha)
    slope[2] = np.diff(fall * grows)
    curve = np.empty((3, 3, periods))
    curve[0, 0] = curve[0, 1] = curve[1, 0] = psi_1_fall(z[:-1] + p.alpha, steps)
    curve[0, 2] = curve[2, 0] = -np.diff(polygamma(1, z + p.alpha) * grows)
    curve[1, 1] = np.diff(fall2)
    curve[1, 2] = curve[2, 1] = np.diff(fall2 * grows)
    curve[2, 2] = np.diff(fall2 * grows**2 + fall * grows * log_t)
    return Retention(_rise(psi_fall, log_gamma_fall(z, p.alpha), z, steps, p.alpha), slope, curve)


def _rise(slope: Callable[[Floats, float], Floats], values: Floats, z: Floats, steps: Floats, alpha: float) -> Floats:
    """By how much `values` at z rise from each to the next, given their `slope`.

    Where z moves little the difference of two values is all rounding; then it is the integral of their slope.
    """
    rise: Floats = np.diff(values)
    little = steps < 0.5 * z[:-1]
    between = z[:-1][little, None] + steps[little, None] * _PLACES
    rise[little] = steps[little] * per_row(slope(between, alpha), _WEIGHTS)
    return rise


def _pace(p: BdwParameters) -> float:
    return p.c


def _starts(churn: float, lived: float) -> list[Floats]:
    """Those of sBG, with resolve that wears out, stays or grows, and as much of it used up in a typical time."""
    return [
        np.array([alpha, beta + (pace - 1.0) * np.log(lived), np.log(pace)])
        for (alpha, beta), pace in itertools.product(SBG.starts(churn, lived), (0.6, 1.0, 1.5, 2.5))
    ]


BDW = ContractModel("bdw", "BdW", BdwParameters, log_retention, _pace, _starts)
