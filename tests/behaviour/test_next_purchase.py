"""When the next purchase comes: against futures drawn one by one, and at the edges."""

import numpy as np
import pytest
from every_model import EVERY, example, told
from scipy.optimize import brentq

from keyworth.behaviour import chance_of_purchase, time_to_next_purchase

H = told([0, 1, 3, 12], [0, 5, 30, 38], [30, 39, 39, 39])


@pytest.mark.parametrize("name", EVERY)
def test_the_chance_to_buy_is_that_of_drawn_futures(name):
    model, p = example(name)
    many = H.rows(np.tile(np.arange(4), 500))
    drawn = model.draw_ahead(p, many, 8.0, seed=3, draws=20).purchases.reshape(-1, 4) > 0
    chance = chance_of_purchase(model, p, H, 8.0)
    assert (np.abs(drawn.mean(axis=0) - chance) < 4 * np.sqrt(chance * (1 - chance) / len(drawn))).all()


@pytest.mark.parametrize("name", EVERY)
def test_the_time_to_the_next_purchase_is_where_the_chance_reaches_the_share(name):
    model, p = example(name)
    times = time_to_next_purchase(model, p, H, 0.2, within=500.0)
    for i in range(4):
        one = H.rows(np.array([i]))
        most = chance_of_purchase(model, p, one, 500.0)[0]
        if most < 0.2:
            assert np.isinf(times[i])
            continue
        exact = brentq(lambda t, one=one: chance_of_purchase(model, p, one, t)[0] - 0.2, 1e-6, 500.0)
        assert times[i] == pytest.approx(exact, rel=1e-3)


def test_who_has_surely_left_never_comes():
    model, p = example("mbg-nbd")
    gone = told([9], [10], [1000])
    assert np.isinf(time_to_next_purchase(model, p, gone, within=200.0)).all()
