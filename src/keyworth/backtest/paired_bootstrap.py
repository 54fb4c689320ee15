"""How much of a difference between forecasts is chance: customers drawn again, each with all that concerns them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.steady_sums import per_row

Floats = NDArray[np.float64]

# Customers beyond as many are dealt into so many bundles, and bundles are drawn again: the spread of a mean is then
# known to 2 parts in 100, at a cost that does not grow with the customers.
MOST_BUNDLES = 2_000


def means_over_origins(values: Sequence[Floats]) -> Floats:
    """The mean over origins of the mean over customers; `values` (n_o, s) for each origin, answer of shape (s,)."""
    means: Floats = np.mean([rows.mean(axis=0) for rows in values], axis=0)
    return means


def drawn_again(
    customers: Sequence[NDArray[np.int64]], values: Sequence[Floats], *, rng: np.random.Generator, draws: int
) -> Floats:
    """The same of customers drawn with replacement, `draws` times; shape (draws, s).

    `customers` (n_o,) of each origin say whose the rows of `values` (n_o, s) are. One who is drawn is drawn at every
    origin alike, so what repeats itself over origins is not taken for independent (a cluster bootstrap: Field and
    Welsh 2007, Journal of the Royal Statistical Society B 69, 369-390). An origin of which a draw holds nobody does
    not count in it.
    """
    bundles = _bundles(customers, rng)
    most = max(int(bundle.max()) for bundle in bundles) + 1
    counts = rng.multinomial(most, np.full(most, 1.0 / most), size=draws).astype(np.float64)
    sums, seen = np.zeros((draws, values[0].shape[1])), np.zeros(draws)
    for bundle, rows in zip(bundles, values, strict=True):
        people = per_row(counts, np.bincount(bundle, minlength=most).astype(np.float64))
        some = people > 0
        for at in range(rows.shape[1]):
            total = per_row(counts, np.bincount(bundle, rows[:, at], minlength=most))
            sums[:, at] += np.divide(total, people, out=np.zeros_like(total), where=some)
        seen += some
    return sums / np.maximum(seen, 1.0)[:, None]


def _bundles(customers: Sequence[NDArray[np.int64]], rng: np.random.Generator) -> list[NDArray[np.intp]]:
    """In which bundle each row of each origin is: a customer's own, or where there are many, a shared one."""
    known, place = np.unique(np.concatenate(customers), return_inverse=True)
    if len(known) > MOST_BUNDLES:
        place = (rng.permutation(len(known)) % MOST_BUNDLES)[place]
    return np.split(place, np.cumsum([len(rows) for rows in customers])[:-1])
