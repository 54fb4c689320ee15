"""Spans of time and counts that models are asked about: what is no such thing is refused, whatever the model."""

import math
from numbers import Real

import numpy as np

from keyworth.behaviour.histories import Floats
from keyworth.errors import ParametersRefused
from keyworth.words import Message


def _ends(given: object) -> bool:
    """A number, and not an endless one."""
    return isinstance(given, Real) and math.isfinite(given)


def _plain(given: object) -> str:
    return f"{float(given):g}" if isinstance(given, Real) else str(given)


def refuse_ahead(ahead: float | None) -> None:
    """A time ahead is 0 or more and ends; None, where a question allows it, means all the future."""
    if ahead is not None and not (_ends(ahead) and ahead >= 0):
        raise ParametersRefused(
            Message("A time ahead that is 0 or more and ends was expected; got {ahead}.", ahead=_plain(ahead))
        )


def refuse_endless(force_of_interest: float, ahead: float | None) -> None:
    """Raise ParametersRefused where a sum over all the future has no end, as where nothing is discounted, or grows."""
    if not _ends(force_of_interest):
        raise ParametersRefused(
            Message("A force of interest that is a number was expected; got {force}.", force=_plain(force_of_interest)),
            hint=Message("Give the yearly discount rate as a share, such as 0.10."),
        )
    if not (force_of_interest > 0 or (force_of_interest == 0 and ahead is not None)):
        raise ParametersRefused(
            Message(
                "All the future can only be added up at a discount rate above zero; got a force of interest "
                "of {force}.",
                force=force_of_interest,
            ),
            hint=Message("Give a discount rate above zero, or a horizon."),
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


def refuse_how_many(**counts: int) -> None:
    """What is done by chance is done a whole number of times, at least once."""
    for name, count in counts.items():
        if not (isinstance(count, int | np.integer) and count >= 1):
            raise ParametersRefused(
                Message("{name} should be a whole number, 1 or more; got {count}.", name=name, count=str(count))
            )


def refuse_seed(seed: int) -> None:
    """Dice are thrown from a whole number."""
    if not (isinstance(seed, int | np.integer) and seed >= 0):
        raise ParametersRefused(
            Message("A whole number, 0 or more, was expected as a seed; got {seed}.", seed=str(seed))
        )
