"""Messages as data, to be kept in a file and said in any language years later."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from keyworth.words.catalogue import LANGUAGES, Language, Sayable
from keyworth.words.message import Message


@dataclass(frozen=True, slots=True)
class SaidBefore:
    """A value whose type the file does not know, as it was said in each language when it was stored."""

    texts: tuple[tuple[str, str], ...]

    def said(self, lang: Language) -> str:
        return dict(self.texts)[lang]


def to_data(message: Message) -> dict[str, Any]:
    """The message as plain data that JSON can hold: its sentence and its values, unformatted.

    >>> to_data(Message("{n} rows", n=3))
    {'key': '{n} rows', 'values': {'n': 3}}
    """
    return {"key": message.key, "values": {name: _value(value) for name, value in message.values.items()}}


def from_data(data: dict[str, Any]) -> Message:
    """The message that `to_data` wrote."""
    return Message(data["key"], **{name: _back(value) for name, value in data["values"].items()})


def _value(value: Any) -> Any:
    match value:
        case Message():
            return to_data(value)
        case Sayable():
            return {"said": {lang: value.said(lang) for lang in LANGUAGES}}
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return {"decimal": str(value)}
        case datetime():
            return {"time": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case list() | tuple():
            return [_value(item) for item in value]
    raise TypeError(f"a message cannot keep a {type(value).__name__}")


def _back(value: Any) -> Any:
    match value:
        case {"key": _, "values": _}:
            return from_data(value)
        case {"said": texts}:
            return SaidBefore(tuple(sorted(texts.items())))
        case {"decimal": text}:
            return Decimal(text)
        case {"time": text}:
            return datetime.fromisoformat(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case list():
            return [_back(item) for item in value]
    return value
