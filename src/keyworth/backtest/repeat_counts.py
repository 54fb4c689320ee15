"""How many customers came back so often, beside how many the model expects."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class RepeatCounts:
    """How many customers made 0, 1, 2 … repeat purchases, shape (k + 1,) each; the last entry is "k or more"."""

    actual: Counts
    expected: Floats


def repeat_counts(
    repeats: ArrayLike, observed_for: ArrayLike, chances: Callable[[float], Floats], shown: int = 10
) -> RepeatCounts:
    """Count customers by repeats up to `shown` and more, beside the model's expectation of people seen as long.

    `repeats` and `observed_for` of shape (n,). `chances(t)`: the model's chances that a new customer makes 0, 1, …,
    `shown` - 1 repeats in a time t, shape (shown,); it is asked once for each length of time that occurs. Whoever
    is expected to make more stands in the last entry, so that both columns add up to all customers.
    """
    x = np.asarray(repeats, dtype=np.float64)
    lengths, customers = np.unique(np.asarray(observed_for, dtype=np.float64), return_counts=True)
    expected = np.zeros(shown + 1)
    for length, number in zip(lengths, customers, strict=True):
        counted = chances(float(length))
        expected[:-1] += number * counted
        expected[-1] += number * (1 - counted.sum())
    actual = np.bincount(np.minimum(x, shown).astype(np.int64), minlength=shown + 1)
    return RepeatCounts(actual=actual, expected=expected)
