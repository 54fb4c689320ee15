"""Fits by the calendar as small texts, and back again to the last digit: those of one clock, and of own columns.

What `saved_text` says of texts holds here. The clock is kept with its calendar, so that what was read answers up to the
last day that the calendar tells of; columns of each customer's own are data and are not kept: a fit with them is asked
with a table again.
"""

from collections.abc import Mapping
from typing import Any

from keyworth.behaviour import saved_text as saved
from keyworth.behaviour.calendar_time.calendar_model import CALENDAR_MODELS
from keyworth.behaviour.calendar_time.clock import PurchaseClock
from keyworth.behaviour.calendar_time.fit import CalendarFit
from keyworth.behaviour.calendar_time.own_fit import OWN_COLUMNS_MODELS, OwnFit
from keyworth.behaviour.calendar_time.saved_calendar import read_calendar, told_calendar
from keyworth.behaviour.own_kind import refuse_unless_fit
from keyworth.behaviour.parameters import as_dict, names
from keyworth.behaviour.saved_fits import errors, model_named, parameters
from keyworth.behaviour.saved_text import Provenance
from keyworth.words.stored import to_data

CALENDAR_FORMAT, OWN_FORMAT, VERSION = "keyworth-calendar-fit", "keyworth-own-columns-fit", 1


def save_calendar_fit(fit: CalendarFit[Any], provenance: Provenance | None = None) -> str:
    """The fit as text: some thousands of characters, whatever the number of days."""
    refuse_unless_fit(fit, CalendarFit)
    clock = fit.clock
    told = {
        "format": CALENDAR_FORMAT,
        "version": VERSION,
        "model": fit.model,
        "unit": fit.unit.value,
        "parameters": as_dict(fit.parameters),
        "coefficients": clock.coefficients.tolist(),
        "centre": clock.centre.tolist(),
        "calendar": told_calendar(clock.calendar),
        **_told(fit),
        "unique_histories": fit.unique_histories,
        "provenance": saved.told_provenance(provenance),
    }
    return saved.written(told)


def load_calendar_fit(text: str) -> CalendarFit[Any]:
    """The fit that `save_calendar_fit` wrote, to the last digit. Raises FileUnreadable, which names the place."""
    told = saved.opened(text, CALENDAR_FORMAT, VERSION)
    name = saved.at(told, "model", saved.text)
    kind = model_named(name, CALENDAR_MODELS).steady.parameter_kind
    calendar = read_calendar(saved.at(told, "calendar", saved.mapping), "calendar")
    size = len(calendar.names)
    clock = PurchaseClock(
        calendar,
        saved.at(told, "coefficients", lambda value, place: saved.numbers(value, place, size)),
        saved.at(told, "centre", lambda value, place: saved.numbers(value, place, size)),
        saved.at(told, "unit", saved.unit),
    )
    return CalendarFit(
        model=name,
        parameters=parameters(kind, saved.at(told, "parameters", saved.mapping), "parameters"),
        clock=clock,
        unique_histories=saved.at(told, "unique_histories", saved.whole),
        **_read(told, (*names(kind), *calendar.names)),
    )


def save_own_columns_fit(fit: OwnFit[Any], provenance: Provenance | None = None) -> str:
    """The fit as text, without the columns."""
    refuse_unless_fit(fit, OwnFit)
    told = {
        "format": OWN_FORMAT,
        "version": VERSION,
        "model": fit.model,
        "parameters": as_dict(fit.parameters),
        "buying": fit.buying,
        "leaving": fit.leaving,
        "centre": fit.centre,
        **_told(fit),
        "provenance": saved.told_provenance(provenance),
    }
    return saved.written(told)


def load_own_columns_fit(text: str) -> OwnFit[Any]:
    """The fit that `save_own_columns_fit` wrote, to the last digit. Raises FileUnreadable, which names the place."""
    told = saved.opened(text, OWN_FORMAT, VERSION)
    name = saved.at(told, "model", saved.text)
    kind = model_named(name, OWN_COLUMNS_MODELS).steady.parameter_kind
    buying, leaving, centre = (saved.at(told, part, _by_name) for part in ("buying", "leaving", "centre"))
    for each in (*buying, *leaving):
        saved.at(centre, each, saved.number, "centre.")
    return OwnFit(
        model=name,
        parameters=parameters(kind, saved.at(told, "parameters", saved.mapping), "parameters"),
        buying=buying,
        leaving=leaving,
        centre=centre,
        **_read(told, (*names(kind), *(f"leaving: {each}" for each in leaving), *buying)),
    )


def _told(fit: CalendarFit[Any] | OwnFit[Any]) -> dict[str, Any]:
    """What fits of both kinds say of themselves."""
    return {
        "standard_errors": fit.standard_errors,
        "covariance": None if fit.covariance is None else fit.covariance.tolist(),
        "log_likelihood": fit.log_likelihood,
        "log_likelihood_without": fit.log_likelihood_without,
        "aic": fit.aic,
        "bic": fit.bic,
        "ridge": fit.ridge,
        "customers": fit.customers,
        "converged": fit.converged,
        "verdict": to_data(fit.verdict),
        "caution": None if fit.caution is None else to_data(fit.caution),
        "steps": fit.steps,
    }


def _read(told: Mapping[str, Any], of: tuple[str, ...]) -> dict[str, Any]:
    """The same from a text; `of` are the names of parameters and coefficients."""
    found: dict[str, Any] = {
        name: saved.at(told, name, saved.number)
        for name in ("log_likelihood", "log_likelihood_without", "aic", "bic", "ridge")
    }
    return found | {
        "standard_errors": saved.at(
            told, "standard_errors", saved.maybe(lambda value, place: errors(of, value, place))
        ),
        "covariance": saved.at(
            told, "covariance", saved.maybe(lambda value, place: saved.square(value, place, len(of)))
        ),
        "customers": saved.at(told, "customers", saved.whole),
        "converged": saved.at(told, "converged", saved.truth),
        "verdict": saved.at(told, "verdict", saved.message),
        "caution": saved.at(told, "caution", saved.maybe(saved.message)),
        "steps": saved.at(told, "steps", saved.whole),
    }


def _by_name(value: Any, place: str) -> dict[str, float]:
    return {name: saved.number(each, f"{place}.{name}") for name, each in saved.mapping(value, place).items()}
