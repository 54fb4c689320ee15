"""How a long run says where it is."""

from typing import Protocol

from keyworth.words import Message


class Step(Protocol):
    """Told each step as it begins, and again with the share of it that is done where that can be told."""

    def __call__(self, step: Message, done: float | None = None, /) -> object: ...


def silent(step: Message, done: float | None = None, /) -> None:
    """For callers who do not want to know."""
