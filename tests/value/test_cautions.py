"""A day long after the last order and a horizon far beyond the ledger are said, usual ones are not."""

from datetime import date, timedelta

import pytest

from keyworth.value import far_beyond_the_ledger, far_from_the_orders, unusual_questions
from keyworth.words import say

LAST = date(2025, 12, 31)


@pytest.mark.parametrize("days", [-400, 0, 31])
def test_a_day_near_the_last_order_or_before_it_needs_no_word(days):
    assert far_from_the_orders(LAST + timedelta(days), LAST) == ()


def test_a_day_long_after_the_last_order_is_said_with_its_distance():
    (said,) = far_from_the_orders(date(2026, 2, 1), LAST)
    assert str(said).startswith("2026-02-01 is 32 days after the last order; ")
    assert "2026-02-01" in say(said, "zh")
    assert "32" in say(said, "zh")


@pytest.mark.parametrize(("ahead", "known"), [(365, 1095), (365, 365), (365, 183)])
def test_a_horizon_within_twice_the_ledger_needs_no_word(ahead, known):
    assert far_beyond_the_ledger(ahead, known) == ()


@pytest.mark.parametrize(("known", "times"), [(182, "2"), (150, "2.4"), (9, "41")])
def test_a_horizon_far_beyond_the_ledger_is_said_with_how_many_times(known, times):
    (said,) = far_beyond_the_ledger(365, known)
    assert f"is {times} times as long as the ledger ({known} days)" in str(said)
    assert f"{times} 倍" in say(said, "zh")


def test_both_may_be_unusual():
    assert len(unusual_questions(date(2026, 2, 1), LAST, horizon_days=365, ledger_days=9)) == 2
