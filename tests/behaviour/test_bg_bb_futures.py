"""Invented BG/BB customers and invented futures, against the model's own chances and against coins."""

import numpy as np
import pytest
from test_bg_bb_fit import by_coins

from keyworth.behaviour.occasions.bg_bb import BG_BB, BgBbParameters
from keyworth.behaviour.occasions.occasion_histories import OccasionHistories
from keyworth.units import TimeUnit

P = BgBbParameters(1.204, 0.750, 0.657, 2.783)
H = OccasionHistories.from_columns([0, 2, 6, 1, 0], [0, 4, 6, 1, 0], [6, 6, 6, 12, 0])


def fits(counts, chances):
    """χ² per cell: near 1 where counts come from the chances."""
    expected = counts.sum() * chances
    usual = expected > 5
    return ((counts - expected)[usual] ** 2 / expected[usual]).sum() / usual.sum()


def cells(h, n):
    """How many have each (x, t_x) of n occasions."""
    return np.bincount((h.repeats * (n + 1) + h.last_repeat).astype(int), minlength=(n + 1) ** 2)


def test_invented_customers_have_the_histories_that_the_likelihood_expects():
    n, many = 5, 60_000
    h = BG_BB.simulate(P, np.full(many, float(n)), seed=2, unit=TimeUnit.YEAR)
    assert h.unit is TimeUnit.YEAR
    coins = by_coins(P, np.full(many, float(n)), seed=3)
    strings = np.array([[s >> i & 1 for i in range(n)] for s in range(2**n)])
    last = (strings * np.arange(1, n + 1)).max(axis=1)
    told = OccasionHistories.from_columns(strings.sum(axis=1), last, np.full(2**n, n))
    chances = np.bincount(
        (told.repeats * (n + 1) + last).astype(int), np.exp(BG_BB.log_likelihood(P, told)), minlength=(n + 1) ** 2
    )
    assert fits(cells(h, n), chances) < 2.5
    assert fits(cells(coins, n), chances) < 2.5


def test_invented_customers_are_the_same_for_the_same_seed_and_have_each_their_own_occasions():
    occasions = np.array([0.0, 3.0, 0.0, 40.0, 1.0])
    once, again = (BG_BB.simulate(P, occasions, seed=9) for _ in range(2))
    np.testing.assert_array_equal(once.repeats, again.repeats)
    np.testing.assert_array_equal(once.last_repeat, again.last_repeat)
    np.testing.assert_array_equal(once.occasions, occasions)
    assert (once.last_repeat <= occasions).all()


def test_futures_come_as_often_as_the_distribution_says():
    draws, alike, ahead = 40, 500, 5
    drawn = BG_BB.draw_ahead(P, H.rows(np.repeat(np.arange(len(H)), alike)), ahead, seed=4, draws=draws)
    assert drawn.purchases.shape == drawn.still_customer.shape == (draws, len(H) * alike)
    chances = BG_BB.count_distribution_ahead(P, H, ahead, ahead)
    for i in range(len(H)):
        counts = drawn.purchases[:, i * alike : (i + 1) * alike]
        assert fits(np.bincount(counts.ravel(), minlength=ahead + 1), chances[i]) < 3.5
    still = BG_BB.chance_alive(P, H) * (1 - BG_BB.chance_leaves_if_alive(P, H, ahead))
    seen = drawn.still_customer.reshape(draws, len(H), alike).mean(axis=(0, 2))
    np.testing.assert_allclose(seen, still, atol=5 / np.sqrt(draws * alike) / 2)


def test_a_draw_depends_on_its_number_and_its_row_alone():
    whole = BG_BB.draw_ahead(P, H, 7, seed=4, draws=6)
    later = BG_BB.draw_ahead(P, H, 7, seed=4, draws=2, first_draw=3)
    np.testing.assert_array_equal(later.purchases, whole.purchases[3:5])
    np.testing.assert_array_equal(later.still_customer, whole.still_customer[3:5])
    fewer = BG_BB.draw_ahead(P, H.rows(slice(0, 3)), 7, seed=4, draws=6)
    np.testing.assert_array_equal(fewer.purchases, whole.purchases[:, :3])
    sooner = BG_BB.draw_ahead(P, H, 3, seed=4, draws=6)
    assert (sooner.purchases <= whole.purchases).all()
    assert (sooner.still_customer >= whole.still_customer).all()


def test_no_occasion_ahead_brings_nothing_and_loses_nobody_more():
    none = BG_BB.draw_ahead(P, H, 0, seed=1, draws=400)
    assert not none.purchases.any()
    np.testing.assert_allclose(none.still_customer.mean(axis=0), BG_BB.chance_alive(P, H), atol=0.1)
    assert BG_BB.expected_purchases(P, H, 0).tolist() == [0.0] * len(H)
    assert BG_BB.chance_leaves_if_alive(P, H, 0).tolist() == [0.0] * len(H)
    np.testing.assert_array_equal(BG_BB.count_distribution_ahead(P, H, 0, 2), [[1.0, 0.0, 0.0]] * len(H))


@pytest.mark.parametrize("row", range(len(H)))
def test_the_next_purchase_comes_when_the_first_of_the_futures_does(row):
    one = H.rows(slice(row, row + 1))
    silent = np.append(1.0, [BG_BB.count_distribution_ahead(P, one, j, 0)[0, 0] for j in range(1, 9)])
    np.testing.assert_allclose(BG_BB.next_purchase(P, one, 8)[0], -np.diff(silent), rtol=1e-9)
