"""Simulating customers who leave in time: what known ones will do, and new ones from their first purchase."""

import numpy as np

from keyworth.behaviour.buying_model import Form, Futures
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_in_time.lifetimes import Lifetime, waits
from keyworth.units import TimeUnit

# From this many simulated futures on, compiled code repays the time it takes to load.
COMPILED_FROM = 1_000_000
MOST = 1e9


def draw_futures(
    alive: Floats,
    shapes: Floats,
    rates: Floats,
    t: Floats,
    life: Lifetime,
    ahead: float,
    *,
    seed: int,
    draws: int,
    first_draw: int,
    form: Form | None,
) -> Futures:
    """One future per draw and history, shapes (draws, n).

    `alive` is the chance to be a customer now, at t; given that, λ ~ Gamma(shapes, rates), and the time left here
    is another matter altogether.
    """
    form = form or ("compiled" if draws * len(alive) >= COMPILED_FROM else "numpy")
    if form == "compiled":
        from keyworth.behaviour.leaving_in_time.draws_compiled import draw_futures_compiled

        return draw_futures_compiled(
            alive, shapes, rates, *life.waiting(t), ahead, seed=seed, draws=draws, first_draw=first_draw
        )  # fmt: skip
    purchases = np.empty((draws, len(alive)), dtype=np.int32)
    still = np.empty((draws, len(alive)), dtype=np.bool_)
    for draw in range(draws):
        rng = np.random.default_rng([seed, first_draw + draw])
        is_customer = rng.random(len(alive)) < alive
        here = waits(life, t, rng.standard_exponential(len(alive)))
        mean = rng.standard_gamma(shapes) * (np.minimum(here, ahead) / rates)
        purchases[draw] = np.where(is_customer, rng.poisson(np.minimum(mean, MOST)), 0)
        still[draw] = is_customer & (here > ahead)
    return Futures(purchases, still)


def simulate(
    life: Lifetime, r: Floats | float, alpha: Floats | float, observed_for: Floats, *, seed: int, unit: TimeUnit
) -> PurchaseHistories:
    """One history for each T of `observed_for`, one purchase of all customers at a time.

    Parameters, those of the lifetime too, are everybody's, or arrays with one for each.
    """
    rng = np.random.default_rng(seed)
    ends = np.asarray(observed_for, dtype=np.float64)
    rates = rng.standard_gamma(r, ends.size) / alpha
    leaves = np.minimum(ends, waits(life, np.zeros(ends.size), rng.standard_exponential(ends.size)))
    repeats, last, gaps = np.zeros(ends.size), np.zeros(ends.size), np.zeros(ends.size)
    going = np.arange(ends.size)
    while going.size:
        # A rate below what a float can hold waits for ever; a gap of nothing would be no gap.
        with np.errstate(divide="ignore", over="ignore"):
            gap = np.maximum(rng.standard_exponential(going.size) / rates[going], np.finfo(float).tiny)
        in_time = last[going] + gap <= leaves[going]
        going, gap = going[in_time], gap[in_time]
        repeats[going] += 1.0
        last[going] += gap
        gaps[going] += np.log(gap)
    return PurchaseHistories(repeats, last, ends, unit, gaps)
