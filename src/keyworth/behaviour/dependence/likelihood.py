"""The likelihood where buying and leaving may depend on each other, with exact derivatives.

Of each history it is Σ c·L over the four worlds of `joint`: the weights c move with all parameters but times', and the
worlds' own parameters are everybody's, with α (and β) twice as large or b larger by 1. So it is climbed by what the
independent model says of each history in each of the worlds, and the chain rule; no formula of any model is needed.
Each L is taken times the mean of the kernel that makes its world: then none is larger than the first.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic

import numpy as np

from keyworth.behaviour.buying_model import BuyingModel
from keyworth.behaviour.dependence.joint import leaves_in_time, log_means, of_kernels, worlds
from keyworth.behaviour.dependence.joint_slopes import Sloped, kernel_slopes
from keyworth.behaviour.dependence.row_slopes import row_slopes
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.in_blocks import in_blocks
from keyworth.behaviour.newton import Evaluation
from keyworth.behaviour.parameters import P, climbed, names
from keyworth.behaviour.steady_sums import dot
from keyworth.behaviour.unique_histories import UniqueHistories

_ROWS = 4_096
# At the very limit of omega a history may be all but impossible; what rounding leaves of it is kept above 0.
_LEAST = math.ulp(1.0)


class DependentLikelihood(Generic[P]):
    """Called with the logarithms of the climbed parameters and, last, of the dependence; returns value and derivatives.

    `p` are parameters of the independent model, of which only whole numbers count, which stay as they are.
    """

    def __init__(self, model: BuyingModel[P], unique: UniqueHistories, p: P) -> None:
        self.names = climbed(p)
        self._rows, self._unique, self._p = row_slopes(model), unique, p

    def at(self, logs: Floats) -> tuple[P, float]:
        """Parameters of the independent model, and the dependence."""
        *own, dependence = np.exp(logs).tolist()
        moved: dict[str, Any] = dict(zip(self.names, own, strict=True))
        return replace(self._p, **moved), dependence

    def __call__(self, logs: Floats) -> Evaluation:
        p, dependence = self.at(logs)
        free = [*(names(p).index(name) for name in self.names), -1]
        weights, mean1, mean2 = kernel_slopes(p, dependence)
        asked = _Asked(
            weights=tuple(Sloped(of.value, of.first[free], of.second[np.ix_(free, free)]) for of in weights),
            log_means=log_means(p),
            mean_slopes=mean1[:, free],
            mean_curves=mean2[:, free][..., free],
            ways=tuple(self._way(p, world) for world in worlds(p)),
        )
        h, size = self._unique.histories, len(free)
        blocks = np.zeros((-(-len(h) // _ROWS), 1 + size + size * size))

        def block(start: int, end: int) -> None:
            part = h.rows(slice(start, end))
            told = [self._rows(world, part) for world in worlds(p)]
            blocks[start // _ROWS] = _summed(asked, told, self._unique.weights[start:end])

        in_blocks(len(h), _ROWS, block)
        total = blocks.sum(axis=0)  # in order, so threads change no digit
        return Evaluation(float(total[0]), total[1 : 1 + size], total[1 + size :].reshape(size, size))

    def _way(self, p: P, world: P) -> Floats:
        """By how much the logarithm of each of a world's parameters follows everybody's, (k,).

        That of 2α follows α's one by one; that of b + 1 follows b's by w = b/(b + 1), and turns by w·(1 − w).
        """
        first = np.ones(len(self.names))
        if not leaves_in_time(p) and world.b != p.b:  # type: ignore[attr-defined]
            first[self.names.index("b")] = p.b / world.b  # type: ignore[attr-defined]
        return first


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What is the same for all histories at one place of the climb; of the four worlds, in order."""

    weights: tuple[Sloped, ...]
    log_means: Floats
    mean_slopes: Floats
    mean_curves: Floats
    ways: tuple[Floats, ...]


def _summed(asked: _Asked, told: list[tuple[Floats, Floats, Floats]], weights: Floats) -> Floats:
    """Value, gradient and Hessian, one after another, of some histories.

    In each world the likelihood times the kernels' means is what the history leaves of them: at most that of the first.
    """
    top = told[0][0]
    likely = np.array([np.exp(value - top + mean) for (value, _, _), mean in zip(told, asked.log_means, strict=True)])
    whole = np.array([of.value for of in asked.weights])[:, None] * likely
    total = np.maximum(whole.sum(axis=0), _LEAST)
    size = asked.mean_slopes.shape[1]
    gradient, hessian = np.zeros((len(top), size)), np.zeros((size, size))
    for at, (_, first, second) in enumerate(told):
        of, way, part = asked.weights[at], asked.ways[at], likely[at] / total
        slope = np.tile(asked.mean_slopes[at], (len(top), 1))
        slope[:, :-1] += first * way
        mine = weights * part
        gradient += part[:, None] * (of.first + of.value * slope)
        cross = np.outer(np.einsum("n,ni->i", mine, slope), of.first)
        curve = mine.sum() * asked.mean_curves[at] + _products(mine, slope)
        own = np.einsum("n,nij->ij", mine, second) * np.outer(way, way)
        curve[:-1, :-1] += own + np.diag(np.einsum("n,ni->i", mine, first) * way * (1.0 - way))
        hessian += mine.sum() * of.second + cross + cross.T + of.value * curve
    hessian -= _products(weights, gradient)
    value = dot(weights, top + np.log(total))
    return np.concatenate([[value], np.einsum("n,ni->i", weights, gradient), hessian.ravel()])


def _products(weights: Floats, rows: Floats) -> Floats:
    """Σ weights · row rowᵀ."""
    return np.asarray(np.einsum("ni,nj->ij", weights[:, None] * rows, rows))


def log_likelihoods(model: BuyingModel[P], p: P, omega: float, h: PurchaseHistories) -> Floats:
    """The logarithm of the weighted sum of what the four worlds say of each history."""
    top, likely = _evidence(model, p, omega, h)
    found: Floats = top + np.log(np.maximum(likely.sum(axis=0), _LEAST))
    return found


def averaged(model: BuyingModel[P], p: P, omega: float, h: PurchaseHistories, answer: Callable[[P], Floats]) -> Floats:
    """Each history's answers in the four worlds, weighed by how well each world explains that history."""
    _, likely = _evidence(model, p, omega, h)
    likely /= np.maximum(likely.sum(axis=0), _LEAST)
    return np.asarray(sum((weight * answer(of).T).T for weight, of in zip(likely, worlds(p), strict=True)))


def _evidence(model: BuyingModel[P], p: P, omega: float, h: PurchaseHistories) -> tuple[Floats, Floats]:
    """Of n histories the log-likelihood without dependence, (n,), and over it what each of four worlds adds, (4, n)."""
    logs = [model.log_likelihood(world, h) for world in worlds(p)]
    likely = [np.exp(of - logs[0] + mean) for of, mean in zip(logs, log_means(p), strict=True)]
    return logs[0], of_kernels(p, omega)[:, None] * np.array(likely)
