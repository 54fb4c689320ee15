"""Columns of each customer's own, on buying and on leaving: derivatives, limits, recovery, refusals."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from keyworth.behaviour import MODELS
from keyworth.behaviour.calendar_time import (
    CALENDAR_MODELS,
    OWN_COLUMNS_MODELS,
    Calendar,
    DatedHistories,
    OwnColumns,
    OwnHistories,
    rhythms,
)
from keyworth.behaviour.calendar_time.own_columns import own_time
from keyworth.behaviour.parameters import as_array
from keyworth.errors import NotEnoughHistory, ParametersRefused

START, WEEKS = date(2021, 1, 4), 90
END = START + timedelta(days=7 * 80 + 2)  # a Wednesday: the last week seen is cut
TRUE = {"bg-nbd": (0.8, 8.0, 0.8, 4.0), "mbg-nbd": (0.8, 8.0, 0.8, 4.0), "pareto-nbd": (0.8, 8.0, 0.9, 40.0)}
BUYING, LEAVING = (0.8, -0.5), 0.7  # of contacts and price on buying; of price on leaving


def invented(model: str, n: int, seed: int = 5) -> tuple[OwnHistories, OwnColumns, tuple[np.ndarray, np.ndarray]]:
    """Customers by the story alone: would-be purchases are thinned, a lifetime ends where its own clock says."""
    rng, (r, alpha, c, d) = np.random.default_rng(seed), TRUE[model]
    contact = (rng.random((n, WEEKS)) < 0.2).astype(float)
    price = np.cumsum(rng.normal(0.0, 0.1, (n, WEEKS)), axis=1)
    who, on = [], []
    for i in range(n):
        buys = np.repeat(np.exp(BUYING[0] * (contact[i] - 0.2) + BUYING[1] * price[i]), 7)
        first, rate, gone, leaves = int(rng.integers(0, 200)), rng.gamma(r) / alpha / 7, np.inf, 0.0
        if model == "pareto-nbd":
            risk = np.cumsum(np.repeat(np.exp(LEAVING * price[i]), 7)[first + 1 :]) * rng.gamma(c) / d / 7
            gone = first + 1.5 + np.searchsorted(risk, rng.exponential())
        else:
            leaves = rng.beta(c, d)
        who.append(i)
        on.append(first)
        now = first + 1.0
        if model == "mbg-nbd" and rng.random() < leaves:
            continue
        while (now := now + rng.exponential() / (rate * buys.max())) < min(gone, 7 * WEEKS):
            if rng.random() * buys.max() < buys[int(now)]:
                who.append(i)
                on.append(int(now))
                if rng.random() < leaves:
                    break
    whose, days = np.array(who), np.datetime64(START) + np.array(on)
    columns = OwnColumns(START, ("contact", "price"), np.array([contact, price]))
    return OwnHistories.from_purchases(whose, days, END), columns, (whose, days)


def leaving_of(name: str) -> tuple[str, ...]:
    return ("price",) if name == "pareto-nbd" else ()


@pytest.mark.parametrize("name", OWN_COLUMNS_MODELS)
class TestEveryModel:
    def test_derivatives_and_the_limit_without_columns(self, name: str) -> None:
        h, columns, _ = invented(name, 40)
        time, leaving = own_time(h, columns, h.as_of), leaving_of(name)
        likelihood = OWN_COLUMNS_MODELS[name].likelihood(h, columns, time, np.array([0.2, 0.1]), columns.names, leaving)
        logs, small = np.log(TRUE[name]), 1e-5
        none = np.append(logs, np.zeros(2 + len(leaving)))
        alone = MODELS[name].log_likelihood(MODELS[name].parameter_kind(*TRUE[name]), h.plain())
        assert likelihood(none).value == pytest.approx(alone.sum(), rel=1e-11)
        alive = MODELS[name].chance_alive(MODELS[name].parameter_kind(*TRUE[name]), h.plain())
        np.testing.assert_allclose(likelihood.chance_here(none), alive, rtol=1e-10)
        at = np.concatenate([logs, [0.3] * len(leaving), [0.5, -0.2]])
        here, steps = likelihood(at), small * np.eye(len(at))
        slope = [(likelihood(at + e).value - likelihood(at - e).value) / (2 * small) for e in steps]
        curve = [(likelihood(at + e).gradient - likelihood(at - e).gradient) / (2 * small) for e in steps]
        scale = np.abs(here.hessian).max()
        np.testing.assert_allclose(here.gradient, slope, atol=1e-7 * scale)
        np.testing.assert_allclose(here.hessian, curve, atol=1e-7 * scale)

    def test_it_finds_what_made_the_purchases_and_foretells(self, name: str) -> None:
        h, columns, (who, on) = invented(name, 250)
        model = OWN_COLUMNS_MODELS[name]
        fit = model.fit(h, columns, leaving=leaving_of(name))
        assert fit.converged, fit.verdict
        assert fit.standard_errors is not None
        truth = {"contact": BUYING[0], "price": BUYING[1]}
        off = [(fit.buying[column] - true) / fit.standard_errors[column] for column, true in truth.items()]
        if name == "pareto-nbd":
            off.append((fit.leaving["price"] - LEAVING) / fit.standard_errors["leaving: price"])
        assert np.abs(off).max() < 3.0
        assert fit.log_likelihood > fit.log_likelihood_without + 50.0
        until = START + timedelta(days=7 * WEEKS - 1)
        came = (np.isin(who, h.customers) & (on > np.datetime64(END)) & (on <= np.datetime64(until))).sum()
        assert model.expected_purchases(fit, h, columns, until).sum() == pytest.approx(came, rel=0.35)

    def test_parameters_can_be_told_where_all_columns_are_nothing(self, name: str) -> None:
        h, columns, _ = invented(name, 40)
        model, leaving = OWN_COLUMNS_MODELS[name], leaving_of(name)
        fit = model.fit(h, columns, leaving=leaving, ridge=1.0)
        bare = model.likelihood(h, columns, own_time(h, columns, h.as_of), np.zeros(2), columns.names, leaving)
        at = np.concatenate([np.log(as_array(fit.at_zero)), fit.at[4:]])
        assert bare(at).value == pytest.approx(fit.log_likelihood, rel=1e-11)

    def test_without_columns_the_future_is_that_of_the_steady_model(self, name: str) -> None:
        h, columns, _ = invented(name, 60)
        model, leaving, steady = OWN_COLUMNS_MODELS[name], leaving_of(name), MODELS[name]
        none = model.fit(h, columns, leaving=leaving, ridge=1e12)
        none = replace(none, buying=dict.fromkeys(none.buying, 0.0), leaving=dict.fromkeys(none.leaving, 0.0))
        until, p, plain = END + timedelta(days=60), none.parameters, h.plain()
        for answer, alone in (
            (model.expected_purchases(none, h, columns, until), steady.expected_purchases(p, plain, 60 / 7)),
            (
                model.count_distribution_ahead(none, h, columns, until, 6),
                steady.count_distribution_ahead(p, plain, 60 / 7, 6),
            ),
            (
                model.expected_from_start(none, h, columns, until),
                steady.expected_from_start(p, plain.observed_for + 60 / 7),
            ),
        ):
            np.testing.assert_allclose(answer, alone, rtol=1e-9, atol=1e-12)

    def test_chances_add_up_to_what_is_expected_and_to_one(self, name: str) -> None:
        h, columns, _ = invented(name, 60)
        model = OWN_COLUMNS_MODELS[name]
        fit = model.fit(h, columns, leaving=leaving_of(name), ridge=1.0)
        until = END + timedelta(days=60)
        chances = model.count_distribution_ahead(fit, h, columns, until, 400)
        np.testing.assert_allclose(chances.sum(axis=1), 1.0, rtol=1e-9)
        expected = model.expected_purchases(fit, h, columns, until)
        np.testing.assert_allclose((chances * np.arange(401.0)).sum(axis=1), expected, rtol=1e-8)
        # Until today nothing more is bought.
        today = model.count_distribution_ahead(fit, h, columns, h.as_of, 3)
        np.testing.assert_allclose(today, np.tile([1.0, 0.0, 0.0, 0.0], (len(h), 1)), atol=1e-12)

    def test_one_who_begins_today_is_foretold_as_from_the_start(self, name: str) -> None:
        h, columns, _ = invented(name, 60)
        model = OWN_COLUMNS_MODELS[name]
        fit = model.fit(h, columns, leaving=leaving_of(name), ridge=1.0)
        today, until = h.first_day[7], END + timedelta(days=20)
        new = OwnHistories.from_purchases([7], [today], today.item())
        own = replace(columns, values=columns.values[:, 7:8])
        expected = model.expected_purchases(fit, new, own, until)
        assert model.expected_from_start(fit, new, own, until) == pytest.approx(expected, rel=1e-9)
        assert model.expected_from_start(fit, h, columns, until)[7] == pytest.approx(expected[0], rel=1e-9)

    @pytest.mark.slow
    def test_one_calendar_for_all_is_a_column_of_each_ones_own(self, name: str) -> None:
        """A column that is the same for everybody is a calendar by weeks."""
        h, _, (who, on) = invented(name, 60)
        by_week = np.sin(np.arange(WEEKS) / 7.0)
        shared = OwnColumns(START, ("heat",), np.broadcast_to(by_week, (1, len(h), WEEKS)))
        own = OWN_COLUMNS_MODELS[name].fit(h, shared)
        dated = DatedHistories.from_purchases(who, on, END)
        calendar = Calendar.of(
            START, START + timedelta(days=7 * WEEKS - 1), rhythms.columns(START, {"heat": np.repeat(by_week, 7)})
        )
        fit = CALENDAR_MODELS[name].fit(dated, calendar)
        # Pareto/NBD by a calendar blurs the moment of leaving within seven days from each last purchase.
        assert own.log_likelihood == pytest.approx(fit.log_likelihood, rel=1e-12 if name != "pareto-nbd" else 5e-6)
        assert own.buying["heat"] == pytest.approx(fit.coefficients["heat"], rel=1e-6 if name != "pareto-nbd" else 1e-3)
        assert dated.inverse is not None
        alive = OWN_COLUMNS_MODELS[name].chance_alive(own, h, shared)
        of_all = CALENDAR_MODELS[name].chance_alive(fit.parameters, fit.clock, dated)[dated.inverse]
        np.testing.assert_allclose(alive, of_all, atol=1e-6 if name != "pareto-nbd" else 1e-3)
        until = END + timedelta(days=60)
        ahead = OWN_COLUMNS_MODELS[name].expected_purchases(own, h, shared, until)
        expected = CALENDAR_MODELS[name].expected_purchases(fit.parameters, fit.clock, dated, until)[dated.inverse]
        np.testing.assert_allclose(ahead, expected, atol=1e-6 if name != "pareto-nbd" else 2e-3)
        counts = OWN_COLUMNS_MODELS[name].count_distribution_ahead(own, h, shared, until, 5)
        chances = CALENDAR_MODELS[name].count_distribution_ahead(fit.parameters, fit.clock, dated, until, 5)
        np.testing.assert_allclose(counts, chances[dated.inverse], atol=1e-6 if name != "pareto-nbd" else 2e-3)


class TestTables:
    def test_rows_become_columns_whatever_their_order(self) -> None:
        days = np.array(["2021-01-05", "2021-01-14", "2021-01-06"], "datetime64[D]")
        h = OwnHistories.from_purchases(["b", "b", "a"], days, date(2021, 1, 17))
        weeks = np.array(["2021-01-11", "2021-01-04", "2021-01-04", "2021-01-11", "2021-01-04"], "datetime64[D]")
        columns = OwnColumns.from_rows(h, ["a", "b", "a", "b", "stranger"], weeks, {"price": [3.0, 1.0, 2.0, 4.0, 9.0]})
        assert columns.values.tolist() == [[[2.0, 3.0], [1.0, 4.0]]]
        time = own_time(h, columns, h.as_of)
        # The first purchase, the end of a week, the last purchase, now: for b a piece more than for a.
        assert (time.width * 7).tolist() == [4.0, 7.0, 5.0, 4.0, 3.0]
        assert time.row.tolist() == [0, 0, 1, 1, 1]
        assert time.period.tolist() == [0, 1, 0, 1, 1]
        assert (time.first.tolist(), time.last.tolist(), time.now.tolist()) == ([0, 2], [0, 4], [2, 5])

    def test_what_is_missing_is_named(self) -> None:
        h, columns, _ = invented("bg-nbd", 10)
        holed = columns.values.copy()
        holed[1, 3, 60] = np.nan
        with pytest.raises(ParametersRefused, match="do not tell of customer 3 on 2022-02-28"):
            OWN_COLUMNS_MODELS["bg-nbd"].fit(h, OwnColumns(START, columns.names, holed))
        fit = OWN_COLUMNS_MODELS["bg-nbd"].fit(h, columns, ridge=1.0)
        with pytest.raises(ParametersRefused, match="do not tell of customer 0 on"):
            OWN_COLUMNS_MODELS["bg-nbd"].expected_purchases(fit, h, columns, date(2023, 1, 1))

    def test_what_cannot_be_asked_is_refused(self) -> None:
        h, columns, _ = invented("bg-nbd", 10)
        with pytest.raises(ParametersRefused, match="By BG/NBD customers leave at purchases"):
            OWN_COLUMNS_MODELS["bg-nbd"].fit(h, columns, leaving=("price",))
        with pytest.raises(ParametersRefused, match="There is no column weather; there are contact, price"):
            OWN_COLUMNS_MODELS["bg-nbd"].fit(h, columns, buying=("weather",))
        same = np.array([np.ones_like(columns.values[0]), columns.values[1]])
        with pytest.raises(NotEnoughHistory, match="are the same: contact"):
            OWN_COLUMNS_MODELS["bg-nbd"].fit(h, OwnColumns(START, columns.names, same))
        with pytest.raises(ParametersRefused, match="One row for each customer and period of 7 days"):
            OwnColumns.from_rows(h, [0, 0], np.array([START, START], "datetime64[D]"), {"price": [1.0, 2.0]})
