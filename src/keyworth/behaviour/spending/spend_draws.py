"""Simulating what purchases bring under the gamma-gamma model."""

import numpy as np

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_after_purchase.draws import COMPILED_FROM

STREAM = 1  # under one seed, futures take the streams [seed, draw], spending [seed, draw, 1]
MOST_LOG = 700.0  # money beyond e^700 is written as that


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
    tiny, log_rates = np.finfo(float).tiny, np.log(rates)
    for draw, bought in enumerate(purchases):
        rng = np.random.default_rng([seed, first_draw + draw, STREAM])
        buyers = np.flatnonzero(bought)
        log_level = np.log(np.maximum(rng.standard_gamma(shapes[buyers]), tiny))
        log_spend = np.log(np.maximum(rng.standard_gamma(p * bought[buyers]), tiny))
        totals[draw, buyers] = np.exp(np.minimum(log_spend - log_level + log_rates[buyers], MOST_LOG))
    return totals
