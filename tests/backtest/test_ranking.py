"""Rank measures against the slow definitions they stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from keyworth.backtest.ranking import Ranked, concordance, normalised_gini, rank_correlation
from reference.held import held


def both(rng, n):
    """Counts and rounded predictions: many ties in each."""
    actual = rng.poisson(0.8, n).astype(float)
    return actual, np.round(actual * 0.3 + rng.gamma(1, 1, n), 1)


@pytest.mark.parametrize("n", [2, 3, 31, 32, 33, 64, 65, 97, 500, 1025])
def test_concordance_is_the_share_of_pairs_in_the_right_order(n):
    rng = np.random.default_rng(n)
    actual, expected = both(rng, n)
    actual[0] = actual[1] + 1
    right = tied = comparable = 0
    for i in range(n):
        more = actual > actual[i]
        comparable += int(more.sum())
        right += int((more & (expected > expected[i])).sum())
        tied += int((more & (expected == expected[i])).sum())
    found = concordance(Ranked.of(actual), Ranked.of(expected))
    assert found == pytest.approx((right + tied / 2) / comparable, abs=1e-15)


def test_rank_correlation_agrees_with_scipy_when_there_are_ties():
    actual, expected = both(np.random.default_rng(1), 700)
    found = rank_correlation(Ranked.of(actual), Ranked.of(expected))
    assert found == pytest.approx(stats.spearmanr(actual, expected).statistic, abs=1e-12)


def test_a_perfect_order_has_gini_one_a_random_one_about_none_and_a_reversed_one_minus_one():
    rng = np.random.default_rng(2)
    actual = rng.gamma(0.5, 10, 20_000)
    happened = Ranked.of(actual)
    held("S10.7", "normalised Gini of a perfect order", normalised_gini(actual, happened, happened), 1, atol=1e-9)
    assert normalised_gini(actual, happened, Ranked.of(-actual)) == pytest.approx(-1)
    by_chance = normalised_gini(actual, happened, Ranked.of(rng.random(20_000)))
    held("S10.7", "normalised Gini of a random order", by_chance, 0, atol=0.05)


@given(st.integers(0, 10_000))
def test_the_order_in_which_tied_customers_are_listed_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    actual, expected = both(rng, 60)
    shuffled = rng.permutation(60)

    def measures(a, p):
        happened, foreseen = Ranked.of(a), Ranked.of(p)
        return (
            rank_correlation(happened, foreseen),
            normalised_gini(a, happened, foreseen),
            concordance(happened, foreseen),
        )

    assert measures(actual, expected) == pytest.approx(measures(actual[shuffled], expected[shuffled]))
