"""What the whole base buys and spends: its own randomness, and how it moves with the spend model's parameters.

Sums are NumPy's and never a matrix product, whose last digits may depend on how many threads share it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import LEAST_ABOVE_ONE, Fit, UniqueHistories
from keyworth.behaviour.parameters import as_array
from keyworth.value.draw_plan import parameter_draws

Floats = NDArray[np.float64]

# A spend whose G(q + p·x) has a shape of 2 or less has no variance, as one of 1 or less has no mean. This keeps sums
# finite where a fit comes so near; the base's interval is then too narrow, as any finite one would be.
_LEAST_ABOVE_TWO = 0.25


def count_variances(mean_count: Floats, mean_square: Floats) -> Floats:
    """The variance of the purchases of one customer of each history, shape (m,)."""
    variances: Floats = mean_square - mean_count**2
    return variances


def spend_variances(mean_count: Floats, mean_square: Floats, repeats: Floats, spending: Fit[Any]) -> Floats:
    """The variance of one customer's spend over the square of their scale, for each history, shape (m,).

    A customer spends scale · G(p·N) / G(q + p·x): with s = q + p·x the mean of the ratio is p·E(N)/(s - 1), of
    its square (p²·E(N²) + p·E(N)) / ((s - 1)(s - 2)). Customers being independent in a given world, the
    variances of the whole add up.
    """
    p, q, _ = as_array(spending.parameters)
    shape = q + p * repeats
    below, two = np.maximum(shape - 1.0, LEAST_ABOVE_ONE), np.maximum(shape - 2.0, _LEAST_ABOVE_TWO)
    mean = p * mean_count / below
    square = (p * p * mean_square + p * mean_count) / (below * two)
    variances: Floats = np.maximum(square - mean**2, 0.0)
    return variances


def scale_squares(unique: UniqueHistories, scale: Floats) -> Floats:
    """The squares of the scales of all customers of a history together, shape (m,); `scale` is (n,)."""
    return np.bincount(inverse_of(unique), weights=scale**2, minlength=len(unique)).astype(np.float64)


class SpendWorlds:
    """By how much drawn spend parameters change the expected total, each customer's own history in it.

    `scale`, `expected` (purchases) and `margin` have shape (n,). In a world the scale gamma + x·z changes only
    in its gamma, and the shapes depend only on x: so the total is kept by x, its gamma part told apart.
    """

    def __init__(self, fit: Fit[Any], unique: UniqueHistories, scale: Floats, expected: Floats, margin: Floats):
        self.fit = fit
        self.x, row = np.unique(unique.histories.repeats, return_inverse=True)
        by_x = row[inverse_of(unique)]
        gamma = as_array(fit.parameters)[2] * margin

        def summed(scales: Floats) -> Floats:
            sums = np.bincount(by_x, weights=expected * scales, minlength=self.x.size)
            return sums.astype(np.float64)

        self.total, self.gamma_part = summed(scale), summed(np.minimum(gamma, scale))

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


def inverse_of(unique: UniqueHistories) -> NDArray[np.intp]:
    """From customers to unique histories; asked for when they were counted."""
    assert unique.inverse is not None
    return unique.inverse
