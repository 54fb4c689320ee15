"""The year's rhythm, in the calendar and in what is sold."""

import math
from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyworth.sample import SPRING_FESTIVALS, make_business
from keyworth.sample.seasons import make_seasons


def new_moon_in_beijing(k: int) -> date:
    """The Beijing day of the k-th new moon since January 2000, good to a few minutes.

    Source: Meeus, Astronomical Algorithms, chapter 49, the terms above a thousandth of a day.
    """
    t = k / 1236.85
    sun, moon, node = (
        math.radians(x)
        for x in (
            2.5534 + 29.10535670 * k - 0.0000014 * t**2,
            201.5643 + 385.81693528 * k + 0.0107582 * t**2,
            160.7108 + 390.67050284 * k - 0.0016118 * t**2,
        )
    )
    e = 1 - 0.002516 * t
    julian = 2451550.09766 + 29.530588861 * k + 0.00015437 * t**2
    julian += (
        -0.40720 * math.sin(moon)
        + 0.17241 * e * math.sin(sun)
        + 0.01608 * math.sin(2 * moon)
        + 0.01039 * math.sin(2 * node)
        + 0.00739 * e * math.sin(moon - sun)
        - 0.00514 * e * math.sin(moon + sun)
        + 0.00208 * e * e * math.sin(2 * sun)
        - 0.00111 * math.sin(moon - 2 * node)
    )
    universal = datetime(2000, 1, 1, 12) + timedelta(days=julian - 2451545.0, seconds=-70)
    return (universal + timedelta(hours=8)).date()


def test_spring_festival_falls_on_the_new_moon_of_its_season():
    new_moons = {new_moon_in_beijing(k) for k in range(-5, 520)}
    assert list(SPRING_FESTIVALS) == list(range(2000, 2041))
    for year, day in SPRING_FESTIVALS.items():
        in_season = {moon for moon in new_moons if date(year, 1, 21) <= moon <= date(year, 2, 20)}
        assert day in in_season, year


@given(st.dates(date(2000, 1, 1), date(2037, 1, 1)), st.integers(5, 1_400), st.booleans())
def test_the_average_day_is_one_and_the_clock_runs_with_the_seasons(first, days, seasons):
    rhythm = make_seasons(first, first + timedelta(days=days - 1), seasons=seasons)
    assert rhythm.factor.mean() == pytest.approx(1)
    assert (rhythm.factor >= 0).all()
    assert rhythm.clock[-1] == pytest.approx(days)
    begins = rhythm.day_at(rhythm.clock[:-1][rhythm.open_days])
    assert (begins == rhythm.open_days).all()


@pytest.fixture(scope="module")
def by_day(sales, business):
    every_day = pd.date_range(business.start, business.end)
    return sales.groupby("day").size().reindex(every_day, fill_value=0)


def test_saturday_is_busier_than_monday(by_day):
    by_weekday = by_day.groupby(by_day.index.day_of_week).mean()
    assert by_weekday[5] / by_weekday[0] == pytest.approx(1.22 / 0.86, rel=0.06)
    assert by_weekday.idxmax() == 5


def test_the_rush_the_closure_and_the_quiet_of_spring_festival(by_day):
    for year in (2024, 2025):
        new_year = pd.Timestamp(SPRING_FESTIVALS[year])

        def trade(first, last, around=new_year):
            return by_day[around + timedelta(days=first) : around + timedelta(days=last)].mean()

        assert trade(-1, 1) == 0
        usual = trade(-45, -15)
        assert trade(-14, -2) > 1.2 * usual
        assert trade(2, 6) < 0.8 * usual


def test_the_national_holiday_is_busy(by_day):
    for year in (2023, 2024, 2025):
        holiday = by_day[f"{year}-10-01" : f"{year}-10-07"].mean()
        assert holiday > 1.1 * by_day[f"{year}-10-08" : f"{year}-11-04"].mean()


def test_trade_follows_the_factor_day_by_day(by_day, business):
    rhythm = make_seasons(business.start, business.future_end)
    factor = rhythm.factor[: len(by_day)]
    # The business grows and its customers thin out, slowly; within four weeks both hardly move.
    level = by_day.rolling(28, center=True).mean() / pd.Series(factor, by_day.index).rolling(28, center=True).mean()
    usable = level.notna() & (level > 0)
    surprise = (by_day - level * factor)[usable] / np.sqrt(level[usable])
    assert surprise.std() == pytest.approx(1, abs=0.15)


def test_without_seasons_every_day_is_alike():
    level = make_business(customers=6_000, seasons=False, seed=3)
    sold = level.orders.to_pandas()
    sold = sold[sold["单据类型"] == "销售"]["下单时间"].dt
    by_weekday = sold.day_of_week.value_counts(normalize=True)
    assert (by_weekday - 1 / 7).abs().max() < 0.01
    assert {date(2024, 2, d) for d in (9, 10, 11)} <= set(sold.date)
