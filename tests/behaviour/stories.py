"""Each model's story told in plain Python, independent of the product: customers whose truth is known.

A story takes (rng, parameters, ends) and returns one history per end of observation, with `log_gaps`.
"""

from collections.abc import Callable

import numpy as np

from keyworth.behaviour import PurchaseHistories

Story = Callable[[np.random.Generator, tuple[float, ...], np.ndarray], PurchaseHistories]
# Given rng, parameters and n: everybody's rate of buying and chance to leave, or rate of buying and lifetime.
People = Callable[[np.random.Generator, tuple[float, ...], int], tuple[np.ndarray, np.ndarray]]


def rates_and_chances(rng: np.random.Generator, parameters: tuple[float, ...], n: int) -> tuple[np.ndarray, np.ndarray]:
    """Rates of buying and chances to leave, independent of each other."""
    r, alpha, a, b = parameters[:4]
    return rng.gamma(r, 1.0 / alpha, size=n), rng.beta(a, b, size=n)


def leaves_after_a_purchase(first_chance: int, steps: int = 1, people: People = rates_and_chances) -> Story:
    """BG/NBD (0) and MBG/NBD (1): purchases one by one, and maybe leaving after each.

    With several steps from one purchase to the next, each of them exponential, the stories of the CNBD-k models.
    """

    def story(rng, parameters, end):
        n = len(end)
        rate, leave = people(rng, parameters, n)
        x, last, clock, gaps = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
        here = rng.random(n) >= leave if first_chance else np.ones(n, dtype=bool)
        while here.any():
            at = np.flatnonzero(here)
            waited = sum(rng.exponential(1.0, len(at)) for _ in range(steps))
            clock[at] += waited / np.maximum(rate[at], 1e-300)
            in_time = clock[at] < end[at]
            here[at[~in_time]] = False
            bought = at[in_time]
            x[bought] += 1
            gaps[bought] += np.log(clock[bought] - last[bought])
            last[bought] = clock[bought]
            here[bought[rng.random(len(bought)) < leave[bought]]] = False
        return PurchaseHistories.from_columns(x, last, end, log_gaps=gaps)

    return story


def observed_between(rng: np.random.Generator, n: int, weeks: tuple[int, int]) -> np.ndarray:
    """Ends of observation, whole days in weeks, spread evenly."""
    return rng.integers(weeks[0] * 7, weeks[1] * 7 + 1, size=n) / 7.0


def rates_and(lifetime: Callable[[np.random.Generator, int, tuple[float, ...]], np.ndarray]) -> People:
    """Rates of buying, and lifetimes independent of them."""

    def people(rng, parameters, n):
        r, alpha, *rest = parameters
        return rng.gamma(r, 1.0 / alpha, size=n), lifetime(rng, n, rest)

    return people


def leaves_in_time(people: People) -> Story:
    """Pareto/NBD and its kin: purchases one by one until a moment of leaving drawn before the first of them."""

    def story(rng, parameters, end):
        n = len(end)
        rate, leaves = people(rng, parameters, n)
        x, last, clock, gaps = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
        here = np.ones(n, dtype=bool)
        while here.any():
            at = np.flatnonzero(here)
            clock[at] += rng.exponential(1.0, len(at)) / np.maximum(rate[at], 1e-300)
            here[at[clock[at] >= np.minimum(end, leaves)[at]]] = False
            bought = np.flatnonzero(here)
            x[bought] += 1
            gaps[bought] += np.log(clock[bought] - last[bought])
            last[bought] = clock[bought]
        return PurchaseHistories.from_columns(x, last, end, log_gaps=gaps)

    return story


def exponential_lifetimes(rng: np.random.Generator, n: int, parameters: tuple[float, ...]) -> np.ndarray:
    """Everyone leaves at a rate of their own, drawn from Gamma(s, beta)."""
    s, beta = parameters
    return rng.exponential(1.0, n) / np.maximum(rng.gamma(s, 1.0 / beta, n), 1e-300)


def ageing_lifetimes(rng: np.random.Generator, n: int, parameters: tuple[float, ...]) -> np.ndarray:
    """Everyone's risk of leaving grows as e^(bt), from a start of their own drawn from Gamma(s, beta), times b.

    The risk piled up by time t is η·(e^(bt) − 1); one leaves when it reaches an exponential number.
    """
    b, s, beta = parameters
    return np.log1p(rng.exponential(1.0, n) / np.maximum(rng.gamma(s, 1.0 / beta, n), 1e-300)) / b


def keeps_a_rhythm(rng: np.random.Generator, parameters: tuple[float, ...], end: np.ndarray) -> PurchaseHistories:
    """Pareto/GGG: a rhythm, a rate and a moment of leaving of one's own, one customer at a time."""
    t, gamma, r, alpha, s, beta = parameters
    rows = []
    for until in end:
        k, rate, risk = rng.gamma(t, 1.0 / gamma), rng.gamma(r, 1.0 / alpha), rng.gamma(s, 1.0 / beta)
        leaves = rng.exponential() / max(risk, 1e-300)
        x, last, gaps = 0, 0.0, 0.0
        while (clock := last + rng.gamma(k) / max(k * rate, 1e-300)) <= min(until, leaves) and clock > last:
            x, gaps, last = x + 1, gaps + np.log(clock - last), clock
        rows.append((x, last, gaps))
    x, last, gaps = np.array(rows).T
    return PurchaseHistories.from_columns(x, last, end, log_gaps=gaps)


def sarmanov(one: float, other: float, dependence: float) -> float:
    """Omega, of the means of the two kernels: 0 and infinity are a hair within its limits."""

    def larger(a, b):
        return (a**16 + b**16) ** (1 / 16)

    down = larger((1 - one) * (1 - other), one * other)
    return (dependence - 1) / (dependence * larger(one * (1 - other), (1 - one) * other) + down)


def dependent_people(rng: np.random.Generator, parameters: tuple[float, ...], n: int) -> tuple[np.ndarray, np.ndarray]:
    """Rates of buying and leanings to leave, by throwing away what the joint density does not want.

    Leanings are chances to leave.
    """
    r, alpha, a, b, dependence = parameters
    means = 2.0**-r, b / (a + b)
    return _wanted(
        n,
        sarmanov(*means, dependence),
        means,
        lambda: (rng.gamma(r, 1.0 / alpha, n), rng.beta(a, b, n), rng.random(n)),
        lambda rate, leave: (np.exp(-alpha * rate), 1.0 - leave),
    )


def dependent_lifetimes(
    rng: np.random.Generator, parameters: tuple[float, ...], n: int
) -> tuple[np.ndarray, np.ndarray]:
    """The same where leanings are rates of leaving; returns lifetimes."""
    r, alpha, s, beta, dependence = parameters
    means = 2.0**-r, 2.0**-s
    rate, risk = _wanted(
        n,
        sarmanov(*means, dependence),
        means,
        lambda: (rng.gamma(r, 1.0 / alpha, n), rng.gamma(s, 1.0 / beta, n), rng.random(n)),
        lambda rate, risk: (np.exp(-alpha * rate), np.exp(-beta * risk)),
    )
    return rate, rng.exponential(1.0, n) / np.maximum(risk, 1e-300)


def _wanted(n, omega, means, drawn, kernels):
    kept = [np.empty((2, 0))]
    most = 1 + abs(omega)
    while sum(each.shape[1] for each in kept) < n:
        rate, leaning, place = drawn()
        slow, stays = kernels(rate, leaning)
        wanted = 1 + omega * (slow - means[0]) * (stays - means[1])
        assert ((wanted > -1e-9) & (wanted <= most)).all()
        kept.append(np.array([rate, leaning])[:, place * most < wanted])
    return np.concatenate(kept, axis=1)[:, :n]
