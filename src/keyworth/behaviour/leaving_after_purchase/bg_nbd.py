"""BG/NBD: buying at a steady rate, and maybe leaving after each repeat purchase.

Story. While a customer, each person buys at random times at a rate λ of their own. After every repeat
purchase they leave for good with a chance p of their own. Rates vary between people as Gamma(shape r, rate
alpha), leaving chances as Beta(a, b), independently.

Consequence to know: leaving is possible only after a repeat, so one who never came back counts as a customer
for ever, with chance 1. Never use this model for churn, at-risk lists or chances of being a customer.
Source: Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2),
275-284; count distribution and stable likelihood: Hardie's notes 027 and 039.
"""

from dataclasses import dataclass

from keyworth.behaviour.leaving_after_purchase.model import LeavingAfterPurchase
from keyworth.behaviour.parameters import refuse_unless_positive


@dataclass(frozen=True, slots=True)
class BgNbdParameters:
    """r, a, b without unit; alpha in the unit of the histories. Raises ParametersRefused unless all > 0."""

    r: float
    alpha: float
    a: float
    b: float

    def __post_init__(self) -> None:
        refuse_unless_positive(self)


BG_NBD = LeavingAfterPurchase("bg-nbd", "BG/NBD", BgNbdParameters, first_chance=0)
