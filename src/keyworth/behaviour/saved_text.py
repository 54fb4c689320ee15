"""Small texts that hold a fit: how one is opened and each of its parts is read, whatever kind of fit it is.

The text is JSON: what it is and in which version of the format, then named parts. It holds no customer, and nothing in
it is run: reading it makes numbers, words and dates, and refuses the rest, naming the place. A sentence is kept with
its values, so that it can be said in either language later. Numbers are written with as many digits as bring back the
same float.

A version grows when an earlier reader would misread what a later one writes; parts that a reader does not know are left
alone, so that some can be added without it.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, TypeVar

import numpy as np

from keyworth.behaviour.histories import Floats
from keyworth.errors import FileUnreadable, ParametersRefused
from keyworth.units import TimeUnit
from keyworth.words import Message
from keyworth.words.stored import from_data

AGAIN = Message("Save it again, with keyworth fit BOOK -o FILE for one.")

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


def written(told: Mapping[str, Any]) -> str:
    """The text of named parts."""
    return json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def opened(text_of: str, form: str, known: int) -> Mapping[str, Any]:
    """The parts of a text that says to be of this format, in a version up to the one that is known."""
    told = mapping(_parsed(text_of), Message("the text"))
    if told.get("format") != form:
        raise refused(
            Message("{place} is not {expected}", place="format", expected=form)
            if "format" in told
            else Message("{place} is missing", place="format")
        )
    version = at(told, "version", whole)
    if version > known:
        raise FileUnreadable(
            Message(
                "This fit was saved in version {version} of the format; this Keyworth reads up to version {known}.",
                version=version,
                known=known,
            ),
            hint=Message("Update Keyworth, or fit the model again with this one."),
        )
    return told


def told_provenance(known: Provenance | None) -> dict[str, Any]:
    """Where a fit came from, as it is written."""
    if known is not None and not isinstance(known, Provenance):
        raise ParametersRefused(
            Message("Where a fit came from is a Provenance or nothing; got {kind}.", kind=type(known).__name__)
        )
    kept = known or Provenance()
    return {
        each.name: value.isoformat() if isinstance(value := getattr(kept, each.name), date) else value
        for each in fields(kept)
    }


def provenance(told: Mapping[str, Any]) -> Provenance:
    """The same, as it is read."""

    def known(name: str, read: Callable[[Any, str], T]) -> T | None:
        return maybe(read)(told.get(name), f"provenance.{name}")

    return Provenance(
        software_version=known("software_version", text),
        ledger_version=known("ledger_version", whole),
        as_of=known("as_of", day),
        born_after=known("born_after", day),
        currency=known("currency", text),
    )


def square(value: Any, place: str, size: int) -> Floats:
    """A square of numbers, (size, size)."""
    rows = items(value, place, size)
    return np.array(
        [
            [number(cell, f"{place}[{i}][{j}]") for j, cell in enumerate(items(row, f"{place}[{i}]", size))]
            for i, row in enumerate(rows)
        ]
    )


def provenance_of(saved: str) -> Provenance:
    """Where the fit of a saved text came from, whatever kind of fit it is. Raises FileUnreadable."""
    return provenance(at(mapping(_parsed(saved), Message("the text")), "provenance", mapping))


def _parsed(text: str) -> Any:
    if not isinstance(text, str):
        raise refused(Message("a text was expected; got {kind}", kind=type(text).__name__))
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise refused(
            Message(
                "it is no JSON from line {line}, character {at} on; it may have been cut",
                line=error.lineno,
                at=error.colno,
            )
        ) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; brackets without end
        raise refused(Message("it is no JSON that could be read")) from error


def at(told: Mapping[str, Any], name: str, read: Callable[[Any, str], T], above: str = "") -> T:
    """What stands at a name, read; `above` is what a refusal puts before it."""
    if name not in told:
        raise refused(Message("{place} is missing", place=above + name))
    return read(told[name], above + name)


def maybe(read: Callable[[Any, str], T]) -> Callable[[Any, str], T | None]:
    """The same, or nothing."""
    return lambda value, place: None if value is None else read(value, place)


def number(value: Any, place: str) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong(place, Message("a number"), value)
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise wrong(place, Message("a finite number"), value)
    return found


def whole(value: Any, place: str) -> int:
    """A whole number from 0 on."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise wrong(place, Message("a whole number"), value)
    return value


def truth(value: Any, place: str) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise wrong(place, Message("true or false"), value)
    return value


def text(value: Any, place: str) -> str:
    """A text."""
    if not isinstance(value, str):
        raise wrong(place, Message("a text"), value)
    return value


def day(value: Any, place: str) -> date:
    """A date."""
    try:
        return date.fromisoformat(text(value, place))
    except ValueError as error:
        raise wrong(place, Message("a date such as 2025-12-31"), value) from error


def unit(value: Any, place: str) -> TimeUnit:
    """A unit of time."""
    try:
        return TimeUnit(text(value, place))
    except ValueError as error:
        raise wrong(place, Message("a unit of time"), value) from error


def mapping(value: Any, place: "str | Message") -> Mapping[str, Any]:
    """Named parts."""
    if not isinstance(value, dict):
        raise wrong(place, Message("an object with names"), value)
    return value


def items(value: Any, place: str, size: int | None = None) -> list[Any]:
    """A list, of so many where the size is known."""
    if not isinstance(value, list):
        raise wrong(place, Message("a list"), value)
    if size is not None and len(value) != size:
        raise wrong(place, Message("a list of {size}", size=size), value)
    return value


def numbers(value: Any, place: str, size: int | None = None) -> Floats:
    """A list of numbers as an array."""
    found = [number(cell, f"{place}[{i}]") for i, cell in enumerate(items(value, place, size))]
    return np.array(found, dtype=np.float64)


def message(value: Any, place: str) -> Message:
    """A sentence with its values."""
    try:
        found = from_data(dict(mapping(value, place)))
        str(found)  # a sentence whose values are missing cannot be said
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
        raise wrong(place, Message("a sentence with its values"), value) from error
    return found


def wrong(place: "str | Message", expected: Message, value: Any) -> FileUnreadable:
    got = json.dumps(value, ensure_ascii=False)  # as the file has it
    short = got if len(got) <= 60 else f"{got[:60]}…"
    return refused(Message("{place} should be {expected}, and is {got}", place=place, expected=expected, got=short))


def refused(reason: Message) -> FileUnreadable:
    return FileUnreadable(Message("This is no fit that can be used: {reason}.", reason=reason), hint=AGAIN)
