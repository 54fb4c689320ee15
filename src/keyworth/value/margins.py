"""Which part of a customer's revenue is margin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.errors import OptionRefused
from keyworth.words import Message

Floats = NDArray[np.float64]

_LISTED = 30  # categories named in a refusal


@dataclass(frozen=True, slots=True, eq=False)
class CategorySpend:
    """What customers spent on product categories, one row for each pair; `category` is "" where it is not known.

    `customer` are rows of the customers valued, from 0; `amount` may be negative after refunds.
    """

    customer: NDArray[np.integer[Any]]
    category: NDArray[np.object_]
    amount: Floats


def margin_rates_seen(margin: Floats, amount_with_margin: Floats) -> Floats | None:
    """Each customer's rate from the margins of their orders, shape (n,); None where no order tells.

    `margin` of the orders whose margin is known, `amount_with_margin` their revenue; not a number counts as none. A
    customer's own rate is drawn towards the firm's by as much as one typical customer's spend, since few orders
    say little; it stays within 0 and 1.
    """
    known, earned = np.nan_to_num(amount_with_margin), np.nan_to_num(margin)
    if known.sum() <= 0:
        return None
    firm = float(earned.sum() / known.sum())
    typical = float(np.median(known[known > 0]))
    rates: Floats = (earned + firm * typical) / (np.maximum(known, 0) + typical)
    return np.clip(rates, 0.0, 1.0)


def margin_rates_given(given: Mapping[str, float], spend: CategorySpend, customers: int) -> Floats:
    """Each customer's rate from one for each category, shape (customers,): that of the things they bought.

    `given` maps categories to shares, "" standing for every other one. Who bought nothing, or only gave back, has
    the rate of all together.
    Raises OptionRefused for a category there is not, or one that is left without a rate.
    """
    known = sorted(set(spend.category) - {""})
    unknown = sorted(set(given) - {""} - set(known))
    if unknown:
        raise OptionRefused(
            Message("The ledger has no product category {names}.", names=unknown),
            hint=Message("Its categories are: {names}.", names=known[:_LISTED])
            if known
            else Message("It names no categories at all; give one margin for everything: --margin 30%."),
        )
    if "" not in given and set(known) - set(given):
        raise OptionRefused(
            Message("No margin is given for {names}.", names=sorted(set(known) - set(given))[:_LISTED]),
            hint=Message("Give one for everything else: --margin 30%."),
        )
    rest = given.get("", 0.0)
    rate = np.array([given.get(name, rest) for name in spend.category], dtype=np.float64)
    amount = np.maximum(spend.amount, 0.0)
    spent = np.bincount(spend.customer, amount, customers)
    earned = np.bincount(spend.customer, amount * rate, customers)
    firm = float(earned.sum() / spent.sum()) if spent.sum() > 0 else rest
    rates: Floats = np.divide(earned, spent, out=np.full(customers, firm), where=spent > 0)
    return rates
