"""Which part of a customer's revenue is margin."""

from collections.abc import Iterable, Mapping
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


def margin_that_came(amount: Floats, margin: Floats, amount_with_margin: Floats) -> Floats | None:
    """What each customer's spend of some time earned, shape (n,); None where no order of that time tells a margin.

    `amount` is net of refunds, which take of the margin in proportion; `margin` and `amount_with_margin` are, before
    refunds, of the orders whose margin is known, not a number counting as none. Orders that do not tell theirs earn at
    the rate of all that do.
    """
    known, earned = np.maximum(np.nan_to_num(amount_with_margin), 0.0), np.nan_to_num(margin)
    if known.sum() <= 0:
        return None
    firm = float(earned.sum() / known.sum())
    own = np.divide(earned, known, out=np.full(known.shape, firm), where=known > 0)
    of_known = np.minimum(amount, known)
    came: Floats = of_known * own + (amount - of_known) * firm
    return came


def refuse_margins(given: Mapping[str, float], categories: Iterable[str]) -> None:
    """Raise OptionRefused for a margin of a category there is not, or a category that is left without a margin.

    `given` maps categories to shares, "" standing for every other one; "" among `categories` is no category.
    """
    known = sorted(set(categories) - {""})
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


def margin_rates_given(given: Mapping[str, float], spend: CategorySpend, customers: int) -> Floats:
    """Each customer's rate from one for each category, shape (customers,): that of the things they bought.

    `given` maps categories to shares, "" standing for every other one; see `refuse_margins`. Who bought nothing, or
    only gave back, has the rate of all together.
    """
    rest = given.get("", 0.0)
    rate = np.array([given.get(name, rest) for name in spend.category], dtype=np.float64)
    amount = np.maximum(spend.amount, 0.0)
    spent = np.bincount(spend.customer, amount, customers)
    earned = np.bincount(spend.customer, amount * rate, customers)
    firm = float(earned.sum() / spent.sum()) if spent.sum() > 0 else rest
    rates: Floats = np.divide(earned, spent, out=np.full(customers, firm), where=spent > 0)
    return rates
