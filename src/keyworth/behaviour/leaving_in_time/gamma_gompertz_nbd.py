"""Gamma-Gompertz/NBD: buying at a steady rate, and leaving with a risk that grows with time.

Story. As Pareto/NBD, but the risk of leaving is not the same for ever: a person's own risk at time τ is b·η·e^(bτ).
η varies between people as Gamma(shape s, rate beta), whatever they buy; b is the same for all. So there may be an age
at which many leave, early or late, where Pareto/NBD knows only a risk that falls from the first day.
Source: Bemmaor and Glady (2012), Modeling Purchasing Behavior with Sudden "Death": A Flexible Customer Lifetime
Model, Management Science 58(5), 1012-1021.
"""

from dataclasses import dataclass

import numpy as np

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_in_time.lifetimes_gamma_gompertz import GammaGompertzLifetime
from keyworth.behaviour.leaving_in_time.model import LeavingInTime
from keyworth.behaviour.leaving_in_time.pareto_nbd import PARETO_NBD
from keyworth.behaviour.parameters import refuse_unless_positive
from keyworth.behaviour.unique_histories import UniqueHistories


@dataclass(frozen=True, slots=True)
class GammaGompertzNbdParameters:
    """r, s, beta without unit; alpha in the unit of the histories, b per unit. Refused unless all > 0."""

    r: float
    alpha: float
    b: float
    s: float
    beta: float

    def __post_init__(self) -> None:
        refuse_unless_positive(self)

    @property
    def lifetime(self) -> GammaGompertzLifetime:
        return GammaGompertzLifetime(self.b, self.s, self.beta)


def _pareto_nbd(unique: UniqueHistories, form: Form, observed: float) -> Floats:
    """Ageing so slow that it hardly shows, and the rest as Pareto/NBD has it."""
    p = PARETO_NBD.fit(unique, form=form).parameters
    b = max(1e-4 / observed, 2e-5 / p.beta)
    return np.log([p.r, p.alpha, b, p.s, b * p.beta])


GAMMA_GOMPERTZ_NBD = LeavingInTime(
    "ggompertz-nbd",
    "Gamma-Gompertz/NBD",
    GammaGompertzNbdParameters,
    GammaGompertzLifetime,
    scales=(0, 1, -1, 0, 0),
    starts=((0.1, 0.6, 0.1), (1.0, 0.6, 0.5), (3.0, 0.2, 3.0), (5.0, 1.0, 100.0)),
    limit=_pareto_nbd,
)
