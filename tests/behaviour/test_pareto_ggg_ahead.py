"""What Pareto/GGG foresees: distributions with the expected mean, as drawn, and the sum over arrivals closed well."""

import numpy as np
import pytest
from every_model import told

from keyworth.behaviour import PARETO_GGG, ParetoGggParameters
from keyworth.behaviour.own_rhythm import pareto_ggg_arrivals

GROCER = ParetoGggParameters(6.0, 2.2, 1.5, 6.0, 0.6, 20.0)
UP_TO = 200
H = told([0, 1, 3, 5, 30, 8], [0, 0.3, 20, 39, 38, 38], [39] * 6, uneven=0.2)


@pytest.mark.parametrize(
    ("p", "error"),
    [
        (GROCER, 1e-8),
        (ParetoGggParameters(2.0, 2.5, 0.7, 6.0, 0.8, 8.0), 1e-4),  # bursts: 200 purchases in no time
        (ParetoGggParameters(40.0, 5.0, 3.0, 9.0, 0.3, 40.0), 1e-10),
    ],
)
def test_counts_ahead_are_a_distribution_with_the_expected_mean(p, error):
    chances = PARETO_GGG.count_distribution_ahead(p, H, 13.0, UP_TO)
    assert chances.shape == (6, UP_TO + 1)
    assert (chances >= 0).all()
    np.testing.assert_allclose(chances.sum(axis=1), 1.0, atol=1e-7)
    counted, expected = (chances * np.arange(UP_TO + 1)).sum(axis=1), PARETO_GGG.expected_purchases(p, H, 13.0)
    np.testing.assert_allclose(counted, expected, rtol=error)
    assert (chances[:, 0] >= (1 - PARETO_GGG.chance_alive(p, H)) * (1 - 1e-9)).all()


def test_counts_and_means_are_those_of_drawn_futures():
    draws = 1000
    futures = PARETO_GGG.draw_ahead(GROCER, H, 26.0, seed=1, draws=draws)
    bought = futures.purchases
    error = bought.std(axis=0) / np.sqrt(draws)
    assert (np.abs(bought.mean(axis=0) - PARETO_GGG.expected_purchases(GROCER, H, 26.0)) < 4 * error).all()
    chances = PARETO_GGG.count_distribution_ahead(GROCER, H, 26.0, 5)
    seen = np.array([(bought == count).mean(axis=0) for count in range(6)]).T
    assert (np.abs(seen - chances) < 4 * np.sqrt(chances * (1 - chances) / draws) + 1e-3).all()
    stays = PARETO_GGG.chance_alive(GROCER, H) * (1 - PARETO_GGG.chance_leaves_if_alive(GROCER, H, 26.0))
    assert (np.abs(futures.still_customer.mean(axis=0) - stays) < 4 * np.sqrt(stays * (1 - stays) / draws)).all()
    later = PARETO_GGG.draw_ahead(GROCER, H, 26.0, seed=1, draws=2, first_draw=100)
    np.testing.assert_array_equal(later.purchases, bought[100:102])


def test_the_closed_sum_over_later_arrivals_is_that_of_one_by_one(monkeypatch):
    usual = PARETO_GGG.expected_purchases_if_alive(GROCER, H, 150.0)
    monkeypatch.setattr(pareto_ggg_arrivals, "ONE_BY_ONE", 250)
    np.testing.assert_allclose(usual, PARETO_GGG.expected_purchases_if_alive(GROCER, H, 150.0), rtol=2e-6)


def test_discounting_takes_something_and_never_more_than_the_rate_allows():
    plain = PARETO_GGG.expected_purchases_if_alive(GROCER, H, 26.0)
    worn, endless = (PARETO_GGG.discounted_if_alive(GROCER, H, 0.01, ahead) for ahead in (26.0, None))
    np.testing.assert_allclose(PARETO_GGG.discounted_if_alive(GROCER, H, 0.0, 26.0), plain, rtol=1e-12)
    assert ((worn <= plain) & (worn >= plain * np.exp(-0.26)) & (endless > worn)).all()
    np.testing.assert_allclose(PARETO_GGG.discounted_if_alive(GROCER, H, 0.01, 6000.0), endless, rtol=1e-9)
    few = H.rows(slice(2, 4))
    grown = np.array([PARETO_GGG.expected_purchases_if_alive(GROCER, few, end) for end in np.arange(2.0, 27.0, 3.0)])
    slow = (np.diff(grown, axis=0) * np.exp(-0.01 * np.arange(3.5, 26.0, 3.0))[:, None]).sum(axis=0)
    slow += PARETO_GGG.discounted_if_alive(GROCER, few, 0.01, 2.0)
    np.testing.assert_allclose(worn[2:4], slow, rtol=1e-3)


def test_a_new_customer_grows_as_counted():
    times = np.array([[0.0, 5.0], [20.0, 100.0]])
    grown = PARETO_GGG.expected_from_start(GROCER, times)
    assert grown.shape == (2, 2)
    assert grown[0, 0] == 0.0
    assert (np.diff(grown.ravel()) > 0).all()
    chances = PARETO_GGG.count_distribution(GROCER, 20.0, 120)
    assert (chances * np.arange(121)).sum() == pytest.approx(grown[1, 0], rel=1e-5)
    ends = np.full(20_000, 20.0)
    x = PARETO_GGG.simulate(GROCER, ends, seed=4).repeats
    assert abs(x.mean() - grown[1, 0]) < 4 * x.std() / np.sqrt(20_000)
