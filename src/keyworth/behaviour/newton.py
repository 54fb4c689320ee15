"""Climbing a likelihood: Newton's steps within a trust region and a box, for a handful of parameters.

Written here because importing scipy.optimize costs more time than the whole fit, and because an exact Hessian
is at hand: a dozen evaluations reach the maximum to machine precision. Source of the method: Nocedal and
Wright (2006), Numerical Optimization, chapter 4 (the trust-region subproblem through the eigenvalues).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats


class Evaluation(NamedTuple):
    """A log-likelihood with its gradient (k,) and Hessian (k, k)."""

    value: float
    gradient: Floats
    hessian: Floats


def in_logs(value: float, gradient: Floats, upper: Floats, parameters: Floats) -> Evaluation:
    """Carry first and second derivatives (upper triangle) from parameters to their logarithms."""
    full = np.triu(upper) + np.triu(upper, 1).T
    hessian = full * np.outer(parameters, parameters) + np.diag(parameters * gradient)
    return Evaluation(value, parameters * gradient, hessian)


Objective = Callable[[Floats], Evaluation]


@runtime_checkable
class Sloped(Protocol):
    """An objective that can also tell its value and gradient alone, in less time: what a sampler asks for."""

    def slope(self, logs: Floats) -> tuple[float, Floats]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where the climb ended; `edges` are the indices of parameters pressed against the box."""

    at: Floats
    value: float
    gradient: Floats
    hessian: Floats
    edges: tuple[int, ...]
    steps: int


def maximise(objective: Objective, start: Floats, lower: Floats, upper: Floats, *, most_steps: int = 200) -> Maximum:
    """Climb from `start` until one more step would gain nothing that floating point can show.

    Never returns a point lower than `start`. Takes no random step, so the same input ends at the same digit.
    """
    at = np.clip(start, lower, upper)
    now = objective(at)
    radius, steps = 1.0, 0
    while steps < most_steps:
        steps += 1
        free = ~_pressed(at, now.gradient, lower, upper)
        if not free.any():
            break
        step = np.zeros_like(at)
        step[free] = _step(now.gradient[free], now.hessian[np.ix_(free, free)], radius)
        to = np.clip(at + step, lower, upper)
        step = to - at
        promised = float(now.gradient @ step + 0.5 * step @ now.hessian @ step)
        if promised <= 1e-15 * max(1.0, abs(now.value)) and float(np.abs(step).max()) < 1e-9:
            break
        there = objective(to)
        gained = there.value - now.value
        # Rounding in a sum of n terms can hide the last gains: then a smaller gradient counts as progress.
        level = abs(gained) <= 1e-12 * abs(now.value)
        better = gained > 0 or (level and _norm(there, free) < _norm(now, free))
        if not (np.isfinite(there.value) and better):
            radius = 0.25 * min(radius, float(np.linalg.norm(step)))
            if radius < 1e-10:
                break
            continue
        if level or gained > 0.75 * promised:
            radius = min(max(radius, 2.0 * float(np.linalg.norm(step))), 4.0)
        elif gained < 0.25 * promised:
            radius = 0.5 * float(np.linalg.norm(step))
        at, now = to, there
    edges = tuple(np.flatnonzero(_pressed(at, now.gradient, lower, upper)).tolist())
    return Maximum(at, now.value, now.gradient, now.hessian, edges, steps)


def _norm(evaluation: Evaluation, free: NDArray[np.bool_]) -> float:
    return float(np.linalg.norm(evaluation.gradient[free]))


def _pressed(at: Floats, gradient: Floats, lower: Floats, upper: Floats) -> NDArray[np.bool_]:
    pressed: NDArray[np.bool_] = ((at <= lower) & (gradient <= 0)) | ((at >= upper) & (gradient >= 0))
    return pressed


def _step(gradient: Floats, hessian: Floats, radius: float) -> Floats:
    """The best step of at most `radius` by the quadratic model; also right where the model is not concave."""
    curvature, directions = np.linalg.eigh(-hessian)
    along = directions.T @ gradient
    # A direction without curvature is given a little, so that a plain Newton step exists.
    least = 1e-12 * max(1.0, float(np.abs(curvature).max()))

    def at(shift: float) -> Floats:
        return along / np.maximum(curvature + shift, least)

    low = max(0.0, -float(curvature[0]))
    if low == 0.0 and float(np.linalg.norm(at(0.0))) <= radius:
        return np.asarray(directions @ at(0.0))
    high = max(low, 1e-12) + float(np.linalg.norm(gradient)) / radius + 1e-12
    for _ in range(60):
        middle = 0.5 * (low + high)
        if float(np.linalg.norm(at(middle))) > radius:
            low = middle
        else:
            high = middle
    return np.asarray(directions @ at(high))
