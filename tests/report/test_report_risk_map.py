"""The map holds everyone, and the list of those at risk begins with those who can still be kept."""

import numpy as np
import pytest

from keyworth.report import risk_map
from keyworth.value import thresholds_by_share


def test_the_map_holds_everyone_and_all_value() -> None:
    rng = np.random.default_rng(3)
    kept = rng.lognormal(6, 1.5, 500) * (rng.random(500) > 0.1)
    risk = rng.random(500)
    found = risk_map(kept, risk, kept * (1 - risk))
    assert found is not None
    assert found.limits == thresholds_by_share(kept)
    assert found.cells.customers.sum() + found.cells.undrawn == 500
    assert sum(one.customers for one in found.quadrants) == 500
    assert sum(one.value for one in found.quadrants) == pytest.approx((kept * (1 - risk)).sum())


def test_nobody_of_value_is_no_map() -> None:
    assert risk_map(np.zeros(3), np.zeros(3), np.zeros(3)) is None
