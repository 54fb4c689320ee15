"""Customers who buy, leave and spend as BG/NBD and Gamma-Gamma tell it, seen up to a day and followed beyond it."""

from dataclasses import dataclass

import numpy as np

from keyworth.behaviour import GAMMA_GAMMA, MODELS, PurchaseHistories, SpendHistories


@dataclass(frozen=True)
class Followed:
    """Histories at a day, what each then bought and spent in the next `ahead` weeks, and fits to the histories."""

    histories: PurchaseHistories
    spend: SpendHistories
    ahead: float
    purchases: np.ndarray
    spent: np.ndarray

    def fit(self, model="bg-nbd"):
        return MODELS[model].fit(self.histories)

    def spend_fit(self):
        return GAMMA_GAMMA.fit(self.spend)


def followed(n, seed, *, buying=(0.6, 4.0, 0.8, 2.4), spending=(6.0, 4.0, 15.0), ahead=26.0):
    """One purchase after another of one customer after another, in plain Python."""
    rng = np.random.default_rng(seed)
    (r, alpha, a, b), (p, q, gamma) = buying, spending
    rows = []
    for _ in range(n):
        end = rng.integers(26 * 7, 52 * 7 + 1) / 7.0
        rate, leaves = max(rng.gamma(r, 1.0 / alpha), 1e-12), rng.beta(a, b)
        dear = rng.gamma(q, 1.0 / gamma)
        clock, repeats, last, brought, later, spent = 0.0, 0, 0.0, 0.0, 0, 0.0
        while True:
            clock += rng.exponential(1.0 / rate)
            if clock >= end + ahead:
                break
            price = rng.gamma(p, 1.0 / dear)
            if clock < end:
                repeats, last, brought = repeats + 1, clock, brought + price
            else:
                later, spent = later + 1, spent + price
            if rng.random() < leaves:
                break
        rows.append((repeats, last, end, brought / max(repeats, 1), later, spent))
    x, last, end, mean, later, spent = np.array(rows, dtype=float).T
    return Followed(
        PurchaseHistories.from_columns(x, last, end), SpendHistories.from_columns(x, mean), ahead, later, spent
    )
