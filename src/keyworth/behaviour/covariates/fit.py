"""Fitting a model whose parameters move with covariates: Newton's steps from the fit without any."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from keyworth.behaviour.covariates.by_row import ParametersByRow, with_logs
from keyworth.behaviour.covariates.covariate_fit import Coefficient, CovariateFit, HeldOut
from keyworth.behaviour.covariates.designs import Effects, distinct_rows
from keyworth.behaviour.covariates.formulas import learn
from keyworth.behaviour.covariates.groups import by_group, customers_of, objective, split, teaching, told_by
from keyworth.behaviour.covariates.likelihood import CovariateLikelihood, Shift, own_logs
from keyworth.behaviour.covariates.one_by_one import one_by_one, row_formula
from keyworth.behaviour.covariates.own_parameters import each_own
from keyworth.behaviour.covariates.processes import HELD, Move, moves, told_in_money
from keyworth.behaviour.covariates.roots import likeliest_root
from keyworth.behaviour.covariates.verdicts import verdict_of
from keyworth.behaviour.fit import FLAT, Fit
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.nested import LikelihoodRatio
from keyworth.behaviour.newton import Maximum, maximise
from keyworth.behaviour.parameters import as_dict, climbed
from keyworth.behaviour.spending.root_gamma_fit import alike_verdict
from keyworth.errors import HistoryRefused, OptionRefused
from keyworth.units import Share
from keyworth.words import Message

_RANGE = np.log(1e5)  # how far, up or down, everybody's parameters may move from where they were without covariates
_FAR = 12.0  # how far a coefficient may move: e^12 a standard deviation is more than any covariate does
_WIDE = 1.959963984540054  # standard errors on each side of a 95% interval
MOST_GROUPS = 2_000  # of a model that is asked for one sort of customers after another
_FEW_GROUPS, _ROWS_A_GROUP = 50, 200  # where a likelihood for each sort costs as much as one for each row


def with_covariates(
    model: Any,
    histories: Any,
    table: Any,
    formulas: Mapping[str, str],
    *,
    ridge: float | None = None,
) -> CovariateFit[Any]:
    """Fit `model` to histories whose parameters move with the columns of `table`, a row per customer.

    formulas: by process (`buying`, `leaving`, `staying`, `spending`, or the name of a parameter), such as
    `{"buying": "channel + log(first_amount)", "leaving": "channel"}`. ridge: the strength of a normal prior on the
    coefficients of scaled columns, 1 / variance; 0 for none; unless given, it is the strongest that foretells
    held-out customers within a standard error of the best.

    Raises OptionRefused for formulas and processes that cannot be read, HistoryRefused for columns that cannot be
    used or too many sorts of customers for a model, PartMissing where formulaic is not installed, NotEnoughHistory as
    the model does.
    """
    if ridge is not None and not 0.0 <= ridge < math.inf:
        raise OptionRefused(
            Message("The strength of the prior must be 0 or more; got {ridge}.", ridge=ridge),
            hint=Message("Give 0 for none, or leave it out to have it chosen on held-out customers."),
        )
    found = moves(model.name, model.parameter_kind, formulas)
    terms = {process: learn(text, table, len(histories)) for process, text in formulas.items()}
    rows = teaching(histories)
    columns = [each.columns_of(table, len(histories))[0][rows] for each in terms.values()]
    if not sum(each.shape[1] for each in columns):
        raise OptionRefused(
            Message("No formula names a column, so there are no covariates."),
            hint=Message("Write the names of columns with + between them, such as: channel + log(first_amount)."),
        )
    plain = model.fit(histories)
    found = told_in_money(model.name, found, plain.parameters)
    sample = Sample(model, histories, rows, tuple(columns), found, plain)
    effects = [each.effects for each in terms.values()]
    penalty = _blocks([each.penalty for each in effects])
    held_out: tuple[HeldOut, ...] = ()
    if ridge is None:
        from keyworth.behaviour.covariates.held_out import choose_ridge

        ridge, held_out = choose_ridge(sample, penalty)
    sample, maximum, alike = likeliest_root(sample, ridge * penalty)
    maximum, coefficients = sample.settled(maximum), maximum.at[sample.base :]
    value = maximum.value + 0.5 * ridge * float(np.einsum("i,ij,j->", coefficients, penalty, coefficients))
    labels = [f"{process}: {name}" for process, each in zip(terms, effects, strict=True) for name in _labels(each)]
    converged, verdict = verdict_of(maximum, climbed(plain.parameters), labels)
    if alike and converged:
        verdict = alike_verdict(maximum.steps, alike)
    base, k, customers = sample.base, len(maximum.at), float(customers_of(histories, rows).sum())
    covariance = _covariance(maximum)
    k_all = k + len(as_dict(plain.parameters)) - base - len(HELD.get(model.name, ()))
    everybody = _everybody(sample.plain, maximum.at[:base])
    return CovariateFit(
        model=model,
        parameters=everybody,
        standard_errors=_errors(everybody, covariance),
        coefficients=tuple(_coefficients(list(terms), effects, maximum.at[base:], covariance, base)),
        log_likelihood=value,
        aic=2 * k_all - 2 * value,
        bic=k_all * math.log(customers) - 2 * value,
        customers=round(customers),
        groups=len(distinct_rows(np.hstack(columns))[0]),
        plain=plain,
        lift=_lift(plain, value, k - base, ridge, converged=converged),
        ridge=ridge,
        held_out=held_out,
        converged=converged,
        verdict=verdict,
        steps=maximum.steps,
        formulas=terms,
        moves=tuple(sample.moves),
        at=maximum.at,
    )


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


def _blocks(parts: Sequence[Floats]) -> Floats:
    size = sum(len(part) for part in parts)
    whole, place = np.zeros((size, size)), 0
    for part in parts:
        here = slice(place, place + len(part))
        whole[here, here] = part
        place += len(part)
    return whole


def _labels(effects: Effects) -> list[str]:
    """What each column is called: as the effect that is it and nothing else."""
    return [
        next(name for name, row in zip(effects.names, effects.own, strict=True) if row[column] == 1.0)
        for column in range(effects.columns)
    ]


def _covariance(maximum: Maximum) -> Floats | None:
    information = -maximum.hessian
    if maximum.edges or float(np.linalg.eigvalsh(information)[0]) < FLAT:
        return None
    inverse = np.linalg.inv(information)
    return np.asarray((inverse + inverse.T) / 2)


def _everybody(plain: Fit[Any], logs: Floats) -> Any:
    p = plain.parameters
    return type(p)(**(as_dict(p) | dict(zip(climbed(p), np.exp(logs).tolist(), strict=True))))


def _errors(p: Any, covariance: Floats | None) -> dict[str, float] | None:
    if covariance is None:
        return None
    own = np.sqrt(np.diag(covariance)).tolist()
    return {name: getattr(p, name) * error for name, error in zip(climbed(p), own, strict=False)}


def _coefficients(
    processes: Sequence[str], effects: Sequence[Effects], at: Floats, covariance: Floats | None, base: int
) -> list[Coefficient]:
    found, place = [], 0
    for process, each in zip(processes, effects, strict=True):
        here = slice(place, place + each.columns)
        values = np.einsum("ec,c->e", each.told, at[here])
        errors: list[float | None] = [None] * len(values)
        if covariance is not None:
            own = covariance[base:, base:][here, here]
            errors = list(np.sqrt(np.einsum("ec,cd,ed->e", each.told, own, each.told)).tolist())
        found += [
            Coefficient(
                process, name, value, error,
                None if error is None else value - _WIDE * error,
                None if error is None else value + _WIDE * error,
            )
            for name, value, error in zip(each.names, values.tolist(), errors, strict=True)
        ]  # fmt: skip
        place += each.columns
    return found


def _lift(plain: Fit[Any], value: float, degrees: int, ridge: float, *, converged: bool) -> LikelihoodRatio:
    statistic = max(2.0 * (value - plain.log_likelihood), 0.0)
    if ridge > 0.0:
        because = Message("With a prior there is no theory of how much chance gains; see held_out.")
        return LikelihoodRatio(statistic, degrees, None, because)
    if not (converged and plain.converged):
        because = Message("Where a fit has come to no best value, no theory tells how much chance gains; compare AIC.")
        return LikelihoodRatio(statistic, degrees, None, because)
    p_value = float(chdtrc(degrees, statistic))
    return LikelihoodRatio(
        statistic,
        degrees,
        p_value,
        Message(
            "If these covariates said nothing, chance would lift the likelihood so far in {share} of all samples.",
            share=Share(p_value),
        ),
    )
