"""The count of coming purchases where leaving comes in time: at all places together it is the whole distribution."""

import numpy as np
import pytest

from keyworth.behaviour import (
    GAMMA_GOMPERTZ_NBD,
    PARETO_NBD,
    GammaGompertzNbdParameters,
    ParetoNbdParameters,
    PurchaseHistories,
    Worlds,
)
from keyworth.behaviour.parameters import as_array

CASES = [
    (PARETO_NBD, ParetoNbdParameters(0.553, 10.58, 0.606, 11.67)),
    (PARETO_NBD, ParetoNbdParameters(0.553, 10.58, 0.02, 0.001)),
    (GAMMA_GOMPERTZ_NBD, GammaGompertzNbdParameters(0.8, 6.0, 0.12, 0.3, 4.0)),
    (GAMMA_GOMPERTZ_NBD, GammaGompertzNbdParameters(0.8, 6.0, 0.5, 9.0, 1e4)),
]


def worlds_of(p, places):
    return Worlds(np.tile(as_array(p), (len(places), 1)), places, seed=1)


@pytest.mark.parametrize("form", ["numpy", "compiled"])
@pytest.mark.parametrize(("model", "p"), CASES)
@pytest.mark.parametrize("history", [(0, 0.0, 40.0), (2, 30.0, 39.0), (60, 14.9, 15.0), (400, 14.99, 15.0)])
def test_each_count_has_as_many_places_as_its_chance(model, p, history, form):
    """Evenly spread places in one world after another: as many as the chance says, but for one at either end."""
    h = PurchaseHistories.from_columns(*np.transpose([history]))
    few = worlds_of(p, (np.arange(80) + 0.5) / 80)
    counts = model.counts_ahead(few, h, 26.0, form=form)(0, 1)[0]
    chances = model.count_distribution_ahead(p, h, 26.0, max(10, 2 * int(counts.max())))[0]
    below = np.cumsum(chances)
    places = np.searchsorted(below, (np.arange(80) + 0.5) / 80)
    np.testing.assert_array_equal(np.sort(counts), np.minimum(places, counts.max()))


def test_the_busiest_go_on_where_the_chance_of_none_is_nothing():
    p, h = ParetoNbdParameters(0.553, 10.58, 0.606, 11.67), PurchaseHistories.from_columns([2000], [25.0], [25.0])
    for form in ("numpy", "compiled"):
        counts = PARETO_NBD.counts_ahead(worlds_of(p, (np.arange(20) + 0.5) / 20), h, 26.0, form=form)(0, 1)
        assert counts.mean() == pytest.approx(PARETO_NBD.expected_purchases(p, h, 26.0)[0], rel=0.02)


def test_nobody_buys_nothing():
    nothing = PurchaseHistories(*np.zeros((3, 0)))
    for model, p in CASES:
        assert model.counts_ahead(worlds_of(p, np.array([0.5])), nothing, 26.0, form="numpy")(0, 0).shape == (0, 1)
