"""What all parameters have in common: a frozen dataclass of positive numbers, whole ones among them perhaps."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import field, fields
from numbers import Real
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np

from keyworth.behaviour.histories import Floats
from keyworth.errors import ParametersRefused
from keyworth.words import Message


class Parameters(Protocol):
    """A frozen dataclass whose fields are positive, in the order in which a fit reports them.

    They are floats; a whole number that a fit chooses among several is an `int` declared `= chosen()`.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]


P = TypeVar("P", bound=Parameters)


def chosen() -> Any:
    """Mark a field as a whole number that a fit picks among several instead of climbing to it."""
    return field(metadata={"chosen": True})


def names(parameters: Parameters | type[Parameters]) -> tuple[str, ...]:
    """What the parameters are called, in the order of their fields."""
    return tuple(each.name for each in fields(parameters))


def climbed(kind: Parameters | type[Parameters]) -> tuple[str, ...]:
    """The names of all but the chosen: what a fit climbs in, and what has a standard error."""
    return tuple(each.name for each in fields(kind) if not each.metadata.get("chosen"))


def as_dict(parameters: Parameters) -> dict[str, float]:
    """The parameters by name, in the order of their fields."""
    return {name: getattr(parameters, name) for name in names(parameters)}


def as_array(parameters: Parameters) -> Floats:
    """The parameters in the order of their fields, shape (k,)."""
    return np.array([getattr(parameters, name) for name in names(parameters)], dtype=np.float64)


def climbed_logs(parameters: Parameters) -> Floats:
    """The logarithms of all but the chosen, in order: where a climb stands that has these parameters."""
    return np.log([getattr(parameters, name) for name in climbed(parameters)])


def from_array(kind: type[P], values: Sequence[float] | Floats) -> P:
    """The inverse of `as_array`, for drawing parameters: `from_array(kind, np.exp(log_draw))`."""
    whole = [bool(each.metadata.get("chosen")) for each in fields(kind)]
    return kind(*(round(value) if of else float(value) for of, value in zip(whole, values, strict=True)))


def refuse_unless_positive(parameters: Parameters) -> None:
    """Raise ParametersRefused unless every parameter is finite and above zero; called by each dataclass."""
    every: Iterable[tuple[str, object]] = as_dict(parameters).items()
    bad = {
        name: value
        for name, value in every
        if not (isinstance(value, Real) and math.isfinite(value) and float(value) > 0)
    }
    if bad:
        raise ParametersRefused(
            Message(
                "Parameters must be finite and above zero; got {parameters}.",
                parameters=[f"{name} = {value}" for name, value in bad.items()],
            )
        )
