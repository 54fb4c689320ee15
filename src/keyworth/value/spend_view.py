"""Money: what a customer's purchases bring, in revenue or in the margin of it."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import Fit, SpendHistories, SpendSums
from keyworth.value.options import Basis
from keyworth.value.spend_law import SpendLaw, law_of
from keyworth.value.spending import SpendOutlook, spend_outlook

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SpendInput:
    """Money, in one currency: the spend histories, each customer's first value, and the fitted spend model.

    `sums` of the same customers are what Root Gamma-Gamma reads; None with Gamma-Gamma.
    """

    histories: SpendHistories
    first_value: Floats
    fit: Fit[Any]
    sums: SpendSums | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SpendView:
    """A fitted spend model's outlook on n customers, and the part of their revenue that is margin.

    `margin_rate` is one for all or one for each, shape (n,); None where the book is in revenue.
    """

    fit: Fit[Any]
    outlook: SpendOutlook
    margin_rate: float | Floats | None

    @classmethod
    def of(cls, spend: SpendInput, margin_rate: float | Floats | None) -> Self:
        return cls(spend.fit, spend_outlook(spend.histories, spend.first_value, spend.fit, spend.sums), margin_rate)

    @property
    def law(self) -> SpendLaw:
        """How purchases scatter under the fit."""
        return law_of(self.fit)

    @property
    def basis(self) -> Basis:
        return "revenue" if self.margin_rate is None else "margin"

    def in_basis(self, revenue: Floats) -> Floats:
        """Amounts of revenue, one for each customer, in the book's basis."""
        return revenue if self.margin_rate is None else revenue * self.margin_rate

    @property
    def scale(self) -> Floats:
        """Each customer's own factor in what n purchases bring (`spend_ratio`), in the book's basis."""
        return self.in_basis(self.outlook.scale)
