"""Sums of products whose last digit does not depend on how many threads the linear algebra library uses.

`a @ b` hands long vectors to a library that cuts them among threads and so adds in another order on another
day; a value book must come out the same. These add in NumPy's own fixed order.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats


def dot(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Σ a·b over two vectors, by pairwise addition."""
    return float((a * b).sum())


def per_row(rows: NDArray[Any], weights: NDArray[Any]) -> Floats:
    """Σ_j rows[i, j]·weights[j] for each row i."""
    sums: Floats = np.einsum("ij,j->i", rows, weights)
    return sums
