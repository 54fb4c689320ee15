"""How long customers stay, where leaving does not wait for a purchase: what a lifetime must tell.

A lifetime is told of a whole population, averaged over the differences between its customers. `fade` is how far
its survival falls, −ln(S(t + d) / S(t)), and the hazard is the rate at which it falls. Whatever is made of these
two adds positive terms only and so loses no digit. Times are in the unit of the fit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.unique_histories import UniqueHistories

# Given all parameters: Σ w·ln(1 + odds of having left) over the histories, its first derivatives in the parameters
# and its second ones, the upper triangle by rows.
RowSums = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Ways cut into m pieces, each for one Gauss–Legendre rule; all arrays of shape (m,).

    row: which way a piece belongs to, rising. start, width: where it lies on the way. order: the nodes it needs.
    """

    row: NDArray[np.intp]
    start: Floats
    width: Floats
    order: NDArray[np.intp]


def of_rows(told: Any, rows: Any) -> Any:
    """A number that all histories share, as it is; of an array with one for each, those of some rows."""
    return told if np.ndim(told) == 0 else told[rows]


class Lifetime(Protocol):
    """A survival curve with k parameters of its own; times may be of any shape.

    Where each of n histories has parameters of its own these are arrays (n,) and go with the last axis of the times.

    Slopes are (k, …) first derivatives and (k·(k+1)/2, …) second ones, the upper triangle by rows. A *way* leads
    from a time t to t + d in a coordinate in which this lifetime and powers of alpha + time are smooth; alpha is
    infinite where there are no such powers.
    """

    def of(self, rows: "slice | NDArray[np.intp]") -> Self:
        """The lifetimes of some rows; itself where all have the same."""

    def log_hazard(self, t: Floats) -> Floats:
        """The logarithm of the rate of leaving at t of those still there."""

    def fade(self, t: Floats, d: Floats | float) -> Floats:
        """−ln of the chance that one who is there at t is there at t + d."""

    def hazard_slopes(self, t: Floats) -> tuple[Floats, Floats]:
        """Derivatives of `log_hazard`."""

    def fade_slopes(self, t: Floats, d: Floats) -> tuple[Floats, Floats]:
        """Derivatives of `fade`."""

    def waiting(self, t: Floats) -> tuple[Floats, float, float]:
        """Scale c (shape of t), power s and ageing b, from which a remaining lifetime is drawn.

        fade(t, d) = s·ln(1 + g/c), with g = d where b is 0, else e^(bd) − 1.
        """

    def stay(self, t: Floats, ahead: Floats | float) -> Floats:
        """∫ exp(−fade(t, d)) dd over d < ahead: how much of the next `ahead` one who is there at t will be there."""

    def length(self, alpha: float, t: Floats, d: Floats | float) -> Floats:
        """How long the way from t to t + d is."""

    def along(self, alpha: float, t: Floats, way: Floats) -> tuple[Floats, Floats]:
        """The d to which a way leads from t, and ln of the derivative of d."""

    @staticmethod
    def row_sums_compiled(unique: UniqueHistories) -> RowSums:
        """What a likelihood adds up over histories, in compiled code."""

    def log_odds_compiled(self, r: float, alpha: float, h: PurchaseHistories) -> Floats | None:
        """The logarithm of the odds of having left, (n,), in compiled code; None where there is none for it."""

    def pieces(self, alpha: float, shapes: Floats, t: Floats, d: Floats) -> Pieces:
        """The ways from t to t + d, (n,) each, cut so that density · (alpha + time)^−shape is integrated exactly.

        What adds nothing at the far end is left out.
        """


def waits(life: Lifetime, t: Floats, nats: Floats) -> Floats:
    """The d with fade(t, d) = nats: a remaining lifetime, where nats are drawn from an exponential.

    Infinite where it is more than a float can hold.
    """
    scale, power, ageing = life.waiting(t)
    rise = nats / power
    with np.errstate(over="ignore"):
        grown = scale * np.expm1(rise)
    if ageing == 0.0:
        return grown
    return np.where(np.isfinite(grown), np.log1p(grown), rise + np.log(scale)) / ageing
