"""Whether the customers of a ledger still buy as an earlier fit, or the value book before, said."""

import math
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from keyworth.behaviour import MODELS, Drift, Fit, PurchaseHistories, drift
from keyworth.errors import ModelError
from keyworth.ledger import CustomerSummary, Ledger, kept_about
from keyworth.runs.model_input import buying_histories
from keyworth.runs.value_records import FORM
from keyworth.units import TimeUnit
from keyworth.value import DatedValues
from keyworth.words.stored import from_data

_SOONEST = timedelta(days=28)  # a value book of last week has seen too little since to be judged


def drift_since(
    ledger: Ledger, fit: Fit[Any], since: date, *, until: date, unit: TimeUnit, born_after: date | None = None
) -> Drift | None:
    """The fit of a day, held against what its customers did by another; None where that cannot be told.

    It cannot where too little happened, and of Pareto/GGG, whose forecasts of a whole base would take too long.
    Both days are read from the ledger as it is now, so that orders which came late count on both.
    """
    then, now = (ledger.customers(day, unit, born_after=born_after) for day in (since, until))
    # Who has given everything back since is not known now; who came since stands behind those known then.
    known = np.flatnonzero(np.isin(then.numbers, now.numbers))
    stayed = np.isin(now.numbers, then.numbers)
    order = np.concatenate([np.flatnonzero(stayed), np.flatnonzero(~stayed)])
    heard = None
    if fit.model in MODELS and MODELS[fit.model].reads_gaps:
        first, second = (buying_histories(ledger, day, unit, born_after, gaps=True)[1] for day in (since, until))
        heard = first, second
    try:
        return drift(fit, _histories(then).rows(known), _histories(now).rows(order), heard=heard)
    except ModelError:
        return None


def _histories(summary: CustomerSummary) -> PurchaseHistories:
    columns = summary.repeats, summary.last_repeat, summary.observed_for
    return PurchaseHistories.from_columns(*columns, summary.unit)


def drift_since_last_book(book: Path, found: DatedValues) -> tuple[date, Drift] | None:
    """Hold the model of the value book before against what happened since: the day of that book, and its drift.

    It is the latest one, at least four weeks older, whose model could be believed. None without one, or where the
    ledger does not reach so far.
    """
    ledger = Ledger.open(book)
    until = min(found.as_of, ledger.last_day)
    told = [one for one in kept_about(book) if _of_use(one, until)]
    if not told:
        return None
    before = max(told, key=lambda one: str(one["as_of"]))
    since, unit = date.fromisoformat(before["as_of"]), TimeUnit(before["options"]["unit"])
    drifted = drift_since(ledger, _fit(before, unit), since, until=until, unit=unit)
    return None if drifted is None else (since, drifted)


def _of_use(told: Any, until: date) -> bool:
    buying = told.get("models", {}).get("buying") or {}
    return (
        told.get("form") == FORM
        and buying.get("name") in MODELS
        and bool(buying.get("converged"))
        and date.fromisoformat(told["as_of"]) + _SOONEST <= until
    )


def _fit(told: Any, unit: TimeUnit) -> Fit[Any]:
    """The fit of buying of a stored value book, as far as it is kept there."""
    buying, customers = told["models"]["buying"], int(told["customers"])
    kind, value = MODELS[buying["name"]].parameter_kind, float(buying["log_likelihood"])
    k = len(buying["parameters"])
    return Fit(
        model=buying["name"],
        unit=unit,
        parameters=kind(**buying["parameters"]),
        standard_errors=buying["standard_errors"],
        covariance=None,
        log_likelihood=value,
        aic=2 * k - 2 * value,
        bic=k * math.log(max(customers, 1)) - 2 * value,
        customers=customers,
        unique_histories=customers,
        converged=True,
        verdict=from_data(buying["verdict"]),
        steps=0,
    )
