"""Fitting the dependence: from the fit without it on, by Newton's steps with exact derivatives."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import chdtrc

from keyworth.behaviour.buying_model import BuyingModel, Form
from keyworth.behaviour.dependence.dependent_fit import DependentFit
from keyworth.behaviour.dependence.joint import means, omega_of
from keyworth.behaviour.dependence.likelihood import DependentLikelihood
from keyworth.behaviour.dependence.parameters import D
from keyworth.behaviour.fit import Fit, fit_from, verdict_on
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_after_purchase.fit import refuse_too_little
from keyworth.behaviour.leaving_in_time.fit import selection
from keyworth.behaviour.nested import LikelihoodRatio
from keyworth.behaviour.newton import Maximum, maximise
from keyworth.behaviour.parameters import P, as_dict, climbed_logs
from keyworth.behaviour.steady_sums import dot
from keyworth.behaviour.unique_histories import UniqueHistories, distinct
from keyworth.errors import NotEnoughHistory, ParametersRefused
from keyworth.units import Share
from keyworth.words import Message

if TYPE_CHECKING:
    from keyworth.behaviour.dependence.model import Dependent

_RANGE = np.log(1e5)  # how far, up or down, each parameter may move from its scale
_FARTHEST = np.log(1e3)  # and the dependence, which has then come within a hundredth of its limit
_SCOUTS = 20_000  # unique histories on which a large fit looks for its way
_SLOPE_STEP = 1e-5  # of the delta method
_AT_LIMIT = Message(
    "Converged with as much dependence as this form can hold: the true one may be stronger, so read it as a sign that "
    "buying and leaving depend, and of which kind."
)


class _Climb(NamedTuple):
    """Where a climb from the fit without dependence ended, and whether to believe it.

    rest: the end without the dependence, where that is pressed against its limit and all else came to rest.
    """

    maximum: Maximum
    rest: Maximum | None
    converged: bool
    verdict: Message


def fit_dependent(model: "Dependent[D]", unique: UniqueHistories, form: Form | None, start: Floats | None) -> Fit[D]:
    """The most likely parameters from `start`, in logarithms, or from the fit without dependence.

    `form` is of that fit. Raises NotEnoughHistory.
    """
    refuse_too_little(unique)
    unique = unique.in_order()
    plain, kind = model.plain, model.parameter_kind
    if start is None:
        start = np.append(climbed_logs(plain.fit(unique, form=form).parameters), 0.0)
    likelihood = DependentLikelihood(plain, unique, plain.parameter_kind(*np.exp(start[:-1]).tolist()))
    climb = _climb(plain, likelihood, unique, start)
    about: dict[str, Any] = {
        "model": model.name,
        "unit": unique.histories.unit,
        "customers": unique.customers,
        "unique_histories": len(unique),
    }
    whole = fit_from(climb.maximum, kind, **about)
    if climb.rest is None:
        return whole
    # The dependence stays where it is, as a number that was chosen does: without an error of its own.
    others = fit_from(climb.rest, plain.parameter_kind, **about)
    covariance = None if others.covariance is None else np.pad(others.covariance, (0, 1))
    return replace(
        whole,
        standard_errors=others.standard_errors,
        covariance=covariance,
        converged=climb.converged,
        verdict=climb.verdict,
    )


def fit_dependence(model: BuyingModel[P], histories: UniqueHistories | PurchaseHistories) -> DependentFit[P]:
    """The most likely parameters and dependence; never less likely than the plain fit.

    Of a whole number that the plain fit chose it keeps the choice. Raises ParametersRefused for what is no model in
    which buying and leaving are independent, NotEnoughHistory where nothing can be
    estimated, or where the plain fit names no best parameters to begin from.
    """
    _refuse_unless_independent(model)
    unique = distinct(histories)
    unique = unique.in_order() if unique.histories.log_gaps is None else unique
    plain = model.fit(unique)
    if not plain.converged:
        raise NotEnoughHistory(
            Message("Whether buying and leaving depend cannot be asked: {verdict}", verdict=plain.verdict),
            hint=Message("Take a model that these histories can tell, or a longer time."),
        )
    likelihood = DependentLikelihood(model, unique, plain.parameters)
    climb = _climb(model, likelihood, unique, np.append(climbed_logs(plain.parameters), 0.0))
    found = climb.maximum
    p, dependence = likelihood.at(found.at)
    k = len(as_dict(p)) + 1
    return DependentFit(
        model=model,
        parameters=p,
        omega=float(omega_of(*means(p), dependence)),
        standard_errors=_errors(likelihood, found),
        log_likelihood=found.value,
        aic=2 * k - 2 * found.value,
        bic=k * math.log(plain.customers) - 2 * found.value,
        converged=climb.converged,
        verdict=climb.verdict,
        independent=plain,
        ratio=_ratio(
            max(2.0 * (found.value - plain.log_likelihood), 0.0), None if climb.converged else climb.verdict
        ),
    )  # fmt: skip


def _refuse_unless_independent(model: Any) -> None:
    from keyworth.behaviour.models import MODELS, TITLES

    plain = [name for name, each in MODELS.items() if not hasattr(each, "plain")]
    if isinstance(model, str) or getattr(model, "name", None) not in plain:
        raise ParametersRefused(
            Message(
                "A model in which buying and leaving are independent was expected; got {model}.",
                model=model if isinstance(model, str) else getattr(model, "title", type(model).__name__),
            ),
            hint=Message("Take one of {models} from keyworth.behaviour.MODELS.", models=[TITLES[n] for n in plain]),
        )


def _climb(
    model: BuyingModel[Any], likelihood: DependentLikelihood[Any], unique: UniqueHistories, start: Floats
) -> _Climb:
    """A large sample is first climbed on an even selection of its histories."""
    scale = dot(unique.weights, unique.histories.observed_for) / unique.customers
    powers = model.time_powers
    centre = np.array([*(powers.get(name, 0) * np.log(scale) for name in likelihood.names), 0.0])
    reach = np.append(np.full(len(likelihood.names), _RANGE), _FARTHEST)
    lower, upper = centre - reach, centre + reach
    scouted = selection(unique, _SCOUTS)
    if scouted is not unique:
        scout = DependentLikelihood(model, scouted, likelihood.at(start)[0])
        start = maximise(scout, start, lower, upper).at
    maximum = maximise(likelihood, start, lower, upper)
    names = (*likelihood.names, "dependence")
    last = len(maximum.at) - 1
    if maximum.edges != (last,):
        return _Climb(maximum, None, *verdict_on(maximum, names))
    rest = Maximum(
        maximum.at[:-1], maximum.value, maximum.gradient[:-1], maximum.hessian[:-1, :-1], (), maximum.steps
    )  # fmt: skip
    converged, verdict = verdict_on(rest, likelihood.names)
    return _Climb(maximum, rest, converged, _AT_LIMIT if converged else verdict)


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


def _errors(likelihood: DependentLikelihood[Any], found: Maximum) -> dict[str, float] | None:
    """By the delta method, from the coordinates of the climb; None where there is no curvature to take them from."""
    information = -found.hessian
    if found.edges or float(np.linalg.eigvalsh(information)[0]) <= 0.0:
        return None
    covariance = np.linalg.inv(information)

    def told(place: Floats) -> Floats:
        p, dependence = likelihood.at(place)
        of = as_dict(p)
        return np.array([*(of[name] for name in likelihood.names), float(omega_of(*means(p), dependence))])

    moves = _SLOPE_STEP * np.eye(len(found.at))
    turns = np.stack([(told(found.at + by) - told(found.at - by)) / (2.0 * _SLOPE_STEP) for by in moves])
    variances = np.einsum("ik,ij,jk->k", turns, covariance, turns)
    return dict(zip((*likelihood.names, "omega"), np.sqrt(variances).tolist(), strict=True))
