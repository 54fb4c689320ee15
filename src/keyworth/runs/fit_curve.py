"""A model of contracts fitted to a file of survivors: the curve it draws, and how well that met what came after."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from keyworth.behaviour import CONTRACT_MODELS, ContractModel, Fit
from keyworth.errors import OptionRefused
from keyworth.runs.survivor_table import SurvivorTable, read_survivors
from keyworth.words import Message, Quoted


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One period, as shares: what the model expects, and what the file says where it reaches so far."""

    period: int
    expected: float
    observed: float | None


@dataclass(frozen=True, slots=True)
class HoldoutErrors:
    """How far the curve was off in the periods that the fit did not see, in shares of the cohort.

    last_error: what was expected for the last of them over what came, less 1; None where nobody is left.
    """

    first: int
    last: int
    mean_absolute_error: float
    last_error: float | None


@dataclass(frozen=True, slots=True)
class CurveRun:
    """A fitted curve: `fit` saw periods 0 to `fitted_until` of a cohort of so many customers.

    survival: from period 0 on, the share of the cohort left. retention: from period 1 on, the share of those who
    came so far that renewed. `payments` are what a new customer is worth in payments (the first among them), at
    `discount` a period; None where no discount was given.
    """

    title: str
    fit: Fit[Any]
    cohort: float
    rates: bool
    fitted_until: int
    survival: tuple[CurvePoint, ...]
    retention: tuple[CurvePoint, ...]
    holdout: HoldoutErrors | None
    discount: float | None
    payments: float | None
    notes: tuple[Message, ...]
    fit_seconds: float


def fit_curve(
    file: Path,
    *,
    model: str = "sbg",
    cohort: int | None = None,
    until_period: int | None = None,
    periods: int | None = None,
    discount: float | None = None,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> CurveRun:
    """Fit the survivors of periods 0 to `until_period` (default: all), and draw the curve up to `periods`.

    Raises what reading the file raises, OptionRefused for a model or a period that is not there or a discount of
    nothing, and NotEnoughHistory.
    """
    chosen = contract_model_named(model)
    if discount == 0.0:
        raise OptionRefused(
            Message("All the payments to come can be added up only when they are discounted; got {rate}.", rate="0%"),
            hint=Message("Give --discount above zero, for example 1% for periods of a month."),
        )
    table = read_survivors(file, columns=columns, sheet=sheet, cohort=cohort)
    last = len(table.survivors.customers) - 1
    until = _period_within(until_period, last)
    known = table.survivors.until(until)
    started = time.perf_counter()
    fit = chosen.fit(known)
    seconds = time.perf_counter() - started
    survival, retention = _curves(chosen, fit, table, max(last, until) if periods is None else periods)
    payments = None if discount is None else chosen.discounted_lifetime(fit.parameters, float(np.log1p(discount)))
    return CurveRun(
        title=chosen.title,
        fit=fit,
        cohort=table.cohort,
        rates=table.rates,
        fitted_until=until,
        survival=survival,
        retention=retention,
        holdout=_holdout(chosen, fit, table, until),
        discount=discount,
        payments=payments,
        notes=table.notes,
        fit_seconds=seconds,
    )


def contract_model_named(name: str) -> ContractModel[Any]:
    """Raises OptionRefused for a model we do not have, naming those we do."""
    try:
        return CONTRACT_MODELS[name.strip().lower()]
    except KeyError:
        raise OptionRefused(
            Message("There is no model {name}.", name=Quoted(name)),
            hint=Message("The models are {models}.", models=list(CONTRACT_MODELS)),
        ) from None


def _period_within(until_period: int | None, last: int) -> int:
    if until_period is None:
        return last
    if not 1 <= until_period <= last:
        raise OptionRefused(
            Message(
                "--until-period expects a period from 1 to {last}, the last in the file; got {given}.",
                last=last,
                given=until_period,
            ),
            hint=Message("Leave it out to fit all periods."),
        )
    return until_period


def _curves(
    model: ContractModel[Any], fit: Fit[Any], table: SurvivorTable, periods: int
) -> tuple[tuple[CurvePoint, ...], tuple[CurvePoint, ...]]:
    shares = table.survivors.shares
    t = np.arange(periods + 1)
    survival = tuple(
        CurvePoint(period, float(expected), float(shares[period]) if period < len(shares) else None)
        for period, expected in zip(t.tolist(), model.survival(fit.parameters, t), strict=True)
    )
    retention = tuple(
        CurvePoint(
            period,
            float(expected),
            float(shares[period] / shares[period - 1]) if period < len(shares) and shares[period - 1] > 0 else None,
        )
        for period, expected in zip(t[1:].tolist(), model.retention_rate(fit.parameters, t[1:]), strict=True)
    )
    return survival, retention


def _holdout(model: ContractModel[Any], fit: Fit[Any], table: SurvivorTable, until: int) -> HoldoutErrors | None:
    shares = table.survivors.shares
    later = np.arange(until + 1, len(shares))
    if not len(later):
        return None
    expected = model.survival(fit.parameters, later)
    came = float(shares[-1])
    return HoldoutErrors(
        first=until + 1,
        last=len(shares) - 1,
        mean_absolute_error=float(np.abs(expected - shares[later]).mean()),
        last_error=float(expected[-1]) / came - 1.0 if came > 0 else None,
    )
