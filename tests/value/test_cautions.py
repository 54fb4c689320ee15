"""A day long after the last order is said, a usual one is not."""

from datetime import date, timedelta

import pytest

from keyworth.value import far_from_the_orders
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
