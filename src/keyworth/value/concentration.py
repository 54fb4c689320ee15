"""How few customers carry how much of the value: the ABC curve and the 80–20 rule."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

TIERS = ("A", "B", "C")
FIRST_SHARE, SECOND_SHARE = 0.80, 0.95  # A carries the first 80%, B the next 15%, C the rest
_POINTS = 201  # of the curve, at most: one for each half of a percent


@dataclass(frozen=True, slots=True)
class ValueClass:
    """A, B or C: how many customers, and what they are worth together."""

    name: str
    customers: int
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Concentration:
    """The curve from (0, 0) to (1, 1), dearest customer first; both arrays have shape (m,).

    `classes` are A, B and C and add up to all customers and to the total. `top_fifth` is the share of value
    that the dearest 20% of customers carry, `for_four_fifths` the share of customers that carries 80% of
    value. Both are None where the total is not positive.
    """

    customer_share: Floats
    value_share: Floats
    classes: tuple[ValueClass, ...]
    top_fifth: float | None
    for_four_fifths: float | None


def concentration(value: ArrayLike) -> Concentration:
    """The curve of any value, one per customer, shape (n,). A class is the fewest customers that reach it."""
    dearest_first = -np.sort(-np.asarray(value, dtype=np.float64), kind="stable")
    n = dearest_first.size
    sums = np.concatenate([[0.0], np.cumsum(dearest_first)])
    total = float(sums[-1])
    if n == 0 or total <= 0:
        whole = tuple(ValueClass(name, n if name == "C" else 0, total if name == "C" else 0.0) for name in TIERS)
        return Concentration(np.array([0.0, 1.0]), np.array([0.0, 1.0]), whole, None, None)
    ends = [0, *(fewest(sums, share) for share in (FIRST_SHARE, SECOND_SHARE)), n]
    classes = tuple(
        ValueClass(name, end - start, float(sums[end] - sums[start]))
        for name, start, end in zip(TIERS, ends[:-1], ends[1:], strict=True)
    )
    at = np.unique(np.rint(np.linspace(0, n, min(_POINTS, n + 1))).astype(np.int64))
    return Concentration(
        customer_share=at / n,
        value_share=sums[at] / total,
        classes=classes,
        top_fifth=float(np.interp(0.2 * n, np.arange(n + 1), sums)) / total,
        for_four_fifths=ends[1] / n,
    )


def tiers(value: ArrayLike, rank: NDArray[np.int64]) -> NDArray[np.int64]:
    """The tier of each customer as an index into TIERS, shape (n,): the classes of `concentration`, by rank."""
    sizes = [tier.customers for tier in concentration(value).classes]
    places: NDArray[np.int64] = np.repeat(np.arange(len(TIERS)), sizes)[rank - 1]
    return places


def fewest(sums: Floats, share: float) -> int:
    """The fewest customers who reach the share of the total; `sums` of the 0, 1, … dearest, shape (n + 1,)."""
    # Values may be negative at the end, so the sums fall there: only their rising part is searched.
    peak = int(np.argmax(sums))
    return int(np.searchsorted(sums[: peak + 1], share * sums[-1] * (1 - 1e-12)))
