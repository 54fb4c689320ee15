"""Cohorts by quarter: right edges, no gaps, sums that add up."""

from datetime import date

import numpy as np
import pytest

from keyworth.value import cohorts_by_quarter


def test_quarters_begin_and_end_on_the_right_days_and_none_is_left_out():
    found = cohorts_by_quarter(["2023-12-31", "2024-01-01", "2024-09-30"])
    assert [(c.first_day, c.last_day, c.customers) for c in found] == [
        (date(2023, 10, 1), date(2023, 12, 31), 1),
        (date(2024, 1, 1), date(2024, 3, 31), 1),
        (date(2024, 4, 1), date(2024, 6, 30), 0),
        (date(2024, 7, 1), date(2024, 9, 30), 1),
    ]
    assert found[0].spent is None


def test_dates_before_1970_have_quarters_too():
    (only,) = cohorts_by_quarter(["1969-12-31"])
    assert (only.first_day, only.last_day) == (date(1969, 10, 1), date(1969, 12, 31))


def test_cohorts_add_up_to_the_base():
    rng = np.random.default_rng(0)
    days = np.datetime64("2022-02-05") + rng.integers(0, 1000, 500)
    value, chance = rng.gamma(1, 10, 500), rng.random(500)
    found = cohorts_by_quarter(days, value=value, chance=chance)
    assert sum(c.customers for c in found) == 500
    assert sum(c.value for c in found) == pytest.approx(value.sum())
    assert sum(c.still_customers for c in found) == pytest.approx(chance.sum())
    assert cohorts_by_quarter([]) == ()
