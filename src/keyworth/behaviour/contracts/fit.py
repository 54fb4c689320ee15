"""Fitting models of contracts: what to refuse, where to start, what to say where customers cannot be told apart."""

from dataclasses import replace

import numpy as np

from keyworth.behaviour.contracts.likelihood import ContractLikelihood
from keyworth.behaviour.contracts.model import C, ContractModel
from keyworth.behaviour.contracts.tenures import Tenures
from keyworth.behaviour.fit import Fit, fit_from
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import maximise
from keyworth.errors import NotEnoughHistory
from keyworth.words import Message

_RANGE = np.log(1e5)  # how far, up or down, alpha may move from 1
_RARE = np.log(1e6)  # beta may be so many times larger, where hardly anybody leaves
_PACES = np.log(20.0)  # how far c may move from 1
_CLIMBS = 2
_LEAST = 1e-6  # a start needs some who leave and some who stay
_ALIKE = 1e3  # with alpha and beta above it, chances of leaving differ by some hundredths of themselves
_APART = 1e-4  # with alpha + beta below it, they are next to 0 or next to 1


def fit_contract(model: ContractModel[C], seen: Tenures) -> Fit[C]:
    """Maximum likelihood from the best of a fixed grid of starts. Raises NotEnoughHistory.

    The most likely starts are climbed from and the highest end is kept.
    """
    k = len(model.parameter_names)
    refuse_too_little(seen, k)
    objective = ContractLikelihood(model, seen)
    churn = float(np.clip(seen.left.sum() / (seen.left + seen.stayed)[1:].sum(), _LEAST, 1.0 - _LEAST))
    lower, upper = _range(k, seen.longest)
    lived = float((seen.periods * seen.customers).sum() / seen.customers.sum())
    starts = [np.clip(start, lower, upper) for start in model.starts(churn, max(lived, 1.0))]
    best = sorted(starts, key=lambda start: -objective(start).value)[:_CLIMBS]
    highest = max((maximise(objective, start, lower, upper) for start in best), key=lambda climb: climb.value)
    fit = fit_from(
        highest, model.parameter_kind, model=model.name, unit=None, customers=float(seen.customers.sum()),
        unique_histories=int(np.count_nonzero(seen.left) + np.count_nonzero(seen.running)),
    )  # fmt: skip
    alpha, beta = fit.parameters.alpha, fit.parameters.beta
    if not fit.converged and min(alpha, beta) > _ALIKE:
        return replace(fit, verdict=_ALL_ALIKE)
    if not fit.converged and alpha + beta < _APART:
        return replace(fit, verdict=_TWO_KINDS)
    return fit


def _range(k: int, longest: int) -> tuple[Floats, Floats]:
    """How far log-parameters may move. With a pace, t^c is what beta is measured by, and may be very large."""
    upper = np.array([_RANGE, _RANGE + _RARE, _PACES][:k])
    lower = np.array([-_RANGE, -_RANGE, -_PACES][:k])
    if k > 2:
        upper[1] += np.exp(_PACES) * np.log(max(longest, 1))
    return lower, upper


_FEWEST = 2  # parameters of the plainest model of contracts


def refuse_too_little(seen: Tenures, parameters: int) -> None:
    """Raise NotEnoughHistory where no parameter could be told from any other.

    A model of k parameters needs k periods at whose end somebody could leave.
    """
    customers, gone = float(seen.customers.sum()), float(seen.left.sum())
    decided = int(np.count_nonzero((seen.left + seen.stayed)[1:]))
    counts = {"customers": round(customers), "left": round(gone), "periods": decided}
    if gone == 0.0:
        raise NotEnoughHistory(
            Message(
                "Nobody has left in {periods} {periods:period|periods}: there is no leaving to learn from.", **counts
            ),
            hint=Message("Wait until some have left, or add an older cohort."),
            counts=counts,
        )
    if decided < parameters:
        raise NotEnoughHistory(
            Message(
                "Renewals were decided in {periods} {periods:period|periods} only; {needed} are needed to tell "
                "{parameters} parameters apart.",
                needed=parameters,
                parameters=parameters,
                **counts,
            ),
            hint=Message("Wait for more periods, add an older cohort, or use a model with fewer parameters.")
            if parameters > _FEWEST
            else Message("Wait for more periods, or add an older cohort."),
            counts=counts,
        )
    if seen.stayed[1:].sum() == 0.0:
        raise NotEnoughHistory(
            Message("Everybody left at the first renewal: there is no staying to learn from."),
            hint=Message("Add cohorts of whom some renewed."),
            counts=counts,
        )


_ALL_ALIKE = Message(
    "Not converged: nothing shows that customers differ. A model in which all are alike explains the renewals as "
    "well, so alpha and beta mean nothing by themselves; the curve does."
)
_TWO_KINDS = Message(
    "Not converged: customers look to be of two kinds, those who leave at once and those who never do. The curve "
    "ends on a plateau, which no longer wait has confirmed."
)
