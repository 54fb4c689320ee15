"""Money, periods and rates: decimals in the ledger and on screen, float64 in the models."""

from keyworth.units.money import Money
from keyworth.units.periods import DAYS_PER_MONTH, DAYS_PER_YEAR, Ago, Horizon, TimeUnit
from keyworth.units.rates import Discount, Share, parse_share
from keyworth.words.formatting import UNSTATED

__all__ = [
    "DAYS_PER_MONTH",
    "DAYS_PER_YEAR",
    "UNSTATED",
    "Ago",
    "Discount",
    "Horizon",
    "Money",
    "Share",
    "TimeUnit",
    "parse_share",
]
