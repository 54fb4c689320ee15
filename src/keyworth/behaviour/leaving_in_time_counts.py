"""How many purchases come next where leaving comes in time: the exact distribution, turned round at a place.

One who is a customer at T leaves after a further d, or not in time; until then purchases come as a negative binomial.
The distribution of their number is a sum over Gauss–Legendre nodes of d (as in `leaving_in_time_chances`), and a
place c in (0, 1) is turned into the count that P(N >= n) > c reaches, by adding up terms.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_in_time_odds import log_odds_left
from keyworth.behaviour.lifetimes import Lifetime, waits
from keyworth.behaviour.lifetimes_quadrature import panels
from keyworth.behaviour.worlds import CountsAhead, Worlds, turns

Counts = NDArray[np.int32]

_NATS = 45.0  # of those who are here, exp(−45) are still here then
_PIECE, _FALL = 1.5, 8.0  # the longest piece of the way, and the nats it may fall, for 16 nodes
_BUSY = 100.0  # nats that the chance of no purchase falls; beyond, a history is given pieces of its own
_STEP = 2.5  # of such a piece, in the root of those nats: five standard deviations of a Poisson number
_BLOCK = 500_000


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """When the m customers of one number of pieces leave: d and what each d counts, (m, nodes); `at` are their rows.

    The last node is the horizon, for those who have not left by then.
    """

    at: NDArray[np.intp]
    d: Floats
    weight: Floats


def counts_in_time(kind: type[Lifetime], worlds: Worlds, h: PurchaseHistories, ahead: float, form: Form) -> CountsAhead:
    """The next purchases of each history in every world; its parameters are r, alpha and those of the lifetime."""
    turned = turns(h, len(worlds))
    if form == "compiled":
        from keyworth.behaviour.leaving_in_time_counts_compiled import counts_above
    else:
        counts_above = counts_above_in_numpy

    def rows(start: int, end: int) -> Counts:
        part = h.rows(slice(start, end))
        counts = np.zeros((len(part), len(worlds)), dtype=np.int32)
        for k, (r, alpha, *own) in enumerate(worlds.parameters.tolist()):
            life = kind(*own)
            alive = expit(-log_odds_left(life, r, alpha, part))
            place = worlds.places[(k + turned[start:end]) % len(worlds)]
            # The lowest places belong to those already gone, who buy nothing; the rest to those still customers.
            i = np.flatnonzero(place > 1.0 - alive)
            above, t = (1.0 - place[i]) / alive[i], part.observed_for[i]
            counts[i, k] = counts_above(above, life, r + part.repeats[i], alpha, t, ahead)
        return counts

    return rows


def nodes_of_leaving(life: Lifetime, shapes: Floats, alpha: float, t: Floats, ahead: float) -> list[Nodes]:
    """Nodes for customers of these shapes at t, (m,), by how many pieces they need."""
    end = np.minimum(ahead, waits(life, t, np.full(len(t), _NATS)))
    way, falls = life.length(alpha, t, end), shapes * np.log1p(end / (alpha + t))
    least = np.maximum(way / _PIECE, life.fade(t, end) / _FALL)
    pieces = np.ceil(np.maximum(1.0, np.maximum(least, falls / _FALL))).astype(int)
    pieces[falls > _BUSY] = 0
    found = []
    for count in np.unique(pieces[pieces > 0]).tolist():
        x, w = panels(count)
        alike = np.flatnonzero(pieces == count)
        rows = max(1, _BLOCK // (len(x) + 1))
        for start in range(0, len(alike), rows):
            at = alike[start : start + rows]
            of = at[:, None]
            found.append(_nodes(life, alpha, t, ahead, at, way[of] * x, way[of] * w))
    for row in np.flatnonzero(pieces == 0).tolist():
        at = np.array([row])
        roots = np.linspace(0.0, np.sqrt(falls[row]), math.ceil(np.sqrt(falls[row]) / _STEP) + 1)
        after = np.minimum((alpha + t[row]) * np.expm1(roots**2 / shapes[row]), end[row])
        even = np.linspace(0.0, way[row], math.ceil(max(1.0, least[row])) + 1)
        bounds = np.unique(np.minimum(np.concatenate([life.length(alpha, t[at], after), even]), way[row]))
        x, w = panels(1)
        width = np.diff(bounds)[:, None]
        ways = (bounds[:-1, None] + width * x).reshape(1, -1)
        found.append(_nodes(life, alpha, t, ahead, at, ways, (width * w).reshape(1, -1)))
    return found


def _nodes(
    life: Lifetime, alpha: float, t: Floats, ahead: float, at: NDArray[np.intp], way: Floats, weight: Floats
) -> Nodes:
    now = t[at, None]
    d, stretch = life.along(alpha, now, way)
    leaves = weight * np.exp(stretch + life.log_hazard(now + d) - life.fade(now, d))
    stays = np.exp(-life.fade(now, ahead))
    return Nodes(at, np.column_stack([d, np.full(len(at), ahead)]), np.concatenate([leaves, stays], axis=1))


def counts_above_in_numpy(
    above: Floats, life: Lifetime, shapes: Floats, alpha: float, t: Floats, ahead: float
) -> Counts:
    """The count that a share `above` of those still customers exceeds; all arrays of shape (m,)."""
    counts = np.zeros(len(t), dtype=np.int32)
    for nodes in nodes_of_leaving(life, shapes, alpha, t, ahead):
        counts[nodes.at] = _turned_round(above[nodes.at], shapes[nodes.at], alpha + t[nodes.at], nodes)
    return counts


def _turned_round(above: Floats, s: Floats, rate: Floats, nodes: Nodes) -> Counts:
    """In logarithms, since among the busiest the chance of none is below what a float can hold."""
    s, rate = s[:, None], rate[:, None]
    term, share, weight = -s * np.log1p(nodes.d / rate), np.log(nodes.d / (rate + nodes.d)), nodes.weight
    left = 1.0 - above  # what the chances must reach
    found, who, n = np.zeros(len(s), dtype=np.int32), np.arange(len(s)), 0
    reached = np.einsum("ij,ij->i", np.exp(term), weight)
    while True:
        on = reached < left
        found[who[~on]] = n
        if not on.any():
            return found
        if not on.all():
            term, share, weight, s, reached, left, who = (
                column[on] for column in (term, share, weight, s, reached, left, who)
            )
        n += 1
        term = term + share + np.log((s + (n - 1.0)) / n)
        reached = reached + np.einsum("ij,ij->i", np.exp(term), weight)
