"""Simulating customers who buy with a rhythm: what known ones will do, and new ones from their first purchase."""

import numpy as np

from keyworth.behaviour.buying_model import Futures
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_after_purchase.draws import MOST
from keyworth.units import TimeUnit


def draw_futures(
    k: int,
    alive: Floats,
    standing: Floats,
    shapes: Floats,
    rates: Floats,
    a: float,
    b: Floats,
    ahead: float,
    *,
    seed: int,
    draws: int,
    first_draw: int,
) -> Futures:
    """One future per draw and history, shapes (draws, n).

    `alive` is the chance to be a customer now; given that, the clock stands j ticks past the last purchase with
    chance `standing` (n, k), λ ~ Gamma(shapes + j, rates) and p ~ Beta(a, b). Of m ticks ahead every k-th is a
    purchase: (j + m) // k of them, unless the customer leaves with an earlier one.
    """
    purchases = np.empty((draws, len(alive)), dtype=np.int32)
    still = np.empty((draws, len(alive)), dtype=np.bool_)
    reached = np.cumsum(standing, axis=1)[:, :-1]
    for draw in range(draws):
        rng = np.random.default_rng([seed, first_draw + draw])
        is_customer = rng.random(len(alive)) < alive
        phase = (rng.random(len(alive))[:, None] > reached).sum(axis=1)
        mean = rng.standard_gamma(shapes + phase) * (ahead / rates)
        unhindered = (phase + rng.poisson(np.minimum(mean, MOST / 2))) // k
        chance = rng.beta(a, b)
        # Geometric by inversion: a chance that rounds to 0 never leaves, one that rounds to 1 leaves at once.
        with np.errstate(divide="ignore"):
            leaves_with = np.maximum(1.0, np.ceil(np.log1p(-rng.random(len(alive))) / np.log1p(-chance)))
        purchases[draw] = np.where(is_customer, np.minimum(unhindered, leaves_with), 0.0)
        still[draw] = is_customer & (leaves_with > unhindered)
    return Futures(purchases, still)


def simulate(
    k: int,
    r: float,
    alpha: float,
    a: float,
    b: float,
    first_chance: int,
    observed_for: Floats,
    *,
    seed: int,
    unit: TimeUnit,
) -> PurchaseHistories:
    """New customers: one history for each T of `observed_for`, one purchase of all customers at a time."""
    rng = np.random.default_rng(seed)
    ends = np.asarray(observed_for, dtype=np.float64)
    rates, leaves = rng.standard_gamma(r, ends.size) / alpha, rng.beta(a, b, ends.size)
    repeats, last, gaps = np.zeros(ends.size), np.zeros(ends.size), np.zeros(ends.size)
    going = np.flatnonzero(rng.random(ends.size) >= leaves) if first_chance else np.arange(ends.size)
    while going.size:
        # A rate below what a float can hold waits for ever; a gap of nothing would be no gap.
        with np.errstate(divide="ignore", over="ignore"):
            gap = np.maximum(rng.standard_gamma(k, going.size) / rates[going], np.finfo(float).tiny)
        in_time = last[going] + gap <= ends[going]
        going, gap = going[in_time], gap[in_time]
        repeats[going] += 1.0
        last[going] += gap
        gaps[going] += np.log(gap)
        going = going[rng.random(going.size) >= leaves[going]]
    return PurchaseHistories(repeats, last, ends, unit, gaps)
