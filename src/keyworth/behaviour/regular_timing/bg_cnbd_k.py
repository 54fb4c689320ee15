"""BG/CNBD-k: buying with a rhythm, and maybe leaving after each repeat purchase.

Story. As BG/NBD, but the time from one purchase to the next is the sum of k waits instead of one: Gamma(k, λ),
with λ of the customer's own. The larger k, the more alike the gaps: k = 1 is random buying and BG/NBD itself, at
k = 12 a gap varies by 29% around its mean. So silence says more: who bought every month and has not come for
three has probably left.

Consequence to know: as with BG/NBD one who never came back counts as a customer for ever, with chance 1.
Source: Platzer and Reutterer (2016), Ticking Away the Moments: Timing Regularity Helps to Better Predict Customer
Activity, Marketing Science 35(5), 779-799; Reutterer, Platzer and Schröder (2021), Leveraging Purchase Regularity
for Predicting Customer Behavior the Easy Way, International Journal of Research in Marketing 38(1), 194-215.
"""

from dataclasses import dataclass

from keyworth.behaviour.parameters import chosen
from keyworth.behaviour.regular_timing.model import RegularBuying
from keyworth.behaviour.regular_timing.parameters import refuse_unless_regular


@dataclass(frozen=True, slots=True)
class BgCnbdKParameters:
    """r, a, b without unit; alpha in the unit of the histories; k whole, from 1 to 12. Raises ParametersRefused."""

    r: float
    alpha: float
    a: float
    b: float
    k: int = chosen()

    def __post_init__(self) -> None:
        refuse_unless_regular(self)


BG_CNBD_K = RegularBuying("bg-cnbd-k", "BG/CNBD-k", BgCnbdKParameters, first_chance=0)
