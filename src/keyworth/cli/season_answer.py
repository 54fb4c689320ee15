"""What keyworth fit --season answers: the fit, what hurries purchases, and why these columns."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import numpy as np

from keyworth.cli import answer
from keyworth.runs.facts import fit_facts
from keyworth.runs.fit_season import SeasonRun
from keyworth.words import Message
from keyworth.words.formatting import rate_change

_COLUMNS = {
    "spring festival: two weeks before": Message("two weeks before Spring Festival"),
    "spring festival: the week of it": Message("the week of Spring Festival"),
    "spring festival: the week after": Message("the week after Spring Festival"),
    "Tuesday": Message("Tuesday beside Monday"),
    "Wednesday": Message("Wednesday beside Monday"),
    "Thursday": Message("Thursday beside Monday"),
    "Friday": Message("Friday beside Monday"),
    "Saturday": Message("Saturday beside Monday"),
    "Sunday": Message("Sunday beside Monday"),
}


def told_season(run: SeasonRun) -> dict[str, Any]:
    """All that `--json` has of a fit by the calendar."""
    fit, errors = run.fit, run.fit.standard_errors or {}
    intervals = fit.intervals or {}
    days = np.datetime64(run.as_of, "D") + 1 + np.arange(365)
    year = fit.season(days)
    known = fit.covariance is not None
    return {
        "model": fit.model,
        "unit": run.unit,
        "currency": None,
        "as_of": run.as_of,
        "customers": fit.customers,
        "unique_histories": fit.unique_histories,
        "parameters": {
            name: {"value": value, "se": errors.get(name)} for name, value in asdict(fit.parameters).items()
        },
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic,
        "bic": fit.bic,
        "converged": fit.converged,
        "verdict": fit.verdict,
        "fit_seconds": run.fit_seconds,
        "posterior": None,
        "drift": None,
        "season": {
            "columns": {
                name: {"value": value, "se": errors.get(name), "interval_95": intervals.get(name)}
                for name, value in fit.coefficients.items()
            },
            "ridge": fit.ridge,
            "log_likelihood_without": fit.log_likelihood_without,
            "caution": fit.caution,
            "because": run.because,
            "learnt_by": run.learnt_by,
            "candidates": [{"columns": one.names, "ridge": one.ridge, "gain": one.gain} for one in run.candidates],
            "choice_seconds": run.choice_seconds,
            "year_ahead": [
                {"day": day.item(), "speed": speed, "interval_95": (low, high) if known else None}
                for day, speed, low, high in zip(
                    days, year.speed.tolist(), year.low.tolist(), year.high.tolist(), strict=True
                )
            ],
        },
    }


def show_season(run: SeasonRun) -> None:
    """The facts of a fit, the columns as changes of the rate, and the sentences."""
    answer.facts(*fit_facts(run))
    intervals = run.fit.intervals or {}
    waves = [name for name in run.fit.coefficients if name not in _COLUMNS]
    told = [
        (_COLUMNS[name], _change(value, intervals.get(name)))
        for name, value in run.fit.coefficients.items()
        if name in _COLUMNS
    ]
    if told:
        print()
        answer.facts(*told)
    if waves:
        days = np.datetime64(run.as_of, "D") + 1 + np.arange(365)
        season = run.fit.season(days)
        top, bottom = int(np.argmax(season.speed)), int(np.argmin(season.speed))
        answer.line(
            Message(
                "In the year to come purchases are quickest on {top}, at {high} times the usual, and slowest on "
                "{bottom}, at {low} times.",
                top=run.as_of + timedelta(days=top + 1),
                high=round(float(season.speed[top]), 2),
                bottom=run.as_of + timedelta(days=bottom + 1),
                low=round(float(season.speed[bottom]), 2),
            )
        )
    answer.line(run.fit.verdict)
    if run.fit.caution:
        answer.line(run.fit.caution)
    answer.line(run.because)


def _change(value: float, interval: tuple[float, float] | None) -> object:
    change = rate_change(float(np.expm1(value)))
    if interval is None:
        return change
    low, high = (rate_change(float(np.expm1(end))) for end in interval)
    return Message("{change} (95 in 100 within {low} to {high})", change=change, low=low, high=high)
