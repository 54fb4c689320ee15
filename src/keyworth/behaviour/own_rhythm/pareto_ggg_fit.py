"""Fitting Pareto/GGG: the likelihood of the histories, customer by customer, and the climb."""

import itertools
from dataclasses import replace

import numpy as np
from scipy.special import digamma

from keyworth.behaviour.fit import Fit, fit_from
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_after_purchase.fit import refuse_too_little
from keyworth.behaviour.newton import Evaluation, Maximum, maximise
from keyworth.behaviour.own_rhythm.pareto_ggg_rhythms import Evidence, Rhythms, added, evidence, log_prior, rhythms
from keyworth.behaviour.parameters import P
from keyworth.behaviour.steady_sums import dot
from keyworth.behaviour.unique_histories import UniqueHistories
from keyworth.words import Message

MOST = 5_000  # histories a fit reads; of more it takes an even selection
_TASTED, _SCOUTS = 100, 400  # histories on which starts are compared, and on which a fit climbs first
_SCOUTING = (
    15  # steps, first on the scouts and then on all histories, by the quick curvature; the way ends by the exact
)
_RANGE = np.log(1e5)  # how far, up or down, each parameter may move from its scale
_LEAST_T, _MOST_T = 0.2, 1e4  # below, the quadrature over k is coarse; above, k is one for all, within a hundredth
_STEP = 1e-3


class RhythmLikelihood:
    """The sample's log-likelihood in the logarithms of t, gamma, r, alpha, s, beta: an Objective.

    The gradient is exact, taken under the integrals; the Hessian is that of the gradient's central differences, which
    cost nine evaluations. `quick` takes the histories' own gradients for it, whose squares add up to what the Hessian
    is expected to be where the model holds (Berndt, Hall, Hall and Hausman, 1974): it shows a climb the way for one
    evaluation, and no more than the way.
    """

    def __init__(self, unique: UniqueHistories, *, quick: bool = False) -> None:
        self._histories, self._weights, self._quick = unique.histories, unique.weights, quick

    def nodes(self, logs: Floats) -> Rhythms:
        t, gamma, r, alpha, s, beta = np.exp(logs).tolist()
        h = self._histories
        gone = -np.expm1(-s * np.log1p((h.observed_for - h.last_repeat) / (beta + h.last_repeat)))
        return rhythms(t, gamma, r, alpha, gone, h)

    def value(self, logs: Floats) -> float:
        at = self.nodes(logs)
        each, _ = self._told(logs, at, self._given(logs, at, slopes=False))
        return dot(self._weights, each)

    def __call__(self, logs: Floats) -> Evaluation:
        at = self.nodes(logs)
        here = self._given(logs, at, slopes=True)
        each, slopes = self._told(logs, at, here)
        value, gradient = dot(self._weights, each), self._sums(slopes)
        if self._quick:
            squares = np.einsum("n,in,jn->ij", self._weights, slopes, slopes)
            return Evaluation(value, gradient, -squares)
        hessian = np.empty((6, 6))
        for i, move in enumerate(np.eye(6) * _STEP):
            # t and gamma say how k differs between customers and nothing about a customer whose k is given.
            there = [here if i < 2 else self._given(logs + by, at, slopes=True) for by in (move, -move)]
            up, down = (
                self._sums(self._told(logs + by, at, of)[1]) for by, of in zip((move, -move), there, strict=True)
            )
            hessian[i] = (up - down) / (2.0 * _STEP)
        return Evaluation(value, gradient, 0.5 * (hessian + hessian.T))

    def _given(self, logs: Floats, at: Rhythms, *, slopes: bool) -> Evidence:
        r, alpha, s, beta = np.exp(logs[2:]).tolist()
        return evidence(r, alpha, s, beta, at.k, self._histories, slopes=slopes)

    def _sums(self, slopes: Floats) -> Floats:
        return np.array([dot(self._weights, of) for of in slopes])

    def _told(self, logs: Floats, at: Rhythms, given: Evidence) -> tuple[Floats, Floats]:
        """Each history's log-likelihood (m,) and, where its slopes are given, its gradient (6, m)."""
        t, gamma = np.exp(logs[:2]).tolist()
        joint = log_prior(t, gamma, at.logs) + given.logs
        each = added(joint, at.step)
        if not len(given.slopes):
            return each, np.empty((6, 0))
        part = np.exp(joint - each[:, None]) * at.step
        of_prior = [
            np.log(gamma) - digamma(t) + np.einsum("ij,ij->i", part, at.logs),
            t / gamma - np.einsum("ij,ij->i", part, at.k),
        ]
        rest = [np.einsum("ij,ij->i", part, slope) for slope in given.slopes]
        return each, np.array([t * of_prior[0], gamma * of_prior[1], *rest])


def fit_pareto_ggg(unique: UniqueHistories, kind: type[P], model: str, start: Floats | None = None) -> Fit[P]:
    """Maximum likelihood from `start`, in logarithms, or the best of a fixed grid of starts.

    Raises NotEnoughHistory, and HistoryRefused where the histories do not tell the time between purchases.
    """
    refuse_too_little(unique)
    unique.histories.needed_gaps()
    unique = unique.in_order()
    read = _selection(unique, MOST)
    observed = dot(unique.weights, unique.histories.observed_for) / unique.customers
    rate = dot(unique.weights, unique.histories.repeats) / (unique.customers * observed)
    centre = np.log([1.0, 1.0, 1.0, observed, 1.0, observed])
    lower, upper = centre - _RANGE, centre + _RANGE
    lower[0], upper[0] = np.log(_LEAST_T), np.log(_MOST_T)
    whole = RhythmLikelihood(read)
    if start is None:
        start = _start(read, rate, observed, lower, upper)
    climb = _sharpened(whole, maximise(whole, start, lower, upper))
    fit = fit_from(
        climb, kind, model=model, unit=unique.histories.unit,
        customers=read.customers, unique_histories=len(read),
    )  # fmt: skip
    if read is unique:
        return fit
    return replace(
        fit,
        verdict=Message(
            "{verdict} Fitted to an even selection, {read} of {customers} {customers:customer|customers}; the standard "
            "errors and the log-likelihood are theirs.",
            verdict=fit.verdict,
            read=round(read.customers),
            customers=round(unique.customers),
        ),
    )


def _start(read: UniqueHistories, rate: float, observed: float, lower: Floats, upper: Floats) -> Floats:
    """Near the maximum: the likeliest of the grid, led on by the quick curvature."""
    grid = [
        np.log([t, t / k, r, r / (1.5 * rate), s, observed * late])
        for t, k, r, (s, late) in itertools.product(
            (4.0, 100.0), (1.0, 3.0), (0.5, 2.0), ((0.6, 0.3), (0.6, 2.0), (3.0, 20.0))
        )
    ]
    taste = RhythmLikelihood(_selection(read, _TASTED))
    start = max(grid, key=taste.value)
    scouts = _selection(read, _SCOUTS)
    for ground in [read] if scouts is read else [scouts, read]:
        start = maximise(RhythmLikelihood(ground, quick=True), start, lower, upper, most_steps=_SCOUTING).at
    return start


def _sharpened(objective: RhythmLikelihood, climb: Maximum) -> Maximum:
    """One step more: a climb ends when the next would be too short to gain anything, and this is that step."""
    if climb.edges or float(np.linalg.eigvalsh(-climb.hessian)[0]) <= 0.0:
        return climb
    step = np.linalg.solve(-climb.hessian, climb.gradient)
    there = objective(climb.at + step)
    if not float(np.linalg.norm(there.gradient)) < float(np.linalg.norm(climb.gradient)):
        return climb
    return replace(climb, at=climb.at + step, value=there.value, gradient=there.gradient, hessian=there.hessian)


def _selection(unique: UniqueHistories, most: int) -> UniqueHistories:
    """Every so-manieth of the histories, which lie in order: a small sample that resembles the whole."""
    every = -(-len(unique) // most)
    if every < 2:
        return unique
    at = slice(None, None, every)
    return UniqueHistories(unique.histories.rows(at), unique.weights[at])
