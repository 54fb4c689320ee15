"""What is told of days, and histories with their dates: right, and refused where they are not."""

from datetime import date

import numpy as np
import pytest

from keyworth.behaviour.calendar_time.calendar import Calendar
from keyworth.behaviour.calendar_time.calendar_model import CALENDAR_MODELS
from keyworth.behaviour.calendar_time.clock import PurchaseClock
from keyworth.behaviour.calendar_time.dated_histories import DatedHistories
from keyworth.behaviour.calendar_time.rhythms import (
    columns,
    holiday,
    promotion,
    season,
    spring_festival,
    trend,
    weekdays,
)
from keyworth.errors import HistoryRefused, NotEnoughHistory, ParametersRefused

FIRST, LAST = date(2023, 1, 1), date(2024, 12, 31)


def on(calendar: Calendar, name: str) -> list[date]:
    return calendar.days[calendar.columns[calendar.names.index(name)] == 1.0].tolist()


class TestCalendar:
    def test_festivals_move(self) -> None:
        calendar = Calendar.of(FIRST, LAST, spring_festival())
        week = on(calendar, "spring festival: the week of it")
        assert (week[0], week[7]) == (date(2023, 1, 21), date(2023, 1, 28))
        assert (week[8], week[15]) == (date(2024, 2, 9), date(2024, 2, 16))
        assert len(on(calendar, "spring festival: two weeks before")) == 13 + 13
        assert len(on(calendar, "spring festival: the week after")) == 16

    def test_holidays_and_promotions_are_stretches_of_days(self) -> None:
        days = [date(2023, 10, 1), date(2024, 10, 1)]
        calendar = Calendar.of(FIRST, LAST, holiday("golden week", days, after=6), promotion("sale", [(FIRST, FIRST)]))
        assert on(calendar, "golden week")[:7] == [date(2023, 10, day) for day in range(1, 8)]
        assert len(on(calendar, "golden week")) == 14
        assert on(calendar, "sale") == [FIRST]

    def test_weekdays_stand_beside_monday(self) -> None:
        calendar = Calendar.of(FIRST, LAST, weekdays())
        assert all(day.weekday() == 6 for day in on(calendar, "Sunday"))
        assert calendar.columns[:, 1].sum() == 0.0  # 2 January 2023 was a Monday

    def test_a_season_comes_again_after_a_year(self) -> None:
        calendar = Calendar.of(FIRST, LAST, season(3))
        assert calendar.columns.shape == (6, 731)
        np.testing.assert_allclose(calendar.columns[:, 0], calendar.columns[:, 365], atol=0.02)
        assert np.abs(calendar.columns[:, :365].mean(axis=1)).max() < 0.01

    def test_a_trend_is_by_the_year(self) -> None:
        calendar = Calendar.of(FIRST, LAST, trend())
        assert calendar.columns[0, 730] - calendar.columns[0, 0] == pytest.approx(730 / 365.25)

    def test_columns_of_ones_own_begin_on_their_own_day(self) -> None:
        calendar = Calendar.of(FIRST, date(2023, 1, 3), columns(date(2022, 12, 30), {"heat": [1, 2, 3, 4, 5]}))
        assert calendar.columns.tolist() == [[3.0, 4.0, 5.0]]

    def test_it_says_which_day_it_does_not_tell_of(self) -> None:
        calendar = Calendar.of(FIRST, LAST, season(1))
        with pytest.raises(ParametersRefused, match="from 2023-01-01 to 2024-12-31 and does not tell of 2025-01-01"):
            calendar.place(np.array(["2024-12-31", "2025-01-01"], dtype="datetime64[D]"))
        with pytest.raises(ParametersRefused, match="heat does not tell of 2023-01-02"):
            Calendar.of(FIRST, LAST, columns(FIRST, {"heat": [1.0]}))
        with pytest.raises(ParametersRefused, match="known from 1995 to 2040; 2041 is beyond"):
            Calendar.of(FIRST, date(2041, 1, 1), spring_festival())

    def test_it_refuses_columns_without_a_number_or_a_name(self) -> None:
        with pytest.raises(ParametersRefused, match="wrong or told twice: heat, season: cos 1, season: sin 1"):
            Calendar.of(FIRST, FIRST, columns(FIRST, {"heat": [np.nan]}), season(1), season(1))


class TestDatedHistories:
    def test_purchases_of_one_day_are_one_and_later_ones_are_left_out(self) -> None:
        days = ["2023-01-05", "2023-01-05", "2023-01-09", "2023-01-09", "2023-02-01", "2023-01-09"]
        h = DatedHistories.from_purchases(
            ["b", "a", "a", "a", "a", "b"], np.array(days, "datetime64[D]"), date(2023, 1, 31)
        )
        assert len(h) == 1
        assert (h.customers, h.repeats.tolist(), h.purchases.tolist()) == (2.0, [1.0], [2.0])
        assert h.purchase_days.tolist() == [date(2023, 1, 9)]
        assert h.inverse is not None
        assert h.inverse.tolist() == [0, 0]
        plain = h.plain()
        assert (plain.last_repeat[0], plain.observed_for[0]) == (4 / 7, 26 / 7)

    def test_counted_histories_are_the_same(self) -> None:
        h = DatedHistories.from_columns(
            date(2023, 1, 31), ["2023-01-05"], ["2023-01-09"], [1], [2], ["2023-01-09", "2023-01-10"], [2, 0]
        )
        assert h.purchase_days.tolist() == [date(2023, 1, 9)]

    def test_all_faults_are_told_at_once(self) -> None:
        with pytest.raises(HistoryRefused) as refused:
            DatedHistories.from_columns(
                date(2023, 1, 31),
                ["2023-01-05", "2023-01-05", "2023-01-05", "2023-01-05"],
                ["2023-01-04", "2023-02-04", "2023-01-07", "2023-01-07"],
                [1, 1, 0, 3],
                [1, 1, 1, 0],
                [],
                [],
            )
        told = str(refused.value)
        assert "the last purchase is earlier than the first" in told
        assert "the last repeat is later than the end of observation" in told
        assert "there is a last repeat but no repeat purchase" in told
        assert "there are more repeat purchases than days for them" in told
        assert "the weight is not a positive number" in told

    def test_the_days_of_purchase_must_be_all_of_them(self) -> None:
        with pytest.raises(HistoryRefused, match="tell of 2 repeat purchases, and the days of purchase of 1"):
            DatedHistories.from_columns(
                date(2023, 1, 31), ["2023-01-05"], ["2023-01-09"], [1], [2], ["2023-01-09"], [1]
            )
        with pytest.raises(HistoryRefused, match="no purchase by 2022-01-01"):
            DatedHistories.from_purchases(["a"], np.array(["2023-01-05"], "datetime64[D]"), date(2022, 1, 1))
        with pytest.raises(HistoryRefused, match="got shapes"):
            DatedHistories.from_columns(date(2023, 1, 31), ["2023-01-05"], ["2023-01-09"], [1, 2], [2], [], [])


class TestFit:
    h = DatedHistories.from_purchases(
        [1, 1, 2, 3, 4, 5, 6, 6],
        np.array([0, 3, 0, 1, 1, 2, 2, 8], "datetime64[D]") + np.int64(19_360),
        date(2023, 3, 1),
    )

    @pytest.mark.parametrize("name", CALENDAR_MODELS)
    def test_what_never_changed_cannot_be_told(self, name: str) -> None:
        later = promotion("sale of 2024", [(date(2024, 6, 1), date(2024, 6, 9))])
        with pytest.raises(NotEnoughHistory, match="are the same: sale of 2024"):
            CALENDAR_MODELS[name].fit(self.h, Calendar.of(FIRST, LAST, season(1), later))

    def test_a_ridge_is_not_negative(self) -> None:
        with pytest.raises(ParametersRefused, match="from 0 on; got −1"):
            CALENDAR_MODELS["bg-nbd"].fit(self.h, Calendar.of(FIRST, LAST, season(1)), ridge=-1.0)

    @pytest.mark.parametrize("name", CALENDAR_MODELS)
    def test_a_horizon_beyond_the_calendar_is_refused_by_its_day(self, name: str) -> None:
        calendar = Calendar.of(FIRST, LAST, season(1))
        model, clock = CALENDAR_MODELS[name], PurchaseClock(calendar, np.zeros(2), np.zeros(2))
        p = model.steady.parameter_kind(1.0, 1.0, 1.0, 1.0)
        with pytest.raises(ParametersRefused, match="does not tell of 2025-0"):
            model.expected_purchases(p, clock, self.h, date(2025, 2, 1))
