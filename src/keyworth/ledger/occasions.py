"""Occasions of a ledger: of the years, months, weeks or days since the first purchase, how many were taken."""

from dataclasses import dataclass
from datetime import date

from keyworth.ledger.summary import Floats
from keyworth.units import TimeUnit


@dataclass(frozen=True, slots=True)
class DistinctOccasions:
    """The distinct histories of occasions and how many customers share each; arrays of shape (m,).

    Of the `occasions` of `unit` after that of the first purchase, those over by `as_of`, `repeats` had a purchase;
    `last_repeat` is the number of the last of them, 0 without one.
    """

    as_of: date
    unit: TimeUnit
    repeats: Floats
    last_repeat: Floats
    occasions: Floats
    customers: Floats
