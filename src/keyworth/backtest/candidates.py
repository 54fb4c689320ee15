"""Models that may be chosen, and what their forecasts at past origins came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from keyworth.backtest.origins import Origin
from keyworth.behaviour import BuyingModel

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that may be chosen, and all there is to know of it but its scores.

    `parameters` are counted, chosen whole numbers among them. `converged`: whether every fit that its forecasts rest
    on did. `aic` is that of its fit to all that is known, None where there is none. `asked`: whether it was asked about
    past days at all, or left out because a simpler one explains what is known as well.
    """

    name: str
    title: str
    parameters: int
    reads_gaps: bool = False
    loses_one_time_buyers: bool = True
    converged: bool = True
    aic: float | None = None
    asked: bool = True

    @classmethod
    def of(cls, model: BuyingModel[Any], *, converged: bool, aic: float | None = None) -> Self:
        return cls(
            name=model.name,
            title=model.title,
            parameters=len(model.parameter_names),
            reads_gaps=model.reads_gaps,
            loses_one_time_buyers=model.loses_one_time_buyers,
            converged=converged,
            aic=aic,
        )

    @property
    def complexity(self) -> tuple[int, bool, bool]:
        """The smaller, the simpler: fewer parameters, no need of the time between purchases, risk of its own."""
        return self.parameters, self.reads_gaps, not self.loses_one_time_buyers


@dataclass(frozen=True, slots=True, eq=False)
class CandidateForecasts:
    """One candidate's forecasts at one origin; arrays of shape (n,), a customer each.

    `expected` purchases, the predictive mean; `log_score` in nats, `crps` in purchases, and `pit` as in
    `DistributionScores`.
    """

    expected: Floats
    log_score: Floats
    crps: Floats
    pit: Floats


@dataclass(frozen=True, slots=True, eq=False)
class OriginForecasts:
    """What came in the hold-out period of an origin, and what each candidate had foretold, by its name.

    `customers` (n,) are numbers by which a customer is known again at another origin; `actual` (n,) their purchases.
    """

    origin: Origin
    customers: NDArray[np.int64]
    actual: Floats
    of: Mapping[str, CandidateForecasts]
