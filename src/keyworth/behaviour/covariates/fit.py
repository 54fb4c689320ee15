"""Fitting a model whose parameters move with covariates: Newton's steps from the fit without any."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import chdtrc

from keyworth.behaviour.covariates.covariate_fit import Coefficient, CovariateFit, HeldOut
from keyworth.behaviour.covariates.designs import Effects, distinct_rows
from keyworth.behaviour.covariates.formulas import learn
from keyworth.behaviour.covariates.groups import customers_of, teaching
from keyworth.behaviour.covariates.processes import HELD, moves, told_in_money
from keyworth.behaviour.covariates.roots import likeliest_root
from keyworth.behaviour.covariates.sample import Sample
from keyworth.behaviour.covariates.verdicts import verdict_of
from keyworth.behaviour.fit import FLAT, Fit
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.nested import LikelihoodRatio
from keyworth.behaviour.newton import Maximum
from keyworth.behaviour.parameters import as_dict, climbed
from keyworth.behaviour.spending.root_gamma_fit import alike_verdict
from keyworth.errors import OptionRefused
from keyworth.units import Share
from keyworth.words import Message

_WIDE = 1.959963984540054  # standard errors on each side of a 95% interval


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
    if not isinstance(formulas, Mapping):
        raise OptionRefused(
            Message("A formula for each process was expected; got {kind}.", kind=type(formulas).__name__),
            hint=Message("Name what each formula moves, such as {example}.", example='{"buying": "age"}'),
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
