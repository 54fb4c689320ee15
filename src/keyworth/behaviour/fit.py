"""What a fit returns: the parameters, how sure we are of them, and whether to believe it at all."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

import numpy as np

from keyworth.behaviour import parameters as of
from keyworth.behaviour.edges import meanings, natural
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import Maximum
from keyworth.behaviour.parameters import P
from keyworth.units import TimeUnit
from keyworth.words import Message

# Moving e-fold along the flattest direction changes the log-likelihood by less than half of this: a ridge.
FLAT = 1e-3
# The largest distance from the maximum, in standard errors, that is still called arrived.
ARRIVED = 1e-5
_PART = 0.2  # of the flattest direction, that a name must have to be told


@dataclass(frozen=True, slots=True, eq=False)
class Fit(Generic[P]):
    """A maximum-likelihood fit.

    unit: the time unit of alpha and the like; None for spend models, which know no time.
    standard_errors: by parameter name, from the exact Hessian; None where there is no curvature to take them
    from. covariance: (k, k), of the parameters' *logarithms* in field order, None likewise; draw parameters
    from it with `np.exp`, so that they stay positive. A parameter that was chosen, not climbed, has no standard
    error and zeros in the covariance; it counts as one in aic and bic. log_likelihood: unpenalised, summed over
    customers, in nats. aic, bic: the latter with n = customers.
    converged: the gradient vanishes, the Hessian is negative definite and no parameter sits on the edge of
    its range; `verdict` says so, or says what is wrong, in a sentence.
    """

    model: str
    unit: TimeUnit | None
    parameters: P
    standard_errors: dict[str, float] | None
    covariance: Floats | None
    log_likelihood: float
    aic: float
    bic: float
    customers: int
    unique_histories: int
    converged: bool
    verdict: Message
    steps: int

    @property
    def root(self) -> Floats | None:
        """A square root of `covariance`, (k, k) and lower triangular: `root · z` of normals z moves the logarithms."""
        if self.covariance is None:
            return None
        moves = np.flatnonzero(np.diag(self.covariance) > 0)
        root = np.zeros_like(self.covariance)
        root[np.ix_(moves, moves)] = np.linalg.cholesky(self.covariance[np.ix_(moves, moves)])
        return root


def fit_from(
    maximum: Maximum,
    kind: type[P],
    *,
    model: str,
    unit: TimeUnit | None,
    customers: float,
    unique_histories: int,
    fixed: Mapping[str, int] | None = None,
) -> Fit[P]:
    """Turn the end of the climb, in log-parameters, into a Fit with its verdict.

    The climb is in the logarithms of `parameters.climbed(kind)`; `fixed` are the others, as chosen.
    """
    climbed, k = of.climbed(kind), len(of.names(kind))
    found = kind(**dict(zip(climbed, natural(maximum).tolist(), strict=True)), **(fixed or {}))
    errors, covariance = _uncertainty(maximum, kind)
    converged, verdict = verdict_on(maximum, climbed)
    meant = meanings(maximum, climbed)
    if meant:
        verdict = Message("{verdict} As far as this shows, {meanings}.", verdict=verdict, meanings=meant)
    return Fit(
        model=model,
        unit=unit,
        parameters=found,
        standard_errors=errors,
        covariance=covariance,
        log_likelihood=maximum.value,
        aic=2 * k - 2 * maximum.value,
        bic=k * math.log(customers) - 2 * maximum.value,
        customers=round(customers),
        unique_histories=unique_histories,
        converged=converged,
        verdict=verdict,
        steps=maximum.steps,
    )


def _uncertainty(maximum: Maximum, kind: type[of.Parameters]) -> tuple[dict[str, float] | None, Floats | None]:
    """Standard errors of the parameters and covariance of their logarithms, where the curvature allows it."""
    information = -maximum.hessian
    if maximum.edges or float(np.linalg.eigvalsh(information)[0]) < FLAT:
        return None, None
    natural = np.exp(maximum.at)
    # The Hessian in the parameters themselves; off the exact maximum it differs by the gradient's part.
    own = information + np.diag(maximum.gradient)
    own = own / np.outer(natural, natural)
    variances = np.diag(np.linalg.inv(own))
    if not (variances > 0).all():
        return None, None
    climbed, every = of.climbed(kind), of.names(kind)
    errors = dict(zip(climbed, np.sqrt(variances).tolist(), strict=True))
    own_covariance = np.linalg.inv(information)
    at = np.ix_(*[[every.index(name) for name in climbed]] * 2)
    covariance = np.zeros((len(every), len(every)))
    covariance[at] = (own_covariance + own_covariance.T) / 2
    return errors, covariance


def _at_the_edge(names: list[str]) -> Message:
    return Message(
        "Not converged: {parameters} ran to the edge of the range searched, so the data name no best "
        "value; the model may be richer than what happened.",
        parameters=names,
    )


def _on_a_ridge(names: list[str]) -> Message:
    return Message(
        "Not converged: the likelihood is a ridge, {parameters} can move together and explain the "
        "histories equally well.",
        parameters=names,
    )


def verdict_on(
    maximum: Maximum,
    names: Sequence[str],
    *,
    edge: Callable[[list[str]], Message] = _at_the_edge,
    ridge: Callable[[list[str]], Message] = _on_a_ridge,
) -> tuple[bool, Message]:
    """Whether a climb arrived, and a sentence that says so or says what is wrong.

    `names` are those of what was climbed, in order; `edge` and `ridge` word what keeps some of them from being known.
    """
    if maximum.edges:
        return False, edge([names[at] for at in maximum.edges])
    curvature, directions = np.linalg.eigh(-maximum.hessian)
    if curvature[0] < FLAT:
        flattest = np.abs(directions[:, 0]).tolist()
        return False, ridge([name for name, part in zip(names, flattest, strict=True) if part > _PART])
    distance = math.sqrt(float(maximum.gradient @ np.linalg.solve(-maximum.hessian, maximum.gradient)))
    if not distance < ARRIVED:
        return False, Message(
            "Not converged: stopped after {steps} {steps:step|steps}, {distance} standard errors short of the maximum.",
            steps=maximum.steps,
            distance=float(f"{distance:.2g}"),
        )
    return True, Message(
        "Converged in {steps} {steps:step|steps}: the gradient vanishes and the likelihood falls in every direction.",
        steps=maximum.steps,
    )
