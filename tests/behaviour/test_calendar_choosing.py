"""Columns and ridge chosen by what came after a day of the past."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from seasonal_stories import CALENDAR, DAYS, START, purchases

from keyworth.behaviour.calendar_time import CALENDAR_MODELS, Calendar, DatedHistories, ahead_by_week, rhythms
from keyworth.behaviour.calendar_time.choosing import choose_calendar
from keyworth.errors import ParametersRefused

PAST, END = START + timedelta(days=500), START + timedelta(days=DAYS - 1)


def as_of(day: date, who: np.ndarray, on: np.ndarray) -> DatedHistories:
    return DatedHistories.from_purchases(who, np.datetime64(START) + on, day)


def calendar(*told: rhythms.Rhythm) -> Calendar:
    return Calendar.of(CALENDAR.first, CALENDAR.last, *told)


def test_a_season_that_comes_again_is_kept_and_more_than_that_is_not() -> None:
    who, on = purchases("bg-nbd", 1_200, seed=1)
    past, whole = as_of(PAST, who, on), as_of(END, who, on)
    calendars = [calendar(rhythms.season(waves)) for waves in (1, 2, 4)]
    choice = choose_calendar(CALENDAR_MODELS["bg-nbd"], past, whole, calendars, ridges=(0.0, 1e4))
    assert choice.fit.clock.calendar.names == ("season: cos 1", "season: sin 1")
    assert choice.fit.ridge == 0.0
    assert choice.fit.customers == round(whole.customers)
    gains = {(len(one.names), one.ridge): one.gain for one in choice.candidates}
    assert gains[4, 0.0] > gains[2, 0.0]  # but by less than what an odd week makes
    assert gains[2, 0.0] > gains[2, 1e4] > gains[0, 0.0] == 0.0
    assert "2 columns with a ridge of 0" in str(choice.because)


def test_without_a_season_none_is_found() -> None:
    rng, who, on = np.random.default_rng(2), [], []
    for customer in range(300):
        rate, now = rng.gamma(0.8) / 56, float(rng.integers(1, 365))
        days = [int(now)]
        while (now := now + rng.exponential() / rate) < DAYS and rng.random() > 0.1:
            days.append(int(now))
        who += [customer] * len(days)
        on += days
    past, whole = as_of(PAST, np.array(who), np.array(on)), as_of(END, np.array(who), np.array(on))
    choice = choose_calendar(CALENDAR_MODELS["mbg-nbd"], past, whole, [calendar(rhythms.season(2))], ridges=(0.0,))
    assert choice.fit.coefficients == {}
    assert choice.fit.log_likelihood == pytest.approx(choice.fit.log_likelihood_without, rel=1e-12)
    assert str(choice.because).startswith("No calendar: learnt by 2022-05-16")


def test_what_never_came_by_then_is_no_candidate() -> None:
    who, on = purchases("bg-nbd", 60, seed=1)
    fair = calendar(rhythms.promotion("fair", [(END - timedelta(days=40), END - timedelta(days=30))]))
    model = CALENDAR_MODELS["bg-nbd"]
    choice = choose_calendar(model, as_of(PAST, who, on), as_of(END, who, on), [fair, CALENDAR], ridges=(1.0,))
    assert [one.names for one in choice.candidates] == [(), CALENDAR.names]


def test_what_is_held_back_must_be_later() -> None:
    who, on = purchases("bg-nbd", 20, seed=1)
    with pytest.raises(ParametersRefused, match="must be later"):
        choose_calendar(CALENDAR_MODELS["bg-nbd"], as_of(END, who, on), as_of(PAST, who, on), [CALENDAR])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bg-nbd", "mbg-nbd"])
def test_an_invented_business_is_foretold_better_week_by_week(name: str) -> None:
    """Its seasons are its own (`sample/seasons.py`), and the year after its end has happened."""
    import pyarrow.compute as pc

    from keyworth.sample import make_business

    business = make_business(customers=4_000, seed=5, lang="en")

    def sold(table) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[no-untyped-def]
        table = table.filter(pc.and_(pc.is_valid(table["Member No"]), pc.equal(table["Document"], "Sale")))
        return np.array(table["Member No"].to_pylist()), table["Order Time"].to_numpy().astype("datetime64[D]")

    (who, on), (later, then) = sold(business.orders), sold(business.future)
    known = np.isin(later, np.unique(who))
    now = DatedHistories.from_purchases(who, on, business.end)
    after = DatedHistories.from_purchases(np.append(who, later[known]), np.append(on, then[known]), business.future_end)
    told = (rhythms.spring_festival(), rhythms.season(2), rhythms.weekdays())
    model, off = CALENDAR_MODELS[name], {}
    for columns in ((), told):
        fit = model.fit(now, Calendar.of(business.start, business.future_end, *columns))
        weeks = ahead_by_week(model, fit.parameters, fit.clock, now, business.future_end)
        ends, counts = weeks.last_day, after.purchase_days > now.end
        week = np.searchsorted(ends, after.purchase_days[counts])
        came = np.bincount(week, after.purchases[counts], len(ends) + 1)[: len(ends)]
        off[len(columns)] = np.abs(weeks.expected - came).sum() / came.sum()
    assert off[0] > 0.07  # 7.3%, where chance alone would make 3.7%
    assert off[3] < 0.062  # 5.8%


@pytest.mark.reference
def test_eleven_years_of_real_purchases_have_a_season(shared: Path) -> None:
    """What is learnt of De Bruyn's customers by the end of 2013 foretells 2014, and by then the weeks of 2015."""
    lines = [line.split() for line in (shared / "data/debruyn_purchases/purchases.txt").read_text().splitlines()]
    who, on = np.array([line[0] for line in lines]), np.array([line[2] for line in lines], dtype="datetime64[D]")
    past, now = (DatedHistories.from_purchases(who, on, date(year, 12, 31)) for year in (2013, 2014))
    model = CALENDAR_MODELS["mbg-nbd"]
    calendars = [Calendar.of(date(2005, 1, 1), date(2015, 12, 31), rhythms.season(waves)) for waves in (1, 4)]
    choice = choose_calendar(model, past, now, calendars, ridges=(0.0,))
    assert [one.gain for one in choice.candidates] == pytest.approx([0.0, 407.1, 954.3], abs=0.1)
    off = []
    for calendar in (calendars[0].only(()), calendars[1]):
        fit = model.fit(now, calendar)
        weeks = ahead_by_week(model, fit.parameters, fit.clock, now, date(2015, 12, 31))
        known = np.isin(who, np.unique(who[on <= now.end]))
        came = np.histogram(on[known].astype(int), np.append(now.end, weeks.last_day).astype(int) + 1)[0]
        off.append(float(np.abs(weeks.expected - came).sum() / came.sum()))
    assert off == pytest.approx([0.720, 0.557], abs=0.001)
