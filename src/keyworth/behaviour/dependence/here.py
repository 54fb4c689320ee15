"""Those who are customers now, and the odds that one has left, where buying and leaving may depend on each other.

In each of the four worlds of `joint` the rate of buying and the leaning to leave are independent given that one is
still a customer, so that what the history leaves of both kernels is closed. Only the odds take a world's own integral.
"""

from typing import Any

import numpy as np
from scipy.special import expit

from keyworth.behaviour.dependence.joint import of_kernels, worlds
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_after_purchase.model import LeavingAfterPurchase
from keyworth.behaviour.leaving_in_time.model import LeavingInTime
from keyworth.behaviour.leaving_in_time.odds import log_odds_left

Plain = LeavingAfterPurchase[Any] | LeavingInTime[Any]


def log_kernels_if_here(plain: Plain, p: Any, h: PurchaseHistories) -> tuple[Floats, Floats]:
    """The logarithms of the means of φ and ψ of those who are customers at the end of each history: (n,) each."""
    slow = -(p.r + h.repeats) * np.log1p(p.alpha / (p.alpha + h.observed_for))
    if isinstance(plain, LeavingAfterPurchase):
        return slow, -np.log1p(p.a / (p.b + h.repeats + plain.first_chance))
    return slow, -p.s * np.log1p(p.beta / (p.beta + h.observed_for))


def parts_if_here(plain: Plain, p: Any, omega: float, h: PurchaseHistories) -> Floats:
    """By how much each of the four worlds speaks for those who are customers now, (4, n).

    Their sum is the mean of the joint density's factor: how likely it makes such a history, over independence.
    """
    slow, stays = (np.exp(of) for of in log_kernels_if_here(plain, p, h))
    found: Floats = of_kernels(p, omega)[:, None] * np.array([np.ones(len(h)), slow, stays, slow * stays])
    return found


def chance_here(plain: Plain, p: Any, h: PurchaseHistories, parts: Floats) -> Floats:
    """The chance to be a customer still, (n,); `parts` as `parts_if_here` tells them."""
    odds = [_log_odds(plain, world, h) for world in worlds(p)]
    first = np.where(np.isfinite(odds[0]), odds[0], 0.0)  # minus infinity in all four where nobody could have left
    left = sum(part * np.exp(of - first) for part, of in zip(parts, odds, strict=True))
    with np.errstate(divide="ignore"):
        log_odds = first + np.log(np.maximum(left, 0.0) / parts.sum(axis=0))
    chance: Floats = expit(-log_odds)
    return chance


def _log_odds(plain: Plain, p: Any, h: PurchaseHistories) -> Floats:
    if isinstance(plain, LeavingAfterPurchase):
        return plain.log_odds_left(p, h)
    return log_odds_left(p.lifetime, p.r, p.alpha, h)
