"""Spend histories: what a spend model is told about a customer, checked once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.behaviour.histories import Floats, refuse_faulty_rows
from keyworth.behaviour.number_columns import numbers
from keyworth.errors import HistoryRefused
from keyworth.words import Message


@dataclass(frozen=True, slots=True, eq=False)
class SpendHistories:
    """One row per customer, float64 (n,): `repeats` purchases after the first, and their mean value.

    `mean_value` is z̄ in the papers, in one currency; it counts for nothing (and is 0) where `repeats` is 0.
    It may be 0 or less, after free orders and refunds: see `usable`.
    """

    repeats: Floats
    mean_value: Floats

    @classmethod
    def from_columns(cls, repeats: ArrayLike, mean_value: ArrayLike) -> Self:
        """Check two columns and keep them. Raises HistoryRefused naming every fault at once."""
        x, mean = numbers("repeats", repeats), numbers("mean_value", mean_value)
        if x.ndim != 1 or x.shape != mean.shape:
            raise HistoryRefused(
                Message(
                    "Two columns of one length were expected; got shapes {shapes}.",
                    shapes=[str(x.shape), str(mean.shape)],
                ),
                hint=Message("Give one value per customer in each column."),
            )
        refuse_faulty_rows(len(x), _faults(x, mean))
        return cls(x, np.where(x > 0, mean, 0.0))

    def __len__(self) -> int:
        return int(self.repeats.shape[0])

    def rows(self, at: "slice | NDArray[np.intp]") -> Self:
        """Some of the customers, in the order asked for."""
        return type(self)(self.repeats[at], self.mean_value[at])

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Who teaches a model about spend: those with repeats of positive mean value."""
        teaches: NDArray[np.bool_] = (self.repeats > 0) & (self.mean_value > 0)
        return teaches

    @property
    def left_out(self) -> int:
        """How many bought again, but for nothing or less than nothing: no spend model can explain them."""
        return int(np.count_nonzero((self.repeats > 0) & (self.mean_value <= 0)))

    @property
    def total(self) -> Floats:
        """What the repeats brought, x·z̄; nothing where refunds outweigh it."""
        brought: Floats = self.repeats * np.maximum(self.mean_value, 0.0)
        return brought


def _faults(repeats: Floats, mean_value: Floats) -> Iterator[tuple[Message, NDArray[np.bool_]]]:
    finite = np.isfinite(repeats)
    yield (
        Message("a value is missing or not finite"),
        ~finite | ((repeats > 0) & ~np.isfinite(mean_value)),
    )
    yield Message("a value is negative"), repeats < 0
    yield Message("the number of repeat purchases is not whole"), finite & (repeats != np.floor(repeats))
