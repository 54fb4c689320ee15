"""Spend sums: what the root gamma-gamma is told about a customer, checked once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.behaviour.histories import Floats, refuse_faulty_rows
from keyworth.errors import HistoryRefused
from keyworth.words import Message

# Of each value its first, second, third and fourth root are summed: as many as the model chooses among.
ROOTS = 4
_SLACK = 1e-6  # of a sum, for values that were rounded before they were summed


@dataclass(frozen=True, slots=True, eq=False)
class SpendSums:
    """One row per customer, float64 of shape (n,) unless said otherwise; money in one currency.

    repeats: how many purchases after the first brought something; those that brought nothing or less, after
    refunds, are not counted here and show in `brought` alone. roots: (n, ROOTS), of those repeats Σ z^(1/k) for
    k = 1, 2, …; logs: their Σ ln z. first_value: of the first purchase; 0 where it is not known or brought
    nothing. brought: all that the customer's purchases came to, refunds taken off, whether or not they found
    their purchase.

    scale: what is known of a customer from elsewhere, as a factor on everything they spend: a price level, a
    kind of customer, what a regression on covariates foretold. 1 for everybody unless given.
    """

    repeats: Floats
    roots: Floats
    logs: Floats
    first_value: Floats
    brought: Floats
    scale: Floats

    @classmethod
    def from_columns(
        cls,
        repeats: ArrayLike,
        roots: ArrayLike,
        logs: ArrayLike,
        first_value: ArrayLike,
        brought: ArrayLike | None = None,
        scale: ArrayLike | None = None,
    ) -> Self:
        """Check the columns and keep them. Raises HistoryRefused naming every fault at once.

        `brought` is the sum of the values unless given, `scale` is 1. A first value below 0 counts as 0. The
        mean of roots, carried back, falls as the root rises and ends above the geometric mean: sums that do
        not are not of the same purchases.
        """
        x, sums, of_logs, first = (
            np.asarray(column, dtype=np.float64) for column in (repeats, roots, logs, first_value)
        )
        came = np.asarray(sums[..., 0] + first if brought is None and sums.ndim == 2 else brought, dtype=np.float64)
        factor = np.ones(x.shape) if scale is None else np.asarray(scale, dtype=np.float64)
        shapes = [x.shape, sums.shape, of_logs.shape, first.shape, came.shape, factor.shape]
        if x.ndim != 1 or shapes != [x.shape, (*x.shape, ROOTS), *[x.shape] * 4]:
            raise HistoryRefused(
                Message(
                    "Columns of one length were expected, and {roots} roots a row; got shapes {shapes}.",
                    roots=ROOTS,
                    shapes=[str(shape) for shape in shapes],
                ),
                hint=Message("Give one value per customer in each column."),
            )
        refuse_faulty_rows(len(x), _faults(x, sums, of_logs, first, came, factor))
        bought = x > 0
        sums, of_logs = np.where(bought[:, None], sums, 0.0), np.where(bought, of_logs, 0.0)
        return cls(x, sums, of_logs, np.maximum(first, 0.0), came, factor)

    @classmethod
    def from_purchases(
        cls, customer: ArrayLike, value: ArrayLike, first: ArrayLike, *, scale: ArrayLike | None = None
    ) -> Self:
        """Sum single purchases: whose each is (0, 1, …, n − 1), what it brought, and whether it was their first.

        Raises HistoryRefused for columns of different length or values that are not finite.
        """
        who = np.asarray(customer, dtype=np.intp)
        brought, is_first = np.asarray(value, dtype=np.float64), np.asarray(first, dtype=np.bool_)
        if who.ndim != 1 or not who.shape == brought.shape == is_first.shape:
            shapes = [str(column.shape) for column in (who, brought, is_first)]
            raise HistoryRefused(
                Message("Three columns of one length were expected; got shapes {shapes}.", shapes=shapes),
                hint=Message("Give one value per purchase in each column."),
            )
        refuse_faulty_rows(len(who), iter([(Message("a value is missing or not finite"), ~np.isfinite(brought))]))
        n = int(who.max(initial=-1)) + 1
        counts = ~is_first & (brought > 0)
        repeating, z = who[counts], brought[counts]
        roots = [np.bincount(repeating, z ** (1.0 / k), minlength=n) for k in range(1, ROOTS + 1)]
        return cls.from_columns(
            np.bincount(repeating, minlength=n),
            np.transpose(roots),
            np.bincount(repeating, np.log(z), minlength=n),
            np.bincount(who[is_first], brought[is_first], minlength=n),
            np.bincount(who, brought, minlength=n),
            scale,
        )

    def __len__(self) -> int:
        return int(self.repeats.shape[0])

    def rows(self, at: "slice | NDArray[np.intp] | NDArray[np.bool_]") -> Self:
        """Some of the customers, in the order asked for."""
        return type(self)(
            self.repeats[at], self.roots[at], self.logs[at], self.first_value[at], self.brought[at], self.scale[at]
        )

    @property
    def knows_first(self) -> NDArray[np.bool_]:
        """Whose first purchase brought something that is known."""
        known: NDArray[np.bool_] = self.first_value > 0
        return known

    @property
    def purchases(self) -> Floats:
        """How many purchases of known value each has made, the first among them."""
        made: Floats = self.repeats + self.knows_first
        return made

    def scaled_roots(self, k: int) -> Floats:
        """Σ (z / scale)^(1/k) of the repeats."""
        sums: Floats = self.roots[:, k - 1] / self.scale ** (1.0 / k)
        return sums

    def scaled_first(self, k: int) -> Floats:
        """(z / scale)^(1/k) of the first purchase; 0 where it is not known."""
        first: Floats = (self.first_value / self.scale) ** (1.0 / k)
        return first

    @property
    def scaled_logs(self) -> Floats:
        """Σ ln (z / scale) of all purchases of known value."""
        first = np.log(np.where(self.knows_first, self.first_value, 1.0))
        sums: Floats = self.logs + first - self.purchases * np.log(self.scale)
        return sums


def _faults(
    repeats: Floats, roots: Floats, logs: Floats, first: Floats, brought: Floats, scale: Floats
) -> Iterator[tuple[Message, NDArray[np.bool_]]]:
    bought = repeats > 0
    finite = np.isfinite(repeats) & np.isfinite(first) & np.isfinite(brought) & np.isfinite(scale)
    sums = np.isfinite(logs) & np.isfinite(roots).all(axis=1)
    yield Message("a value is missing or not finite"), ~finite | (bought & ~sums)
    yield Message("the number of repeat purchases is not whole"), finite & (repeats != np.floor(repeats))
    yield Message("a value is negative"), (repeats < 0) | (bought & (roots < 0).any(axis=1))
    yield Message("the scale is not above zero"), finite & ~(scale > 0)
    told = bought & sums & (roots > 0).all(axis=1)
    x = np.where(told, repeats, 1.0)
    means = np.log(np.where(told[:, None], roots, 1.0) / x[:, None]) * np.arange(1, ROOTS + 1)
    falling = np.column_stack([means, np.where(told, logs, 0.0) / x])
    yield (
        Message("the sums of roots and logarithms are not of the same purchases"),
        (bought & sums & ~told) | (told & (np.diff(falling, axis=1) > _SLACK).any(axis=1)),
    )
