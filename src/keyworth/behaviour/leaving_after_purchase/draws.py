"""Simulating what BG/NBD and MBG/NBD customers will do.

Leaving follows a purchase, so one who is a customer now makes K ~ Poisson(λ·ahead) purchases if they never
leave, and would leave with purchase number G ~ Geometric(p): they make min(K, G), and have left if G ≤ K.
"""

import numpy as np

from keyworth.behaviour.buying_model import Form, Futures
from keyworth.behaviour.histories import Floats

# From this many simulated futures on, compiled code repays the time it takes to load.
COMPILED_FROM = 1_000_000
MOST = 2**31 - 1.0


def draw_futures(
    alive: Floats,
    shapes: Floats,
    rates: Floats,
    a: Floats | float,
    b: Floats,
    ahead: float,
    *,
    seed: int,
    draws: int,
    first_draw: int,
    form: Form | None,
) -> Futures:
    """One future per draw and history, shapes (draws, n).

    `alive` is the chance to be a customer now; given that, λ ~ Gamma(shapes, rates) and p ~ Beta(a, b).
    """
    form = form or ("compiled" if draws * len(alive) >= COMPILED_FROM else "numpy")
    if form == "compiled":
        from keyworth.behaviour.leaving_after_purchase.draws_compiled import draw_futures_compiled

        return draw_futures_compiled(alive, shapes, rates / ahead, a, b, seed, draws, first_draw)
    purchases = np.empty((draws, len(alive)), dtype=np.int32)
    still = np.empty((draws, len(alive)), dtype=np.bool_)
    for draw in range(draws):
        rng = np.random.default_rng([seed, first_draw + draw])
        is_customer = rng.random(len(alive)) < alive
        mean = rng.standard_gamma(shapes) * (ahead / rates)
        unhindered = rng.poisson(np.minimum(mean, MOST / 2)).astype(np.float64)
        chance = rng.beta(a, b)
        # Geometric by inversion: a chance that rounds to 0 never leaves, one that rounds to 1 leaves at once.
        with np.errstate(divide="ignore"):
            leaves_with = np.maximum(1.0, np.ceil(np.log1p(-rng.random(len(alive))) / np.log1p(-chance)))
        purchases[draw] = np.where(is_customer, np.minimum(unhindered, leaves_with), 0.0)
        still[draw] = is_customer & (leaves_with > unhindered)
    return Futures(purchases, still)
