"""What the book says of each customer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keyworth.value.predictive import Quantiles
from keyworth.value.reasons import Reasons

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CustomerValues:
    """One row per customer, in the order of the histories; arrays of shape (n,). Money is None without money.

    Over the horizon, undiscounted: expected_purchases and their quantiles; expected_spend in revenue; `value`,
    the same in the book's basis (margin or revenue), and its quantiles; share of the total and rank by value
    (by expected purchases without money), 1 the dearest, equal ones in the order of the rows.

    Over all the future, discounted: value_if_kept, given that they are still a customer; chance that they are;
    residual_value, the product; beyond_ledger, the share of it that lies further ahead than the ledger is long.

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
    def churn_risk(self) -> Floats:
        """The chance of not being a customer at the end of the horizon."""
        return self.gone + self.leaving


def share_and_rank(amounts: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Each one's share of the total (0 where the total is nothing) and rank, 1 the largest."""
    total = float(amounts.sum())
    rank = np.empty(amounts.size, dtype=np.int64)
    rank[np.argsort(-amounts, kind="stable")] = np.arange(1, amounts.size + 1)
    return amounts / total if total > 0 else np.zeros(amounts.size), rank
