"""How buying and leaving may depend on each other without a new integral: a Sarmanov density of the two.

Every plain model draws a customer's rate of buying λ ~ Gamma(r, α) and their leaning to leave independently. Here the
density of the two is that product times

    1 + ω·(φ(λ) − E φ)·(ψ − E ψ),

with φ(λ) = e^(−αλ), and ψ = e^(−βμ) where the leaning is a gamma number μ ~ Gamma(s, β), or ψ = 1 − p where it is a
chance p ~ Beta(a, b). A gamma density times e^(−αλ) is a multiple of another gamma density, of rate 2α; a beta density
times 1 − p is one of a beta density with b + 1. So the joint density is a weighted sum of four independent ones, and so
is everything that is linear in it: four calls of the plain model answer every question, exactly.

ω > 0: who buys slowly leaves late, who buys fast leaves early. Neither marginal distribution changes.

ω has limits, beyond which the density would fall below 0, and they move with the other parameters. A fit, which climbs
in logarithms, and a value book, which draws from them, know `dependence` instead, a number above 0:

    ω = (dependence − 1) / (dependence / highest + 1 / |lowest|),

1 where there is none, 0 and infinity at the limits. Each limit is the smaller of two; so that nothing has a kink where
they cross, the fit stays within a smooth bound below both, which lies at most 5% lower.

Source of the form: Sarmanov (1966), and Lee (1996), Properties and Applications of the Sarmanov Family of Bivariate
Distributions, Communications in Statistics, Theory and Methods 25(6); Park and Fader (2004), Modeling Browsing Behavior
at Multiple Websites, Marketing Science 23(3), use it for visits. The kernels in units of α and β, which make ω free of
the unit of time, and `dependence` are ours.
"""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.parameters import P

LEAST = 1e-300  # so that nothing is divided by 0 where a kernel's mean is below what a float can hold
SMOOTH = 16.0  # the bound is the 16th root of a sum of 16th powers: at most 2^(1/16) above the larger of two


def leaves_in_time(p: Any) -> bool:
    """Whether the leaning to leave is a gamma number, of a lifetime, and not a chance: such parameters tell theirs."""
    return hasattr(type(p), "lifetime")


def corners(p: P, omega: float) -> tuple[tuple[float, P], ...]:
    """The four independent worlds that the joint density is a weighted sum of, (weight, parameters); weights sum to 1.

    Two weights are below 0 wherever omega is not 0; the sum is a density as long as omega is within `limits`.
    """
    one, other = means(p)
    share = omega * one * other
    return tuple(zip((1.0 + share, -share, -share, share), worlds(p), strict=True))


def log_means(p: Any) -> Floats:
    """Ln of the mean over all customers of 1, φ, ψ and φψ, by which a world's likelihood becomes one of them: (4,)."""
    one = -math.log(2.0) * _of(p, "r")
    other = -math.log(2.0) * _of(p, "s") if leaves_in_time(p) else -math.log1p(_of(p, "a") / _of(p, "b"))
    return np.array([0.0, one, other, one + other])


def of_kernels(p: Any, omega: float) -> Floats:
    """The joint density over the product of the two, as a sum over 1, φ, ψ and φψ: (4,)."""
    one, other = means(p)
    return np.array([1.0 + omega * one * other, -omega * other, -omega * one, omega])


def worlds(p: P) -> tuple[P, P, P, P]:
    """The parameters of the four: as they are, of slow buyers, of those who stay, of slow buyers who stay."""
    gently, _ = _leaving(p)
    rarely: dict[str, Any] = {"alpha": 2.0 * _of(p, "alpha")}
    return p, replace(p, **rarely), replace(p, **gently), replace(p, **rarely, **gently)


def limits(p: Any) -> tuple[float, float]:
    """Between which values omega leaves the joint density nowhere below 0."""
    one, other = means(p)
    lowest = -1.0 / max((1.0 - one) * (1.0 - other), one * other)
    return lowest, 1.0 / max(one * (1.0 - other), (1.0 - one) * other)


def correlation(p: Any, omega: float) -> float:
    """Of the rate of buying and the leaning to leave."""
    _, spread = _leaving(p)
    one, _ = means(p)
    return omega * one * math.sqrt(_of(p, "r")) / 2.0 * spread


def means(p: Any) -> tuple[float, float]:
    """The means of the two kernels."""
    if leaves_in_time(p):
        return 2.0 ** -_of(p, "r"), 2.0 ** -_of(p, "s")
    return 2.0 ** -_of(p, "r"), _of(p, "b") / (_of(p, "a") + _of(p, "b"))


def omega_of(one: Floats | float, other: Floats | float, dependence: Floats | float) -> Floats:
    """ω, of the means of the kernels and of `dependence`; any shapes that go together."""
    down, up = _steepest(one, other)
    return np.asarray((dependence - 1.0) / (dependence * up + down))


def at_ends(one: Floats | float, other: Floats | float, omega: Floats | float) -> tuple[Floats, Floats, Floats, Floats]:
    """The factor of the density where (φ, ψ) is (0, 0), (1, 0), (0, 1) and (1, 1): none is below 0.

    It is linear in each of them, and so a mixture of φ or 1 − φ with ψ or 1 − ψ in these weights, all positive: what
    can be drawn from.
    """
    at = [np.asarray(1.0 + omega * (i - one) * (j - other)) for j in (0.0, 1.0) for i in (0.0, 1.0)]
    return at[0], at[1], at[2], at[3]


def _steepest(one: Floats | float, other: Floats | float) -> tuple[Floats, Floats]:
    """Minus the inverse of the lowest omega, and the inverse of the highest, each within the smooth bound."""
    return (
        larger((1.0 - one) * (1.0 - other), one * other),
        larger(one * (1.0 - other), (1.0 - one) * other),
    )


def larger(a: Floats | float, b: Floats | float) -> Floats:
    top = np.maximum(np.maximum(a, b), LEAST)
    return np.asarray(top * ((a / top) ** SMOOTH + (b / top) ** SMOOTH) ** (1.0 / SMOOTH))


def _leaving(p: Any) -> tuple[dict[str, Any], float]:
    """What the kernel of leaving changes, and minus its covariance with the leaning, in deviations of that."""
    if leaves_in_time(p):
        s = _of(p, "s")
        return {"beta": 2.0 * _of(p, "beta")}, 2.0**-s * math.sqrt(s) / 2.0
    a, b = _of(p, "a"), _of(p, "b")
    return {"b": b + 1.0}, math.sqrt(a * b / (a + b + 1.0)) / (a + b)


def _of(p: Any, name: str) -> float:
    return float(getattr(p, name))
