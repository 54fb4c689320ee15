"""Scores of counts: against closed forms, slow loops, and forecasts that are wrong on purpose."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ive
from scipy.stats import nbinom, poisson

from keyworth.backtest import count_scores


def scored(chances, actual, expected, places=0.5):
    """Each customer with a distribution of their own."""
    chances = np.atleast_2d(chances)
    n = len(chances)
    return count_scores(
        chances,
        np.arange(n),
        np.broadcast_to(np.asarray(actual), n).astype(np.int64),
        np.full(n, places),
        expected=np.broadcast_to(np.asarray(expected, dtype=float), n),
    )


@pytest.mark.parametrize("mean", [0.01, 0.7, 5.0, 40.0])
def test_poisson_crps_is_that_of_the_closed_form(mean):
    # Wei and Held (2014), Test 23, 787-805: (y - m)(2F(y) - 1) + 2m f(y) - m e^(-2m) (I0(2m) + I1(2m)).
    counts = np.arange(0, int(mean + 12 * mean**0.5) + 20)
    actual = np.arange(0, int(2 * mean) + 3)
    found = scored(np.tile(poisson.pmf(counts, mean), (len(actual), 1)), actual, mean)
    closed = (actual - mean) * (2 * poisson.cdf(actual, mean) - 1) + 2 * mean * poisson.pmf(actual, mean)
    closed -= mean * (ive(0, 2 * mean) + ive(1, 2 * mean))
    assert found.crps == pytest.approx(closed, rel=1e-9)
    assert found.log_score == pytest.approx(poisson.logpmf(actual, mean))


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=12), st.data())
def test_every_score_is_that_of_the_slow_definition(weights, data):
    chances = np.array(weights) / sum(weights)
    actual, place = data.draw(st.integers(0, len(chances) - 1)), data.draw(st.floats(0, 1))
    found = scored(chances, actual, (chances * np.arange(len(chances))).sum(), place)
    up_to = [sum(chances[: k + 1]) for k in range(len(chances))]
    assert found.crps[0] == pytest.approx(sum((f - (actual <= k)) ** 2 for k, f in enumerate(up_to)), abs=1e-9)
    assert found.log_score[0] == pytest.approx(np.log(chances[actual]))
    assert found.pit[0] == pytest.approx(sum(chances[:actual]) + place * chances[actual], abs=1e-9)


@pytest.mark.parametrize("columns", [8, 16, 24])
def test_what_lies_above_the_last_chance_is_closed_by_its_mean(columns):
    # A negative binomial of shape 1 is geometric, tail and all; others are nearly so far out.
    for shape, tolerance in ((1.0, 1e-12), (0.4, 0.1 / columns), (2.5, 0.1 / columns)):
        odds = 0.3
        mean = shape * (1 - odds) / odds
        all_of_them, few = nbinom.pmf(np.arange(400), shape, odds), nbinom.pmf(np.arange(columns), shape, odds)
        whole, closed = scored(all_of_them, 2, mean).crps[0], scored(few, 2, mean).crps[0]
        left = 1 - few.sum()
        beyond = max(mean - (1 - few.cumsum()).sum(), 0.0)
        assert abs(closed - whole) <= left * beyond
        assert closed == pytest.approx(whole, rel=tolerance)


def test_a_forecast_of_one_figure_has_its_absolute_error():
    assert scored([0.0, 0.0, 1.0, 0.0, 0.0, 0.0], 5, 2.0).crps[0] == pytest.approx(3.0)


def test_customers_share_the_chances_of_their_history():
    chances = np.array([[0.5, 0.3, 0.2], [0.1, 0.2, 0.7]])
    expected = np.array([0.7, 1.6])
    rows, actual, places = np.array([1, 0, 1]), np.array([0, 2, 2]), np.array([0.1, 0.2, 0.3])
    together = count_scores(chances, rows, actual, places, expected=expected)
    for i in range(3):
        alone = count_scores(
            chances[rows[i : i + 1]], np.zeros(1, np.intp), actual[i : i + 1], places[i : i + 1],
            expected=expected[rows[i : i + 1]],
        )  # fmt: skip
        assert (together.log_score[i], together.crps[i], together.pit[i]) == (
            alone.log_score[0],
            alone.crps[0],
            alone.pit[0],
        )


def test_what_was_all_but_impossible_costs_much_and_not_everything():
    found = scored([1.0, 0.0], 1, 0.0)
    assert found.log_score[0] == pytest.approx(-708.4, abs=0.1)


def test_chances_must_reach_to_what_came():
    with pytest.raises(ValueError, match="up to 7 are needed; got them up to 2"):
        scored([0.5, 0.3, 0.2], 7, 0.7)
