"""What BG/BB customers will do, occasion by occasion.

One who will be there at the next occasion has p ~ Beta(a, b) and θ ~ Beta(γ, stays), independent. After j more
occasions, k of them taken, they take another with chance (a+k) / (a+b+j) and leave before the next with chance
γ / (γ+stays+j): an urn for each, with no gamma function and nothing to subtract.
"""

import math

import numpy as np

from keyworth.behaviour.beta_rule import beta_rule
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.steady_sums import dot


def there_at(gamma: float, stays: float, occasions: int) -> Floats:
    """The chance to be still there after 0, 1, …, `occasions` chances to leave, for θ ~ Beta(γ, stays)."""
    i = np.arange(occasions, dtype=np.float64)
    return np.append(1.0, np.cumprod((stays + i) / (gamma + stays + i)))


def chance_leaves(gamma: float, stays: Floats, ahead: int) -> Floats:
    """The chance to leave within the next `ahead` chances to do so; (n,). Small ones keep their digits."""
    stayed = np.zeros_like(stays)
    for i in range(ahead):
        stayed -= np.log1p(gamma / (stays + i))
    left: Floats = -np.expm1(stayed)
    return left


def worth_of_staying(gamma: float, stays: Floats, force: float, ahead: int | None) -> Floats:
    """Σ exp(−force·j)·(chance to be there at coming occasion j), of one who is there at the first; (n,).

    Over j = 1, …, `ahead`; over all j it is E[1 / (d + θ)] with d = exp(force) − 1, a geometric series for each θ.
    """
    distinct, back = np.unique(stays, return_inverse=True)
    if ahead is None:
        d = math.expm1(force)
        worth = np.array([_mean_of_series(gamma, stay, d) for stay in distinct.tolist()])
    else:
        worth, here = np.zeros_like(distinct), np.ones_like(distinct)
        for j in range(ahead):
            worth += math.exp(-force * (j + 1)) * here
            here *= (distinct + j) / (gamma + distinct + j)
    return np.asarray(worth[back.reshape(-1)], dtype=np.float64)


def _mean_of_series(gamma: float, stays: float, d: float) -> float:
    theta, weights = beta_rule(gamma, stays, 1.0 + 1.0 / d)
    return dot(weights, 1.0 / (d + theta))


def chances_of_counts(
    alive: Floats, a: Floats, b: Floats, gamma: float, stays: Floats, ahead: int, up_to: int
) -> Floats:
    """The chance of 0, 1, …, up_to purchases at the next `ahead` occasions; (n, up_to + 1).

    `alive` (n,) is the chance to be there at the first of them; a, b and stays (n,) belong to those who are.
    """
    k = np.arange(up_to + 1, dtype=np.float64)
    chances = np.zeros((len(alive), up_to + 1))
    counts = np.zeros_like(chances)  # of one who has been there so far
    counts[:, 0] = 1.0
    here = np.ones(len(alive))
    for j in range(ahead):
        balls = (a + b + j)[:, None]
        taken = counts[:, :-1] * ((a[:, None] + k[:-1]) / balls)
        counts *= np.maximum(b[:, None] + j - k, 0.0) / balls  # nobody has taken more than j of j occasions
        counts[:, 1:] += taken
        if j < ahead - 1:
            leaves = gamma / (gamma + stays + j)
            chances += (here * leaves)[:, None] * counts
            here *= (stays + j) / (gamma + stays + j)
    chances += here[:, None] * counts
    chances *= alive[:, None]
    chances[:, 0] += 1.0 - alive
    return chances


def chances_of_next(alive: Floats, a: Floats, b: Floats, gamma: float, stays: Floats, up_to: int) -> Floats:
    """The chance that the next purchase is at coming occasion 1, 2, …, up_to; (n, up_to), arguments as above."""
    chances = np.empty((len(alive), up_to))
    waiting = alive.copy()
    for j in range(up_to):
        chances[:, j] = waiting * (a / (a + b + j))
        waiting *= (b + j) / (a + b + j) * ((stays + j) / (gamma + stays + j))
    return chances
