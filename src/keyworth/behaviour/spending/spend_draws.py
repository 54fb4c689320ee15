"""Simulating what purchases bring under the gamma-gamma model."""

import numpy as np

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_after_purchase.draws import COMPILED_FROM

_STREAM = 1  # under one seed, futures take the streams [seed, draw], spending [seed, draw, 1]


def draw_totals(
    p: float,
    shapes: Floats,
    rates: Floats,
    purchases: np.ndarray,
    *,
    seed: int,
    first_draw: int,
    form: Form | None,
) -> Floats:
    """Gamma(p·purchases) / ν with ν ~ Gamma(shapes, rates), shape (draws, n); nothing for no purchase."""
    form = form or ("compiled" if purchases.size >= COMPILED_FROM else "numpy")
    if form == "compiled":
        from keyworth.behaviour.spending.spend_draws_compiled import draw_totals_compiled

        return draw_totals_compiled(p, shapes, rates, purchases, seed, first_draw)
    totals = np.zeros(purchases.shape)
    for draw, bought in enumerate(purchases):
        rng = np.random.default_rng([seed, first_draw + draw, _STREAM])
        buyers = np.flatnonzero(bought)
        scale = rates[buyers] / np.maximum(rng.standard_gamma(shapes[buyers]), np.finfo(float).tiny)
        totals[draw, buyers] = rng.standard_gamma(p * bought[buyers]) * scale
    return totals
