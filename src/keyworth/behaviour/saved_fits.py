"""A fit as a small text that any program can read, and back again to the last digit.

The text is JSON (see `saved_text`): the model by name, its parameters by name, the errors, and where it came from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keyworth.behaviour import saved_text as saved
from keyworth.behaviour.contracts.models import CONTRACT_MODELS
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.models import MODELS, OCCASION_MODELS, RHYTHM_MODELS, SPEND_MODELS
from keyworth.behaviour.own_kind import refuse_unless_fit
from keyworth.behaviour.parameters import Parameters, as_dict, climbed, names
from keyworth.behaviour.saved_text import Provenance
from keyworth.errors import FileUnreadable, ParametersRefused
from keyworth.words import Message, Quoted
from keyworth.words.stored import to_data

FORMAT, VERSION = "keyworth-fit", 1

_EVERY: dict[str, Any] = {
    name: model
    for models in (MODELS, RHYTHM_MODELS, OCCASION_MODELS, SPEND_MODELS, CONTRACT_MODELS)
    for name, model in models.items()
}


@dataclass(frozen=True, slots=True, eq=False)
class SavedFit:
    """What a saved text holds."""

    fit: Fit[Any]
    provenance: Provenance


def save_fit(fit: Fit[Any], provenance: Provenance | None = None) -> str:
    """The fit as text, for a file or a column of a database; about a thousand characters."""
    refuse_unless_fit(fit)
    told = {"format": FORMAT, "version": VERSION, **told_fit(fit), "provenance": saved.told_provenance(provenance)}
    return saved.written(told)


def load_fit(text: str) -> Fit[Any]:
    """The fit that `save_fit` wrote, to the last digit. Raises FileUnreadable, which names the place."""
    return load_saved_fit(text).fit


def load_saved_fit(text: str) -> SavedFit:
    """The same with where it came from."""
    told = saved.opened(text, FORMAT, VERSION)
    return SavedFit(read_fit(told), saved.provenance_of(text))


def told_fit(fit: Fit[Any]) -> dict[str, Any]:
    """A fit as the parts that are written of it."""
    return {
        "model": fit.model,
        "unit": None if fit.unit is None else fit.unit.value,
        "parameters": as_dict(fit.parameters),
        "standard_errors": fit.standard_errors,
        "covariance_of_logs": None if fit.covariance is None else fit.covariance.tolist(),
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic,
        "bic": fit.bic,
        "customers": fit.customers,
        "unique_histories": fit.unique_histories,
        "converged": fit.converged,
        "verdict": to_data(fit.verdict),
        "steps": fit.steps,
    }


def read_fit(told: Mapping[str, Any], above: str = "") -> Fit[Any]:
    """A fit from its parts; `above` is what a refusal puts before their names."""
    name = saved.at(told, "model", saved.text, above)
    kind = model_named(name).parameter_kind
    size = len(names(kind))
    return Fit(
        model=name,
        unit=saved.at(told, "unit", saved.maybe(saved.unit), above),
        parameters=parameters(kind, saved.at(told, "parameters", saved.mapping, above), f"{above}parameters"),
        standard_errors=saved.at(
            told, "standard_errors", saved.maybe(lambda value, place: errors(climbed(kind), value, place)), above
        ),
        covariance=saved.at(
            told, "covariance_of_logs", saved.maybe(lambda value, place: saved.square(value, place, size)), above
        ),
        log_likelihood=saved.at(told, "log_likelihood", saved.number, above),
        aic=saved.at(told, "aic", saved.number, above),
        bic=saved.at(told, "bic", saved.number, above),
        customers=saved.at(told, "customers", saved.whole, above),
        unique_histories=saved.at(told, "unique_histories", saved.whole, above),
        converged=saved.at(told, "converged", saved.truth, above),
        verdict=saved.at(told, "verdict", saved.message, above),
        steps=saved.at(told, "steps", saved.whole, above),
    )


def model_named(name: str, known: Mapping[str, Any] = _EVERY) -> Any:
    """The model of a saved fit."""
    if name not in known:
        raise FileUnreadable(
            Message("This fit is of {name}, a model that this Keyworth does not have.", name=Quoted(name)),
            hint=Message("Update Keyworth, or fit one of {models}.", models=list(known)),
        )
    return known[name]


def parameters(kind: type[Parameters], told: Mapping[str, Any], place: str) -> Any:
    """Parameters of a kind, by their names."""
    free, known = climbed(kind), names(kind)
    for name in told:
        if name not in known:
            raise saved.refused(Message("{place} is not known", place=f"{place}.{name}"))
    found = {name: saved.at(told, name, saved.number if name in free else saved.whole, f"{place}.") for name in known}
    try:
        return kind(**found)
    except ParametersRefused as error:
        raise FileUnreadable(
            Message("This is no fit that can be used: parameters. {reason}", reason=error.message), hint=saved.AGAIN
        ) from error


def errors(of: tuple[str, ...], value: Any, place: str) -> dict[str, float]:
    """Standard errors, one by each name."""
    told = saved.mapping(value, place)
    return {name: saved.at(told, name, saved.number, f"{place}.") for name in of}
