"""Money in the basis of a value book: revenue, or the margin in it."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from keyworth.errors import OptionRefused
from keyworth.ledger import CustomerSummary, Ledger
from keyworth.ledger.arrays import values_of
from keyworth.value import CategorySpend, margin_rates_given, margin_rates_seen, margin_that_came, refuse_margins
from keyworth.words import Message

Floats = NDArray[np.float64]

NO_MARGINS: Mapping[str, float] = MappingProxyType({})


def margin_rates(ledger: Ledger, summary: CustomerSummary, given: Mapping[str, float]) -> float | Floats | None:
    """The part of revenue that is margin: for all, or for each customer, shape (n,); None where it is not known.

    `given` maps product categories to shares, "" standing for everything else; see `refuse_wrong_margins`. Without
    anything given, the margins in the ledger.
    """
    if given:
        return _rates_given(ledger, summary, given, summary.as_of)
    return margin_rates_seen(summary.margin, summary.amount_with_margin) if ledger.has_margin else None


def refuse_wrong_margins(ledger: Ledger, given: Mapping[str, float], until: date) -> None:
    """Raise OptionRefused for margins that do not fit the orders by a day: asked once, before anything is computed."""
    if given and not ledger.has_money:
        raise OptionRefused(
            Message("A margin was given, but the orders in this book carry no money."),
            hint=Message("Leave --margin out: purchases are counted and nothing is valued."),
        )
    if set(given) - {""}:
        refuse_margins(given, ledger.amount_by_category(until)["category"].fill_null("").to_pylist())


def money_between(
    ledger: Ledger,
    summary: CustomerSummary,
    after: date,
    until: date,
    *,
    margin_rate: float | Floats | None,
    margins: Mapping[str, float] = NO_MARGINS,
) -> tuple[Floats, Floats]:
    """Purchases and money of each customer of the summary after one day and by another; shape (n,) each.

    The money is revenue where `margin_rate` is None, else margin: at the rates a person gave for what was bought then,
    or as the orders of that time tell it. `margin_rate` is what the customers were known by, and counts where they do
    not tell.
    """
    came = ledger.spend_between(after, until).of(summary.numbers)
    if margin_rate is None:
        return came.purchases, came.amount
    if margins:
        return came.purchases, came.amount * _rates_given(ledger, summary, margins, until, after)
    told = margin_that_came(came.amount, came.margin, came.amount_with_margin)
    return came.purchases, came.amount * margin_rate if told is None else told


def _rates_given(
    ledger: Ledger, summary: CustomerSummary, given: Mapping[str, float], until: date, after: date | None = None
) -> float | Floats:
    if set(given) == {""}:
        return given[""]
    return margin_rates_given(given, _category_spend(ledger, summary, until, after), len(summary))


def _category_spend(ledger: Ledger, summary: CustomerSummary, until: date, after: date | None) -> CategorySpend:
    table = ledger.amount_by_category(until, after=after)
    number = values_of(table["customer_no"])
    row = np.minimum(np.searchsorted(summary.numbers, number), len(summary) - 1)
    # Whoever is not in the summary has given everything back, but what they once bought is a category all the same.
    amount = np.where(summary.numbers[row] == number, values_of(table["amount"].fill_null(0.0)), 0.0)
    return CategorySpend(row, np.array(table["category"].fill_null("").to_pylist(), dtype=object), amount)
