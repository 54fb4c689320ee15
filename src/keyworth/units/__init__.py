"""Money, periods and rates: decimals in the ledger and on screen, float64 in the models; and as people write them."""

from keyworth.units.days import parse_day
from keyworth.units.languages import parse_language
from keyworth.units.money import Money, parse_currency
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
    "parse_currency",
    "parse_day",
    "parse_language",
    "parse_share",
]
