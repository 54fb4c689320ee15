"""MBG/NBD: buying at a steady rate, and maybe leaving after each purchase, the first one included.

Story. As BG/NBD, with one more chance to leave, straight after the first purchase. That is what makes it fit
for our main question: it lets one-time buyers go, so that a chance of being a customer means something for
them too. It is the value book's default.
Source: Batislam, Denizel and Filiztekin (2007), Empirical validation and comparison of models for customer
base analysis, International Journal of Research in Marketing 24(3), 201-209; Hoppe and Wagner (2007) name it
CBG/NBD.
"""

from dataclasses import dataclass

from keyworth.behaviour.leaving_after_purchase.model import LeavingAfterPurchase
from keyworth.behaviour.parameters import refuse_unless_positive


@dataclass(frozen=True, slots=True)
class MbgNbdParameters:
    """r, a, b without unit; alpha in the unit of the histories. Raises ParametersRefused unless all > 0."""

    r: float
    alpha: float
    a: float
    b: float

    def __post_init__(self) -> None:
        refuse_unless_positive(self)


MBG_NBD = LeavingAfterPurchase("mbg-nbd", "MBG/NBD", MbgNbdParameters, first_chance=1)
