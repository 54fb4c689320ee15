"""How many purchases come next where leaving comes in time: the exact distribution, turned round at a place.

One who is a customer at T leaves after a further d, or not in time; until then purchases come as a negative binomial.
The distribution of their number is a sum over Gauss–Legendre nodes of d (as in `chances`), and a
place c in (0, 1) is turned into the count that P(N >= n) > c reaches, by adding up terms.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_in_time.lifetimes import Lifetime, waits
from keyworth.behaviour.leaving_in_time.lifetimes_quadrature import panels
from keyworth.behaviour.leaving_in_time.odds import log_odds_left
from keyworth.behaviour.worlds import CountsAhead, Worlds, turns

Counts = NDArray[np.int32]
TurnedRound = Callable[[Floats, Floats, Floats, Floats, Floats], Counts]

_NATS = 45.0  # of those who are here, exp(−45) are still here then
_PIECE, _FALL = 1.5, 8.0  # the longest piece of the way, and the nats it may fall, for 16 nodes
_BUSY = 100.0  # nats that the chance of no purchase falls; beyond, a history is given pieces of its own
_STEP = 2.5  # of such a piece, in the root of those nats: five standard deviations of a Poisson number
_LOWEST = 600.0
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
        from keyworth.behaviour.leaving_in_time.counts_compiled import turned_round
    else:
        turned_round = turned_round_in_numpy

    def rows(start: int, end: int) -> Counts:
        part = h.rows(slice(start, end))
        counts = np.zeros((len(part), len(worlds)), dtype=np.int32)
        batches = _Batches(counts, turned_round)
        for k, (r, alpha, *own) in enumerate(worlds.parameters.tolist()):
            life = kind(*own)
            alive = expit(-log_odds_left(life, r, alpha, part))
            place = worlds.places[(k + turned[start:end]) % len(worlds)]
            # The lowest places belong to those already gone, who buy nothing; the rest to those still customers.
            i = np.flatnonzero(place > 1.0 - alive)
            above, s, t = (1.0 - place[i]) / alive[i], r + part.repeats[i], part.observed_for[i]
            for nodes in nodes_of_leaving(life, s, alpha, t, ahead):
                at = nodes.at
                batches.add(i[at], k, above[at], s[at], alpha + t[at], nodes)
        batches.finish()
        return counts

    return rows


class _Batches:
    """Histories of several worlds that have equally many nodes are turned round together: NumPy likes it so."""

    def __init__(self, counts: Counts, turned_round: TurnedRound) -> None:
        self.counts, self.turned_round = counts, turned_round
        self.waiting: dict[int, list[tuple[NDArray[Any], ...]]] = {}

    def add(self, i: NDArray[np.intp], k: int, above: Floats, s: Floats, rate: Floats, nodes: Nodes) -> None:
        size = nodes.d.shape[1]
        alike = self.waiting.setdefault(size, [])
        alike.append((i, np.full(len(i), k), above, s, rate, nodes.d, nodes.weight))
        if sum(len(each[0]) for each in alike) * size > _BLOCK:
            self._turn(size)

    def finish(self) -> None:
        for size in list(self.waiting):
            self._turn(size)

    def _turn(self, size: int) -> None:
        i, k, *rest = (np.concatenate(column) for column in zip(*self.waiting.pop(size), strict=True))
        self.counts[i, k] = self.turned_round(*rest)


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


def turned_round_in_numpy(above: Floats, s: Floats, rate: Floats, d: Floats, weight: Floats) -> Counts:
    """The count that a share `above` of those still customers exceeds; (m,), but d and weight (m, nodes)."""
    none, share = -s[:, None] * np.log1p(d / rate[:, None]), d / (rate[:, None] + d)
    left, found = 1.0 - above, np.zeros(len(s), dtype=np.int32)  # what the chances must reach
    # Among the busiest the chance of none is below what a float can hold: those go in logarithms.
    busy = none[:, -1] < -_LOWEST
    for at in (np.flatnonzero(~busy), np.flatnonzero(busy)):
        if at.size:
            start = none[at] if busy[at[0]] else np.exp(none[at]) * weight[at]
            found[at] = _stepped(left[at], s[at], start, share[at], weight[at], logs=bool(busy[at[0]]))
    return found


def _stepped(left: Floats, s: Floats, term: Floats, share: Floats, weight: Floats, *, logs: bool) -> Counts:
    """All take one more step together until their chances have reached what is `left`."""
    found, who, n = np.zeros(len(s), dtype=np.int32), np.arange(len(s)), 0
    share = np.log(share) if logs else share
    reached = np.einsum("ij,ij->i", np.exp(term), weight) if logs else term.sum(axis=1)
    while True:
        on = reached < left
        going = np.count_nonzero(on)
        found[who[on]] = n + 1
        if going == 0:
            return found
        if 2 * going <= on.size:  # leaving out those that have arrived costs as much as several steps
            left, s, term, share, weight, reached, who = (
                column[on] for column in (left, s, term, share, weight, reached, who)
            )
        n += 1
        grows = ((s + (n - 1.0)) / n)[:, None]
        if logs:
            term += share + np.log(grows)
            reached += np.einsum("ij,ij->i", np.exp(term), weight)
        else:
            term *= share * grows
            reached += term.sum(axis=1)
