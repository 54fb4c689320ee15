"""Did we put customers in the right order? Rank correlation, normalised Gini, concordance.

All three compare what happened with what was expected, for n customers, treat equal expectations alike
whatever order they come in, run in O(n log n), and return None where the question has no answer (everybody
bought the same, or the same was expected of everybody).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Values put in order once, for all three measures; arrays of shape (n,).

    `codes` number the distinct values from 0, smallest first. `ranks` run from 1; equal values share the mean
    of the ranks they cover.
    """

    codes: NDArray[np.int64]
    ranks: Floats

    @classmethod
    def of(cls, values: Floats) -> "Ranked":
        _, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
        last = np.cumsum(counts)
        return cls(codes, (last - (counts - 1) / 2.0)[codes])


def rank_correlation(actual: Ranked, expected: Ranked) -> float | None:
    """Spearman's correlation, from average ranks."""
    middle = (actual.ranks.size + 1) / 2
    a, b = actual.ranks - middle, expected.ranks - middle
    spread = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / spread if spread > 0 else None


def normalised_gini(values: Floats, actual: Ranked, expected: Ranked) -> float | None:
    """How much of the possible concentration the expected order finds: 1 is perfect, 0 is chance.

    The Gini of the actuals in expected order over their Gini in their own order. With average ranks R the
    Gini is sum((2R - n - 1) a) / (n sum a), so n and sum a cancel, and customers with equal expectations are
    counted at their mean.
    """
    middle = values.size + 1
    own = float(((2 * actual.ranks - middle) * values).sum())
    if own <= 0 or expected.codes.max(initial=0) == 0:
        return None
    return float(((2 * expected.ranks - middle) * values).sum()) / own


def concordance(actual: Ranked, expected: Ranked) -> float | None:
    """Of two customers of whom one bought more, how often more was expected of that one; a tie counts half."""
    n, actual_code, expected_code = actual.codes.size, actual.codes, expected.codes
    # Sorted by what happened, and within it by expectation, so that pairs equal in fact are never inversions.
    both = actual_code * (int(expected_code.max(initial=0)) + 1) + expected_code
    comparable = n * (n - 1) // 2 - _pairs(np.bincount(actual_code))
    if comparable == 0:
        return None
    both.sort()
    starts = np.flatnonzero(np.diff(both, prepend=-1))
    tied = _pairs(np.bincount(expected_code)) - _pairs(np.diff(starts, append=n))
    wrong = _inversions(both % (int(expected_code.max(initial=0)) + 1))
    return (comparable - wrong - tied / 2) / comparable


def _pairs(counts: NDArray[np.int64]) -> int:
    counts = counts.astype(np.int64)
    return int((counts * (counts - 1) // 2).sum())


def _inversions(codes: NDArray[np.int64]) -> int:
    """Pairs that stand in the wrong order, for codes from 0 up.

    A merge sort turned on its side: rows of a doubling width are merged two by two, all rows at once, because
    a loop over elements would be a hundred times slower here.
    """
    n = codes.size
    top = int(codes.max(initial=0)) + 1
    width = 32
    rows = -(-n // width)
    padded = np.full(rows * width, top, dtype=np.int64)  # what is added is largest and last: no inversion
    padded[:n] = codes
    block = padded.reshape(rows, width)
    found = sum(int((block[:, i : i + 1] > block[:, i + 1 :]).sum()) for i in range(width - 1))
    block = np.sort(block, axis=1)
    while block.shape[0] > 1:
        if block.shape[0] % 2:
            block = np.vstack([block, np.full((1, block.shape[1]), top, dtype=np.int64)])
        pairs, width = block.shape[0] // 2, block.shape[1]
        # An offset for each pair makes one sorted array of all left halves, so one search serves them all.
        offset = (np.arange(pairs, dtype=np.int64) * (top + 1))[:, None]
        left, right = block[0::2] + offset, block[1::2] + offset
        not_larger = np.searchsorted(left.ravel(), right.ravel(), side="right")
        through = (np.arange(1, pairs + 1, dtype=np.int64) * width).repeat(width)
        found += int((through - not_larger).sum())
        block = np.sort(block.reshape(pairs, 2 * width), axis=1, kind="stable")
    return found
