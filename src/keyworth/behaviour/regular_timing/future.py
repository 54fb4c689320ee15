"""The future of one who buys with every k-th tick of a clock and leaves after each purchase with chance p.

Throughout λ, the rate of the clock, is Gamma(shape s, rate A) and p ~ Beta(a, b), independent; the customer stands
j ticks past the last purchase. Times come as `reach`, τ / A, the only way in which τ and A enter. With N the
purchases that the ticks bring by then, the customer makes n or more if N ≥ n and they stayed n − 1 times, so that
E = Σ_n P(N ≥ n) · E[(1−p)^(n−1)].

Near futures are counted tick by tick, by their negative binomial chances: positive terms, no quadrature. Far ones
would need too many ticks. There the average over p is taken last (`beta_rule`), since for each p the sum over the
ticks has an end: with z = 1 − p and ζ_0, …, ζ_{k−1} the k-th roots of z,

    E[z^N] = p / (k z) · Σ_i ζ_i^(j+1) / (1 − ζ_i) · (1 + reach·(1 − ζ_i))^−s,    E | p = (1 − E[z^N]) / p.

The real root says what a customer without rhythm would do who leaves after a tick with chance 1 − ζ_0; the others
say how the rhythm shows, and fade. Where z is small they would cancel: there few purchases matter and are counted.
"""

import math
from functools import cache

import numpy as np
from numpy.polynomial import legendre
from scipy.special import betainc

from keyworth.behaviour.beta_rule import beta_rule
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.steady_sums import per_row

_MOST_COUNTED = 600.0  # ticks up to which a future is counted, one by one
_CANCELS = 0.3  # below this z the roots cancel,
_FEW = 32  # and what comes after so many purchases is below 0.3^32 = 2e-17
_FADED = 42.0  # nats: what has fallen by so much adds no digit
_NODES = 16
_BLOCK = 2_000_000


def purchases(k: int, j: int, s: float, reach: Floats, a: float, b: float) -> Floats:
    """Expected purchases within each `reach`, shape (m,), of one who is a customer now, j ticks past the last one."""
    out = np.empty_like(reach)
    near = _ticks_to_count(k, s, reach) <= _MOST_COUNTED
    for rows, answer in ((near, _counted), (~near, _by_roots)):
        at = np.flatnonzero(rows)
        # In order of reach, so that a block counts as many ticks as its last row needs.
        at = at[np.argsort(reach[at])]
        per_block = max(1, _BLOCK // 600)
        for start in range(0, len(at), per_block):
            block = at[start : start + per_block]
            out[block] = answer(k, j, s, reach[block], a, b)
    return out


def chance_of_leaving(k: int, j: int, s: float, reach: Floats, a: float, b: float) -> Floats:
    """E[1 − z^N] within each `reach`, shape (m,): a/(a+b) of `purchases` with a + 1 in place of a."""
    return np.minimum(1.0, a / (a + b) * purchases(k, j, s, reach, a + 1.0, b))


def _ticks_to_count(k: int, s: float, reach: Floats) -> Floats:
    """How many ticks hold all but 1e-16 of what may happen: mean, ten standard deviations, and a geometric tail."""
    mean = s * reach
    with np.errstate(divide="ignore"):
        tail = 40.0 / np.log1p(1.0 / reach)
    return k + mean + 10.0 * np.sqrt(mean * (1.0 + reach)) + tail


def _counted(k: int, j: int, s: float, reach: Floats, a: float, b: float) -> Floats:
    """Σ over ticks of their chance times the purchases expected to be made of them."""
    ticks = math.ceil(float(_ticks_to_count(k, s, reach).max(initial=0.0)))
    m = np.arange(1, ticks + 1)
    chances = np.empty((len(reach), ticks + 1))
    chances[:, 0] = np.exp(-s * np.log1p(reach))
    chances[:, 1:] = (reach / (1.0 + reach))[:, None] * ((s + m - 1.0) / m)
    np.cumprod(chances, axis=1, out=chances)
    bought = (j + np.arange(ticks + 1)) // k
    n = np.arange(bought[-1])
    stayed = np.cumprod(np.concatenate([[1.0], (b + n) / (a + b + n)]))[: len(n)]
    made = np.concatenate([[0.0], np.cumsum(stayed)])
    return per_row(chances, made[bought])


def _by_roots(k: int, j: int, s: float, reach: Floats, a: float, b: float) -> Floats:
    p, w = beta_rule(a, b, (s + 1.0) * (1.0 + float(reach.max(initial=0.0))))
    stays = p <= 1.0 - _CANCELS
    out = _of_who_mostly_stay(k, j, s, reach, p[stays], w[stays])
    if not stays.all():
        n = np.arange(1, _FEW + 1)
        z = 1.0 - p[~stays]
        weights = (w[~stays, None] * z[:, None] ** (n - 1)).sum(axis=0)
        share = (reach / (1.0 + reach))[:, None]
        out = out + per_row(betainc(k * n - float(j), s, share), weights)
    return out


def _of_who_mostly_stay(k: int, j: int, s: float, reach: Floats, p: Floats, w: Floats) -> Floats:
    """Σ w·(1 − E[z^N]) / p over nodes p up to 1 − _CANCELS, for a rising `reach`."""
    theta = -np.log1p(-p) / k
    # How the place j within the gap shifts what the real root says: the mean of ζ^(j−i) over i < k.
    shift = np.log1p(np.mean([np.expm1(-theta * (j - i)) for i in range(k)], axis=0))
    out = np.zeros_like(reach)
    rows = max(1, _BLOCK // max(1, 8 * len(p)))
    for start in range(0, len(reach), rows):
        u = reach[start : start + rows, None]
        far = -np.expm1(shift - s * np.log1p(u * -np.expm1(-theta)))
        for i in range(1, k // 2 + 1):
            angle = 2.0 * math.pi * i / k
            # Of rows in order of reach only the first still feel this root.
            shown = np.count_nonzero(s * np.log1p(u * (1.0 - max(math.cos(angle), 0.0))) < _FADED)
            if shown == 0:
                continue
            # Roots come in conjugate pairs, but for the negative one of an even k.
            root = np.exp(-theta + 1j * angle)
            both = 1.0 if 2 * i == k else 2.0
            wave = root ** (j + 1) / (1.0 - root) * np.exp(-s * np.log1p(u[:shown] * (1.0 - root)))
            far[:shown] -= both * p / (k * (1.0 - p)) * wave.real
        out[start : start + rows] = per_row(far, w / p)
    return out


def discounted(
    k: int, j: int, s: float, rates: Floats, a: float, b: float, force: float, ahead: float | None
) -> Floats:
    """Purchases each counted exp(−force·τ), within `ahead` or over all the future, for each rate A, shape (m,).

    By parts, ∫ e^(−force·τ) dE(τ) = e^(−force·ahead)·E(ahead) + force·∫ e^(−force·τ)·E(τ) dτ: again only positive
    terms. Each rate has its own end and so its own nodes: E is computed once for all and read from polynomials.
    """
    if ahead is not None and (force == 0.0 or ahead == 0.0):
        return purchases(k, j, s, ahead / rates, a, b)
    most = 45.0 / (force * rates) if force > 0 else np.full_like(rates, np.inf)  # where nothing is left to discount
    ends = most if ahead is None else np.minimum(most, ahead / rates)
    scale = min(1.0, k / (s + 1.0))  # E has a singularity at u = −1, which must not come near
    lengths = np.log1p(ends / scale)
    longest = float(lengths.max(initial=0.0))
    bounds = _panels(k, longest)
    series = _series(k, j, s, scale, bounds, a, b)
    x, weights = _legendre()
    count = max(4, math.ceil(2.0 * longest))
    nodes = ((np.arange(count)[:, None] + (x + 1.0) / 2.0) / count).ravel()
    weights = np.tile(weights / (2.0 * count), count)

    out = np.empty_like(rates)
    rows = max(1, _BLOCK // (_NODES * nodes.size))
    for start in range(0, len(rates), rows):
        length = lengths[start : start + rows, None]
        v = length * nodes
        worth = force * scale * rates[start : start + rows, None]
        fading = np.exp(v - worth * np.expm1(v))
        told = _read(series, bounds, v) * _rise(k - j, v)
        out[start : start + rows] = per_row(fading * told, weights) * (worth * length)[:, 0]
    if ahead is not None:
        out += np.exp(-force * ahead) * purchases(k, j, s, ahead / rates, a, b)
    return out


def _rise(missing: int, v: Floats) -> Floats:
    """(u / (scale + u))^missing: as E begins, which needs that many ticks to be more than nothing."""
    rise: Floats = (-np.expm1(-v)) ** missing
    return rise


def _panels(k: int, length: float) -> Floats:
    """Bounds of panels from 0 to `length`: as short as the rhythm needs while it shows, some 3k gaps long."""
    rhythm = min(length, math.log1p(3.0 * k))
    first = np.linspace(0.0, rhythm, max(1, math.ceil(rhythm / min(1.0, 3.6 / k))) + 1)
    rest = np.linspace(rhythm, length, max(1, math.ceil(length - rhythm)) + 1) if length > rhythm else first[-1:]
    return np.concatenate([first, rest[1:]])


def _series(k: int, j: int, s: float, scale: float, bounds: Floats, a: float, b: float) -> Floats:
    """E / `_rise` on each panel of v = ln(1 + reach / scale), as coefficients of Legendre polynomials, (nodes, panels).

    Divided so, what is read keeps its digits where E is next to nothing.
    """
    x, _ = _legendre()
    v = bounds[:-1, None] + (x + 1.0) * np.diff(bounds)[:, None] / 2.0
    expected = purchases(k, j, s, scale * np.expm1(v.ravel()), a, b).reshape(v.shape) / _rise(k - j, v)
    return np.asarray(np.einsum("nc,pn->cp", _from_nodes(), expected), dtype=np.float64)


def _read(series: Floats, bounds: Floats, v: Floats) -> Floats:
    panel = np.clip(np.searchsorted(bounds, v, side="right") - 1, 0, len(bounds) - 2)
    inside = 2.0 * (v - bounds[panel]) / (bounds[panel + 1] - bounds[panel]) - 1.0
    return np.asarray(legendre.legval(inside, series[:, panel], tensor=False), dtype=np.float64)


@cache
def _legendre() -> tuple[Floats, Floats]:
    x, w = legendre.leggauss(_NODES)
    return np.asarray(x, dtype=np.float64), np.asarray(w, dtype=np.float64)


@cache
def _from_nodes() -> Floats:
    """From a polynomial's values at the nodes to its coefficients, (nodes, coefficients)."""
    x, w = _legendre()
    return np.asarray(legendre.legvander(x, _NODES - 1) * w[:, None] * (np.arange(_NODES) + 0.5), dtype=np.float64)
