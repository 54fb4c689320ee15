"""Customers who are alike in all that is known of them: each group has the plain model's likelihood."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.contracts.likelihood import ContractLikelihood
from keyworth.behaviour.contracts.tenures import Tenures
from keyworth.behaviour.covariates.likelihood import OwnSlopes
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.newton import Evaluation, Objective
from keyworth.behaviour.occasions.occasion_histories import OccasionHistories
from keyworth.behaviour.spending.spend_histories import SpendHistories
from keyworth.behaviour.spending.spend_sums import SpendSums

# What a fit with covariates is told of customers, one row each.
Told = PurchaseHistories | OccasionHistories | SpendHistories | SpendSums | Tenures


def objective(model: Any, told: Any, at: NDArray[np.intp], parameters: Any) -> Objective:
    """The likelihood of some rows as the plain model has it, each sum in an order that the rows' does not change."""
    if isinstance(told, SpendHistories):
        from keyworth.behaviour.spending.gamma_gamma import SpendLikelihood

        x, mean = told.repeats[at], told.mean_value[at]
        order = np.lexsort((mean, x))
        return SpendLikelihood(x[order], mean[order])
    if isinstance(told, SpendSums):
        some = told.rows(at)
        return _with_net(some.rows(np.lexsort((some.logs, some.scaled_logs, some.purchases))), parameters.k)
    if isinstance(told, Tenures):
        return ContractLikelihood(model, told.rows(at))
    if isinstance(told, OccasionHistories):
        from keyworth.behaviour.occasions.bg_bb_likelihood import BgBbLikelihood

        return BgBbLikelihood(told.rows(at).distinct(), model.parameter_kind)
    found: Objective = model.objective(told.rows(at).unique(inverse=False).in_order(), parameters)
    return found


def _with_net(s: SpendSums, k: int) -> Objective:
    """The root gamma-gamma's, with `net` beside the four parameters that it tells of: it stays where it is."""
    from keyworth.behaviour.spending.root_gamma_fit import RootLikelihood

    taught = RootLikelihood(s, k)

    def told(logs: Floats) -> Evaluation:
        there = taught(logs[:-1])
        hessian = np.zeros((len(logs), len(logs)))
        hessian[:-1, :-1], hessian[-1, -1] = there.hessian, -1.0
        return Evaluation(there.value, np.append(there.gradient, 0.0), hessian)

    return told


def teaching(told: Told) -> NDArray[np.intp]:
    """The rows that teach a model anything: all but, of spend, those without any."""
    if isinstance(told, SpendSums):
        return np.flatnonzero(told.purchases > 0)
    return np.flatnonzero(told.usable) if isinstance(told, SpendHistories) else np.arange(len(told))


def told_by(told: Told, at: NDArray[np.intp]) -> list[Floats]:
    """What some rows are told by, for an order that does not turn on that of the rows."""
    known = (
        "observed_for",
        "occasions",
        "last_repeat",
        "ended",
        "first_value",
        "logs",
        "mean_value",
        "periods",
        "repeats",
    )
    return [getattr(told, name)[at] for name in known if hasattr(told, name)]


def customers_of(told: Told, at: NDArray[np.intp]) -> Floats:
    """How many customers each of some rows stands for."""
    return told.customers[at] if isinstance(told, OccasionHistories | Tenures) else np.ones(len(at))


def split(which: NDArray[np.intp], groups: int) -> list[NDArray[np.intp]]:
    """The places of each group's members, in rising order."""
    order = np.argsort(which, kind="stable")
    bounds = np.searchsorted(which[order], np.arange(groups + 1))
    return [order[start:end] for start, end in pairwise(bounds.tolist())]


def by_group(objectives: Sequence[Objective], base: int) -> OwnSlopes:
    """One plain likelihood after another."""

    def slopes(logs: Floats) -> tuple[Floats, Floats, Floats]:
        units = len(objectives)
        value, gradient, hessian = np.empty(units), np.empty((units, base)), np.empty((units, base, base))
        for at, each in enumerate(objectives):
            value[at], gradient[at], hessian[at] = each(logs[at])
        return value, gradient, hessian

    return slopes
