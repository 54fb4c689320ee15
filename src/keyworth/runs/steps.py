"""How a long run says where it is."""

from collections.abc import Callable

from keyworth.words import Message

Step = Callable[[Message], object]


def silent(step: Message) -> None:
    """For callers who do not want to know."""
