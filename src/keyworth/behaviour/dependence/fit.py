"""Fitting the dependence: from the plain fit on, along the histories' own gradients, then by the exact curvature.

Derivatives are central differences of each history's log-likelihood, which is smooth to the last digits; their squares
add up to what the curvature is expected to be where the model holds (Berndt, Hall, Hall and Hausman, 1974), which shows
the climb the way for one gradient. The last steps and the standard errors take the Hessian itself.
"""

import math
from typing import Any

import numpy as np
from scipy.special import chdtrc

from keyworth.behaviour.buying_model import BuyingModel
from keyworth.behaviour.dependence.dependent_fit import DependentFit, log_likelihoods
from keyworth.behaviour.dependence.joint import limits
from keyworth.behaviour.fit import Fit, verdict_on
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.nested import LikelihoodRatio
from keyworth.behaviour.newton import Evaluation, Maximum, maximise
from keyworth.behaviour.parameters import P, as_dict, climbed
from keyworth.behaviour.steady_sums import dot, per_row
from keyworth.behaviour.unique_histories import UniqueHistories
from keyworth.errors import NotEnoughHistory
from keyworth.units import Share
from keyworth.words import Message

_FARTHEST = 4.0  # of the dependence's coordinate: there it has come within a thousandth of its limit
_REACH = np.log(1e3)  # how far from the plain fit each parameter may move
_SLOPE_STEP, _CURVE_STEP = 1e-5, 1e-3
_CLIMB, _ARRIVE = 40, 6  # steps by the quick curvature, and by the exact one
_AT_LIMIT = Message(
    "Converged with as much dependence as this form can hold: the true one may be stronger, so read it as a sign that "
    "buying and leaving depend, and of which kind."
)


def fit_dependence(model: BuyingModel[P], histories: UniqueHistories | PurchaseHistories) -> DependentFit[P]:
    """The most likely parameters and dependence; never less likely than the plain fit.

    Of a whole number that the plain fit chose it keeps the choice. Raises NotEnoughHistory where nothing can be
    estimated, or where the plain fit names no best parameters to begin from.
    """
    unique = histories if isinstance(histories, UniqueHistories) else histories.unique(inverse=False)
    unique = unique.in_order() if unique.histories.log_gaps is None else unique
    plain = model.fit(unique)
    if not plain.converged:
        raise NotEnoughHistory(
            Message("Whether buying and leaving depend cannot be asked: {verdict}", verdict=plain.verdict),
            hint=Message("Take a model that these histories can tell, or a longer time."),
        )
    ground = _Ground(model, unique, plain)
    start = ground.start()
    lower, upper = start - _REACH, start + _REACH
    lower[-1], upper[-1] = -_FARTHEST, _FARTHEST
    near = maximise(ground.quick, start, lower, upper, most_steps=_CLIMB)
    found = maximise(ground.exact, near.at, lower, upper, most_steps=_ARRIVE)
    return _told(model, plain, ground, found)


class _Ground:
    """The likelihood over (logarithms of the climbed parameters, coordinate of the dependence).

    The dependence is its limits' middle plus tanh of the coordinate times half their distance.
    """

    def __init__(self, model: BuyingModel[P], unique: UniqueHistories, plain: Fit[P]) -> None:
        self.names = climbed(plain.parameters)
        self._model, self._unique, self._plain = model, unique, plain

    def start(self) -> Floats:
        """The plain fit, without dependence."""
        low, high = limits(self._plain.parameters)
        of = as_dict(self._plain.parameters)
        return np.array([*(math.log(of[name]) for name in self.names), math.atanh(-(high + low) / (high - low))])

    def at(self, place: Floats) -> tuple[Any, float]:
        """Parameters and omega."""
        logs = dict(zip(self.names, np.exp(place[:-1]).tolist(), strict=True))
        p = type(self._plain.parameters)(**(as_dict(self._plain.parameters) | logs | self._whole()))
        low, high = limits(p)
        return p, 0.5 * (high + low + (high - low) * math.tanh(place[-1]))

    def quick(self, place: Floats) -> Evaluation:
        rows = self._rows(place)
        slopes = self._slopes(place)
        squares = np.einsum("m,im,jm->ij", self._unique.weights, slopes, slopes)
        return Evaluation(dot(self._unique.weights, rows), per_row(slopes, self._unique.weights), -squares)

    def exact(self, place: Floats) -> Evaluation:
        size = len(place)
        moves = _CURVE_STEP * np.eye(size)
        hessian = np.empty((size, size))
        here, weights = self._rows(place), self._unique.weights
        up = [self._rows(place + move) - here for move in moves]
        down = [self._rows(place - move) - here for move in moves]
        for i in range(size):
            hessian[i, i] = dot(weights, up[i] + down[i])
            for j in range(i):
                both = self._rows(place + moves[i] + moves[j]) + self._rows(place - moves[i] - moves[j]) - 2.0 * here
                hessian[i, j] = hessian[j, i] = 0.5 * dot(weights, both - up[i] - down[i] - up[j] - down[j])
        slopes = per_row(self._slopes(place), weights)
        return Evaluation(dot(weights, here), slopes, hessian / _CURVE_STEP**2)

    def _rows(self, place: Floats) -> Floats:
        p, omega = self.at(place)
        return log_likelihoods(self._model, p, omega, self._unique.histories)

    def _slopes(self, place: Floats) -> Floats:
        moves = _SLOPE_STEP * np.eye(len(place))
        return np.stack([(self._rows(place + by) - self._rows(place - by)) / (2.0 * _SLOPE_STEP) for by in moves])

    def _whole(self) -> dict[str, int]:
        every = as_dict(self._plain.parameters)
        return {name: round(value) for name, value in every.items() if name not in self.names}


def _told(model: BuyingModel[P], plain: Fit[P], ground: _Ground, found: Maximum) -> DependentFit[P]:
    p, omega = ground.at(found.at)
    k = len(as_dict(p)) + 1
    at_limit = found.edges == (len(found.at) - 1,)
    converged, verdict = (True, _AT_LIMIT) if at_limit else verdict_on(found, (*ground.names, "omega"))
    return DependentFit(
        model=model,
        parameters=p,
        omega=omega,
        standard_errors=_errors(ground, found),
        log_likelihood=found.value,
        aic=2 * k - 2 * found.value,
        bic=k * math.log(plain.customers) - 2 * found.value,
        converged=converged,
        verdict=verdict,
        independent=plain,
        ratio=_ratio(max(2.0 * (found.value - plain.log_likelihood), 0.0), None if converged else verdict),
    )


def _ratio(gained: float, no_theory: Message | None) -> LikelihoodRatio:
    """The test of no dependence, which lies inside the limits: one degree of freedom.

    A limit can only keep the statistic down, so at one the share of chance is no larger than told.
    """
    if no_theory is not None:
        return LikelihoodRatio(gained, 1, None, no_theory)
    share = float(chdtrc(1, gained))
    return LikelihoodRatio(
        gained,
        1,
        share,
        Message(
            "If buying and leaving were independent, chance alone would lift the likelihood so far in {share} of all "
            "samples.",
            share=Share(share),
        ),
    )


def _errors(ground: _Ground, found: Maximum) -> dict[str, float] | None:
    """By the delta method, from the coordinates of the climb; None where there is no curvature to take them from."""
    information = -found.hessian
    if found.edges or float(np.linalg.eigvalsh(information)[0]) <= 0.0:
        return None
    covariance = np.linalg.inv(information)

    def told(place: Floats) -> Floats:
        p, omega = ground.at(place)
        of = as_dict(p)
        return np.array([*(of[name] for name in ground.names), omega])

    moves = _SLOPE_STEP * np.eye(len(found.at))
    turns = np.stack([(told(found.at + by) - told(found.at - by)) / (2.0 * _SLOPE_STEP) for by in moves])
    variances = np.einsum("ik,ij,jk->k", turns, covariance, turns)
    return dict(zip((*ground.names, "omega"), np.sqrt(variances).tolist(), strict=True))
