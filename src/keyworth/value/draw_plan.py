"""The draws that every customer's simulated future is made of.

One draw k stands for one possible world: its own parameters of buying and of spending, from the Laplace
approximation (normal in the logarithms of the parameters, with the fit's covariance), and three places in
(0, 1) for what chance does in it: how many purchases, how dear, how dear a customer. Each of these is spread
evenly (a Latin hypercube: K strata, each hit once). How many purchases a history makes in a world is the buying
model's answer (`BuyingModel.counts_ahead`); what they cost is worked out here.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from keyworth.behaviour import Fit, Worlds
from keyworth.behaviour.parameters import as_array
from keyworth.value.spend_law import law_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DrawPlan:
    """K worlds of buying, with the spend model's parameters `spending` (K, k) or None, and the places of money (K,)."""

    buying: Worlds
    spending: Floats | None
    amount: Floats
    level: Floats

    @property
    def draws(self) -> int:
        return len(self.buying)


def draw_plan(buying: Fit[Any], spending: Fit[Any] | None, draws: int, seed: int) -> DrawPlan:
    """Draw the worlds. A fit without a covariance keeps its estimates in every world: nothing is known of
    their uncertainty, and a note in the book says so.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    parameters = parameter_draws(buying, draws, rng)
    return DrawPlan(
        spending=None if spending is None else law_of(spending).believable(parameter_draws(spending, draws, rng)),
        buying=Worlds(parameters, places=spread_places(draws, rng), seed=seed),
        amount=spread_places(draws, rng),
        level=spread_places(draws, rng),
    )


def parameter_draws(fit: Fit[Any], draws: int, rng: np.random.Generator) -> Floats:
    """Parameters in field order, shape (draws, k)."""
    found = as_array(fit.parameters)
    normals = ndtri(np.column_stack([spread_places(draws, rng) for _ in found]))
    root = fit.root
    if root is None:
        return np.tile(found, (draws, 1))
    # Not a matrix product, whose last digits may depend on how many threads share it.
    drawn: Floats = np.exp(np.log(found) + (normals[:, None, :] * root).sum(axis=2))
    return drawn


def spread_places(draws: int, rng: np.random.Generator) -> Floats:
    """One place in the middle of each of `draws` strata of (0, 1), in random order."""
    return (rng.permutation(draws) + 0.5) / draws
