"""What a fit with covariates climbs on, and the climb: customers in sorts where these are few, else one by one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.covariates.by_row import ParametersByRow, with_logs
from keyworth.behaviour.covariates.designs import distinct_rows
from keyworth.behaviour.covariates.groups import by_group, customers_of, objective, split, told_by
from keyworth.behaviour.covariates.likelihood import CovariateLikelihood, Shift, own_logs
from keyworth.behaviour.covariates.one_by_one import one_by_one, row_formula
from keyworth.behaviour.covariates.own_parameters import each_own
from keyworth.behaviour.covariates.processes import HELD, Move
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import Maximum, maximise
from keyworth.behaviour.parameters import climbed
from keyworth.errors import HistoryRefused
from keyworth.words import Message

_RANGE = np.log(1e5)  # how far, up or down, everybody's parameters may move from where they were without covariates
_FAR = 12.0  # how far a coefficient may move: e^12 a standard deviation is more than any covariate does
MOST_GROUPS = 2_000  # of a model that is asked for one sort of customers after another
_FEW_GROUPS, _ROWS_A_GROUP = 50, 200  # where a likelihood for each sort costs as much as one for each row


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What a fit climbs on: the rows that teach, the numbers of each process, (n, c), and the fit without them."""

    model: Any
    told: Any
    rows: NDArray[np.intp]
    columns: tuple[Floats, ...]
    moves: Sequence[Move]
    plain: Fit[Any]

    @property
    def base(self) -> int:
        return len(climbed(self.plain.parameters))

    @property
    def start(self) -> Floats:
        """Everybody alike: the parameters of the fit without covariates, and coefficients of zero."""
        p = self.plain.parameters
        return np.concatenate(
            [np.log([getattr(p, name) for name in climbed(p)]), np.zeros(sum(each.shape[1] for each in self.columns))]
        )

    @property
    def customers(self) -> Floats:
        """How many each row stands for."""
        return customers_of(self.told, self.rows)

    def without(self, at: NDArray[np.intp]) -> CovariateLikelihood:
        """Of some of the rows, everybody alike."""
        plain = objective(self.model, self.told, self.rows[at], self.plain.parameters)
        return CovariateLikelihood(by_group([plain], self.base), self.base, [], 1)

    def log_likelihood(self, point: Floats, at: NDArray[np.intp]) -> Floats:
        """One customer's log-likelihood of each of some of the rows, where the climb stands at `point`."""
        told, formula = self.told.rows(self.rows[at]), row_formula(self.model)
        columns = np.hstack([each[at] for each in self.columns])
        if formula is not None:
            logs = own_logs(point, self.base, self._shifts(columns), len(at))
            return formula(each_own(self.plain.parameters, logs), told)
        groups, which = distinct_rows(columns)
        logs = own_logs(point, self.base, self._shifts(groups), len(groups))
        return ParametersByRow(self.model, with_logs(self.plain.parameters, logs), which, {}).log_likelihood(told)

    def _shifts(self, groups: Floats) -> list[Shift]:
        widths = np.cumsum([0, *(each.shape[1] for each in self.columns)])
        return [
            Shift(move, groups[:, start:end])
            for move, start, end in zip(self.moves, widths[:-1], widths[1:], strict=True)
        ]

    def settled(self, climbed_to: Maximum) -> Maximum:
        """The end of a climb with what no likelihood tells: the root gamma-gamma's `net`, from all the money."""
        if not HELD.get(self.model.name):
            return climbed_to
        from keyworth.behaviour.spending.root_gamma_fit import net_of

        net, at, hessian = self.base - 1, climbed_to.at.copy(), climbed_to.hessian.copy()
        at[net] = 0.0
        logs = own_logs(at, self.base, self._shifts(np.hstack(self.columns)), len(self.rows))
        p = each_own(self.plain.parameters, logs)
        came, variance = net_of(self.model, p, self.told.rows(self.rows))
        at[net] = math.log(came)
        hessian[net, net] = -1.0 / max(variance, 1e-12)
        return replace(climbed_to, at=at, hessian=hessian)

    def likelihood(self, at: NDArray[np.intp]) -> CovariateLikelihood:
        """Of some of the rows, by their places in `rows`."""
        columns = np.hstack([each[at] for each in self.columns])
        groups, which = distinct_rows(columns)
        if len(groups) > max(_FEW_GROUPS, len(at) // _ROWS_A_GROUP):
            # In one order whatever order they came in, so that sums have one last digit.
            order = np.lexsort((*told_by(self.told, self.rows[at]), which))
            kept = self.rows[at][order]
            customers = customers_of(self.told, kept)
            own = one_by_one(self.model, self.told.rows(kept), customers, self.plain.parameters)
            if own is not None:
                return CovariateLikelihood(own, self.base, self._shifts(columns[order]), len(at))
        if len(groups) > MOST_GROUPS:
            raise HistoryRefused(
                Message(
                    "There are {groups} sorts of customers by these covariates; {model} can tell {most} apart.",
                    groups=len(groups),
                    model=self.model.title,
                    most=MOST_GROUPS,
                ),
                hint=Message("Round numbers, or sort them into classes; or take another model."),
                counts={"groups": len(groups)},
            )
        objectives = [
            objective(self.model, self.told, self.rows[at[members]], self.plain.parameters)
            for members in split(which, len(groups))
        ]
        return CovariateLikelihood(by_group(objectives, self.base), self.base, self._shifts(groups), len(groups))


def climb(
    likelihood: CovariateLikelihood, start: Floats, penalty: Floats | None, most: Floats | None = None
) -> Maximum:
    """From `start` to the top, less the penalty; `most` is how large everybody's first parameters may be."""
    likelihood.penalty = penalty if penalty is not None and penalty.any() else None
    span = np.full(likelihood.size, _FAR)
    span[: likelihood.base] = _RANGE
    middle = np.zeros(likelihood.size)
    middle[: likelihood.base] = start[: likelihood.base]
    upper = middle + span
    if most is not None:
        upper[: len(most)] = most
    return maximise(likelihood, start, middle - span, upper)
