"""sBG, shifted-beta-geometric: at each renewal everybody tosses a coin of their own.

Story. A contract runs from period to period. At the end of each, the customer leaves with a chance θ of their
own, always the same; chances differ between customers as Beta(alpha, beta). Who leaves readily leaves early,
so those who remain are ever more faithful: the retention rate of a cohort rises although nobody's own does.

    chance to renew at the end of period t, for who got so far    r(t) = (beta + t − 1) / (alpha + beta + t − 1)
    chance to survive t renewals                                  S(t) = B(alpha, beta + t) / B(alpha, beta)

Source: Fader and Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21(1),
76-90; Fader and Hardie (2010), Customer-Base Valuation in a Contractual Setting, Marketing Science 29(1), 85-93.
"""

from dataclasses import dataclass

import numpy as np

from keyworth.behaviour.contracts.model import ContractModel, Retention
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.parameters import refuse_unless_positive


@dataclass(frozen=True, slots=True)
class SbgParameters:
    """alpha and beta without unit. Raises ParametersRefused unless both are above zero."""

    alpha: float
    beta: float

    def __post_init__(self) -> None:
        refuse_unless_positive(self)

    @property
    def mean_churn(self) -> float:
        """The part of a new cohort that leaves at the end of its first period."""
        return self.alpha / (self.alpha + self.beta)


def log_retention(p: SbgParameters, periods: int) -> Retention:
    """The log-retention −ln(1 + alpha / (beta + t − 1)) for t = 1, …, `periods`, with its derivatives."""
    stay = p.beta + np.arange(periods, dtype=np.float64)
    both = stay + p.alpha
    slope = np.stack([-1.0 / both, p.alpha / (stay * both)])
    curve = np.empty((2, 2, periods))
    curve[:] = 1.0 / both**2
    curve[1, 1] = -slope[1] * (1.0 / stay + 1.0 / both)
    return Retention(-np.log1p(p.alpha / stay), slope, curve)


def _pace(_: SbgParameters) -> float:
    return 1.0


def _starts(churn: float, _: float) -> list[Floats]:
    """Customers alike or not, around the churn of the whole sample and the higher one of a new cohort."""
    return [
        np.log([mean * size, (1.0 - mean) * size])
        for mean in (churn, np.sqrt(churn))
        for size in (0.1, 0.7, 3.0, 30.0, 1000.0)
    ]


SBG = ContractModel("sbg", "sBG", SbgParameters, log_retention, _pace, _starts)
