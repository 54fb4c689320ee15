"""Intervals for anything that follows from the parameters, by fitting again to samples drawn from the sample.

Customers are drawn with replacement, as many as there are. Of many with one history it is only counted how
often it is drawn, so that a drawing is one multinomial over distinct histories, whatever the number of customers.
Nothing is assumed of the likelihood's shape: this is the check on standard errors where these may mislead.
Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapters 6 and 13.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from keyworth.behaviour.contracts.survivors import Survivors
from keyworth.behaviour.contracts.tenures import Tenures
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.parameters import P
from keyworth.behaviour.spans import refuse_how_many, refuse_seed
from keyworth.behaviour.unique_histories import UniqueHistories, distinct
from keyworth.errors import NotEnoughHistory, ParametersRefused
from keyworth.words import Message

S = TypeVar("S", UniqueHistories, PurchaseHistories, Tenures, Survivors)
H = TypeVar("H", contravariant=True)


class Fits(Protocol[P, H]):
    """A model, as far as it can be fitted."""

    def fit(self, histories: H, /) -> Fit[P]: ...


@dataclass(frozen=True, slots=True)
class BootstrapInterval:
    """What the sample itself gives, and between which values `level` of the drawn samples lie."""

    estimate: float
    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True)
class Refits(Generic[P]):
    """The fit of the sample, and the parameters of each drawn sample that could be fitted.

    too_thin: how many drawn samples were refused (nobody came back in them, say): they are missing from every
    interval, which is too narrow if they are many. not_converged: how many of `drawn` came with such a verdict.
    """

    fit: Fit[P]
    drawn: tuple[P, ...]
    too_thin: int
    not_converged: int

    def interval(self, of: Callable[[P], float], *, level: float = 0.8) -> BootstrapInterval:
        """The percentile interval of any number that follows from the parameters; its ends may be infinite.

        Raises ParametersRefused for a level outside 0 to 1, and where no sample could be fitted.
        """
        if not 0.0 < level < 1.0 or not self.drawn:
            raise ParametersRefused(
                Message(
                    "An interval needs a level between 0 and 1 and a sample that could be fitted; got {level} and "
                    "{samples}.",
                    level=level,
                    samples=len(self.drawn),
                )
            )
        values = np.array([of(parameters) for parameters in self.drawn])
        ends = np.quantile(values, [(1.0 - level) / 2, (1.0 + level) / 2], method="inverted_cdf")
        return BootstrapInterval(of(self.fit.parameters), float(ends[0]), float(ends[1]), level)


def refits(model: Fits[P, S], histories: S, *, seed: int, samples: int = 200, first_sample: int = 0) -> Refits[P]:
    """Fit `model` to the sample and to `samples` others drawn from it. Raises what the fit of the sample raises.

    Sample i depends on (seed, first_sample + i) and the histories alone, so work may be cut into blocks. 200
    samples are enough for an interval of 80%; take 1,000 for one of 95%.
    """
    refuse_seed(seed)
    if samples:  # none but the sample itself, where 0
        refuse_how_many(samples=samples)
    weighed: Any = histories
    if isinstance(histories, Survivors):
        weighed = histories.tenures()
    elif not isinstance(histories, Tenures):
        weighed = distinct(histories)
    fit = model.fit(weighed)
    drawn: list[P] = []
    too_thin = not_converged = 0
    for sample in range(first_sample, first_sample + samples):
        try:
            again = model.fit(_drawn(weighed, np.random.default_rng([seed, sample])))
        except NotEnoughHistory:
            too_thin += 1
            continue
        drawn.append(again.parameters)
        not_converged += not again.converged
    return Refits(fit, tuple(drawn), too_thin, not_converged)


def _drawn(histories: Any, rng: np.random.Generator) -> Any:
    weights = histories.customers if isinstance(histories, Tenures) else histories.weights
    counts: Floats = rng.multinomial(round(float(weights.sum())), weights / weights.sum()).astype(np.float64)
    some = np.flatnonzero(counts)
    if isinstance(histories, Tenures):
        return Tenures(histories.periods[some], histories.ended[some], counts[some])
    return UniqueHistories(histories.histories.rows(some), counts[some])
