"""Simulating Pareto/GGG: what known customers will do, and new ones from their first purchase."""

import numpy as np
from scipy.special import betainc, betaincinv

from keyworth.behaviour.buying_model import Futures
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.units import TimeUnit

MOST = 1e6  # purchases drawn one by one; nobody makes more
_TINY = np.finfo(float).tiny


def draw_futures(
    alive: Floats,
    k: Floats,
    chances: Floats,
    shape: Floats,
    rate: Floats,
    silent: Floats,
    s: float,
    since: Floats,
    ahead: float,
    *,
    seed: int,
    draws: int,
    first_draw: int,
) -> Futures:
    """One future per draw and history, shapes (draws, n).

    `alive` (n,) is the chance to be a customer now. Given that, k is the customer's by `chances`, (n, nodes) each,
    and λ ~ Gamma(shape, rate) before the silence of `silent` is heard; it leaves after a Pareto lifetime (s, since).
    """
    n, row = len(alive), np.arange(len(alive))
    upto = np.cumsum(chances, axis=1)
    purchases, still = np.zeros((draws, n), dtype=np.int32), np.empty((draws, n), dtype=np.bool_)
    for draw in range(draws):
        rng = np.random.default_rng([seed, first_draw + draw])
        here = rng.random(n) < alive
        at = np.minimum((upto < rng.random(n)[:, None] * upto[:, -1:]).sum(axis=1), k.shape[1] - 1)
        of_k, a, rated = k[row, at], shape[row, at], rate[row, at]
        with np.errstate(over="ignore"):
            stays = since * np.expm1(rng.standard_exponential(n) / s)
        still[draw] = here & (stays > ahead)
        gap = _unfinished(rng.random(n), a, of_k, rated, silent)
        # Having heard how long the gap is, λ is Gamma again, and every gap after it Gamma(k, k·λ).
        speed = of_k * np.maximum(rng.standard_gamma(a + of_k) / (rated + of_k * gap), _TINY)
        left, clock = np.where(here, np.minimum(stays, ahead), -1.0), gap - silent
        going = np.flatnonzero(clock <= left)
        counts, clock = np.zeros(n), clock[going]
        for _ in range(int(MOST)):
            if not going.size:
                break
            counts[going] += 1.0
            clock = clock + rng.standard_gamma(of_k[going]) / speed[going]
            on = clock <= left[going]
            going, clock = going[on], clock[on]
        purchases[draw] = counts
    return Futures(purchases, still)


def _unfinished(places: Floats, shape: Floats, k: Floats, rate: Floats, silent: Floats) -> Floats:
    """The length of a gap that has lasted for `silent` at the least: rate/(rate + k·gap) is a Beta number, cut off."""
    most = rate / (rate + k * silent)
    below = betainc(shape, k, most)
    share = np.where(below > 1e-290, betaincinv(shape, k, places * below), most * places ** (1.0 / shape))
    share = np.clip(share, _TINY, most)
    return np.maximum(silent, rate * (1.0 - share) / (share * k))


def simulate(
    t: float,
    gamma: float,
    r: float,
    alpha: float,
    s: float,
    beta: float,
    observed_for: Floats,
    *,
    seed: int,
    unit: TimeUnit,
) -> PurchaseHistories:
    """One history for each T of `observed_for`, one purchase of all customers at a time."""
    rng = np.random.default_rng(seed)
    ends = np.asarray(observed_for, dtype=np.float64)
    k = np.maximum(rng.standard_gamma(t, ends.size) / gamma, _TINY)
    speeds = k * rng.standard_gamma(r, ends.size) / alpha
    with np.errstate(over="ignore"):
        stays = beta * np.expm1(rng.standard_exponential(ends.size) / s)
    leaves = np.minimum(ends, stays)
    repeats, last, gaps = np.zeros(ends.size), np.zeros(ends.size), np.zeros(ends.size)
    going = np.arange(ends.size)
    while going.size:
        # A rate below what a float can hold waits for ever; a gap of nothing would be no gap.
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            gap = np.fmax(rng.standard_gamma(k[going]) / speeds[going], _TINY)
        in_time = last[going] + gap <= leaves[going]
        going, gap = going[in_time], gap[in_time]
        repeats[going] += 1.0
        last[going] += gap
        gaps[going] += np.log(gap)
    return PurchaseHistories(repeats, last, ends, unit, gaps)
