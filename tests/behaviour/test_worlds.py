"""Which place of its distribution a history stands at in which world."""

import numpy as np

from keyworth.behaviour import PurchaseHistories
from keyworth.behaviour.worlds import turns


def test_turns_are_spread_over_all_places_and_belong_to_the_history():
    rng = np.random.default_rng(1)
    x = rng.integers(1, 9, 600)
    observed = rng.integers(50, 300, 600) / 7
    h = PurchaseHistories.from_columns(x, observed * 0.9, observed)
    found = turns(h, 400)
    assert found.min() >= 0
    assert found.max() < 400
    assert np.bincount(found // 40, minlength=10).max() < 0.2 * found.size
    assert np.array_equal(turns(h.rows(np.arange(0, 600, 7)), 400), found[::7])
