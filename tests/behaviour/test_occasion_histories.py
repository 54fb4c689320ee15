"""The gate of histories of occasions: what is let in, what is refused and in which words."""

import numpy as np
import pytest

from keyworth.behaviour.occasions.occasion_histories import OccasionHistories
from keyworth.errors import HistoryRefused
from keyworth.units import TimeUnit


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((np.nan, 1, 2), "a value is missing or not finite"),
        ((1, 1, np.inf), "a value is missing or not finite"),
        ((-1, 1, 2), "a value is negative"),
        ((1, 1.5, 2), "occasions are counted in whole numbers"),
        ((1, 1, 100_001), "there are more than 100,000 occasions"),
        ((1, 3, 2), "the last repeat is later than the last occasion"),
        ((2, 1, 2), "there are more repeat purchases than occasions until the last"),
        ((1, 0, 2), "there are more repeat purchases than occasions until the last"),
        ((0, 1, 2), "there is a last repeat but no repeat purchase"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_number(row, reason):
    good = (1, 1, 2)
    with pytest.raises(HistoryRefused) as refused:
        OccasionHistories.from_columns(*np.transpose([good, row, good, row]))
    said = str(refused.value)
    assert f"{reason} (2 times, first in rows 2, 4)" in said
    assert "2 of 4 histories cannot be used" in said
    assert refused.value.counts == {"histories_refused": 2, "histories": 4}


def test_all_faults_are_told_at_once():
    with pytest.raises(HistoryRefused, match=r"2 of 2.*whole numbers.*later than the last"):
        OccasionHistories.from_columns([1.5, 1], [2, 9], [2, 2])


def test_columns_of_different_length_are_refused():
    with pytest.raises(HistoryRefused, match="Three columns of one length"):
        OccasionHistories.from_columns([1], [1, 1], [2])
    with pytest.raises(HistoryRefused, match="One weight per history was expected; got 2 for 1"):
        OccasionHistories.from_columns([1], [1], [2], [1, 1])


@pytest.mark.parametrize("weight", [0.0, -1.0, np.nan])
def test_a_row_stands_for_somebody(weight):
    with pytest.raises(HistoryRefused, match="the weight is not a positive number"):
        OccasionHistories.from_columns([1], [1], [2], [weight])


def test_distinct_histories_come_in_order_with_everybody_who_shares_them():
    rng = np.random.default_rng(2)
    n = rng.integers(0, 5, 300)
    last = rng.integers(0, n + 1)
    x = np.where(last > 0, rng.integers(1, np.maximum(last, 1) + 1), 0)
    customers = rng.random(300) + 0.1
    h = OccasionHistories.from_columns(x, last, n, customers, TimeUnit.MONTH)
    distinct = h.distinct()
    rows = list(zip(distinct.repeats, distinct.last_repeat, distinct.occasions, strict=True))
    assert rows == sorted(set(zip(x, last, n, strict=True)))
    for row, weight in zip(rows, distinct.customers, strict=True):
        assert weight == pytest.approx(customers[(x == row[0]) & (last == row[1]) & (n == row[2])].sum())
    assert distinct.unit is TimeUnit.MONTH
    turned = h.rows(np.arange(299, -1, -1)).distinct()
    np.testing.assert_array_equal(turned.customers, distinct.customers)
    assert len(OccasionHistories.from_columns([], [], []).distinct()) == 0
