from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyworth.errors import OptionRefused
from keyworth.units import Horizon, TimeUnit


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("1y", date(2024, 2, 29), date(2025, 2, 28)),
        ("12m", date(2024, 2, 29), date(2025, 2, 28)),
        ("1m", date(2025, 1, 31), date(2025, 2, 28)),
        ("39w", date(1997, 9, 30), date(1998, 6, 30)),
        (" 90D ", date(2025, 1, 1), date(2025, 4, 1)),
    ],
)
def test_a_horizon_ends_on_a_calendar_date(text: str, start: date, end: date) -> None:
    assert Horizon.parse(text).end(start) == end


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 30))
def test_twelve_months_and_a_year_are_the_same_time(start: date, years: int) -> None:
    assert Horizon.parse(f"{12 * years}m").end(start) == Horizon.parse(f"{years}y").end(start)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from(["1y", "5y", "1m", "7m", "39w", "1d", "400d"]))
def test_a_horizon_starts_as_late_as_it_can_and_is_over_in_time(end: date, text: str) -> None:
    horizon = Horizon.parse(text)
    start = horizon.start(end)
    assert horizon.end(start) <= end
    assert horizon.end(start + timedelta(days=1)) > end
    # No day lies a month before 29, 30 or 31 March 2025, so up to three days may be left over.
    assert end - horizon.end(start) <= timedelta(days=3)


@pytest.mark.parametrize("text", ["", "1", "y", "1.5y", "0d", "-1y", "1 fortnight", "999999d"])
def test_other_lengths_are_refused_and_told_how_to_write_them(text: str) -> None:
    with pytest.raises(OptionRefused, match="1y, 12m, 39w or 90d"):
        Horizon.parse(text)


def test_a_horizon_past_the_calendar_is_refused() -> None:
    with pytest.raises(OptionRefused, match="past the last date"):
        Horizon.parse("9000y").end(date(2024, 1, 1))


def test_the_year_has_365_and_a_quarter_days_and_the_month_a_twelfth() -> None:
    assert TimeUnit.YEAR.days == 365.25
    assert TimeUnit.MONTH.days == 30.4375
    assert timedelta(days=TimeUnit.WEEK.days) == timedelta(weeks=1)


def test_a_horizon_is_said_in_words_and_kept_in_short() -> None:
    assert str(Horizon.parse("12m")) == "12m"
    assert Horizon.parse("12m").said("zh") == "12 个月"
    assert Horizon.parse("1y").said("en") == "1 year"
