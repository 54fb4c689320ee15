"""A fit in which buying and leaving may depend on each other, and everything that can be asked of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

import numpy as np

from keyworth.behaviour.buying_model import BuyingModel
from keyworth.behaviour.dependence.joint import corners, correlation
from keyworth.behaviour.dependence.likelihood import averaged, log_likelihoods
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.nested import LikelihoodRatio
from keyworth.behaviour.parameters import P
from keyworth.words import Message


@dataclass(frozen=True, slots=True, eq=False)
class DependentFit(Generic[P]):
    """The best parameters of `model` where its two kinds of difference between customers need not be independent.

    parameters: as the model names them; they mean what they mean without dependence. omega: the dependence, 0 where
    there is none; standard_errors are of both, from the curvature, and None where omega ended at its limit.
    independent: the plain fit of the same histories. ratio: whether the dependence explains more than chance would.
    Times in the unit of the fit; answers are float64 of shape (n,), weighed over four plain models (see `joint`).
    """

    model: BuyingModel[P]
    parameters: P
    omega: float
    standard_errors: dict[str, float] | None
    log_likelihood: float
    aic: float
    bic: float
    converged: bool
    verdict: Message
    independent: Fit[P]
    ratio: LikelihoodRatio

    @property
    def correlation(self) -> float:
        """Of the rate of buying and the leaning to leave, between -1 and 1; this form reaches moderate ones only."""
        return correlation(self.parameters, self.omega)

    def log_likelihoods(self, h: PurchaseHistories) -> Floats:
        """How well each history is explained, in nats."""
        return log_likelihoods(self.model, self.parameters, self.omega, h)

    def chance_alive(self, h: PurchaseHistories) -> Floats:
        """The chance that each is still a customer at the end of observation."""
        return self._mean(h, lambda p: self.model.chance_alive(p, h))

    def expected_purchases(self, h: PurchaseHistories, ahead: float) -> Floats:
        """Purchases expected of each in the next `ahead`."""
        return self._mean(h, lambda p: self.model.expected_purchases(p, h, ahead))

    def chance_leaves(self, h: PurchaseHistories, ahead: float) -> Floats:
        """The chance that each is a customer now and has left by the end of `ahead`."""
        return self._mean(
            h, lambda p: self.model.chance_alive(p, h) * self.model.chance_leaves_if_alive(p, h, ahead)
        )  # fmt: skip

    def discounted(self, h: PurchaseHistories, force_of_interest: float, ahead: float | None = None) -> Floats:
        """Purchases expected of each, over all the future or the next `ahead`, each counted exp(−δ·τ)."""
        return self._mean(
            h,
            lambda p: self.model.chance_alive(p, h) * self.model.discounted_if_alive(p, h, force_of_interest, ahead),
        )

    def count_distribution_ahead(self, h: PurchaseHistories, ahead: float, up_to: int) -> Floats:
        """The chance that each makes exactly 0, 1, …, up_to purchases in the next `ahead`; shape (n, up_to + 1)."""
        return self._mean(h, lambda p: self.model.count_distribution_ahead(p, h, ahead, up_to))

    def expected_from_start(self, t: Floats | float) -> Floats:
        """Repeat purchases expected of a new customer in the first t; same shape as t."""
        worlds = corners(self.parameters, self.omega)
        return np.asarray(sum(weight * self.model.expected_from_start(p, t) for weight, p in worlds))

    def _mean(self, h: PurchaseHistories, answer: Callable[[P], Floats]) -> Floats:
        return averaged(self.model, self.parameters, self.omega, h, answer)
