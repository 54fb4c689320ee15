"""What is the same in all likelihoods that are told row by row with their derivatives."""

import numpy as np

from keyworth.behaviour.histories import Floats


def of_having_left(odds: Floats) -> tuple[Floats, Floats, Floats]:
    """Of log-odds: the chance of having left, by how much it moves with them, and what both add to the log-likelihood.

    Where nobody could leave the odds are minus infinity, and all three 0.
    """
    fading = np.exp(-np.abs(odds))
    gone = np.where(odds > 0, 1.0, fading) / (1.0 + fading)
    return gone, fading / (1.0 + fading) ** 2, np.maximum(odds, 0.0) + np.log1p(fading)


def in_logs_by_row(own: Floats, upper: Floats, p: Floats) -> tuple[Floats, Floats]:
    """Carry gradients (n, k) and Hessians (n, k, k), upper triangles, from parameters to their logarithms.

    `p` are those of each row, (n, k), or everybody's, (1, k).
    """
    size = own.shape[1]
    for i in range(size):
        for j in range(i):
            upper[:, i, j] = upper[:, j, i]
    gradient = own * p
    hessian = upper * p[:, :, None] * p[:, None, :]
    hessian[:, range(size), range(size)] += gradient
    return gradient, hessian
