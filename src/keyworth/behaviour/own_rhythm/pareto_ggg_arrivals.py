"""When the next purchases of Pareto/GGG come: each arrival's density, with the rate of buying averaged out.

Of one who is a customer at T and whose last gap has lasted for u, given k, the n-th purchase from now comes after d
with the density

    β'((u + d)·k/A; n·k, a)·k/A · I(d / (u + d); (n − 1)·k, k) / R(u),

the beta prime density of n gaps in a row, times the chance that the first of them made up more than u of the sum,
which is a beta number. It counts if the customer is there then, S(T + d)/S(T); so the chance of at least n purchases
is one integral over d, and expected purchases are the sum of these chances. Beyond N = 40 what is left of the sum is
closed too, since by then arrivals come evenly. With x = θ/(k·λ), the transform of what is left is, but for terms in x³,

    Σ (1 + x)^(−nk) = (1 + x)^−((N+1)·k − c) · (1 + ((k+1)/2 − c)·x) / (k·x)      n > N,   c = (k − √((k² + 2)/3)) / 2

so it begins at a beta prime time of that shape, at a rate of λ from then on, with ((k+1)/2 − c)/k purchases to start
with. For k = 1 this is exact.

The integral is a Gauss–Legendre rule in the coordinate of `pareto_ggg_rhythms`, crowded where d is 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaln

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.in_blocks import in_blocks
from keyworth.behaviour.leaving_in_time.lifetimes_pareto import ParetoLifetime
from keyworth.behaviour.leaving_in_time.lifetimes_quadrature import legendre, time_here
from keyworth.behaviour.own_rhythm.pareto_ggg_rhythms import log_silence, spread

ONE_BY_ONE = 40
_ORDER, _LENGTH = 64, 25.0  # nodes, and how much of w they serve
_NOTHING = 1e-13
_NATS = 50.0  # discounted by more, nothing is added
_PAIRS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """p customers whose k is given, each with its weight: all arrays (p,).

    row: whose it is. shape, rate: of λ before the silence is heard. silent: u. at: T.
    """

    row: NDArray[np.intp]
    k: Floats
    shape: Floats
    rate: Floats
    silent: Floats
    at: Floats
    weight: Floats

    def some(self, of: "slice | NDArray[np.intp] | NDArray[np.bool_]") -> "Pairs":
        return Pairs(
            self.row[of], self.k[of], self.shape[of], self.rate[of], self.silent[of], self.at[of], self.weight[of]
        )


def chances_at_least(pairs: Pairs, rows: int, life: ParetoLifetime, ahead: float, up_to: int) -> Floats:
    """Of each row, the weighted chance of at least 1, …, up_to purchases in the next `ahead`, (rows, up_to)."""
    return _summed(pairs, rows, life, ahead, 0.0, up_to, beyond=False)


def purchases(pairs: Pairs, rows: int, life: ParetoLifetime, ahead: float | None, force: float) -> Floats:
    """Of each row, the weighted purchases in the next `ahead`, each counted exp(−force·d), (rows,)."""
    horizon = _NATS / force if force > 0.0 else np.inf
    until = horizon if ahead is None else min(ahead, horizon)
    return np.asarray(_summed(pairs, rows, life, until, force, ONE_BY_ONE, beyond=True).sum(axis=1))


def _summed(
    pairs: Pairs, rows: int, life: ParetoLifetime, ahead: float, force: float, up_to: int, *, beyond: bool
) -> Floats:
    start = spread(pairs.shape, pairs.k, pairs.rate, pairs.silent)
    end = spread(pairs.shape, pairs.k, pairs.rate, pairs.silent + ahead)
    last = 2.0 * np.sqrt(pairs.shape) * np.arcsinh(np.sqrt((up_to + 1) * pairs.k / pairs.shape))
    end = np.minimum(end, np.maximum(last, start) + np.maximum(9.0, 25.0 / np.sqrt(pairs.shape)))
    width = np.maximum(end - start, 0.0)
    pieces = np.minimum(np.ceil(np.maximum(width, 1.0) / _LENGTH), 8.0).astype(int)
    each = np.zeros((len(pairs.k), up_to + 1))
    for count in np.unique(pieces).tolist():
        alike = np.flatnonzero(pieces == count)

        def block(first: int, to: int, alike: NDArray[np.intp] = alike, count: int = count) -> None:
            of = alike[first:to]
            each[of] = _arrivals(
                pairs.some(of), start[of], width[of], count, life, ahead, force, beyond=beyond, n=up_to
            )

        in_blocks(len(alike), _PAIRS, block)
    found = np.array([np.bincount(pairs.row, pairs.weight * column, rows) for column in each.T])
    return np.ascontiguousarray(found.T if beyond else found.T[:, :-1])


def _arrivals(
    pairs: Pairs, start: Floats, width: Floats, count: int, life: ParetoLifetime, ahead: float, force: float,
    *, beyond: bool, n: int,
) -> Floats:  # fmt: skip
    """What arrivals 1, …, n and all later ones count, (p, n + 1)."""
    x, weights = legendre(_ORDER * count)
    k, a, rate, u, at = (of[:, None] for of in (pairs.k, pairs.shape, pairs.rate, pairs.silent, pairs.at))
    way = (start[:, None] + width[:, None] * x**3) / (2.0 * np.sqrt(a))
    fades = np.exp(-2.0 * way)
    log_sinh = way + np.log(np.maximum(-np.expm1(-2.0 * way), 1e-300)) - np.log(2.0)
    log_cosh = way + np.log1p(fades) - np.log(2.0)
    z = rate / k * np.exp(np.minimum(2.0 * log_sinh, 690.0))
    d = np.clip(z - u, 0.0, ahead)
    share = np.clip(d / np.maximum(z, 1e-300), 0.0, 1.0)
    with np.errstate(divide="ignore"):
        base = -log_sinh + (1.0 - 2.0 * a) * log_cosh + np.log(weights * 3.0 * x**2 * width[:, None]) - 0.5 * np.log(a)
    base -= log_silence(a, k, rate, u)
    here, climb = base - force * d - life.fade(at, d), 2.0 * k * (log_sinh - log_cosh)
    out = np.zeros((len(k), n + 1))
    for i in range(1, n + 1):
        counts = np.exp(np.minimum(here + i * climb - betaln(i * k, a), 700.0))
        if i > 1:
            counts = _heard(counts, (i - 1) * k, k, share)
        out[:, i - 1] = counts.sum(axis=1)
        if float(out[:, i - 1].max()) < _NOTHING:
            return out
    if beyond:
        ended = 0.5 * (k - np.sqrt((k**2 + 2.0) / 3.0))
        later = (n + 1.0) * k - ended
        climb = climb / k * later
        rises = np.exp(np.minimum(here + climb - betaln(later, a), 700.0)) * ((0.5 * (k + 1.0) - ended) / k)
        out[:, n] = _heard(rises, later - k, k, share).sum(axis=1)
        steady = np.exp(np.minimum(base + climb - 2.0 * log_cosh - betaln(later, a + 1.0), 700.0)) * (a / rate)
        out[:, n] += (_heard(steady, later - k, k, share) * _still_to_come(life, at, d, ahead, force)).sum(axis=1)
    return out


def _heard(counts: Floats, others: Floats, k: Floats, share: Floats) -> Floats:
    """Times the chance that the first gap was longer than the silence, where it matters."""
    matters = counts > _NOTHING * 1e-3
    others, k = np.broadcast_to(others, counts.shape), np.broadcast_to(k, counts.shape)
    counts[matters] *= betainc(others[matters], k[matters], share[matters])
    return counts


def _still_to_come(life: ParetoLifetime, at: Floats, d: Floats, ahead: float, force: float) -> Floats:
    """∫ exp(−force·τ)·S(T + τ)/S(T) dτ from d to `ahead`."""
    if force == 0.0:
        return np.asarray(np.maximum(life.stay(at, ahead) - life.stay(at, d), 0.0))
    then = (at + d).ravel()
    rest = time_here(life, then, force, (ahead - d).ravel()).reshape(d.shape)
    return np.asarray(np.exp(-force * d - life.fade(at, d)) * rest)
