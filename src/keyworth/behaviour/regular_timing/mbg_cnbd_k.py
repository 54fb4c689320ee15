"""MBG/CNBD-k: buying with a rhythm, and maybe leaving after each purchase, the first one included.

Story. As BG/CNBD-k, with one more chance to leave, straight after the first purchase: so that a chance of being a
customer means something for one-time buyers too. At k = 1 it is MBG/NBD itself.
Source: Platzer and Reutterer (2016), Marketing Science 35(5), 779-799; Reutterer, Platzer and Schröder (2021),
International Journal of Research in Marketing 38(1), 194-215.
"""

from dataclasses import dataclass

from keyworth.behaviour.parameters import chosen
from keyworth.behaviour.regular_timing.model import RegularBuying
from keyworth.behaviour.regular_timing.parameters import refuse_unless_regular


@dataclass(frozen=True, slots=True)
class MbgCnbdKParameters:
    """r, a, b without unit; alpha in the unit of the histories; k whole, from 1 to 12. Raises ParametersRefused."""

    r: float
    alpha: float
    a: float
    b: float
    k: int = chosen()

    def __post_init__(self) -> None:
        refuse_unless_regular(self)


MBG_CNBD_K = RegularBuying("mbg-cnbd-k", "MBG/CNBD-k", MbgCnbdKParameters, first_chance=1)
