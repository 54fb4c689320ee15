"""What the book says of each customer."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import MODELS, Fit
from keyworth.value.buying_view import BuyingView
from keyworth.value.futures import SimulatedFutures
from keyworth.value.options import ValueOptions
from keyworth.value.predictive import Quantiles
from keyworth.value.reasons import Reasons, reasons
from keyworth.value.spend_view import SpendView

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CustomerValues:
    """One row per customer, in the order of the histories; arrays of shape (n,). Money is None without money.

    Over the horizon, undiscounted: expected_purchases and their quantiles; expected_spend in revenue; `value`,
    the same in the book's basis (margin or revenue), and its quantiles; share of the total and rank by value
    (by expected purchases without money), 1 the dearest, equal ones in the order of the rows.

    Over all the future, discounted: value_if_kept, given that they are still a customer; chance that they are;
    residual_value, the product; beyond_ledger, the share of it that lies further ahead than the ledger is long.
    In a book whose orders cannot tell who has left these, and the churn risk, are NaN: see `value.withheld`.

    Churn risk over the horizon: `gone` (no longer a customer, 1 - chance) and `leaving` (still one, and leaves
    within the horizon). per_purchase: the expected revenue of a purchase.
    """

    expected_purchases: Floats
    purchase_quantiles: Quantiles
    expected_spend: Floats | None
    value: Floats | None
    value_quantiles: Quantiles | None
    share: Floats
    rank: NDArray[np.int64]
    chance: Floats
    value_if_kept: Floats | None
    residual_value: Floats | None
    beyond_ledger: Floats
    gone: Floats
    leaving: Floats
    per_purchase: Floats | None
    reasons: Reasons

    def __len__(self) -> int:
        return int(self.chance.size)

    @property
    def still_customers(self) -> float | None:
        """How many are expected to be customers still: the sum of their chances; None where nobody can tell."""
        expected = float(self.chance.sum())
        return None if math.isnan(expected) else expected

    @property
    def churn_risk(self) -> Floats:
        """The chance of not being a customer at the end of the horizon."""
        return self.gone + self.leaving


def customer_values(
    buying: BuyingView, risk: Fit[Any], spend: SpendView | None, futures: SimulatedFutures, options: ValueOptions
) -> CustomerValues:
    """Each customer's values: purchases by `buying`, chance and churn risk by `risk`, money by `spend`."""
    h, histories, days = buying.unique.histories, buying.histories, options.unit.days
    staying, p = MODELS[risk.model], risk.parameters
    expected = buying.each(buying.expected())
    chance = buying.each(staying.chance_alive(p, h))
    leaving = chance * buying.each(staying.chance_leaves_if_alive(p, h, options.ahead))
    force, span = options.force_of_interest, options.ledger_days / days
    lifetime = staying.discounted_if_alive(p, h, force)
    within = staying.discounted_if_alive(p, h, force, span)
    beyond = np.clip(1.0 - np.divide(within, lifetime, out=np.ones_like(within), where=lifetime > 0), 0.0, 1.0)
    value = spent = kept = quantiles = per_purchase = None
    if spend is not None and futures.ratio is not None:
        per_purchase = spend.outlook.per_purchase
        spent = expected * per_purchase
        value = spend.in_basis(spent)
        kept = spend.in_basis(buying.each(lifetime) * per_purchase)
        quantiles = Quantiles(buying.each(futures.ratio.values) * spend.scale)
    share, rank = share_and_rank(expected if value is None else value)
    return CustomerValues(
        expected_purchases=expected,
        purchase_quantiles=Quantiles(buying.each(futures.count.values)),
        expected_spend=spent,
        value=value,
        value_quantiles=quantiles,
        share=share,
        rank=rank,
        chance=chance,
        value_if_kept=kept,
        residual_value=None if kept is None else chance * kept,
        beyond_ledger=buying.each(beyond),
        gone=1.0 - chance,
        leaving=leaving,
        per_purchase=per_purchase,
        reasons=reasons(
            histories.repeats, histories.last_repeat * days, histories.observed_for * days, chance, per_purchase
        ),
    )


def share_and_rank(amounts: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Each one's share of the total (0 where the total is nothing) and rank, 1 the largest."""
    total = float(amounts.sum())
    rank = np.empty(amounts.size, dtype=np.int64)
    rank[np.argsort(-amounts, kind="stable")] = np.arange(1, amounts.size + 1)
    return amounts / total if total > 0 else np.zeros(amounts.size), rank
