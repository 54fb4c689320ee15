"""Time that runs faster or slower by exp(γ·z), piece by piece: readings, their slopes, and weights carried back.

The pieces of several customers may stand one after another; a reading is always a difference of two places within
one of them. A place p is the beginning of piece p, so that after P pieces there are P + 1 places.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.steady_sums import per_row

Places = NDArray[np.int64]

_FASTEST = 100.0  # on the logarithm of the speed; beyond, sums of slow and quick times lose the slow ones


class TooFast(ArithmeticError):
    """A clock would run so fast that its times cannot be told: a step too long, from which a climb turns back."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """P pieces of `width` (P,), in the unit of the fit, each with k numbers z, `told` (k, P)."""

    width: Floats
    told: Floats

    def run(self, gamma: Floats) -> "Ticks":
        logs = per_row(self.told.T, gamma)
        if np.abs(logs).max(initial=0.0) > _FASTEST:
            raise TooFast
        speed = np.exp(logs)
        passed = self.width * speed
        # One row for the time that passes and one for its slope by each γ.
        kept = np.vstack([passed, self.told * passed])
        return Ticks(self.told, passed, np.concatenate([np.zeros((len(kept), 1)), np.cumsum(kept, axis=1)], axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Ticks:
    """Pieces run at one γ; `passed` (P,) of each piece, `total` (1 + k, P + 1) of all before a place, with slopes."""

    told: Floats
    passed: Floats
    total: Floats

    def between(self, start: Places, low: Places, high: Places, share: Floats) -> Floats:
        """From `start` to the point at `share` of the way from `low` to `high`; (1 + k, n): time and its slopes."""
        total = self.total
        here = np.take(total, low, axis=1)
        reading = np.take(total, high, axis=1)
        reading -= here
        reading *= share
        reading += here
        reading -= np.take(total, start, axis=1)
        return reading

    def curves(self, start: Places, low: Places, high: Places, share: Floats, weights: Floats) -> Floats:
        """Σ weights · second derivatives of `between` by γ, (k, k).

        A weight counts for every piece on its way, so the weights are first carried to the pieces; γ has as many
        second derivatives as it likes after that.
        """
        first, size = int(start.min()), int(high.max()) - int(start.min()) + 1
        steps = np.bincount(start - first, weights, size) - np.bincount(low - first, weights * (1.0 - share), size)
        steps -= np.bincount(high - first, weights * share, size)
        span = slice(first, first + size - 1)
        carried = np.cumsum(steps)[:-1] * self.passed[span]
        return gram(self.told[:, span], carried)


def gram(rows: Floats, weights: Floats) -> Floats:
    """Σ_j weights[j] · rows[:, j] · rows[:, j]ᵀ, (k, k), added in one order whatever the number of threads."""
    weighted = rows * weights
    out = np.zeros((len(rows), len(rows)))
    for i in range(len(rows)):
        out[i, i:] = per_row(rows[i:], weighted[i])
    return out + np.triu(out, 1).T
