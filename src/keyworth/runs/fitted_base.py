"""A base of customers as of a day, with the models fitted to it: what valuing and back-testing start from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import GAMMA_GAMMA, ROOT_GAMMA_GAMMA, Fit, PurchaseHistories, SpendHistories
from keyworth.errors import NotEnoughHistory
from keyworth.ledger import CustomerSummary, Ledger
from keyworth.runs.defaults import SPENDING
from keyworth.runs.fit_model import model_named
from keyworth.runs.model_input import buying_histories, spend_histories, spend_sums
from keyworth.runs.money_basis import NO_MARGINS, margin_rates
from keyworth.units import TimeUnit
from keyworth.value import Basis, SpendInput
from keyworth.words import Message

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FittedBase:
    """Customers as of a day, and the fits. `spend` is None without money, or where too little is known of it.

    `margin_rate` is the part of revenue that is margin, for all or for each, shape (n,); None where it is not known.
    """

    summary: CustomerSummary
    histories: PurchaseHistories
    buying: Fit[Any]
    spend: SpendInput | None
    margin_rate: float | Floats | None
    notes: tuple[Message, ...]

    @property
    def basis(self) -> Basis:
        """What these customers are counted in."""
        if self.spend is None:
            return "purchases"
        return "revenue" if self.margin_rate is None else "margin"

    def of_those_born_after(self, day: date) -> "FittedBase":
        """Only the customers first seen later, under the fits that everybody taught."""
        chosen = self.summary.first_day > np.datetime64(day, "D")
        spend = self.spend
        if spend is not None:
            histories = SpendHistories(spend.histories.repeats[chosen], spend.histories.mean_value[chosen])
            sums = None if spend.sums is None else spend.sums.rows(chosen)
            spend = SpendInput(histories, spend.first_value[chosen], spend.fit, sums)
        rate = self.margin_rate
        return replace(
            self,
            summary=self.summary.rows(chosen),
            histories=self.histories.rows(np.flatnonzero(chosen)),
            spend=spend,
            margin_rate=rate[chosen] if isinstance(rate, np.ndarray) else rate,
        )


def fitted_base(
    ledger: Ledger,
    *,
    model: str,
    spending: str = SPENDING,
    as_of: date | None = None,
    unit: TimeUnit = TimeUnit.WEEK,
    born_after: date | None = None,
    margins: Mapping[str, float] = NO_MARGINS,
) -> FittedBase:
    """Read the summary as of a day and fit buying and spending to it. Raises NotEnoughHistory, OptionRefused.

    `margins` are those a person gave: see `margin_rates`.
    """
    chosen = model_named(model)
    summary = ledger.customers(as_of, unit, born_after=born_after)
    histories = PurchaseHistories.from_columns(summary.repeats, summary.last_repeat, summary.observed_for, unit)
    if chosen.reads_gaps:
        _, taught = buying_histories(ledger, as_of, unit, born_after, gaps=True)
    else:
        taught = histories.unique(inverse=False)
    buying = chosen.fit(taught)
    notes: list[Message] = [] if buying.converged else [buying.verdict]
    spend = None
    if ledger.has_money:
        try:
            spend = _spend(ledger, summary, spending, born_after)
            if not spend.fit.converged:
                notes.append(spend.fit.verdict)
        except NotEnoughHistory as error:
            notes.append(error.message)
    if margins and spend is not None and ledger.has_margin:
        notes.append(Message("The orders tell margins of their own; those you gave are used instead."))
    rate = None if spend is None else margin_rates(ledger, summary, margins)
    return FittedBase(summary, histories, buying, spend, rate, tuple(notes))


def _spend(ledger: Ledger, summary: CustomerSummary, spending: str, born_after: date | None) -> SpendInput:
    histories = spend_histories(summary)
    if spending == ROOT_GAMMA_GAMMA.name:
        _, sums = spend_sums(ledger, summary.as_of, born_after)
        return SpendInput(histories, summary.first_value, ROOT_GAMMA_GAMMA.fit(sums), sums)
    return SpendInput(histories, summary.first_value, GAMMA_GAMMA.fit(histories))
