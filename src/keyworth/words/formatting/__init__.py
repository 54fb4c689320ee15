"""Numbers, money and dates as people read them, in each language.

What is not known (None, NaN, an infinity) is "—", never 0. Negative figures carry U+2212. Estimates are
rounded so that no digit claims more than is known; exact money is always written in full.
"""

from keyworth.words.formatting.dates import day
from keyworth.words.formatting.money import (
    UNSTATED,
    currency_symbol,
    estimate,
    estimates_adding_up,
    exact_money,
    money_change,
    money_range,
)
from keyworth.words.formatting.numbers import MINUS, UNKNOWN, measure, number, number_range, whole_parts
from keyworth.words.formatting.rates import rate, rate_change, rates_adding_up

__all__ = [
    "MINUS",
    "UNKNOWN",
    "UNSTATED",
    "currency_symbol",
    "day",
    "estimate",
    "estimates_adding_up",
    "exact_money",
    "measure",
    "money_change",
    "money_range",
    "number",
    "number_range",
    "rate",
    "rate_change",
    "rates_adding_up",
    "whole_parts",
]
