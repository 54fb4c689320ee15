"""The pace of models, and what it would have been without a day that taught it."""

from datetime import date, timedelta

import numpy as np
import pytest

from keyworth.backtest import Origin
from keyworth.runs.pace import Pace
from keyworth.value import ModelChoice

DAYS = (date(2022, 1, 1), date(2023, 1, 1), date(2024, 1, 1))


def seen(as_of: date, days: int = 365) -> Origin:
    return Origin(as_of, as_of + timedelta(days=days), days, 700)


def test_a_day_is_judged_by_what_the_others_taught() -> None:
    told = np.array([1.1, 1.3, 1.8])  # how many times what was foretold came, after each day
    pace = Pace(float(np.exp(np.log(told).mean())), DAYS, 365)
    for at, day in enumerate(DAYS):
        others = float(np.exp(np.log(np.delete(told, at)).mean()))
        assert pace.without(seen(day), expected=100 * pace.factor, actual=100 * told[at]) == pytest.approx(others)


def test_a_day_that_taught_nothing_is_judged_by_all() -> None:
    pace = Pace(1.3, DAYS, 365)
    assert pace.without(seen(date(2021, 1, 1)), expected=130, actual=90) == 1.3
    assert pace.without(seen(date(2024, 12, 31)), expected=130, actual=90) == 1.3
    assert Pace(1.3).without(seen(DAYS[0]), expected=130, actual=90) == 1.3


def test_a_part_of_a_day_counts_as_a_part() -> None:
    pace = Pace(1.3, DAYS, 365)
    half = pace.without(seen(DAYS[0], 182), expected=110, actual=100)
    whole = pace.without(seen(DAYS[0]), expected=110, actual=100)
    assert 1.3 < half < whole


def test_nothing_is_left_where_the_day_is_all_that_taught() -> None:
    assert Pace(1.3, DAYS, 365).without(seen(DAYS[0], 3 * 366), expected=110, actual=100) == 1.0


def test_the_pace_of_a_choice_knows_its_days() -> None:
    assert Pace.of(1.3, ModelChoice((), DAYS, 365)) == Pace(1.3, DAYS, 365)
    assert Pace.of(1.0, None) == Pace()
