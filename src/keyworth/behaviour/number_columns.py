"""Columns of numbers from outside: what is no number is refused by its column and row."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.errors import HistoryRefused
from keyworth.words import Message, Quoted


def numbers(name: str, column: ArrayLike) -> NDArray[np.float64]:
    """The column as float64, at least one long. Raises HistoryRefused for text, and for rows of several lengths."""
    try:
        return np.atleast_1d(np.asarray(column, dtype=np.float64))
    except (TypeError, ValueError) as error:
        raise HistoryRefused(
            _what_is_wrong(name, column), hint=Message("Give one number per customer in each column.")
        ) from error


def _what_is_wrong(name: str, column: ArrayLike) -> Message:
    for row, value in enumerate(column if isinstance(column, list | tuple | np.ndarray) else [column], start=1):
        try:
            one = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            return Message(
                "{column} was expected to hold numbers; row {row} holds {value}.",
                column=name,
                row=row,
                value=Quoted(str(value)),
            )
        if one.ndim:
            break
    return Message("{column} was expected to hold one number in each row.", column=name)
