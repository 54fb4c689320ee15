"""Simulating what purchases bring under the root gamma-gamma model."""

import numpy as np

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_after_purchase.draws import COMPILED_FROM
from keyworth.behaviour.spending.spend_draws import MOST_LOG, STREAM


def draw_totals(
    p: float,
    k: int,
    shapes: Floats,
    log_scales: Floats,
    purchases: np.ndarray,
    *,
    seed: int,
    first_draw: int,
    form: Form | None,
) -> Floats:
    """exp(log_scales) · Σ G(p)^k / ν^k with ν ~ Gamma(shapes, 1), one sum over each number of purchases."""
    form = form or ("compiled" if purchases.size >= COMPILED_FROM else "numpy")
    if form == "compiled":
        from keyworth.behaviour.spending.root_gamma_draws_compiled import draw_totals_compiled

        return draw_totals_compiled(p, k, shapes, log_scales, purchases, seed, first_draw)
    totals = np.zeros(purchases.shape)
    tiny = np.finfo(float).tiny
    for draw, bought in enumerate(purchases):
        rng = np.random.default_rng([seed, first_draw + draw, STREAM])
        buyers = np.flatnonzero(bought)
        if not buyers.size:
            continue
        log_level = np.log(np.maximum(rng.standard_gamma(shapes[buyers]), tiny))
        counts = bought[buyers].astype(np.intp)
        if k == 1:  # the sum of gammas is one
            sums = rng.standard_gamma(p * counts)
        else:
            ends = np.cumsum(counts)
            sums = np.add.reduceat(rng.standard_gamma(p, size=int(ends[-1])) ** k, ends - counts)
        log_total = log_scales[buyers] + np.log(np.maximum(sums, tiny)) - k * log_level
        totals[draw, buyers] = np.exp(np.minimum(log_total, MOST_LOG))
    return totals
