"""A base of customers as of a day, with the models fitted to it: what valuing and back-testing start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import GAMMA_GAMMA, Fit, PurchaseHistories, SpendHistories
from keyworth.errors import NotEnoughHistory, OptionRefused
from keyworth.ledger import CustomerSummary, Ledger
from keyworth.runs.fit_model import model_named
from keyworth.units import TimeUnit
from keyworth.value import SpendInput
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
    mean = np.where(np.isfinite(summary.mean_repeat_value), summary.mean_repeat_value, 0.0)
    histories = SpendHistories.from_columns(summary.repeats, mean)
    return SpendInput(histories, summary.first_value, GAMMA_GAMMA.fit(histories))


def margin_rates(ledger: Ledger, summary: CustomerSummary, given: Mapping[str, float]) -> float | Floats | None:
    """The part of revenue that is margin: for all, or for each customer, shape (n,); None where it is not known.

    `given` maps product categories to shares, "" standing for everything else. A customer's rate is that of
    what they bought. Without anything given, the margins in the ledger: a customer's own where known, drawn
    towards the firm's by as much as one typical customer's spend, since few orders say little.
    """
    if given:
        rest = given.get("")
        if set(given) == {""}:
            return rest
        return _by_category(ledger, summary, given)
    if not ledger.has_margin:
        return None
    known, margin = np.nan_to_num(summary.amount_with_margin), np.nan_to_num(summary.margin)
    if known.sum() <= 0:
        return None
    firm = float(margin.sum() / known.sum())
    typical = float(np.median(known[known > 0]))
    rates: Floats = (margin + firm * typical) / (np.maximum(known, 0) + typical)
    return np.clip(rates, 0.0, 1.0)


def _by_category(ledger: Ledger, summary: CustomerSummary, given: Mapping[str, float]) -> Floats:
    table = ledger.amount_by_category(summary.as_of)
    category = np.array(table["category"].fill_null("").to_pylist(), dtype=object)
    known = sorted(set(category) - {""})
    unknown = sorted(set(given) - {""} - set(known))
    if unknown:
        raise OptionRefused(
            Message("The ledger has no product category {names}.", names=unknown),
            hint=Message("Its categories are: {names}.", names=known[:30])
            if known
            else Message("It names no categories at all; give one margin for everything: --margin 30%."),
        )
    if "" not in given and set(known) - set(given):
        raise OptionRefused(
            Message("No margin is given for {names}.", names=sorted(set(known) - set(given))[:30]),
            hint=Message("Give one for everything else: --margin 30%."),
        )
    rest = given.get("", 0.0)
    rate = np.array([given.get(name, rest) for name in category], dtype=np.float64)
    amount = np.maximum(table["amount"].to_numpy(), 0.0)
    place = np.searchsorted(summary.numbers, table["customer_no"].to_numpy())
    place = np.minimum(place, len(summary) - 1)
    own = summary.numbers[place] == table["customer_no"].to_numpy()
    spent = np.bincount(place[own], amount[own], len(summary))
    margin = np.bincount(place[own], (amount * rate)[own], len(summary))
    firm = float(margin.sum() / spent.sum()) if spent.sum() > 0 else rest
    rates: Floats = np.divide(margin, spent, out=np.full(len(summary), firm), where=spent > 0)
    return rates
