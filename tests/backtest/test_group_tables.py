"""Tables add up, whatever they are cut by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyworth.backtest import by_past_repeats, decile_table, repeat_counts, tracking


@given(st.integers(0, 100), st.integers(0, 10_000))
def test_every_table_adds_up_to_the_whole(n, seed):
    rng = np.random.default_rng(seed)
    actual, expected = rng.poisson(1.0, n) * 1.5, rng.gamma(1, 1, n)
    repeats = rng.poisson(2.0, n)
    for rows in (decile_table(actual, expected), by_past_repeats(repeats, actual, expected)):
        assert sum(row.customers for row in rows) == n
        assert sum(row.actual for row in rows) == pytest.approx(actual.sum())
        assert sum(row.expected for row in rows) == pytest.approx(expected.sum())
    counts = repeat_counts(repeats, rng.integers(1, 50, n), lambda t: np.array([0.4, 0.3]) / t, shown=2)
    assert counts.actual.sum() == n
    assert counts.expected.sum() == pytest.approx(n)


def test_the_first_tenth_holds_those_expected_highest():
    rows = decile_table(np.arange(20.0), np.arange(20.0))
    assert [row.customers for row in rows] == [2] * 10
    assert (rows[0].expected, rows[-1].expected) == (37.0, 1.0)
    assert rows[0].mean_actual == 18.5


def test_a_group_of_nobody_has_no_mean():
    rows = by_past_repeats([0, 9], [1, 2], [1, 2])
    assert rows[1].mean_actual is None
    assert (rows[7].customers, rows[7].mean_expected) == (1, 2.0)


def test_tracking_starts_every_customer_on_their_own_day():
    # One purchase a week from the first on: three customers who came on days 0, 0 and 10, seen for 21 days.
    seen = tracking([0, 0, 10], [5, 6, 7, 20, 21, 99], lambda t: t, days=21, days_per_unit=7.0)
    assert list(seen.ends) == [6, 13, 20, 21]
    assert list(seen.actual) == [2, 1, 1, 1]  # day 99 is past the end
    assert seen.cumulative_expected == pytest.approx([12 / 7, (26 + 3) / 7, (40 + 10) / 7, (42 + 11) / 7])
    assert seen.expected.sum() == pytest.approx(seen.cumulative_expected[-1])


def test_tracking_ends_on_the_last_day_even_when_a_period_ends_there():
    assert list(tracking([0], [], lambda t: t, days=13).ends) == [6, 13]


def test_customers_are_expected_to_come_back_as_often_as_people_seen_as_long():
    # A Poisson model: seen for 1 week one stays without a repeat with chance exp(-1), for 3 weeks with exp(-3).
    found = repeat_counts(
        [0, 0, 5], [1.0, 1.0, 3.0], lambda t: np.exp(-t) * t ** np.arange(3) / np.array([1, 1, 2]), shown=3
    )
    assert list(found.actual) == [2, 0, 0, 1]
    assert found.expected[0] == pytest.approx(2 * np.exp(-1) + np.exp(-3))
    assert found.expected[2] == pytest.approx(2 * np.exp(-1) / 2 + np.exp(-3) * 9 / 2)
