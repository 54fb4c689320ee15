"""What BG/CNBD-k and MBG/CNBD-k call their parameters; the two share the letters, not the values."""

from typing import Protocol, TypeVar

from keyworth.behaviour.leaving_after_purchase.parameters import LeavingParameters
from keyworth.behaviour.parameters import refuse_unless_positive
from keyworth.errors import ParametersRefused
from keyworth.words import Message

MOST_REGULAR = 12  # beyond it gaps differ so little that nobody could tell which k it is


class RegularParameters(LeavingParameters, Protocol):
    """Those of leaving after a purchase, and k: how many steps lead from one purchase to the next."""

    @property
    def k(self) -> int: ...


R = TypeVar("R", bound=RegularParameters)


def refuse_unless_regular(parameters: RegularParameters) -> None:
    """Raise ParametersRefused unless all are finite and above zero, and k is a whole number from 1 to 12."""
    refuse_unless_positive(parameters)
    if parameters.k != int(parameters.k) or parameters.k > MOST_REGULAR:
        raise ParametersRefused(
            Message("k must be a whole number from 1 to {most}; got {k}.", most=MOST_REGULAR, k=parameters.k)
        )
