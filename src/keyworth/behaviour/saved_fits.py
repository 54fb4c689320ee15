"""A fit as a small text that any program can read, and back again to the last digit.

The text is JSON: what it is and in which version of the format, the model by name, its parameters by name, the errors,
and where it came from. It holds no customer, and nothing in it is run: reading it makes numbers, words and dates, and
refuses the rest, naming the place. A verdict is kept as its sentence and values, so that it can be said in either
language later. Numbers are written with as many digits as bring back the same float.

The version grows when an earlier reader would misread what a later one writes; fields that this reader does not know
are left alone, so that some can be added without it.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

import numpy as np

from keyworth.behaviour.contracts.models import CONTRACT_MODELS
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.models import MODELS, OCCASION_MODELS, RHYTHM_MODELS, SPEND_MODELS
from keyworth.behaviour.parameters import Parameters, as_dict, climbed, names
from keyworth.errors import FileUnreadable, ParametersRefused
from keyworth.units import TimeUnit
from keyworth.words import Message, Quoted
from keyworth.words.stored import from_data, to_data

FORMAT, VERSION = "keyworth-fit", 1

_KINDS: dict[str, type[Any]] = {
    name: model.parameter_kind
    for models in (MODELS, RHYTHM_MODELS, OCCASION_MODELS, SPEND_MODELS, CONTRACT_MODELS)
    for name, model in models.items()
}
_AGAIN = Message("Save it again, with keyworth fit BOOK -o FILE for one.")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a fit came from, as far as it is known.

    software_version: of Keyworth. ledger_version: of the ledger, and as_of: the last day that counted. born_after:
    only customers first seen later were heard. currency: of spend.
    """

    software_version: str | None = None
    ledger_version: int | None = None
    as_of: date | None = None
    born_after: date | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SavedFit:
    """What a saved text holds."""

    fit: Fit[Any]
    provenance: Provenance


def save_fit(fit: Fit[Any], provenance: Provenance | None = None) -> str:
    """The fit as text, for a file or a column of a database; about a thousand characters."""
    known = provenance or Provenance()
    told = {
        "format": FORMAT,
        "version": VERSION,
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
        "provenance": {
            each.name: value.isoformat() if isinstance(value := getattr(known, each.name), date) else value
            for each in fields(known)
        },
    }
    return json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def load_fit(text: str) -> Fit[Any]:
    """The fit that `save_fit` wrote, to the last digit. Raises FileUnreadable, which names the place."""
    return load_saved_fit(text).fit


def load_saved_fit(text: str) -> SavedFit:
    """The same with where it came from."""
    told = _object(_parsed(text), Message("the text"))
    if told.get("format") != FORMAT:
        raise _refused(
            Message("{place} is not {expected}", place="format", expected=FORMAT)
            if "format" in told
            else Message("{place} is missing", place="format")
        )
    version = _at(told, "version", _whole)
    if version > VERSION:
        raise FileUnreadable(
            Message(
                "This fit was saved in version {version} of the format; this Keyworth reads up to version {known}.",
                version=version,
                known=VERSION,
            ),
            hint=Message("Update Keyworth, or fit the model again with this one."),
        )
    model = _at(told, "model", _text)
    if model not in _KINDS:
        raise FileUnreadable(
            Message("This fit is of {name}, a model that this Keyworth does not have.", name=Quoted(model)),
            hint=Message("Update Keyworth, or fit one of {models}.", models=list(_KINDS)),
        )
    kind = _KINDS[model]
    fit = Fit(
        model=model,
        unit=_at(told, "unit", _maybe(_unit)),
        parameters=_parameters(kind, _at(told, "parameters", _object)),
        standard_errors=_at(told, "standard_errors", _maybe(lambda value, place: _errors(kind, value, place))),
        covariance=_at(
            told, "covariance_of_logs", _maybe(lambda value, place: _square(value, place, len(names(kind))))
        ),
        log_likelihood=_at(told, "log_likelihood", _number),
        aic=_at(told, "aic", _number),
        bic=_at(told, "bic", _number),
        customers=_at(told, "customers", _whole),
        unique_histories=_at(told, "unique_histories", _whole),
        converged=_at(told, "converged", _truth),
        verdict=_at(told, "verdict", _message),
        steps=_at(told, "steps", _whole),
    )
    return SavedFit(fit, _provenance(_at(told, "provenance", _object)))


def _parameters(kind: type[Parameters], told: Mapping[str, Any]) -> Any:
    free, known = climbed(kind), names(kind)
    for name in told:
        if name not in known:
            raise _refused(Message("{place} is not known", place=f"parameters.{name}"))
    found = {name: _at(told, name, _number if name in free else _whole, "parameters.") for name in known}
    try:
        return kind(**found)
    except ParametersRefused as error:
        raise FileUnreadable(
            Message("This is no fit that can be used: parameters. {reason}", reason=error.message), hint=_AGAIN
        ) from error


def _errors(kind: type[Parameters], value: Any, place: str) -> dict[str, float]:
    told = _object(value, place)
    return {name: _at(told, name, _number, f"{place}.") for name in climbed(kind)}


def _square(value: Any, place: str, size: int) -> Floats:
    rows = _list(value, place, size)
    return np.array(
        [
            [_number(cell, f"{place}[{i}][{j}]") for j, cell in enumerate(_list(row, f"{place}[{i}]", size))]
            for i, row in enumerate(rows)
        ]
    )


def _provenance(told: Mapping[str, Any]) -> Provenance:
    def known(name: str, read: Callable[[Any, str], T]) -> T | None:
        return _maybe(read)(told.get(name), f"provenance.{name}")

    return Provenance(
        software_version=known("software_version", _text),
        ledger_version=known("ledger_version", _whole),
        as_of=known("as_of", _day),
        born_after=known("born_after", _day),
        currency=known("currency", _text),
    )


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise _refused(
            Message(
                "it is no JSON from line {line}, character {at} on; it may have been cut",
                line=error.lineno,
                at=error.colno,
            )
        ) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; brackets without end
        raise _refused(Message("it is no JSON that could be read")) from error


def _at(told: Mapping[str, Any], name: str, read: Callable[[Any, str], T], above: str = "") -> T:
    if name not in told:
        raise _refused(Message("{place} is missing", place=above + name))
    return read(told[name], above + name)


def _maybe(read: Callable[[Any, str], T]) -> Callable[[Any, str], T | None]:
    return lambda value, place: None if value is None else read(value, place)


def _number(value: Any, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(place, Message("a number"), value)
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise _wrong(place, Message("a finite number"), value)
    return found


def _whole(value: Any, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _wrong(place, Message("a whole number"), value)
    return value


def _truth(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(place, Message("true or false"), value)
    return value


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise _wrong(place, Message("a text"), value)
    return value


def _day(value: Any, place: str) -> date:
    try:
        return date.fromisoformat(_text(value, place))
    except ValueError as error:
        raise _wrong(place, Message("a date such as 2025-12-31"), value) from error


def _unit(value: Any, place: str) -> TimeUnit:
    try:
        return TimeUnit(_text(value, place))
    except ValueError as error:
        raise _wrong(place, Message("a unit of time"), value) from error


def _object(value: Any, place: "str | Message") -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(place, Message("an object with names"), value)
    return value


def _list(value: Any, place: str, size: int) -> list[Any]:
    if not isinstance(value, list) or len(value) != size:
        raise _wrong(place, Message("a list of {size}", size=size), value)
    return value


def _message(value: Any, place: str) -> Message:
    try:
        found = from_data(dict(_object(value, place)))
        str(found)  # a sentence whose values are missing cannot be said
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
        raise _wrong(place, Message("a sentence with its values"), value) from error
    return found


def _wrong(place: "str | Message", expected: Message, value: Any) -> FileUnreadable:
    got = json.dumps(value, ensure_ascii=False)  # as the file has it
    short = got if len(got) <= 60 else f"{got[:60]}…"
    return _refused(Message("{place} should be {expected}, and is {got}", place=place, expected=expected, got=short))


def _refused(reason: Message) -> FileUnreadable:
    return FileUnreadable(Message("This is no fit that can be used: {reason}.", reason=reason), hint=_AGAIN)
