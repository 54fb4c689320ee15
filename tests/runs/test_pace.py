"""The pace of models, and what it would have been without a day that taught it."""

from datetime import date, timedelta

import numpy as np
import pytest

from keyworth.backtest import Origin
from keyworth.behaviour import PaceTable
from keyworth.runs.pace import Pace
from keyworth.units import Discount
from keyworth.value import ModelChoice, ValueOptions
from keyworth.words import say

ALL, OTHERS = PaceTable((), (), ((1.1,),)), PaceTable((), (), ((1.2,),))
DAYS = (date(2022, 1, 1), date(2023, 1, 1), date(2024, 1, 1))


def seen(as_of: date, days: int = 365) -> Origin:
    return Origin(as_of, as_of + timedelta(days=days), days, 700)


def test_a_day_is_judged_by_what_the_others_taught() -> None:
    told = np.array([1.1, 1.3, 1.8])  # how many times what was foretold came, after each day
    pace = Pace(float(np.exp(np.log(told).mean())), DAYS, 365)
    for at, day in enumerate(DAYS):
        others = float(np.exp(np.log(np.delete(told, at)).mean()))
        assert pace.factor_before(seen(day), expected=100 * pace.factor, actual=100 * told[at]) == pytest.approx(others)


def test_a_day_that_taught_nothing_is_judged_by_all() -> None:
    pace = Pace(1.3, DAYS, 365)
    assert pace.factor_before(seen(date(2021, 1, 1)), expected=130, actual=90) == 1.3
    assert pace.factor_before(seen(date(2024, 12, 31)), expected=130, actual=90) == 1.3
    assert Pace(1.3).factor_before(seen(DAYS[0]), expected=130, actual=90) == 1.3


def test_a_part_of_a_day_counts_as_a_part() -> None:
    pace = Pace(1.3, DAYS, 365)
    half = pace.factor_before(seen(DAYS[0], 182), expected=110, actual=100)
    whole = pace.factor_before(seen(DAYS[0]), expected=110, actual=100)
    assert 1.3 < half < whole


def test_nothing_is_left_where_the_day_is_all_that_taught() -> None:
    assert Pace(1.3, DAYS, 365).factor_before(seen(DAYS[0], 3 * 366), expected=110, actual=100) == 1.0


def test_the_pace_of_a_value_book_knows_its_days() -> None:
    options = ValueOptions(365, Discount(0.1), 1000, pace=1.3, paces=ALL)
    choice = ModelChoice((), DAYS, 365, paces_without={DAYS[0]: OTHERS})
    assert Pace.of(options, choice) == Pace(1.3, DAYS, 365, ALL, {DAYS[0]: OTHERS})
    assert Pace.of(ValueOptions(365, Discount(0.1), 1000), None) == Pace()


def test_a_day_is_judged_by_the_table_that_the_others_taught() -> None:
    pace = Pace(1.0, DAYS, 365, ALL, {DAYS[0]: OTHERS})
    assert pace.table_before(seen(DAYS[0])) is OTHERS
    assert pace.table_before(seen(DAYS[0], 182)) is OTHERS
    assert pace.table_before(seen(date(2024, 12, 31))) is ALL, "after all days that taught it"
    assert pace.table_before(seen(date(2021, 12, 30), 366)) is OTHERS, "a leap year's day does not matter"
    across = seen(date(2022, 7, 1))
    assert pace.table_before(across) is None, "two days taught it something of what came then"
    fortnight = seen(date(2021, 12, 31), 380)
    assert pace.table_before(fortnight) is None, "and so they did of two weeks"


def test_it_is_said_at_which_paces_past_days_are_foretold_again() -> None:
    pace = Pace(1.0, DAYS, 365, ALL, {DAYS[0]: OTHERS})
    own, across = seen(DAYS[0]), seen(date(2022, 7, 1))
    assert len(pace.about_judging([own])) == 1
    assert say(pace.about_judging([own, across])[1], "en").startswith("1 of 2 past days is foretold at one pace")
    assert pace.over(30).about_judging([own]) == () == pace.about_judging([])


def test_a_table_is_for_a_time_ahead_like_the_one_it_was_learnt_from() -> None:
    pace = Pace(1.2, DAYS, 364, ALL, {}, ("one",), ("table",))
    assert pace.over(182) is pace
    assert pace.over(728) is pace
    for days in (175, 740):
        assert (pace.over(days).table, pace.over(days).factor, pace.over(days).why) == (None, 1.2, ("one",))
