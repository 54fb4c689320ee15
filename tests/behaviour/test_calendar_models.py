"""Buying by a clock, whichever way customers leave: derivatives, limits, invariances and answers."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from seasonal_stories import CALENDAR, GAMMA, START, TRUE, seasonal

from keyworth.behaviour import MODELS
from keyworth.behaviour.calendar_time import in_time
from keyworth.behaviour.calendar_time.by_week import discounted_if_alive, tracking
from keyworth.behaviour.calendar_time.calendar import Calendar
from keyworth.behaviour.calendar_time.calendar_model import CALENDAR_MODELS
from keyworth.behaviour.calendar_time.clock import PurchaseClock, centred
from keyworth.behaviour.calendar_time.dated_histories import DatedHistories
from keyworth.behaviour.calendar_time.rhythms import holiday, trend

NAMES = tuple(CALENDAR_MODELS)


@pytest.fixture(scope="module")
def told() -> dict[str, DatedHistories]:
    return {name: seasonal(name, 300) for name in NAMES}


def clock_of(h: DatedHistories, gamma: np.ndarray = GAMMA) -> PurchaseClock:
    return PurchaseClock(CALENDAR, gamma, centred(CALENDAR, h))


@pytest.mark.parametrize("name", NAMES)
class TestEveryModel:
    def test_a_steady_clock_is_the_model_without_one(self, name: str, told: dict[str, DatedHistories]) -> None:
        h, model, steady = told[name], CALENDAR_MODELS[name], MODELS[name]
        p = steady.parameter_kind(*TRUE[name])
        still, plain, until = clock_of(h, np.zeros(5)), h.plain(), h.as_of + timedelta(days=100)
        alone = steady.log_likelihood(p, plain)
        assert model.log_likelihood(p, still, h) == pytest.approx((alone * h.weights).sum(), rel=1e-11)
        whole = model.likelihood(h, still)(np.append(np.log(TRUE[name]), np.zeros(5))).value
        assert whole == pytest.approx((alone * h.weights).sum(), rel=1e-11)
        close = {"rtol": 1e-10, "atol": 1e-12}
        np.testing.assert_allclose(model.chance_alive(p, still, h), steady.chance_alive(p, plain), **close)
        expected = steady.expected_purchases(p, plain, 100 / 7)
        np.testing.assert_allclose(model.expected_purchases(p, still, h, until), expected, **close)
        counts = steady.count_distribution_ahead(p, plain, 100 / 7, 8)
        np.testing.assert_allclose(model.count_distribution_ahead(p, still, h, until, 8), counts, **close)
        start = steady.expected_from_start(p, np.array([30.0]))
        first = h.first_day[:1]
        np.testing.assert_allclose(model.expected_from_start(p, still, first, first + 210)[0], start, **close)
        worth = steady.discounted_if_alive(p, plain, 0.002, 100 / 7)
        np.testing.assert_allclose(discounted_if_alive(model, p, still, h, 0.002, until), worth, rtol=1e-5)

    def test_derivatives(self, name: str, told: dict[str, DatedHistories]) -> None:
        h = seasonal(name, 60, seed=2)
        likelihood = CALENDAR_MODELS[name].likelihood(h, clock_of(h), ridge=0.5)
        at, small = np.append(np.log(TRUE[name]) + 0.1, 0.7 * GAMMA), 1e-5
        here = likelihood(at)
        steps = small * np.eye(len(at))
        slope = [(likelihood(at + e).value - likelihood(at - e).value) / (2 * small) for e in steps]
        curve = [(likelihood(at + e).gradient - likelihood(at - e).gradient) / (2 * small) for e in steps]
        scale = np.abs(here.hessian).max()
        np.testing.assert_allclose(here.gradient, slope, atol=1e-7 * scale)
        np.testing.assert_allclose(here.hessian, curve, atol=1e-7 * scale)

    def test_it_knows_the_clock_that_made_the_purchases(self, name: str, told: dict[str, DatedHistories]) -> None:
        h = told[name]
        fit = CALENDAR_MODELS[name].fit(h, CALENDAR)
        assert fit.converged, fit.verdict
        assert fit.log_likelihood >= fit.log_likelihood_without + 20.0
        assert fit.standard_errors is not None
        off = [
            (fit.coefficients[column] - true) / fit.standard_errors[column]
            for column, true in zip(CALENDAR.names, GAMMA, strict=True)
        ]
        assert np.abs(off).max() < 3.5
        again = CALENDAR_MODELS[name].log_likelihood(fit.parameters, fit.clock, h)
        assert fit.log_likelihood == pytest.approx(again, rel=1e-12)

    def test_counts_add_up_to_the_expectation(self, name: str, told: dict[str, DatedHistories]) -> None:
        h, model = told[name], CALENDAR_MODELS[name]
        p, clock, until = MODELS[name].parameter_kind(*TRUE[name]), clock_of(h), h.as_of + timedelta(days=120)
        counts = model.count_distribution_ahead(p, clock, h, until, 60)
        np.testing.assert_allclose(counts.sum(axis=1), 1.0, rtol=1e-5)
        mean = (counts * np.arange(61)).sum(axis=1)
        np.testing.assert_allclose(mean, model.expected_purchases(p, clock, h, until), rtol=1e-3)

    def test_draws_are_of_these_counts(self, name: str, told: dict[str, DatedHistories]) -> None:
        h, model = told[name], CALENDAR_MODELS[name]
        p, clock, until = MODELS[name].parameter_kind(*TRUE[name]), clock_of(h), h.as_of + timedelta(days=120)
        drawn = model.draw_ahead(p, clock, h, until, seed=4, draws=100)
        mean = model.expected_purchases(p, clock, h, until).sum()
        assert drawn.purchases.sum(axis=1).mean() == pytest.approx(mean, rel=0.05)
        none = model.count_distribution_ahead(p, clock, h, until, 0)[:, 0]
        assert (drawn.purchases == 0).mean() == pytest.approx(none.mean(), abs=0.01)

    def test_all_dates_later_by_some_weeks_change_nothing(self, name: str, told: dict[str, DatedHistories]) -> None:
        h, model, p = told[name], CALENDAR_MODELS[name], MODELS[name].parameter_kind(*TRUE[name])
        shift = np.timedelta64(63, "D")
        later = DatedHistories(
            h.as_of + timedelta(days=63), h.first_day + shift, h.last_day + shift, h.repeats, h.weights,
            h.purchase_days + shift, h.purchases,
        )  # fmt: skip
        moved = Calendar(CALENDAR.first + timedelta(days=63), CALENDAR.names, CALENDAR.columns)
        clock = clock_of(h)
        then = PurchaseClock(moved, clock.coefficients, clock.centre)
        assert model.log_likelihood(p, then, later) == model.log_likelihood(p, clock, h)
        np.testing.assert_array_equal(model.chance_alive(p, then, later), model.chance_alive(p, clock, h))

    def test_weeks_add_up(self, name: str, told: dict[str, DatedHistories]) -> None:
        h, model = told[name], CALENDAR_MODELS[name]
        p, clock, until = MODELS[name].parameter_kind(*TRUE[name]), clock_of(h), h.as_of + timedelta(days=70)
        weeks = tracking(model, p, clock, h, until)
        seen = weeks.last_day <= h.end
        assert len(weeks.last_day) == seen.sum() + 10
        assert weeks.bought[seen].sum() == h.purchases.sum()
        assert np.isnan(weeks.bought[~seen]).all()
        ahead = (h.weights * model.expected_purchases(p, clock, h, until)).sum()
        assert weeks.expected[~seen].sum() == pytest.approx(ahead, rel=1e-12)
        # These parameters and this clock made the purchases.
        assert weeks.expected[seen].sum() == pytest.approx(h.purchases.sum(), rel=0.3)


@pytest.mark.parametrize("hard", [(0.3, 0.02, 2.5, 0.1), (3.0, 900.0, 0.05, 0.5), (40.0, 0.5, 0.3, 5000.0)])
def test_the_integral_is_right_where_it_is_steep(told: dict[str, DatedHistories], hard: tuple[float, ...]) -> None:
    h, model = told["pareto-nbd"], CALENDAR_MODELS["pareto-nbd"]
    p, still = MODELS["pareto-nbd"].parameter_kind(*hard), clock_of(h, np.zeros(5))
    alone = (MODELS["pareto-nbd"].log_likelihood(p, h.plain()) * h.weights).sum()
    assert model.log_likelihood(p, still, h) == pytest.approx(alone, rel=1e-11)
    alive = MODELS["pareto-nbd"].chance_alive(p, h.plain())
    np.testing.assert_allclose(model.chance_alive(p, still, h), alive, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("name", NAMES)
def test_columns_of_any_size_and_starts_from_anywhere(name: str) -> None:
    h, model = seasonal(name, 150, seed=8), CALENDAR_MODELS[name]
    small = CALENDAR.only(CALENDAR.names[:1])
    large = Calendar(small.first, small.names, 3_000.0 * small.columns)
    one, other = model.fit(h, small), model.fit(h, large)
    assert other.converged, other.verdict
    assert other.log_likelihood == pytest.approx(one.log_likelihood, rel=1e-12)
    assert 3_000.0 * other.clock.coefficients[0] == pytest.approx(one.clock.coefficients[0], rel=1e-6)
    # Speeds of e to the ±9,000: a climb that tries them turns back, and no warning is heard.
    wild = model.likelihood(h, PurchaseClock(large, np.zeros(1), centred(large, h)))
    assert wild(np.append(np.log(TRUE[name]), 3.0)).value == -np.inf


def test_days_without_any_purchase_are_named_and_a_ridge_holds_them(told: dict[str, DatedHistories]) -> None:
    h, model = told["bg-nbd"], CALENDAR_MODELS["bg-nbd"]
    days = np.setdiff1d(CALENDAR.days[200:700], h.purchase_days)
    calendar = Calendar.of(CALENDAR.first, CALENDAR.last, holiday("shut", days.tolist()))
    free, held = model.fit(h, calendar), model.fit(h, calendar, ridge=1.0)
    assert not free.converged
    assert "shut ran to the edge" in str(free.verdict)
    assert held.converged, held.verdict
    assert -10.0 < held.coefficients["shut"] < -1.0


def test_weeks_may_begin_before_the_calendar_does(told: dict[str, DatedHistories]) -> None:
    h, model = replace(told["bg-nbd"], as_of=told["bg-nbd"].as_of + timedelta(days=3)), CALENDAR_MODELS["bg-nbd"]
    first = h.first_day.min().item()
    calendar = Calendar(first, CALENDAR.names, CALENDAR.columns[:, (first - CALENDAR.first).days :])
    clock = PurchaseClock(calendar, GAMMA, centred(calendar, h))
    weeks = tracking(model, MODELS["bg-nbd"].parameter_kind(*TRUE["bg-nbd"]), clock, h, h.as_of)
    assert weeks.last_day[0].item() - first < timedelta(days=6)
    assert weeks.bought.sum() == h.purchases.sum()


@pytest.mark.slow
def test_the_moment_of_leaving_is_blurred_within_a_week_only(
    told: dict[str, DatedHistories], monkeypatch: pytest.MonkeyPatch
) -> None:
    h, model = told["pareto-nbd"], CALENDAR_MODELS["pareto-nbd"]
    p, clock = MODELS["pareto-nbd"].parameter_kind(*TRUE["pareto-nbd"]), clock_of(h)
    by_weeks, alive = model.log_likelihood(p, clock, h), model.chance_alive(p, clock, h)
    monkeypatch.setattr(in_time, "_STEP", 1)
    assert abs(model.log_likelihood(p, clock, h) - by_weeks) < 1e-4 * h.customers
    assert np.abs(model.chance_alive(p, clock, h) - alive).max() < 2e-3
    assert model.log_likelihood(p, clock, h) != by_weeks


def test_a_ridge_pulls_coefficients_to_nothing_and_is_not_in_the_likelihood(told: dict[str, DatedHistories]) -> None:
    h, model = told["bg-nbd"], CALENDAR_MODELS["bg-nbd"]
    free, held = model.fit(h, CALENDAR), model.fit(h, CALENDAR, ridge=1e5)
    assert np.abs(held.clock.coefficients).max() < 1e-2 < np.abs(free.clock.coefficients).min()
    assert held.log_likelihood == pytest.approx(held.log_likelihood_without, abs=1.0)
    assert held.log_likelihood < free.log_likelihood
    assert held.log_likelihood == pytest.approx(model.log_likelihood(held.parameters, held.clock, h), rel=1e-12)


def test_the_season_is_a_curve_with_its_band(told: dict[str, DatedHistories]) -> None:
    h = told["mbg-nbd"]
    fit = CALENDAR_MODELS["mbg-nbd"].fit(h, CALENDAR.only(CALENDAR.names[:2]))
    year = fit.season(h.end[0] + np.arange(365))
    assert ((year.low < year.speed) & (year.speed < year.high)).all()
    assert year.days[np.argmax(year.speed)].item().month in (11, 12)
    assert np.log(year.speed).mean() == pytest.approx(0.0, abs=0.01)
    assert fit.intervals is not None
    low, high = fit.intervals["season: cos 1"]
    assert low < fit.coefficients["season: cos 1"] < high


def test_where_all_began_together_a_trend_is_said_to_look_like_differences_between_customers() -> None:
    rng, days, who, on = np.random.default_rng(1), 300, [], []
    for customer in range(1_500):
        rate, leaves, now = rng.gamma(0.8) / 420, rng.beta(0.8, 4), 1.0
        who.append(customer)
        on.append(0)
        while (now := now + rng.exponential() / rate) < days:
            who.append(customer)
            on.append(int(now))
            if rng.random() < leaves:
                break
    together = DatedHistories.from_purchases(who, np.datetime64(START) + np.array(on), START + timedelta(days=days))
    fit = CALENDAR_MODELS["bg-nbd"].fit(together, Calendar.of(CALENDAR.first, CALENDAR.last, trend()))
    assert str(fit.caution).startswith("r, alpha, a, b, trend by year explain nearly the same")
    apart = CALENDAR_MODELS["bg-nbd"].fit(seasonal("bg-nbd", 300), Calendar.of(CALENDAR.first, CALENDAR.last, trend()))
    assert apart.caution is None
