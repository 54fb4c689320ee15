"""Pareto/NBD: buying at a steady rate, and leaving at a moment that has nothing to do with buying.

Story. While a customer, each person buys at random times at a rate λ of their own. They leave for good at a random
moment that comes at a rate μ of their own, whether they bought or not. λ varies between people as Gamma(shape r,
rate alpha), μ as Gamma(shape s, rate beta), independently.
Source: Schmittlein, Morrison and Colombo (1987), Counting Your Customers: Who Are They and What Will They Do Next?,
Management Science 33(1), 1-24; Fader and Hardie (2005), notes 009 and 012, on expectations and discounting.
"""

from dataclasses import dataclass

from keyworth.behaviour.leaving_in_time.lifetimes_pareto import ParetoLifetime
from keyworth.behaviour.leaving_in_time.model import LeavingInTime
from keyworth.behaviour.parameters import refuse_unless_positive


@dataclass(frozen=True, slots=True)
class ParetoNbdParameters:
    """r, s without unit; alpha, beta in the unit of the histories. Raises ParametersRefused unless all > 0."""

    r: float
    alpha: float
    s: float
    beta: float

    def __post_init__(self) -> None:
        refuse_unless_positive(self)

    @property
    def lifetime(self) -> ParetoLifetime:
        return ParetoLifetime(self.s, self.beta)


PARETO_NBD = LeavingInTime(
    "pareto-nbd",
    "Pareto/NBD",
    ParetoNbdParameters,
    ParetoLifetime,
    scales=(0, 1, 0, 1),
    starts=((0.6, 0.3), (0.6, 2.0), (2.0, 1.0), (3.0, 20.0)),
)
