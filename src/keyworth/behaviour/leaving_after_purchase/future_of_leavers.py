"""The future of one who buys at rate λ and leaves after each purchase with chance p, both uncertain.

Throughout λ ~ Gamma(shape s, rate A) and p ~ Beta(a, b), independent: what BG/NBD and MBG/NBD believe of a
customer who is still one, with s = r + x, A = α + T, and b grown by the times the customer chose to stay.
Given both, purchases are still coming at rate λ·exp(−λ·p·τ) after a time τ. Averaged over λ that is
(s/A)·(1 + p·τ/A)^−(s+1), which leaves an average over p (`beta_rule`) and, for money that is discounted, an
integral over τ. Every term is positive, so no digits cancel; the published form is a difference of
hypergeometric functions (Fader, Hardie and Lee 2005, equation 10) and fails near a = 1 and for large x.
"""

import math
from functools import cache

import numpy as np
from numpy.polynomial import chebyshev
from numpy.polynomial.legendre import leggauss

from keyworth.behaviour.beta_rule import beta_rule
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.steady_sums import per_row

_PANEL = 1.5  # length of a Gauss–Legendre panel in ln(1 + τ/scale); with 16 nodes rounding is reached
_DEGREE = 160
_NOTHING = 1e-15  # of the largest coefficient of a series: below it is rounding
_BLOCK = 2_000_000


def purchases(s: float, rates: Floats, a: float, b: float, ahead: float) -> Floats:
    """E[(1 − exp(−λ·p·ahead)) / p] for each rate A, shape (m,)."""
    reach = ahead / rates
    p, w = beta_rule(a, b, (s + 1.0) * (1.0 + float(reach.max(initial=0.0))))
    return _averaged(reach, p, w / p, s)


def chance_of_leaving(s: float, rates: Floats, a: float, b: float, ahead: float) -> Floats:
    """E[1 − exp(−λ·p·ahead)] for each rate A, shape (m,): a/(a+b) of `purchases` with a + 1 in place of a."""
    return np.minimum(1.0, a / (a + b) * purchases(s, rates, a + 1.0, b, ahead))


def _averaged(reach: Floats, p: Floats, w: Floats, s: float) -> Floats:
    """Σ w·(1 − (1 + p·u)^−s) over the nodes, for each u of `reach`."""
    out = np.empty_like(reach)
    rows = max(1, _BLOCK // len(p))
    for start in range(0, len(reach), rows):
        block = reach[start : start + rows, None]
        out[start : start + rows] = per_row(-np.expm1(-s * np.log1p(block * p)), w)
    return out


def discounted(s: float, rates: Floats, a: float, b: float, force: float, ahead: float | None) -> Floats:
    """E of ∫ exp(−force·τ)·λ·exp(−λ·p·τ) dτ over τ < ahead, or over all the future, for each rate A."""
    if ahead is not None and (force == 0.0 or ahead == 0.0):
        return purchases(s, rates, a, b, ahead)
    # In u = τ/A: from 0 to where the discount has left nothing, or to the end of the horizon.
    most = 45.0 / (force * rates) if force > 0 else np.full_like(rates, np.inf)
    ends = most if ahead is None else np.minimum(most, ahead / rates)
    scale = 1.0 / (s + 1.0)
    if ahead is None:
        # One set of nodes serves every A, so the discount that is soonest over must be seen by it as well.
        scale = min(scale, 1.0 / (force * float(rates.max(initial=0.0)) + (s + 1.0)))
    lengths = np.log1p(ends / scale)
    longest = float(lengths.max(initial=0.0))
    p, w = beta_rule(a, b, (s + 1.0) * (1.0 + float(ends.max(initial=0.0))))

    def buying(v: Floats) -> Floats:
        """The rate of buying at u = scale·(e^v − 1), times du/dv."""
        u = scale * np.expm1(v)
        fading = np.exp(-(s + 1.0) * np.log1p(u[:, None] * p))
        return s * scale * np.exp(v) * per_row(fading, w)

    nodes, weights = _panels(longest)
    if ahead is None:
        u, rate = scale * np.expm1(nodes), weights * buying(nodes)
        return np.concatenate([per_row(np.exp(-np.outer(block * force, u)), rate) for block in _blocks(rates, len(u))])
    # Each A has its own end, so its own nodes: buying(v) is taken from its Chebyshev series.
    series = _chebyshev_series(buying((_chebyshev_points() + 1.0) * longest / 2.0))
    out = []
    for block, length in zip(_blocks(rates, len(nodes)), _blocks(lengths, len(nodes)), strict=True):
        v = np.outer(length / longest, nodes)
        rate = np.asarray(chebyshev.chebval(2.0 * v / longest - 1.0, series), dtype=np.float64)
        fading = np.exp(-(block * force)[:, None] * scale * np.expm1(v))
        out.append(per_row(rate * fading, weights) * (length / longest))
    return np.concatenate(out)


def _chebyshev_series(values: Floats) -> Floats:
    """Coefficients of the polynomial through `values` at the Chebyshev points, without those that add nothing.

    They fall geometrically, the faster the shorter the span: at three years a third of them holds every digit.
    """
    series = per_row(_chebyshev_basis(), values) * (2.0 / (_DEGREE + 1))
    series[0] /= 2.0
    told = np.flatnonzero(np.abs(series) > _NOTHING * np.abs(series).max())
    return series[: told[-1] + 1] if told.size else series[:1]


@cache
def _chebyshev_points() -> Floats:
    return np.asarray(chebyshev.chebpts1(_DEGREE + 1), dtype=np.float64)


@cache
def _chebyshev_basis() -> Floats:
    """Each polynomial at the points, as the cosine it is: by recurrence the noise would hide where a series ends."""
    quarters = np.outer(np.arange(_DEGREE + 1), np.arange(2 * _DEGREE + 1, 0, -2)) % (4 * (_DEGREE + 1))
    return np.asarray(np.cos(quarters * (np.pi / (2 * (_DEGREE + 1)))), dtype=np.float64)


@cache
def _legendre() -> tuple[Floats, Floats]:
    x, w = leggauss(16)
    return np.asarray(x, dtype=np.float64), np.asarray(w, dtype=np.float64)


def _panels(length: float) -> tuple[Floats, Floats]:
    """Nodes and weights of Gauss–Legendre panels from 0 to `length`."""
    count = max(1, math.ceil(length / _PANEL))
    x, w = _legendre()
    width = length / count
    starts = np.arange(count)[:, None] * width
    return (starts + (x + 1.0) * width / 2.0).ravel(), np.tile(w * width / 2.0, count)


def _blocks(rates: Floats, nodes: int) -> list[Floats]:
    rows = max(1, _BLOCK // nodes)
    return [rates[start : start + rows] for start in range(0, len(rates), rows)]
