"""Shops, cohorts, channels, each with parameters of its own, where small ones borrow from all.

Group g's logarithms are everybody's plus u_g, and the u of one process scatter between groups as a normal about 0 with
a spread (standard deviation) that the groups themselves tell. Spread 0 is one fit for all, an infinite spread a fit for
each; between them a group keeps as much of its own as its customers can prove.

The spread is the one under which the groups are likeliest, all u averaged over (Laplace's approximation): at its
maximum the squared u add up to spread² for each degree of freedom that the data have decided, which is iterated.
Source: MacKay (1992), Bayesian Interpolation, Neural Computation 4(3), 415-447, on that step; Breslow and Clayton
(1993), Journal of the American Statistical Association 88(421), 9-25, on the approximation;
docs/decisions/0004-covariates-and-pooling.md has the choice.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from keyworth.behaviour.covariates.by_row import with_logs
from keyworth.behaviour.covariates.groups import by_group, customers_of, objective, split, teaching
from keyworth.behaviour.covariates.likelihood import CovariateLikelihood, Shift, own_logs
from keyworth.behaviour.covariates.pooled_fit import GroupParameters, PooledFit, lift_of_groups, verdict_of_groups
from keyworth.behaviour.covariates.processes import HELD, PROCESSES, moves
from keyworth.behaviour.covariates.sample import climb
from keyworth.behaviour.covariates.tables import columns
from keyworth.behaviour.covariates.verdicts import verdict_of
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import Maximum
from keyworth.behaviour.parameters import climbed
from keyworth.errors import HistoryRefused, NotEnoughHistory, OptionRefused
from keyworth.words import Message

FEWEST, MOST = 3, 300  # groups
NONE = 0.003  # a spread below is none: groups differ by less than 1%
_FIRST, _WIDEST = 0.3, 5.0
_MOST_ROUNDS, _STILL = 100, 1e-3  # and how small a step of a spread's logarithm ends them
_FREE = 1e-7  # the prior's strength where the spread is infinite: only enough to keep u from drifting together
_WIDE = 1.959963984540054  # standard errors on each side of a 95% interval


def pooled(
    model: Any,
    histories: Any,
    groups: ArrayLike,
    *,
    processes: Sequence[str] | None = None,
    spread: float | Mapping[str, float] | None = None,
) -> PooledFit[Any]:
    """Fit `model` with parameters of each group's own; `groups` has one name per customer.

    processes: in what groups may differ: unless given, buying and leaving, or spending; the names of all parameters
    let them differ in everything. spread: how much they do, where it is known, for all or by process: 0 for not at
    all, infinity for groups that have nothing to do with each other.

    Raises HistoryRefused for names that are missing or too many, NotEnoughHistory where there are too few groups to
    tell a spread from, or too little happened, OptionRefused for processes that the model does not know, and for models
    that take no groups.
    """
    names = processes or [each for each in PROCESSES.get(model.name, {}) if each in ("buying", "leaving", "spending")]
    found = moves(model.name, model.parameter_kind, names)
    if model.name in HELD:
        raise OptionRefused(
            Message("{model} does not learn groups from one another.", model=model.name),
            hint=Message("Take the groups as a covariate, or take gamma-gamma."),
        )
    asked = _asked(names, spread)
    rows = teaching(histories)
    labels = columns({"group": groups}, ("group",), len(histories))["group"][rows]
    levels, which = np.unique(_names(labels), return_inverse=True)
    _refuse(len(levels), estimated=any(each is None for each in asked.values()))
    plain = model.fit(histories)
    members = split(which.reshape(-1), len(levels))
    objectives = [objective(model, histories, rows[each], plain.parameters) for each in members]
    base, size = len(climbed(plain.parameters)), len(levels)
    at = {name: each for name, each in asked.items() if each != 0.0}  # where it is 0 there is nothing to climb in
    shifts = [Shift(move, np.eye(size)) for name, move in zip(names, found, strict=True) if name in at]
    likelihood = CovariateLikelihood(by_group(objectives, base), base, shifts, size)
    start = np.log([getattr(plain.parameters, name) for name in climbed(plain.parameters)])
    settled = settle(likelihood, np.concatenate([start, np.zeros(len(shifts) * size)]), at, size)
    spreads = dict.fromkeys(names, 0.0) | settled.spreads
    covariance = _inverse(-settled.maximum.hessian)
    logs = own_logs(settled.maximum.at, base, shifts, size)
    everybody = with_logs(plain.parameters, settled.maximum.at[None, :base])[0]
    errors = _errors(covariance, base, shifts, size)
    weights = [float(customers_of(histories, rows[each]).sum()) for each in members]
    own = with_logs(plain.parameters, logs)
    moving = climbed(plain.parameters)
    lift = None
    if None in asked.values():
        alike = CovariateLikelihood(likelihood.own, base, [], size)(start)
        gain = settled.evidence - alike.value + 0.5 * float(np.linalg.slogdet(-alike.hessian)[1])
        lift = lift_of_groups(gain, sum(each > 0.0 for each in spreads.values()))
    converged, verdict = verdict_of_groups(spreads, plain, lift, settled=settled.converged)
    shifted = [f"{name}: {level}" for name in at for level in levels]
    arrived, why = verdict_of(settled.maximum, climbed(plain.parameters), shifted)
    # With an endless spread all groups together may drift against everybody, which changes none of them.
    if not arrived and (settled.maximum.edges or math.inf not in at.values()):
        converged, verdict = False, why
    return PooledFit(
        model=model,
        parameters=everybody,
        spreads=spreads,
        groups=tuple(
            GroupParameters(
                name=str(name),
                customers=round(count),
                parameters=p,
                low=dict(zip(moving, _ends(log - _WIDE * error), strict=True)),
                high=dict(zip(moving, _ends(log + _WIDE * error), strict=True)),
            )
            for name, count, p, log, error in zip(levels, weights, own, logs, errors, strict=True)
        ),
        log_likelihood=likelihood.unpenalised(settled.maximum.at).value,
        effective_parameters=base + settled.freedom,
        customers=round(sum(weights)),
        plain=plain,
        lift=lift,
        converged=converged,
        verdict=verdict,
        rounds=settled.rounds,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """Where the rounds ended; `freedom` is how many of the u the data have decided."""

    maximum: Maximum
    spreads: dict[str, float]
    freedom: float
    rounds: int
    converged: bool
    evidence: float


def settle(likelihood: CovariateLikelihood, start: Floats, asked: Mapping[str, float | None], size: int) -> Settled:
    """Climb with the spreads as they stand, then let the groups say what they are; until that changes nothing."""
    spreads = {name: _FIRST if each is None else each for name, each in asked.items()}
    base, point, steps = likelihood.base, start, dict.fromkeys(spreads, 0.0)
    rounds, moved = 0, True
    while moved and rounds < _MOST_ROUNDS:
        rounds += 1
        prior = np.repeat([_FREE if each == math.inf else 1.0 / each**2 for each in spreads.values()], size)
        maximum = climb(likelihood, point, np.diag(prior))
        point = maximum.at
        shared = np.diag(_inverse(-maximum.hessian))[base:] * prior
        decided = np.maximum((1.0 - shared).reshape(-1, size).sum(axis=1), 1e-12)
        squares = (point[base:] ** 2).reshape(-1, size).sum(axis=1)
        moving = [name for name, each in asked.items() if each is None and spreads[name] > NONE]
        moved = False
        for name, told in zip(spreads, np.sqrt(np.maximum(squares / decided, NONE**4)).tolist(), strict=True):
            if name not in moving:
                continue
            step = math.log(told / spreads[name])
            moved = moved or abs(step) > _STILL
            # Two steps tell by which factor they shrink, and so how far all that would follow lead; on the way to none
            # they do not shrink, and a long stride is taken.
            factor = step / steps[name] if steps[name] else 0.0
            far = step / (1.0 - min(factor, 0.99)) if factor > 0.0 else step
            steps[name] = 0.0 if factor > 0.0 else step
            spreads[name] = min(max(spreads[name] * math.exp(min(max(far, -1.5), 1.5)), NONE / 10), _WIDEST)
    found = {name: 0.0 if asked[name] is None and each <= NONE else each for name, each in spreads.items()}
    return Settled(maximum, found, float(decided.sum()), rounds, not moved, _evidence(maximum, prior))


def _evidence(maximum: Maximum, prior: Floats) -> float:
    """The log-likelihood of the groups, all u and everybody's parameters averaged over, but for what is the same."""
    return maximum.value + 0.5 * float(np.log(prior).sum()) - 0.5 * float(np.linalg.slogdet(-maximum.hessian)[1])


def _asked(names: Sequence[str], spread: float | Mapping[str, float] | None) -> dict[str, float | None]:
    given = spread if isinstance(spread, Mapping) else dict.fromkeys(names, spread)
    found = {name: given.get(name) for name in names}
    wrong = [str(each) for each in found.values() if each is not None and not each >= 0.0]
    wrong += [str(each) for each in given if each not in names]
    if wrong:
        raise OptionRefused(
            Message("A spread is 0 or more, of one of the processes asked for; got {spreads}.", spreads=wrong)
        )
    return found


def _names(labels: Any) -> Any:
    if labels.dtype.kind == "f":
        return np.array([f"{value:.15g}" for value in labels.tolist()])
    return labels.astype(str)


def _refuse(groups: int, *, estimated: bool) -> None:
    if groups > MOST:
        raise HistoryRefused(
            Message("There are {groups} groups; {most} can be told apart at once.", groups=groups, most=MOST),
            hint=Message("Join small groups to regions or classes."),
            counts={"groups": groups},
        )
    if estimated and groups < FEWEST:
        raise NotEnoughHistory(
            Message("{groups} {groups:group tells|groups tell} nothing of how much groups differ.", groups=groups),
            hint=Message("At least 3 are needed, or a spread that is known; or take the groups as a covariate."),
            counts={"groups": groups},
        )


def _inverse(information: Floats) -> Floats:
    """The covariance; where the data leave a direction open, that of the others, and the verdict names it."""
    try:
        return np.asarray(np.linalg.inv(information), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.pinv(information), dtype=np.float64)


def _ends(logs: Floats) -> list[float]:
    """Out of logarithms; an interval of which nothing is known goes from 0 to infinity."""
    with np.errstate(over="ignore", under="ignore"):
        ends: list[float] = np.exp(logs).tolist()
    return ends


def _errors(covariance: Floats, base: int, shifts: Sequence[Shift], size: int) -> Floats:
    """The standard errors of each group's logarithms, (g, b): of everybody's and the group's own together."""
    variances = np.repeat(np.diag(covariance)[None, :base], size, axis=0)
    for which, shift in enumerate(shifts):
        at, by = shift.move.at, shift.move.by
        own = np.arange(base + which * size, base + (which + 1) * size)
        variances[:, at] += covariance[own, own] + 2.0 * by * covariance[at, own]
    return np.asarray(np.sqrt(np.maximum(variances, 0.0)))
