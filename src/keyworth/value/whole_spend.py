"""What the whole base buys and spends: its own randomness, and how it moves with the spend model's parameters.

Sums are NumPy's and never a matrix product, whose last digits may depend on how many threads share it.
"""

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import LEAST_ABOVE_ONE
from keyworth.behaviour.parameters import as_array
from keyworth.value.buying_view import BuyingView
from keyworth.value.draw_plan import parameter_draws
from keyworth.value.spend_law import RootGammaGammaLaw
from keyworth.value.spend_view import SpendView

Floats = NDArray[np.float64]

# A spend whose G(q + p·x) has a shape of 2 or less has no variance, as one of 1 or less has no mean. This keeps sums
# finite where a fit comes so near; the base's interval is then too narrow, as any finite one would be.
_LEAST_ABOVE_TWO = 0.25


def own_chance(buying: BuyingView, spend: SpendView | None, mean_count: Floats, mean_square: Floats) -> float:
    """The variance that customers' own chance gives the whole, in money, or in purchases without it.

    `mean_count` and `mean_square` are moments of the purchases of each different history, shape (m,). Customers
    are independent in a given world, so their variances add up.
    """
    each = variances(spend, mean_count, mean_square, buying.unique.histories.repeats)
    return float((weights(buying, spend) * each).sum())


def weights(buying: BuyingView, spend: SpendView | None) -> Floats:
    """How often the variance of one counts in the whole, shape (m,): customers, or the squares of their scales."""
    if spend is None:
        return buying.unique.weights
    return np.bincount(buying.back, weights=spend.scale**2, minlength=len(buying.unique)).astype(np.float64)


def variances(spend: SpendView | None, mean_count: Floats, mean_square: Floats, repeats: Floats) -> Floats:
    """The variance of one customer of each history, shape (m,): of purchases, or of spend over the square of scale.

    A customer spends scale · G(p·N) / G(s), where s is q + p·x with Gamma-Gamma (`spend_law.py` tells of others): the
    mean of the ratio is p·E(N)/(s - 1), of its square (p²·E(N²) + p·E(N)) / ((s - 1)(s - 2)).
    """
    if spend is None:
        return mean_square - mean_count**2
    p, shape = spend.law.p, spend.law.shape(repeats)
    below, two = np.maximum(shape - 1.0, LEAST_ABOVE_ONE), np.maximum(shape - 2.0, _LEAST_ABOVE_TWO)
    mean = p * mean_count / below
    square = (p * p * mean_square + p * mean_count) / (below * two)
    variances: Floats = np.maximum(square - mean**2, 0.0)
    return variances


def spend_worlds(buying: BuyingView, spend: SpendView, purchases: Floats) -> "SpendWorlds | AverageSpendWorlds":
    """By how much drawn spend parameters change the expected total, whatever the spend model."""
    law = spend.law
    if isinstance(law, RootGammaGammaLaw):
        return AverageSpendWorlds(law, buying, spend, purchases)
    return SpendWorlds(buying, spend, purchases)


class AverageSpendWorlds:
    """The same for Root Gamma-Gamma, as it changes what average customers of each x spend.

    `purchases` (n,) are expected of each customer. What their own histories add to that is of second order.
    """

    def __init__(self, law: RootGammaGammaLaw, buying: BuyingView, spend: SpendView, purchases: Floats):
        self.law, self.fit = law, spend.fit
        self.x, row = np.unique(buying.unique.histories.repeats, return_inverse=True)
        expected = purchases * spend.in_basis(spend.outlook.per_purchase)
        self.total = np.bincount(row[buying.back], weights=expected, minlength=self.x.size).astype(np.float64)

    def __call__(self, rng: np.random.Generator, worlds: int) -> Floats:
        """Factors on the total, shape (worlds,)."""
        usual = float(self.total.sum())
        if usual <= 0:
            return np.ones(worlds)
        drawn = self.law.believable(parameter_draws(self.fit, worlds, rng))
        changes = self.law.means(drawn, self.x) / self.law.means(self.law.estimate, self.x)
        factors: Floats = (changes * self.total).sum(axis=1) / usual
        return factors


class SpendWorlds:
    """By how much drawn spend parameters change the expected total, each customer's own history in it.

    `purchases` (n,) are expected of each customer. In a world the scale gamma + x·z changes only
    in its gamma, and the shapes depend only on x: so the total is kept by x, its gamma part told apart.
    """

    def __init__(self, buying: BuyingView, spend: SpendView, purchases: Floats):
        self.fit = spend.fit
        self.x, row = np.unique(buying.unique.histories.repeats, return_inverse=True)
        by_x = row[buying.back]
        gamma = spend.in_basis(np.broadcast_to(as_array(spend.fit.parameters)[2], purchases.shape))

        def summed(scales: Floats) -> Floats:
            sums = np.bincount(by_x, weights=purchases * scales, minlength=self.x.size)
            return sums.astype(np.float64)

        self.total, self.gamma_part = summed(spend.scale), summed(np.minimum(gamma, spend.scale))

    def __call__(self, rng: np.random.Generator, worlds: int) -> Floats:
        """Factors on the total, shape (worlds,)."""
        found = as_array(self.fit.parameters)
        usual = float(self._totals(found[None, :], found[2])[0])
        if usual <= 0:
            return np.ones(worlds)
        return self._totals(parameter_draws(self.fit, worlds, rng), found[2]) / usual

    def _totals(self, parameters: Floats, gamma: float) -> Floats:
        p, q = parameters[:, :1], np.maximum(parameters[:, 1:2], 1.0 + LEAST_ABOVE_ONE)
        each = p / (p * self.x + q - 1.0)
        fixed = self.total - self.gamma_part
        totals: Floats = (each * (fixed + self.gamma_part * (parameters[:, 2:] / gamma))).sum(axis=1)
        return totals
