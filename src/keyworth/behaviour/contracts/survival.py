"""How many renewals are still to come, added up without an end, for a chance of survival B(α, β + t^c) / B(α, β)."""

import math

import numpy as np

from keyworth.behaviour.contracts.beta import log_gamma_fall, psi_fall
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.steady_sums import dot
from keyworth.errors import ParametersRefused
from keyworth.words import Message

_ONE_BY_ONE = 2048  # terms that are added singly before the rest is taken as an integral
_PANEL = 0.25  # in ln t
_NATS = 45.0  # what has fallen by exp(−45) is left out
_FAR = math.log(1e20)  # so far beyond the parameters, survival is a pure power of time


def log_survival(alpha: float, beta: float, pace: float, t: Floats) -> Floats:
    """The logarithm of S(t), for t ≥ 0 of any shape."""
    return _log_survival_of(alpha, beta, t**pace)


def _log_survival_of(alpha: float, beta: float, used: Floats) -> Floats:
    start = log_gamma_fall(np.array([beta]), alpha)[0]
    survived: Floats = log_gamma_fall(beta + used, alpha) - start
    return survived


def sum_ahead(alpha: float, beta: float, pace: float, renewed: int, force: float, ahead: int | None) -> float:
    """Σ exp(−force·(k−1))·S(renewed + k) / S(renewed) over k = 1, …, `ahead`, or over all k.

    Without `ahead` the sum must converge: force > 0, or alpha·pace > 1. It is accurate to 1e-11.
    """
    for periods in (renewed, 0 if ahead is None else ahead):
        if not (isinstance(periods, int | np.integer) and periods >= 0):
            raise ParametersRefused(
                Message("Periods are counted from 0, in whole numbers; got {periods}.", periods=str(periods))
            )
    known = float(log_survival(alpha, beta, pace, np.array([float(renewed)]))[0])

    def terms(k: Floats) -> Floats:
        there = log_survival(alpha, beta, pace, renewed + k) - known
        worth: Floats = np.exp(there - force * (k - 1.0))
        return worth

    singly = _ONE_BY_ONE if ahead is None else ahead
    total = float(terms(np.arange(1.0, singly + 1)).sum())
    if ahead is not None:
        return total
    # Euler and Maclaurin: the sum from K on is the integral, half the term at K, and a bit of its slope.
    last = float(terms(np.array([float(_ONE_BY_ONE)]))[0])
    if last == 0.0:
        return total
    now = float(renewed + _ONE_BY_ONE)
    used_up = pace * now ** (pace - 1.0) * float(psi_fall(np.array([beta + now**pace]), alpha)[0])
    slope = last * (used_up - force)
    return float(total + _integral(alpha, beta, pace, renewed, force, known) - last / 2 - slope / 12)


def _integral(alpha: float, beta: float, pace: float, renewed: int, force: float, known: float) -> float:
    """∫ from `_ONE_BY_ONE` on of the terms, in x = ln k, where they fall smoothly whatever the parameters."""
    start, rest = math.log(_ONE_BY_ONE), 0.0
    if force > 0.0:
        end = math.log(_ONE_BY_ONE + _NATS / force)
    else:
        scale = max(alpha + beta, 1.0)
        end = max(start, (_FAR + 2 * math.log(scale)) / pace, _FAR + math.log(renewed + 1.0)) + _PANEL
    nodes, weights = np.polynomial.legendre.leggauss(16)
    panels = math.ceil((end - start) / _PANEL)
    half = (end - start) / panels / 2
    x = ((start + half * (2 * np.arange(panels) + 1))[:, None] + half * nodes).ravel()

    def heights(x: Floats) -> Floats:
        used = np.exp(pace * (x + np.log1p(renewed * np.exp(-x))))
        fallen = _log_survival_of(alpha, beta, used) - known
        discounted = force * np.expm1(np.minimum(x, 700.0)) if force > 0.0 else 0.0
        height: Floats = np.exp(fallen - discounted + x)
        return height

    if force == 0.0:  # from `end` on a pure power of time
        rest = float(heights(np.array([end]))[0]) / (alpha * pace - 1.0)
    return half * dot(np.tile(weights, panels), heights(x)) + rest
