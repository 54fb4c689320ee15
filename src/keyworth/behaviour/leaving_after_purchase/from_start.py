"""Inventing BG/NBD and MBG/NBD customers from their first purchase on."""

import numpy as np

from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.units import TimeUnit


def simulate(
    r: Floats | float,
    alpha: Floats | float,
    a: Floats | float,
    b: Floats | float,
    first_chance: int,
    observed_for: Floats,
    *,
    seed: int,
    unit: TimeUnit,
) -> PurchaseHistories:
    """One history for each T of `observed_for`, one purchase of all customers at a time.

    Parameters are everybody's, or arrays with one for each.
    """
    rng = np.random.default_rng(seed)
    ends = np.asarray(observed_for, dtype=np.float64)
    rates, leaves = rng.standard_gamma(r, ends.size) / alpha, rng.beta(a, b, ends.size)
    repeats, last, gaps = np.zeros(ends.size), np.zeros(ends.size), np.zeros(ends.size)
    going = np.flatnonzero(rng.random(ends.size) >= leaves) if first_chance else np.arange(ends.size)
    while going.size:
        # A rate below what a float can hold waits for ever; a gap of nothing would be no gap.
        with np.errstate(divide="ignore", over="ignore"):
            gap = np.maximum(rng.standard_exponential(going.size) / rates[going], np.finfo(float).tiny)
        in_time = last[going] + gap <= ends[going]
        going, gap = going[in_time], gap[in_time]
        repeats[going] += 1.0
        last[going] += gap
        gaps[going] += np.log(gap)
        going = going[rng.random(going.size) >= leaves[going]]
    return PurchaseHistories(repeats, last, ends, unit, gaps)
