"""Leaving after a purchase, as BG/NBD and MBG/NBD tell it, for histories by a clock: two endings, or one."""

import numpy as np

from keyworth.behaviour.calendar_time.likelihood import Endings, EndingsOf, Standing
from keyworth.behaviour.calendar_time.ticks import Places
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.steady_sums import dot


class LeavingAfter:
    """A Leaving told by a and b; it knows no clock of its own, for it happens at purchases.

    last, now: the places on the clock of the last purchase and of the end of observation, (n,).
    """

    together = 8_192

    def __init__(self, repeats: Floats, weights: Floats, first_chance: int, last: Places, now: Places) -> None:
        counts = np.bincount(repeats.astype(np.int64), weights=weights)
        more = weights.sum() - np.cumsum(counts)
        # Customers who chose to stay more than j times, j = 0, 1, …
        self.stayed_more = np.concatenate([[weights.sum()], more[:-1]]) if first_chance else more[:-1]
        self.stays, self.last, self.now = repeats + first_chance, last, now

    def outside(self, told: Floats) -> tuple[float, Floats, Floats]:
        """The logarithm of B(a, b + stays) / B(a, b), as a sum of logarithms since stays are whole numbers."""
        a, b = told.tolist()
        stayed = np.arange(len(self.stayed_more))
        stay, leave = 1.0 / (b + stayed), 1.0 / (a + b + stayed)
        short, short2 = dot(self.stayed_more, leave), dot(self.stayed_more, leave**2)
        value = dot(self.stayed_more, np.log(leave / stay))
        slope = np.array([-short, dot(self.stayed_more, stay) - short])
        curve = np.array([[short2, short2], [short2, short2 - dot(self.stayed_more, stay**2)]])
        return value, slope, curve

    def endings(self, at: Standing) -> EndingsOf:
        a, b = at.told.tolist()

        def of(start: int, end: int) -> Endings:
            stays = self.stays[start:end]
            # Leaving comes after a purchase: who had no chance to leave has not left.
            could = np.flatnonzero(stays > 0)
            k = 1.0 / (b + stays[could] - 1.0)
            here = np.zeros(end - start)
            row = np.concatenate([np.arange(end - start), could])
            place = np.concatenate([self.now[start:end], self.last[start:end][could]])
            slopes = np.array([np.append(here, np.full(len(could), 1.0 / a)), np.append(here, -k)])

            def curves(weights: Floats) -> Floats:
                gone = weights[end - start :]
                return np.diag([-float(gone.sum()) / a**2, dot(gone, k**2)])

            return Endings(row, place, place, np.zeros(len(row)), np.append(here, np.log(a * k)), slopes, curves)

        return of
