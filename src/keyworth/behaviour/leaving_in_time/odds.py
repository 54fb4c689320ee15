"""The odds of having left, where leaving comes in time: one integral over the time of leaving.

A customer bought at rate λ ~ Gamma(r, α) until leaving, at a time τ in (t_x, T) or not yet at T. So, as a share of
the chance of the same history without having left, one who left at τ counts ((α+T)/(α+τ))^(r+x) · f(τ)/S(T), and

    odds = ∫ ((α+T) / (α+τ))^(r+x) · f(τ) / S(T) dτ    over t_x < τ < T.

All terms are positive. The published forms are differences of hypergeometric functions, which lose every digit at
some hundred purchases. Derivatives are taken under the integral: the slopes of ln odds are means, over the time of
leaving, of the slopes of the integrand's logarithm, and the curvature adds their covariance.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.in_blocks import in_blocks
from keyworth.behaviour.leaving_in_time.lifetimes import Lifetime, of_rows
from keyworth.behaviour.leaving_in_time.lifetimes_quadrature import legendre

# From as many histories on compiled code repays the time it takes to load.
COMPILED_FROM = 10_000
_ROWS = 4_096  # histories worked on together, so that their nodes stay near the processor


@dataclass(frozen=True, slots=True, eq=False)
class _Nodes:
    """Times of leaving τ and ln of what each adds to the odds, (nodes, m) for m pieces of one order."""

    row: NDArray[np.intp]
    at: Floats
    rest: Floats  # from τ to T
    logs: Floats


def log_odds_left(life: Lifetime, r: float, alpha: float, h: PurchaseHistories) -> Floats:
    """The logarithm of the odds of having left before T, (n,); minus infinity where there was no time to leave.

    r, alpha and what makes the lifetime are numbers, or all of them arrays (n,) with those of each history.
    """
    alike = np.ndim(r) == 0
    if alike and len(h) >= COMPILED_FROM and (compiled := life.log_odds_compiled(r, alpha, h)) is not None:
        return compiled
    out = np.empty(len(h))

    def block(start: int, end: int) -> None:
        rows = slice(start, end)
        part = h.rows(rows)
        nodes = _nodes(life.of(rows), of_rows(r, rows), of_rows(alpha, rows), part)
        top = _highest(nodes, len(part))
        total = np.zeros(len(part))
        for each in nodes:
            total += np.bincount(each.row, np.exp(each.logs - top[each.row]).sum(axis=0), len(part))
        with np.errstate(divide="ignore"):
            out[start:end] = top + np.log(total)

    in_blocks(len(h), _ROWS, block)
    return out


def log_odds_with_slopes(life: Lifetime, r: float, alpha: float, h: PurchaseHistories) -> tuple[Floats, Floats, Floats]:
    """The same with first (k, n) and second (k·(k+1)/2, n) derivatives in r, alpha and the lifetime's own.

    Second derivatives are the upper triangle by rows. Where there was no time to leave they are 0. The parameters may
    be each history's own.
    """
    nodes = _nodes(life, r, alpha, h)
    top = _highest(nodes, len(h))
    sums: Floats | None = None
    for each in nodes:
        weight = np.exp(each.logs - top[each.row])
        first, second = _slopes(life, r, alpha, h, each)
        weighted = [weight * slope for slope in first]
        added = [weight.sum(axis=0), *(of.sum(axis=0) for of in weighted)]
        for at, (i, j) in enumerate(upper(len(first))):
            pair = _over_nodes(weighted[i], first[j])
            added.append(pair + _over_nodes(weight, second[at]) if at in second else pair)
        by_row = np.array([np.bincount(each.row, of, len(h)) for of in added])
        sums = by_row if sums is None else sums + by_row
    assert sums is not None
    with np.errstate(divide="ignore"):
        odds = top + np.log(sums[0])
    k = len(sums) - 1
    size = int((np.sqrt(9.0 + 8.0 * k) - 3.0) / 2.0 + 0.5)
    means = sums[1:] / np.where(sums[0] > 0.0, sums[0], 1.0)
    slopes, curves = means[:size], means[size:]
    for at, (i, j) in enumerate(upper(size)):
        curves[at] -= slopes[i] * slopes[j]
    return odds, slopes, curves


def _over_nodes(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->j", a, b))


def upper(size: int) -> list[tuple[int, int]]:
    """The places of an upper triangle, by rows: how second derivatives are lined up."""
    return [(i, j) for i in range(size) for j in range(i, size)]


def _nodes(life: Lifetime, r: float, alpha: float, h: PurchaseHistories) -> list[_Nodes]:
    shapes, silent = r + h.repeats, h.observed_for - h.last_repeat
    pieces = life.pieces(alpha, shapes, h.last_repeat, silent)
    found = []
    for order in np.unique(pieces.order).tolist():
        x, w = legendre(order)
        on = pieces.order == order
        row, start, width = pieces.row[on], pieces.start[on], pieces.width[on]
        own, own_alpha = life.of(row), of_rows(alpha, row)
        after, stretch = own.along(own_alpha, h.last_repeat[row], start + x[:, None] * width)
        at, rest = h.last_repeat[row] + after, np.maximum(silent[row] - after, 0.0)
        with np.errstate(divide="ignore"):
            logs = stretch + np.log(w[:, None] * width)
        logs += shapes[row] * np.log1p(rest / (own_alpha + at)) + own.log_hazard(at) + own.fade(at, rest)
        found.append(_Nodes(row, at, rest, logs))
    return found


def _highest(nodes: list[_Nodes], rows: int) -> Floats:
    top = np.full(rows, -np.inf)
    for each in nodes:
        np.maximum.at(top, each.row, each.logs.max(axis=0))
    return np.where(np.isfinite(top), top, 0.0)


def _slopes(
    life: Lifetime, r: float, alpha: float, h: PurchaseHistories, nodes: _Nodes
) -> tuple[list[Floats], dict[int, Floats]]:
    """Derivatives of the logarithm of what each node adds, in r, alpha and the lifetime's own.

    First ones for each parameter; of the second ones, by their place in the upper triangle, those that are not 0.
    """
    row, theirs = nodes.row, life.of(nodes.row)
    shape, own_alpha = (r + h.repeats)[row], of_rows(alpha, row)
    now, then = 1.0 / (own_alpha + nodes.at), 1.0 / (own_alpha + nodes.at + nodes.rest)
    less = -nodes.rest * now * then
    of_hazard, of_fade = theirs.hazard_slopes(nodes.at), theirs.fade_slopes(nodes.at, nodes.rest)
    first = [np.log1p(nodes.rest * now), shape * less, *(of_hazard[0] + of_fade[0])]
    # r and alpha share no term with the lifetime's parameters.
    own = enumerate(of_hazard[1] + of_fade[1], start=2 * len(first) - 1)
    return first, {1: less, len(first): -shape * less * (now + then)} | dict(own)
