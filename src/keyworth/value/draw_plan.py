"""The draws that every customer's simulated future is made of.

One draw k stands for one possible world: its own parameters, the same for every customer, from the Laplace
approximation (normal in the logarithms of the parameters, with the fit's covariance), and three places in
(0, 1) for what chance does in it: how many purchases, how dear, how dear a customer. Each of these is spread
evenly (a Latin hypercube: K strata, each hit once), so that K draws tell what several thousand independent
ones would. Which place for purchases meets which world differs from history to history (`shifts`), so that
customers are not all lucky in the same world.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from keyworth.behaviour import Fit, PurchaseHistories
from keyworth.behaviour.parameters import as_array

Floats = NDArray[np.float64]

_LEAST_Q = 1.05  # at q <= 1 Gamma-Gamma has no mean spend; a drawn world with less is moved here


@dataclass(frozen=True, slots=True, eq=False)
class DrawPlan:
    """K worlds. `buying` (K, parameters), `spending` (K, 3) as p, q, gamma or None, the places (K,).

    `seed` is what they were drawn from, for models that bring their own dice.
    """

    buying: Floats
    spending: Floats | None
    purchases: Floats
    amount: Floats
    level: Floats
    seed: int

    @property
    def draws(self) -> int:
        return int(self.purchases.size)


def draw_plan(buying: Fit[Any], spending: Fit[Any] | None, draws: int, seed: int) -> DrawPlan:
    """Draw the worlds. A fit without a covariance keeps its estimates in every world: nothing is known of
    their uncertainty, and a note in the book says so.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    return DrawPlan(
        buying=parameter_draws(buying, draws, rng),
        spending=None if spending is None else _with_a_mean(parameter_draws(spending, draws, rng)),
        purchases=_spread(draws, rng),
        amount=_spread(draws, rng),
        level=_spread(draws, rng),
        seed=seed,
    )


def parameter_draws(fit: Fit[Any], draws: int, rng: np.random.Generator) -> Floats:
    """Parameters in field order, shape (draws, k)."""
    found = as_array(fit.parameters)
    normals = ndtri(np.column_stack([_spread(draws, rng) for _ in found]))
    if fit.covariance is None:
        return np.tile(found, (draws, 1))
    root = np.linalg.cholesky(fit.covariance)
    # Not a matrix product, whose last digits may depend on how many threads share it.
    drawn: Floats = np.exp(np.log(found) + (normals[:, None, :] * root).sum(axis=2))
    return drawn


def shifts(histories: PurchaseHistories, draws: int) -> NDArray[np.int64]:
    """By how many places each history's purchase draws are turned: a hash of the history, shape (m,).

    It depends on the history alone, so that a customer's interval does not change with who else is there.
    """
    mixed = np.zeros(len(histories), dtype=np.uint64)
    for column in (histories.repeats, histories.last_repeat, histories.observed_for):
        # The finaliser of splitmix64 (Steele, Lea and Flood 2014), which spreads every bit over all others.
        mixed = (mixed ^ np.ascontiguousarray(column + 0.0).view(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return (mixed % np.uint64(draws)).astype(np.int64)


def _spread(draws: int, rng: np.random.Generator) -> Floats:
    """One place in the middle of each of `draws` strata of (0, 1), in random order."""
    return (rng.permutation(draws) + 0.5) / draws


def _with_a_mean(spending: Floats) -> Floats:
    spending[:, 1] = np.maximum(spending[:, 1], _LEAST_Q)
    return spending
