"""A fitted buying model beside the customers it is asked about: what every question of value starts from."""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import (
    MODELS,
    Fit,
    PacedModel,
    PaceTable,
    PurchaseForecaster,
    PurchaseHistories,
    UniqueHistories,
)
from keyworth.value.options import ValueOptions, refuse_other_unit

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class BuyingView:
    """Histories of n customers, of which m differ, seen by a fit of one of MODELS; `ahead` is at the book's pace.

    With `paces` each history is asked about its own.
    """

    fit: Fit[Any]
    histories: PurchaseHistories
    unique: UniqueHistories
    ahead: float
    paces: PaceTable | None = None

    @classmethod
    def of(cls, histories: PurchaseHistories, fit: Fit[Any], options: ValueOptions) -> Self:
        """Raises OptionRefused unless the model was fitted in the unit of the options."""
        refuse_other_unit(fit.unit, options)
        return cls(fit, histories, histories.unique(), options.buying_ahead, options.paces)

    @property
    def model(self) -> PurchaseForecaster[Any]:
        model = MODELS[self.fit.model]
        return model if self.paces is None else PacedModel(model, self.paces)

    def in_steps(self, step: float) -> Self:
        """The same with fewer different paces of histories: see `PaceTable.in_steps`."""
        return self if self.paces is None else replace(self, paces=self.paces.in_steps(step))

    def expected(self) -> Floats:
        """The purchases expected of each different history, shape (m,)."""
        return self.model.expected_purchases(self.fit.parameters, self.unique.histories, self.ahead)

    def each(self, answers: Floats) -> Floats:
        """Answers for each different history, shape (…, m), as one for each customer, shape (…, n)."""
        return answers[..., self.back]

    @property
    def back(self) -> NDArray[np.intp]:
        """From customers to their different histories, shape (n,)."""
        assert self.unique.inverse is not None
        return self.unique.inverse
