"""Possible worlds: what the parameters may be in truth, and what chance does in each.

K worlds stand for all that is not known: every customer's future is worked out in each of them. A world has its
own parameters, the same for every customer, and a place in (0, 1) for how many purchases chance brings; places
are spread evenly (K strata, each hit once), so that K worlds tell what several thousand independent ones would.
Which place meets which world differs from history to history (`turns`), so that customers are not all lucky in
the same world.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats, PurchaseHistories

# Given the bounds start and end of some rows: their purchases in every world, shape (end - start, K). It may be
# asked by several threads at once, and gives a row the same digits whichever rows it is asked together with.
CountsAhead = Callable[[int, int], NDArray[np.int32]]


@dataclass(frozen=True, slots=True, eq=False)
class Worlds:
    """K worlds: `parameters` (K, k) as `parameters.as_array` writes them, and `places` (K,).

    `seed` is for models that bring their own dice.
    """

    parameters: Floats
    places: Floats
    seed: int

    def __len__(self) -> int:
        return int(self.places.size)


def turns(histories: PurchaseHistories, worlds: int) -> NDArray[np.int64]:
    """By how many places each history's purchases are turned: a hash of the history, shape (m,).

    In world k history i stands at places[(turns[i] + k) mod K]. It depends on the history alone, so that a
    customer's interval does not change with who else is there.
    """
    mixed = np.zeros(len(histories), dtype=np.uint64)
    for column in (histories.repeats, histories.last_repeat, histories.observed_for):
        # The finaliser of splitmix64 (Steele, Lea and Flood 2014), which spreads every bit over all others.
        mixed = (mixed ^ np.ascontiguousarray(column + 0.0).view(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return (mixed % np.uint64(worlds)).astype(np.int64)
