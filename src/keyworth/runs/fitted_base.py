"""A base of customers as of a day, with the models fitted to it: what valuing and back-testing start from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import GAMMA_GAMMA, Fit, PurchaseHistories, SpendHistories
from keyworth.errors import NotEnoughHistory
from keyworth.ledger import CustomerSummary, Ledger
from keyworth.runs.arrow_columns import values_of
from keyworth.runs.fit_model import model_named
from keyworth.units import TimeUnit
from keyworth.value import CategorySpend, SpendInput, margin_rates_given, margin_rates_seen
from keyworth.words import Message

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FittedBase:
    """Customers as of a day, and the fits. `spend` is None without money, or where too little is known of it."""

    summary: CustomerSummary
    histories: PurchaseHistories
    buying: Fit[Any]
    spend: SpendInput | None
    notes: tuple[Message, ...]

    def of_those_born_after(self, day: date) -> "FittedBase":
        """Only the customers first seen later, under the fits that everybody taught."""
        chosen = self.summary.first_day > np.datetime64(day, "D")
        spend = self.spend
        if spend is not None:
            histories = SpendHistories(spend.histories.repeats[chosen], spend.histories.mean_value[chosen])
            spend = SpendInput(histories, spend.first_value[chosen], spend.fit)
        h = self.histories
        histories_of = PurchaseHistories(h.repeats[chosen], h.last_repeat[chosen], h.observed_for[chosen], h.unit)
        return replace(self, summary=self.summary.rows(chosen), histories=histories_of, spend=spend)


def fitted_base(
    ledger: Ledger,
    *,
    model: str,
    as_of: date | None = None,
    unit: TimeUnit = TimeUnit.WEEK,
    born_after: date | None = None,
) -> FittedBase:
    """Read the summary as of a day and fit buying and spending to it. Raises NotEnoughHistory, OptionRefused."""
    chosen = model_named(model)
    summary = ledger.customers(as_of, unit, born_after=born_after)
    histories = PurchaseHistories.from_columns(summary.repeats, summary.last_repeat, summary.observed_for, unit)
    buying = chosen.fit(histories.unique(inverse=False))
    notes: list[Message] = [] if buying.converged else [buying.verdict]
    spend = None
    if ledger.has_money:
        try:
            spend = _spend(summary)
            if not spend.fit.converged:
                notes.append(spend.fit.verdict)
        except NotEnoughHistory as error:
            notes.append(error.message)
    return FittedBase(summary, histories, buying, spend, tuple(notes))


def _spend(summary: CustomerSummary) -> SpendInput:
    histories = spend_histories(summary)
    return SpendInput(histories, summary.first_value, GAMMA_GAMMA.fit(histories))


def spend_histories(summary: CustomerSummary) -> SpendHistories:
    """What the summary tells a spend model; repeats whose orders name no amount bring nothing."""
    mean = np.where(np.isfinite(summary.mean_repeat_value), summary.mean_repeat_value, 0.0)
    return SpendHistories.from_columns(summary.repeats, mean)


def margin_rates(ledger: Ledger, summary: CustomerSummary, given: Mapping[str, float]) -> float | Floats | None:
    """The part of revenue that is margin: for all, or for each customer, shape (n,); None where it is not known.

    `given` maps product categories to shares, "" standing for everything else. Without anything given, the
    margins in the ledger. Raises OptionRefused for categories that do not fit the ledger's.
    """
    if set(given) == {""}:
        return given[""]
    if given:
        return margin_rates_given(given, _category_spend(ledger, summary), len(summary))
    return margin_rates_seen(summary.margin, summary.amount_with_margin) if ledger.has_margin else None


def _category_spend(ledger: Ledger, summary: CustomerSummary) -> CategorySpend:
    table = ledger.amount_by_category(summary.as_of)
    number = values_of(table["customer_no"])
    row = np.minimum(np.searchsorted(summary.numbers, number), len(summary) - 1)
    # Whoever is not in the summary has given everything back, but what they once bought is a category all the same.
    amount = np.where(summary.numbers[row] == number, values_of(table["amount"].fill_null(0.0)), 0.0)
    return CategorySpend(row, np.array(table["category"].fill_null("").to_pylist(), dtype=object), amount)
