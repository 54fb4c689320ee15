"""Simulated customers, so that a fit can be held against the truth that made the data."""

from collections.abc import Callable

import numpy as np
import pytest

from keyworth.behaviour import PurchaseHistories

Simulate = Callable[..., PurchaseHistories]


def simulate_leaving(
    n: int,
    r: float,
    alpha: float,
    a: float,
    b: float,
    first_chance: int,
    weeks: tuple[int, int] = (27, 39),
    seed: int = 1,
) -> PurchaseHistories:
    """Purchases one by one, in continuous time, as the story of BG/NBD (0) or MBG/NBD (1) tells it."""
    rng = np.random.default_rng(seed)
    end = rng.integers(weeks[0] * 7, weeks[1] * 7 + 1, size=n) / 7.0
    rate, leave = rng.gamma(r, 1.0 / alpha, size=n), rng.beta(a, b, size=n)
    x, last, clock = np.zeros(n), np.zeros(n), np.zeros(n)
    here = rng.random(n) >= leave if first_chance else np.ones(n, dtype=bool)
    while here.any():
        at = np.flatnonzero(here)
        clock[at] += rng.exponential(1.0, len(at)) / np.maximum(rate[at], 1e-300)
        in_time = clock[at] < end[at]
        here[at[~in_time]] = False
        bought = at[in_time]
        x[bought] += 1
        last[bought] = clock[bought]
        here[bought[rng.random(len(bought)) < leave[bought]]] = False
    return PurchaseHistories.from_columns(x, last, end)


@pytest.fixture(scope="session")
def simulate() -> Simulate:
    return simulate_leaving
