"""Fits with covariates as small texts, and back again to the last digit; what `saved_text` says of texts holds here.

The formulas are kept with what they learnt of their columns, levels, centres and scales, and the columns are not.
"""

from collections.abc import Mapping
from typing import Any

from keyworth.behaviour import saved_text as saved
from keyworth.behaviour.covariates.covariate_fit import Coefficient, CovariateFit, HeldOut
from keyworth.behaviour.covariates.processes import moves, told_in_money
from keyworth.behaviour.covariates.saved_formulas import read_terms, told_terms
from keyworth.behaviour.nested import LikelihoodRatio
from keyworth.behaviour.own_kind import refuse_unless_fit
from keyworth.behaviour.parameters import as_dict, climbed
from keyworth.behaviour.saved_fits import errors, model_named, parameters, read_fit, told_fit
from keyworth.behaviour.saved_text import Provenance
from keyworth.errors import FileUnreadable, OptionRefused
from keyworth.words import Message
from keyworth.words.stored import to_data

FORMAT, VERSION = "keyworth-covariate-fit", 1


def save_covariate_fit(fit: CovariateFit[Any], provenance: Provenance | None = None) -> str:
    """The fit as text: some thousands of characters.

    Raises OptionRefused where a formula does more than reckon with columns: whoever reads the text would run it.
    """
    refuse_unless_fit(fit, CovariateFit)
    lift = fit.lift
    told = {
        "format": FORMAT,
        "version": VERSION,
        "model": fit.model.name,
        "parameters": as_dict(fit.parameters),
        "standard_errors": fit.standard_errors,
        "coefficients": [
            {
                "process": each.process,
                "name": each.name,
                "value": each.value,
                "standard_error": each.standard_error,
                "low": each.low,
                "high": each.high,
            }
            for each in fit.coefficients
        ],
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic,
        "bic": fit.bic,
        "customers": fit.customers,
        "groups": fit.groups,
        "plain": told_fit(fit.plain),
        "lift": {
            "statistic": lift.statistic,
            "degrees": lift.degrees,
            "p_value": lift.p_value,
            "because": to_data(lift.because),
        },
        "ridge": fit.ridge,
        "held_out": [
            {
                "ridge": each.ridge if each.ridge < float("inf") else None,
                "log_likelihood": each.log_likelihood,
                "behind": each.behind,
                "error": each.error,
            }
            for each in fit.held_out
        ],
        "converged": fit.converged,
        "verdict": to_data(fit.verdict),
        "steps": fit.steps,
        "formulas": {process: told_terms(terms) for process, terms in fit.formulas.items()},
        "at": fit.at.tolist(),
        "provenance": saved.told_provenance(provenance),
    }
    return saved.written(told)


def load_covariate_fit(text: str) -> CovariateFit[Any]:
    """The fit that `save_covariate_fit` wrote, to the last digit.

    Raises FileUnreadable, which names the place, and PartMissing where formulaic is not installed.
    """
    told = saved.opened(text, FORMAT, VERSION)
    model = model_named(saved.at(told, "model", saved.text))
    p = parameters(model.parameter_kind, saved.at(told, "parameters", saved.mapping), "parameters")
    formulas = {
        process: read_terms(each, f"formulas.{process}")
        for process, each in saved.at(told, "formulas", saved.mapping).items()
    }
    try:
        moved = told_in_money(model.name, moves(model.name, model.parameter_kind, formulas), p)
    except OptionRefused as error:
        raise FileUnreadable(
            Message("This is no fit that can be used: formulas. {reason}", reason=error.message), hint=saved.AGAIN
        ) from error
    size = len(climbed(p)) + sum(terms.effects.columns for terms in formulas.values())
    return CovariateFit(
        model=model,
        parameters=p,
        standard_errors=saved.at(
            told, "standard_errors", saved.maybe(lambda value, place: errors(climbed(p), value, place))
        ),
        coefficients=tuple(_each(told, "coefficients", _coefficient)),
        log_likelihood=saved.at(told, "log_likelihood", saved.number),
        aic=saved.at(told, "aic", saved.number),
        bic=saved.at(told, "bic", saved.number),
        customers=saved.at(told, "customers", saved.whole),
        groups=saved.at(told, "groups", saved.whole),
        plain=read_fit(saved.at(told, "plain", saved.mapping), "plain."),
        lift=_lift(saved.at(told, "lift", saved.mapping)),
        ridge=saved.at(told, "ridge", saved.number),
        held_out=tuple(_each(told, "held_out", _held_out)),
        converged=saved.at(told, "converged", saved.truth),
        verdict=saved.at(told, "verdict", saved.message),
        steps=saved.at(told, "steps", saved.whole),
        formulas=formulas,
        moves=moved,
        at=saved.at(told, "at", lambda value, place: saved.numbers(value, place, size)),
    )


def _each(told: Mapping[str, Any], name: str, read: Any) -> list[Any]:
    return [
        read(saved.mapping(each, f"{name}[{at}]"), f"{name}[{at}].")
        for at, each in enumerate(saved.at(told, name, saved.items))
    ]


def _coefficient(told: Mapping[str, Any], above: str) -> Coefficient:
    low, high, error = (
        saved.at(told, name, saved.maybe(saved.number), above) for name in ("low", "high", "standard_error")
    )
    process, name = (saved.at(told, each, saved.text, above) for each in ("process", "name"))
    return Coefficient(process, name, saved.at(told, "value", saved.number, above), error, low, high)


def _held_out(told: Mapping[str, Any], above: str) -> HeldOut:
    ridge = saved.at(told, "ridge", saved.maybe(saved.number), above)
    numbers = (saved.at(told, name, saved.number, above) for name in ("log_likelihood", "behind", "error"))
    return HeldOut(float("inf") if ridge is None else ridge, *numbers)


def _lift(told: Mapping[str, Any]) -> LikelihoodRatio:
    return LikelihoodRatio(
        statistic=saved.at(told, "statistic", saved.number, "lift."),
        degrees=saved.at(told, "degrees", saved.whole, "lift."),
        p_value=saved.at(told, "p_value", saved.maybe(saved.number), "lift."),
        because=saved.at(told, "because", saved.message, "lift."),
    )
