"""How far past totals missed, and what that adds to the interval of the next one.

A model's own interval knows that parameters are uncertain and customers random, not that next year may differ
from all years before it. Past origins of the same ledger tell how much: the squares of ln(actual/expected) there,
beyond what the model's own interval explains, give the variance of a further, log-normal miss. With
few origins that variance is itself uncertain, so the miss is drawn from Student's t with as many degrees of
freedom as there are origins (the mean miss is taken as 0 and not estimated, so none is lost).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class PastMiss:
    """A total predicted at a past origin: what came, what was expected, and how far off the model thought it may be.

    model_spread: the standard deviation of the total's logarithm by the model alone (`BaseFigure.model_spread`).
    inside_80: whether what came lay in the 80% interval as it stood there, widened by the misses before it; None where
    too few came before to widen it by.
    """

    origin: date
    actual: float
    expected: float
    model_spread: float
    inside_80: bool | None


@dataclass(frozen=True, slots=True)
class Widening:
    """`scale`: the standard deviation of the further miss, of the logarithm; 0 where nothing is added.

    `origins` are the past days whose totals it was measured on, none where it was not measured: then `left_out`
    says why. judged: on how many of them the interval had been widened by earlier ones; inside_80: on how many of
    these the total that came lay in its 80% interval.
    """

    scale: float
    origins: tuple[date, ...]
    judged: int
    inside_80: int
    left_out: Message | None


def widening(misses: Sequence[PastMiss]) -> Widening:
    """Measured on at least two past origins at which something was expected and something came."""
    usable = [miss for miss in misses if miss.actual > 0 and miss.expected > 0]
    if len(usable) < 2:
        return Widening(
            0.0,
            (),
            0,
            0,
            Message(
                "So far ahead the ledger allows {origins} past {origins:origin|origins}, too few to measure how far "
                "totals miss (2 are needed), so the interval of the total leaves that out and is too narrow if the "
                "coming time differs from the past.",
                origins=len(usable),
            ),
        )
    squares = [math.log(miss.actual / miss.expected) ** 2 for miss in usable]
    explained = [miss.model_spread**2 for miss in usable]
    judged = [miss.inside_80 for miss in usable if miss.inside_80 is not None]
    days = tuple(miss.origin for miss in usable)
    return Widening(math.sqrt(_excess(squares, explained)), days, len(judged), sum(judged), None)


def _excess(squares: Sequence[float], explained: Sequence[float]) -> float:
    """The variance t2 that makes misses e ~ N(0, s2 + t2) most likely, given e2 and s2; at least 0.

    A past day on which the model knew little (large s2) says little about t2, and may not outweigh the others:
    hence maximum likelihood, by its fixed point, and not the plain mean of e2 - s2, which it equals for equal s2.
    """
    found = max(sum(squares) / len(squares), 1e-12)
    for _ in range(200):
        weights = [1 / (s2 + found) ** 2 for s2 in explained]
        excess = sum(w * (e2 - s2) for w, e2, s2 in zip(weights, squares, explained, strict=True))
        last, found = found, max(excess / sum(weights), 0.0)
        if abs(found - last) <= 1e-12 or (found == 0.0 and min(explained) == 0.0):
            break
    return found
