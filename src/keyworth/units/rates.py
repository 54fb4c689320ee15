"""Rates a person writes as a percentage: the discount on the future, the share of revenue that is margin."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from keyworth.errors import OptionRefused
from keyworth.units.periods import DAYS_PER_YEAR, TimeUnit
from keyworth.words import Language, Message, Quoted
from keyworth.words.formatting import rate


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, 0.24, written 24%."""

    value: float

    def said(self, lang: Language) -> str:
        return rate(self.value, lang)


def parse_share(given: str | float, option: str = "share") -> float:
    """Read `30%` or `0.3` as 0.3. Raises OptionRefused for what is not a number, or lies outside 0 to 1.

    `option` is what the refusal calls it.

    >>> parse_share("30%"), parse_share("0.3")
    (0.3, 0.3)
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*([%％]?)\s*", str(given))
    if found:
        number = Decimal(found[1]) / (100 if found[2] else 1)
        if 0 <= number <= 1:
            return float(number)
    raise OptionRefused(
        Message("{option} expects a percentage from 0% to 100%; got {text}.", option=option, text=Quoted(given)),
        hint=Message("Write it as 10% or as 0.1."),
    )


@dataclass(frozen=True, slots=True)
class Discount:
    """An effective annual rate: money a year away is worth 1 / (1 + annual) now."""

    annual: float

    @classmethod
    def parse(cls, given: str | float, option: str = "discount") -> "Discount":
        """Read `10%` or `0.1`; raises OptionRefused for anything else, calling it by `option`."""
        return cls(parse_share(given, option))

    def continuous(self, unit: TimeUnit) -> float:
        """The force of interest per unit of time, ln(1 + d): 15% a year is 0.0026785 a week.

        Source: Fader, Hardie and Lee (2005), Journal of Marketing Research 42(4), continuous compounding.
        """
        return math.log1p(self.annual) * unit.days / DAYS_PER_YEAR
