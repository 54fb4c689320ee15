"""An even sample of a ledger's customers: the same people on every past day, whoever else comes later."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


def even_sample(numbers: Numbers, most: int, seed: int) -> NDArray[np.bool_]:
    """Which of the customers numbered are in it, shape (n,): all, or `most`, each as likely as the other.

    Everybody draws a lot of their own, from their number and the seed, and the lowest lots are taken. So a sample of
    an earlier day holds all of a later day's who were known by then, and a customer who joins the ledger moves at most
    one other out.
    """
    if len(numbers) <= most:
        return np.ones(len(numbers), dtype=np.bool_)
    lots = _lots(numbers, seed)
    chosen = np.zeros(len(numbers), dtype=np.bool_)
    chosen[np.argsort(lots, kind="stable")[:most]] = True
    return chosen


def _lots(numbers: Numbers, seed: int) -> NDArray[np.uint64]:
    """A number to each that looks drawn: splitmix64 (Steele, Lea and Flood 2014, OOPSLA)."""
    step, first, second = (np.uint64(one) for one in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
    start = np.random.SeedSequence(seed).generate_state(1, np.uint64)
    z = start + (numbers.astype(np.uint64) + np.uint64(1)) * step
    z = (z ^ (z >> np.uint64(30))) * first
    z = (z ^ (z >> np.uint64(27))) * second
    lots: NDArray[np.uint64] = z ^ (z >> np.uint64(31))
    return lots
