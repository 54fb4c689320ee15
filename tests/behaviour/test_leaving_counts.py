"""The count of coming purchases, against quadrature and against a simulation purchase by purchase."""

import numpy as np
import pytest

from keyworth.behaviour import MBG_NBD, MbgNbdParameters, PurchaseHistories, Worlds
from keyworth.behaviour.leaving_after_purchase import counts_compiled as leaving_counts_compiled
from keyworth.behaviour.leaving_after_purchase.counts import counts_above

PLACES = (np.arange(20_000) + 0.5) / 20_000


def at_all_places(alive, s, rate, a, b, ahead):
    counts = np.zeros(PLACES.size, dtype=int)
    here = 1 - alive < PLACES
    each = (np.full(here.sum(), float(of)) for of in (s, rate, a, b))
    counts[here] = counts_above((1 - PLACES[here]) / alive, *each, ahead)
    return counts


@pytest.mark.parametrize(
    ("x", "last", "observed"), [(0, 0, 40), (2, 30, 39), (12, 60, 61), (200, 99, 100), (2000, 99.9, 100)]
)
def test_the_mean_over_all_places_is_the_models_expectation(x, last, observed):
    p = MbgNbdParameters(0.525, 6.183, 0.891, 1.614)
    h = PurchaseHistories(np.array([float(x)]), np.array([float(last)]), np.array([float(observed)]))
    alive = float(MBG_NBD.chance_alive(p, h)[0])
    counts = at_all_places(alive, p.r + x, p.alpha + observed, p.a, p.b + x + 1, 26.0)
    expected = float(MBG_NBD.expected_purchases(p, h, 26.0)[0])
    assert counts.mean() == pytest.approx(expected, rel=3e-3)


def test_the_whole_distribution_is_that_of_customers_followed_purchase_by_purchase():
    rng = np.random.default_rng(5)
    n, s, rate, a, b, ahead = 20_000, 2.5, 30.0, 1.2, 4.0, 52.0
    buying, leaving = rng.gamma(s, 1 / rate, n), rng.beta(a, b, n)
    counts, time, here = np.zeros(n, int), np.zeros(n), rng.random(n) < 0.7
    while here.any():
        time += rng.exponential(1 / buying)
        here &= time <= ahead
        counts[here] += 1
        here &= rng.random(n) >= leaving
    followed = np.bincount(counts, minlength=30)[:30] / n
    ours = np.bincount(at_all_places(0.7, s, rate, a, b, ahead), minlength=30)[:30] / PLACES.size
    assert np.abs(followed - ours).max() < 4 * np.sqrt(0.25 / n)
    assert ours[:6] == pytest.approx(followed[:6], abs=0.012)


def test_a_higher_place_is_never_a_smaller_count():
    counts = at_all_places(0.6, 5.0, 20.0, 0.5, 3.0, 30.0)
    assert np.all(np.diff(counts) >= 0)
    assert counts[: int(0.4 * PLACES.size)].max() == 0


def test_nobody_buys_nothing():
    nothing = np.zeros(0)
    assert counts_above(nothing, nothing, nothing, nothing, nothing, 30.0).size == 0


def test_times_too_many_to_table_for_all_are_tabled_by_blocks(monkeypatch):
    rng = np.random.default_rng(2)
    x = rng.integers(0, 5, size=500)
    observed = rng.uniform(10.0, 40.0, 500)
    h = PurchaseHistories.from_columns(x, np.where(x > 0, observed * 0.6, 0.0), observed)
    worlds = Worlds(np.tile([0.525, 6.183, 0.891, 1.614], (50, 1)), (rng.permutation(50) + 0.5) / 50, seed=1)
    whole = MBG_NBD.counts_ahead(worlds, h, 26.0, form="compiled")(0, 500)
    monkeypatch.setattr(leaving_counts_compiled, "_MOST_TABLED", 0)
    apart = MBG_NBD.counts_ahead(worlds, h, 26.0, form="compiled")
    assert np.array_equal(np.concatenate([apart(0, 300), apart(300, 500)]), whole)
