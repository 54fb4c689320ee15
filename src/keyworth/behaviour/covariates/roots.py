"""Which root of money scatters as a gamma, once it is told why customers spend differently.

Without covariates customers of several levels look like one heavy tail, so the root of the fit without them is only
where to begin: its neighbours are climbed to as long as they are likelier. Models without such a choice keep what
they are.
"""

from dataclasses import replace

import numpy as np

from keyworth.behaviour.covariates.processes import Move
from keyworth.behaviour.covariates.sample import Sample, climb
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import Maximum
from keyworth.behaviour.parameters import climbed
from keyworth.behaviour.spending.root_gamma_fit import ALIKE, held_alike
from keyworth.behaviour.spending.root_gamma_gamma import RootGammaGamma
from keyworth.behaviour.spending.spend_sums import ROOTS


def likeliest_root(sample: Sample, penalty: Floats) -> tuple[Sample, Maximum, list[int]]:
    """The top of the likelihood, less the penalty, over all roots; and the sample told in the root that has it.

    Last, which of p (0) and q (1) ran to where purchases or customers are too alike to be told apart; they are held.
    """
    every, rooted = np.arange(len(sample.rows)), isinstance(sample.model, RootGammaGamma)

    def top(of: Sample, start: Floats) -> Maximum:
        most = np.full(2, ALIKE + 2.0 * np.log(of.plain.parameters.k)) if rooted else None
        return climb(of.likelihood(every), start, penalty, most)

    best = sample, top(sample, sample.start)
    if not rooted:
        return *best, []
    if held_alike(best[1])[1]:  # no other root says more of what does not scatter
        return best[0], *held_alike(best[1])
    for way in (1, -1):
        while best[0].plain.parameters.k + way in range(1, ROOTS + 1):
            near, start = _in_root(best[0], best[1].at, best[0].plain.parameters.k + way)
            there = top(near, start)
            if there.edges or there.value <= best[1].value:
                break
            best = near, there
    return best[0], *held_alike(best[1])


def _in_root(sample: Sample, at: Floats, k: int) -> tuple[Sample, Floats]:
    """The same in another root, and where a climb in it begins: what is e^level in money stays there."""
    p, start = sample.plain.parameters, at.copy()
    shapes, rate = [climbed(p).index(name) for name in ("p", "q")], climbed(p).index("gamma")
    level = at[rate] + at[shapes[0]] - at[shapes[1]]
    start[shapes] += 2.0 * np.log(k / p.k)  # the scatter of a k-th root is a k-th of that of the whole, in logarithms
    start[rate] = level * p.k / k - start[shapes[0]] + start[shapes[1]]
    moves = tuple(Move(each.at, each.by * p.k / k) if each.at == rate else each for each in sample.moves)
    return replace(sample, moves=moves, plain=replace(sample.plain, parameters=replace(p, k=k))), start
