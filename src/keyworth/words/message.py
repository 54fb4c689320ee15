"""What we say, kept apart from the language it is said in."""

from collections.abc import Mapping
from types import MappingProxyType


class Message:
    """A sentence with values in it, not yet said in any language.

    `key` is the English sentence with `{names}` in braces; `values` are kept unformatted, so that a record
    that stores a message can be said in another language, or compared, years later. Where a count may be 1,
    `{count:one|many}` stands for the one word or the other; Chinese has no use for it.

    >>> str(Message("{count} {count:row was|rows were} refused", count=12408))
    '12,408 rows were refused'
    >>> str(Message("{count} {count:row was|rows were} refused", count=1))
    '1 row was refused'
    """

    __slots__ = ("key", "values")

    key: str
    values: Mapping[str, object]

    def __init__(self, key: str, /, **values: object) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "values", MappingProxyType(values))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Message does not change, so {name} cannot be set")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.key, dict(self.values)) == (other.key, dict(other.values))

    def __hash__(self) -> int:
        return hash((self.key, tuple(sorted((name, repr(value)) for name, value in self.values.items()))))

    def __repr__(self) -> str:
        values = "".join(f", {name}={value!r}" for name, value in self.values.items())
        return f"Message({self.key!r}{values})"

    def __reduce__(self) -> tuple[object, ...]:
        return (_message, (self.key, dict(self.values)))

    def __str__(self) -> str:
        from keyworth.words.catalogue import say

        return say(self, "en")


def _message(key: str, values: dict[str, object]) -> Message:
    return Message(key, **values)
