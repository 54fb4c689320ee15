"""The turning round of `counts` in compiled code, for hundreds of thousands of histories."""

import math

import numpy as np
from numba import njit

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_in_time.counts import Counts


def turned_round(above: Floats, s: Floats, rate: Floats, d: Floats, weight: Floats) -> Counts:
    """As `turned_round_in_numpy`."""
    counts = np.zeros(len(s), dtype=np.int32)
    _turn_round(above, s, rate, d, weight, counts)
    return counts


@njit(cache=True, nogil=True)
def _turn_round(above, shapes, rates, d, weight, counts):  # type: ignore[no-untyped-def]
    """Each node's chances are carried on by products; among the busiest, in logarithms."""
    size = d.shape[1]
    term, share = np.empty(size), np.empty(size)
    for i in range(above.size):
        s, rate, left = shapes[i], rates[i], 1.0 - above[i]
        busy = s * math.log1p(d[i, size - 1] / rate) > 600.0
        reached = 0.0
        for j in range(size):
            log_none, of = -s * math.log1p(d[i, j] / rate), d[i, j] / (rate + d[i, j])
            term[j] = log_none if busy else math.exp(log_none) * weight[i, j]
            share[j] = math.log(of) if busy else of
            reached += math.exp(log_none) * weight[i, j]
        n = 0
        while reached < left:
            n += 1
            grows = (s + (n - 1.0)) / n
            log_grows = math.log(grows)
            for j in range(size):
                if busy:
                    term[j] += share[j] + log_grows
                    reached += math.exp(term[j]) * weight[i, j]
                else:
                    term[j] *= share[j] * grows
                    reached += term[j]
        counts[i] = n
