"""How buying and leaving may depend on each other without a new integral: a Sarmanov density of the two.

Every model of `MODELS` draws a customer's rate of buying λ ~ Gamma(r, α) and their leaning to leave independently.
Here the density of the two is that product times

    1 + ω·(φ(λ) − E φ)·(ψ − E ψ),

with φ(λ) = e^(−αλ), and ψ = e^(−βμ) where the leaning is a gamma number μ ~ Gamma(s, β), or ψ = 1 − p where it is a
chance p ~ Beta(a, b). A gamma density times e^(−αλ) is a multiple of another gamma density, of rate 2α; a beta density
times 1 − p is one of a beta density with b + 1. So the joint density is a weighted sum of four independent ones, and so
is everything that is linear in it: four calls of the plain model answer every question, exactly.

ω > 0: who buys slowly leaves late, who buys fast leaves early. Neither marginal distribution changes.
Source of the form: Sarmanov (1966); Park and Fader (2004), Modeling Browsing Behavior at Multiple Websites, Marketing
Science 23(3), use it for visits; the kernels in units of α and β, which make ω free of the unit of time, are ours.
"""

import math
from dataclasses import replace
from typing import Any

from keyworth.behaviour.parameters import P, names


def corners(p: P, omega: float) -> tuple[tuple[float, P], ...]:
    """The four independent worlds that the joint density is a weighted sum of, (weight, parameters); weights sum to 1.

    Two weights are below 0 wherever omega is not 0; the sum is a density as long as omega is within `limits`.
    """
    gently, _ = _leaving(p)
    rarely: dict[str, Any] = {"alpha": 2.0 * _of(p, "alpha")}
    share = omega * math.prod(_means(p))
    return (
        (1.0 + share, p),
        (-share, replace(p, **rarely)),
        (-share, replace(p, **gently)),
        (share, replace(p, **rarely, **gently)),
    )


def limits(p: Any) -> tuple[float, float]:
    """Between which values omega leaves the joint density nowhere below 0."""
    one, other = _means(p)
    lowest = -1.0 / max((1.0 - one) * (1.0 - other), one * other)
    return lowest, 1.0 / max(one * (1.0 - other), (1.0 - one) * other)


def correlation(p: Any, omega: float) -> float:
    """Of the rate of buying and the leaning to leave."""
    _, spread = _leaving(p)
    one, _ = _means(p)
    return omega * one * math.sqrt(_of(p, "r")) / 2.0 * spread


def _means(p: Any) -> tuple[float, float]:
    """The means of the two kernels."""
    if "s" in names(p):
        return 2.0 ** -_of(p, "r"), 2.0 ** -_of(p, "s")
    return 2.0 ** -_of(p, "r"), _of(p, "b") / (_of(p, "a") + _of(p, "b"))


def _leaving(p: Any) -> tuple[dict[str, Any], float]:
    """What the kernel of leaving changes, and minus its covariance with the leaning, in deviations of that."""
    if "s" in names(p):
        s = _of(p, "s")
        return {"beta": 2.0 * _of(p, "beta")}, 2.0**-s * math.sqrt(s) / 2.0
    a, b = _of(p, "a"), _of(p, "b")
    return {"b": b + 1.0}, math.sqrt(a * b / (a + b + 1.0)) / (a + b)


def _of(p: Any, name: str) -> float:
    return float(getattr(p, name))
