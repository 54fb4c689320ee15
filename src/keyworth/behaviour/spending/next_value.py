"""What the next purchase brings with a given chance: finite however heavy the tail, where a mean may not be."""

import numpy as np
from scipy.special import betaincinv

from keyworth.behaviour.histories import Floats


def odds_below(p: float, shape: Floats, share: float) -> Floats:
    """What a ratio of two gammas, of shapes p and `shape`, stays below with a chance of `share`; shape (n,)."""
    tiny = np.finfo(float).tiny
    below = betaincinv(p, shape, share)
    odds = below / np.maximum(1.0 - below, tiny)
    # Of two that add up to 1 the smaller has all its digits.
    high = below > 0.5
    above = np.maximum(betaincinv(shape[high], p, 1.0 - share), tiny)
    odds[high] = (1.0 - above) / above
    return np.asarray(odds)
