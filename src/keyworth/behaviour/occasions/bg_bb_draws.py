"""Simulating BG/BB customers, all of them at one occasion after the other.

The urns of `bg_bb_future.py` do without anybody's own chances: what was done so far tells what is done next.
"""

import numpy as np

from keyworth.behaviour.buying_model import Futures
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.occasions.bg_bb_silence import BuyingAndLeaving
from keyworth.behaviour.occasions.occasion_histories import OccasionHistories
from keyworth.units import TimeUnit


def simulate(p: BuyingAndLeaving, occasions: Floats, *, seed: int, unit: TimeUnit | None) -> OccasionHistories:
    """One new customer for each number of occasions."""
    rng = np.random.default_rng(seed)
    repeats, last = np.zeros(occasions.size), np.zeros(occasions.size)
    here = np.flatnonzero(occasions > 0)
    j = 0
    while here.size:
        here = here[rng.random(here.size) * (p.gamma + p.delta + j) < p.delta + j]
        bought = here[rng.random(here.size) * (p.alpha + p.beta + j) < p.alpha + repeats[here]]
        j += 1
        repeats[bought] += 1.0
        last[bought] = j
        here = here[occasions[here] > j]
    return OccasionHistories.from_columns(repeats, last, occasions, unit=unit)


def draw_futures(
    alive: Floats,
    a: Floats,
    b: Floats,
    gamma: float,
    stays: Floats,
    ahead: int,
    *,
    seed: int,
    draws: int,
    first_draw: int,
) -> Futures:
    """One future per draw and row, shapes (draws, n); arguments as for `bg_bb_future.chances_of_counts`."""
    purchases = np.zeros((draws, len(alive)), dtype=np.int32)
    still = np.empty((draws, len(alive)), dtype=np.bool_)
    for draw in range(draws):
        here = np.random.default_rng([seed, first_draw + draw]).random(len(alive)) < alive
        taken = np.zeros(len(alive))
        for j in range(ahead):
            # A stream for every occasion, so that no customer's luck depends on how many others there are.
            u = np.random.default_rng([seed, first_draw + draw, j + 1]).random((len(alive), 2))
            taken += here & (u[:, 0] * (a + b + j) < a + taken)
            here &= u[:, 1] * (gamma + stays + j) < stays + j
        purchases[draw], still[draw] = taken, here
    return Futures(purchases, still)
