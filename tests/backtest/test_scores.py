"""Scores: right where they can be worked by hand, None where there is nothing to say."""

from dataclasses import astuple

import numpy as np
import pytest

from keyworth.backtest import coverage, score
from keyworth.errors import HistoryRefused


def test_a_small_case_worked_by_hand():
    found = score(
        [0, 1, 3, 4],
        [1, 1, 2, 2],
        interval_80=([0, 0, 0, 0], [1, 1, 2, 4]),
        interval_95=([0, 0, 0, 0], [3, 3, 3, 4]),
    )
    assert (found.customers, found.actual, found.expected) == (4, 8.0, 6.0)
    assert found.bias == -0.25
    assert found.mae == 1.0
    assert found.rmse == pytest.approx(np.sqrt(6 / 4))
    # ranks 1 2 3 4 against 1.5 1.5 3.5 3.5: covariance 4, variances 5 and 4
    assert found.spearman == pytest.approx(4 / np.sqrt(20))
    # six pairs differ in fact: four are in order, two are tied
    assert found.concordance == pytest.approx(5 / 6)
    # sum of (2R - 5) a: expected -2 -2 +2 +2 -> 12; own -3 -1 +1 +3 -> 14
    assert found.gini == pytest.approx(12 / 14)
    assert (found.coverage_80, found.coverage_95) == (0.75, 1.0)


@pytest.mark.parametrize(
    ("actual", "expected"), [([], []), ([0], [0]), ([2, 2], [1, 1]), ([0, 0, 0], [1, 2, 3]), ([5], [4])]
)
def test_what_cannot_be_computed_is_none_and_never_not_a_number(actual, expected):
    found = score(actual, expected)
    assert found.spearman is None
    assert found.gini is None
    assert found.concordance is None
    assert all(value is None or np.isfinite(value) for value in astuple(found))


def test_bias_of_a_total_of_nothing_is_not_a_number_so_it_is_none():
    assert score([0, 0], [1, 0]).bias is None


def test_both_ends_of_an_interval_belong_to_it():
    assert coverage([1.0, 2.0, 2.1], ([1, 1, 1], [2, 2, 2])) == pytest.approx(2 / 3)
    assert coverage([1.0], None) is None


def test_a_customer_of_whom_nothing_was_expected_is_refused():
    with pytest.raises(HistoryRefused, match="got 2 for 3"):
        score([1, 2, 3], [1, 2])


def test_figures_that_are_not_numbers_are_refused_and_counted():
    with pytest.raises(HistoryRefused, match="2 actual or expected") as refused:
        score([1, np.nan, 3], [1, 2, np.inf])
    assert refused.value.counts == {"not_finite": 2}
