"""How many purchases come next where leaving comes in time and depends on buying: the distribution, turned round.

As in `leaving_in_time/counts.py`, whose sums over nodes of the time of leaving are taken of two lifetimes at two rates
of buying: those of the four worlds in which λ and the leaning to leave are independent.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.dependence.here import chance_here, parts_if_here
from keyworth.behaviour.dependence.joint import means, omega_of, worlds
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_in_time.counts import Nodes, nodes_of_leaving, turned_round_in_numpy
from keyworth.behaviour.leaving_in_time.model import LeavingInTime
from keyworth.behaviour.worlds import CountsAhead, Worlds, turns

Counts = NDArray[np.int32]


def counts_in_time(
    plain: LeavingInTime[Any], possible: Worlds, h: PurchaseHistories, ahead: float, form: Form
) -> CountsAhead:
    """The next purchases of each history in every world; its parameters are the independent ones and `dependence`."""
    turned = turns(h, len(possible))
    if form == "compiled":
        from keyworth.behaviour.leaving_in_time.counts_compiled import turned_round
    else:
        turned_round = turned_round_in_numpy

    def rows(start: int, end: int) -> Counts:
        part = h.rows(slice(start, end))
        counts = np.zeros((len(part), len(possible)), dtype=np.int32)
        for k, (*values, dependence) in enumerate(possible.parameters.tolist()):
            p = plain.parameter_kind(*values)
            omega = float(omega_of(*means(p), dependence))
            parts = parts_if_here(plain, p, omega, part)
            alive = chance_here(plain, p, part, parts)
            place = possible.places[(k + turned[start:end]) % len(possible)]
            # The lowest places belong to those already gone, who buy nothing; the rest to those still customers.
            i = np.flatnonzero(place > 1.0 - alive)
            here = part.rows(i)
            above, shapes, rates = (1.0 - place[i]) / alive[i], p.r + here.repeats, p.alpha + here.observed_for
            for at, d, weight in _mixed_nodes(p, parts[:, i], here, ahead):
                counts[i[at], k] = turned_round(above[at], shapes[at], rates[at], d, weight)
        return counts

    return rows


def _mixed_nodes(
    p: Any, parts: Floats, h: PurchaseHistories, ahead: float
) -> list[tuple[NDArray[np.intp], Floats, Floats]]:
    """Nodes of both lifetimes at both rates, as if all were at the one rate: rows, d and weights.

    A negative binomial knows time by rate alone, so at the rate A + α a time d is as d·A / (A + α) is at A. The last
    node must be the longest: the horizon at A.
    """
    rate = p.alpha + h.observed_for
    shrunk = rate / (rate + p.alpha)
    weights = parts / parts.sum(axis=0)
    plainly, _, gently, _ = worlds(p)
    groups = [
        nodes_of_leaving(of.lifetime, p.r + h.repeats, p.alpha, h.observed_for, ahead) for of in (gently, plainly)
    ]  # fmt: skip
    where, places = zip(*(_by_row(nodes, len(h)) for nodes in groups), strict=True)
    found = []
    for pair in np.unique(np.array(where), axis=1).T.tolist():
        at = np.flatnonzero((where[0] == pair[0]) & (where[1] == pair[1]))
        d, weight = [], []
        for nodes, group, place, (at_once, slowly) in zip(groups, pair, places, ((2, 3), (0, 1)), strict=True):
            mine, row = nodes[group], place[at]
            d += [mine.d[row] * shrunk[at, None], mine.d[row]]
            weight += [mine.weight[row] * weights[of, at][:, None] for of in (slowly, at_once)]
        found.append((at, np.hstack(d), np.hstack(weight)))
    return found


def _by_row(nodes: list[Nodes], rows: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Of every row in which group of nodes it is, and at what place there."""
    group, place = np.zeros(rows, dtype=np.intp), np.zeros(rows, dtype=np.intp)
    for at, each in enumerate(nodes):
        group[each.at], place[each.at] = at, np.arange(len(each.at))
    return group, place
