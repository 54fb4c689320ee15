"""What n purchases cost, whoever makes them: the scale trick of Gamma-Gamma. Other models: `spend_law.py`.

Given n purchases ahead, a customer with x repeats of mean value z spends
(gamma + x·z) · G(p·n) / G(q + p·x), where G(s) is a gamma variable of shape s: the first factor is theirs
alone, the rest depends only on n and x.
So futures are simulated once for each distinct history, as ratios, and scaled for each customer afterwards.
Source: Fader and Hardie (2013), The Gamma-Gamma model of monetary value, note 025: a sum of n purchases is
gamma with shape p·n and rate nu, and nu given the past is gamma with shape q + p·x and rate gamma + x·z.

In world k the scale is gamma_k + x·z. The simulation uses its ratio to the estimate's scale at the mean z of
all customers: exact for x = 0, and for others wrong only by a second-order term, since the ratio varies with
z far less than z does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri

from keyworth.value.draw_plan import DrawPlan
from keyworth.value.spend_law import SpendLaw

Floats = NDArray[np.float64]

MOST_TABLED = 128  # purchases; beyond, the gamma quantile is taken from the normal


@dataclass(frozen=True, slots=True, eq=False)
class SpendTables:
    """Gamma quantiles by world. `amount` (K, MOST_TABLED + 1) of n purchases, `level` (K, distinct x).

    `level` already holds the world's scale ratio over its gamma quantile. `shape` and `normal` (K,) serve
    counts beyond the table.
    """

    amount: Floats
    level: Floats
    shape: Floats
    normal: Floats

    def ratio(self, world: NDArray[np.intp], count: NDArray[np.int32], row: NDArray[np.intp]) -> Floats:
        """Spend over scale in these worlds, for so many purchases, x being the one in this row of `level`."""
        amount = self.amount[world, np.minimum(count, MOST_TABLED)]
        many = count > MOST_TABLED
        if many.any():
            amount[many] = large_gamma(self.shape[world[many]] * count[many], self.normal[world[many]])
        out: Floats = amount * self.level[world, row]
        return out


def spend_tables(plan: DrawPlan, law: SpendLaw, distinct_repeats: Floats) -> SpendTables:
    """Tables for all worlds; `law` is that of the fit, `distinct_repeats` the values of x."""
    if plan.spending is None:
        raise ValueError("a plan without spend has no spend tables")
    p, shape, scale = law.in_worlds(plan.spending, distinct_repeats)
    counts = np.arange(MOST_TABLED + 1, dtype=np.float64)
    amount = gammaincinv(np.maximum(p[:, None] * counts, 1e-300), plan.amount[:, None])
    amount[:, 0] = 0.0
    level = scale / gammaincinv(shape, plan.level[:, None])
    return SpendTables(amount, np.ascontiguousarray(level), p, ndtri(plan.amount))


def large_gamma(shape: Floats, normal: Floats) -> Floats:
    """The gamma quantile at a normal one, for large shapes: the cube of a normal (Wilson and Hilferty 1931).

    The relative error is below 1e-4 from a shape of 100 on, and falls with the shape.
    """
    ninth = 1.0 / (9.0 * shape)
    out: Floats = shape * np.maximum(1.0 - ninth + normal * np.sqrt(ninth), 0.0) ** 3
    return out
