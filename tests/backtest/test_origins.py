"""Past origins: end to end, never overlapping, each with enough behind it."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyworth.backtest import days_unknown, needed_days, origins, origins_up_to
from keyworth.errors import NotEnoughHistory, OptionRefused


def test_cdnow_has_one_origin_of_39_weeks():
    (only,) = origins(date(1997, 1, 1), date(1998, 6, 30), 273)
    assert (only.as_of, only.end) == (date(1997, 9, 30), date(1998, 6, 30))
    assert only.calibration_days == 273


def test_three_years_allow_several_quarters_oldest_first():
    found = origins(date(2023, 1, 1), date(2025, 12, 31), 91)
    assert len(found) == 10
    assert found[-1].end == date(2025, 12, 31)
    assert all(earlier.end == later.as_of for earlier, later in pairwise(found))
    assert found[0].calibration_days >= 182


@given(st.integers(1, 2000), st.integers(1, 400))
def test_no_hold_out_day_is_used_twice_and_none_lies_outside(span, holdout):
    first = date(2020, 1, 1)
    last = first + timedelta(days=span - 1)
    shortest = needed_days(holdout) - holdout
    if span < holdout + shortest:
        with pytest.raises(NotEnoughHistory):
            origins(first, last, holdout)
        return
    found = origins(first, last, holdout)
    days = [o.as_of + timedelta(days=1 + d) for o in found for d in range((o.end - o.as_of).days)]
    assert len(days) == len(set(days)) == holdout * len(found)
    assert max(days) == last
    assert len(found) == (span - shortest) // holdout


def test_the_newest_are_kept_when_fewer_are_wanted():
    found = origins(date(2023, 1, 1), date(2025, 12, 31), 91, at_most=2)
    assert [o.end for o in found] == [date(2025, 10, 1), date(2025, 12, 31)]


def test_too_short_a_ledger_is_told_what_it_lacks():
    with pytest.raises(NotEnoughHistory, match="needs 546 days of history; the ledger has 100") as refused:
        origins(date(2024, 1, 1), date(2024, 4, 9), 273)
    assert str(refused.value.hint) == "No hold-out period fits: import orders of more than 182 days."


@pytest.mark.parametrize("born_after", [None, date(2023, 12, 31)])
@pytest.mark.parametrize("span", [183, 300, 364, 365, 800])
def test_too_long_a_hold_out_is_told_the_longest_that_fits(span, born_after):
    first = date(2024, 1, 1)
    last = first + timedelta(days=span - 1)
    with pytest.raises(NotEnoughHistory) as refused:
        origins(first, last, 700, born_after=born_after)
    longest = int(re.search(r"--holdout (\d+)d", str(refused.value.hint))[1])
    assert len(origins(first, last, longest, born_after=born_after)) == 1
    with pytest.raises(NotEnoughHistory):
        origins(first, last, longest + 1, born_after=born_after)


def test_a_hold_out_period_of_nothing_is_refused():
    with pytest.raises(OptionRefused):
        origins(date(2024, 1, 1), date(2025, 1, 1), 0)


def test_history_begins_after_the_day_that_customers_are_born_after():
    whole = origins(date(2023, 1, 1), date(2025, 12, 31), 182)
    later = origins(date(2023, 1, 1), date(2025, 12, 31), 182, born_after=date(2023, 12, 31))
    assert whole[-1].as_of == later[-1].as_of
    assert whole[-1].calibration_days - later[-1].calibration_days == 365
    assert len(later) < len(whole)
    assert all((one.as_of - date(2023, 12, 31)).days == one.calibration_days >= 182 for one in later)
    # A day before the ledger leaves out nobody.
    assert origins(date(2023, 1, 1), date(2025, 12, 31), 182, born_after=date(2020, 1, 1)) == whole


def test_too_late_a_day_is_told_how_much_history_it_leaves():
    with pytest.raises(NotEnoughHistory, match="after 2025-06-30 the ledger has 184") as refused:
        origins(date(2023, 1, 1), date(2025, 12, 31), 182, born_after=date(2025, 6, 30))
    assert "earlier day" in str(refused.value.hint)
    assert needed_days(182) == 364
    assert needed_days(28) == 28 + 182


def test_a_chosen_day_is_the_last_origin_whatever_comes_later():
    (only,) = origins_up_to(date(1997, 1, 1), date(1997, 9, 30), date(1999, 3, 1), 273)
    assert (only.as_of, only.end, only.calibration_days) == (date(1997, 9, 30), date(1998, 6, 30), 273)


def test_before_a_chosen_day_lie_the_usual_ones():
    chosen = date(2025, 6, 30)
    found = origins_up_to(date(2023, 1, 1), chosen, date(2025, 12, 31), 91)
    assert found[:-1] == origins(date(2023, 1, 1), chosen, 91)
    assert found[-1].as_of == found[-2].end == chosen
    later = origins_up_to(date(2023, 1, 1), chosen, date(2025, 12, 31), 91, born_after=date(2024, 12, 31))
    assert [one.calibration_days for one in later] == [181]


def test_a_chosen_day_needs_no_length_of_history():
    (only,) = origins_up_to(date(2024, 1, 1), date(2024, 1, 31), date(2025, 12, 31), 365)
    assert (only.calibration_days, only.holdout_days) == (31, 365)


def test_a_hold_out_period_may_end_a_little_after_the_last_order_and_no_more():
    first, last = date(2023, 1, 1), date(2025, 12, 31)
    (*_, chosen) = origins_up_to(first, last - timedelta(days=82), last, 91)
    assert days_unknown(chosen.end, last) == 9
    with pytest.raises(
        NotEnoughHistory, match="needs orders up to 2026-01-10; the last one is of 2025-12-31"
    ) as refused:
        origins_up_to(first, last - timedelta(days=81), last, 91)
    assert refused.value.counts == {"days": 81}


def test_before_the_first_order_nothing_is_known():
    with pytest.raises(NotEnoughHistory, match="Nothing is known by 2022-12-31"):
        origins_up_to(date(2023, 1, 1), date(2022, 12, 31), date(2025, 12, 31), 91)
