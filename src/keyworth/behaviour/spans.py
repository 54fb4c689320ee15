"""Spans of time and counts that models are asked about: what is no such thing is refused, whatever the model."""

import math

import numpy as np

from keyworth.behaviour.histories import Floats
from keyworth.errors import ParametersRefused
from keyworth.words import Message


def refuse_ahead(ahead: float | None) -> None:
    """A time ahead is 0 or more and ends; None, where a question allows it, means all the future."""
    if ahead is not None and not (math.isfinite(ahead) and ahead >= 0):
        raise ParametersRefused(
            Message("A time ahead that is 0 or more and ends was expected; got {ahead}.", ahead=f"{ahead:g}")
        )


def refuse_times(times: Floats | float) -> None:
    """Times since a first purchase, and lengths of being observed, are 0 or more and end."""
    wrong = np.asarray(times, dtype=np.float64)
    wrong = wrong[~(np.isfinite(wrong) & (wrong >= 0))]
    if wrong.size:
        raise ParametersRefused(
            Message("Times that are 0 or more and end were expected; got {time}.", time=f"{float(wrong.flat[0]):g}")
        )


def refuse_share(share: float) -> None:
    """A chance between never and always."""
    if not 0.0 < share < 1.0:
        raise ParametersRefused(Message("A share between 0 and 1 was expected; got {share}.", share=f"{share:g}"))


def refuse_count(up_to: int) -> None:
    """Numbers of purchases are counted up to a whole number."""
    if not (isinstance(up_to, int | np.integer) and up_to >= 0):
        raise ParametersRefused(
            Message("A whole number of purchases, 0 or more, was expected; got {count}.", count=str(up_to))
        )


def refuse_seed(seed: int) -> None:
    """Dice are thrown from a whole number."""
    if not (isinstance(seed, int | np.integer) and seed >= 0):
        raise ParametersRefused(
            Message("A whole number, 0 or more, was expected as a seed; got {seed}.", seed=str(seed))
        )
