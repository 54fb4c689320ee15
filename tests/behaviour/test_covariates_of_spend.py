"""What is known of customers moves what their purchases bring: the root gamma-gamma and gamma-gamma."""

from dataclasses import replace

import numpy as np
import pytest

from keyworth.behaviour import (
    GAMMA_GAMMA,
    ROOT_GAMMA_GAMMA,
    RootGammaGammaParameters,
    SpendHistories,
    SpendSums,
    with_covariates,
)

pytest.importorskip("formulaic")

BY_AGE, BY_CITY = 0.25, {"x": 0.3, "y": -0.3}


def bought(n, p, seed=1):
    """Single purchases by the story alone, of customers whose age and city move what they spend: the sums, and both."""
    rng = np.random.default_rng(seed)
    city, age = rng.choice(list(BY_CITY), n), rng.normal(size=n)
    level = np.exp(BY_AGE * age + np.vectorize(BY_CITY.get)(city))
    who = np.repeat(np.arange(n), rng.geometric(0.4, size=n))
    own_rate = rng.gamma(p.q, 1.0 / p.gamma, size=n)
    value = level[who] * (rng.gamma(p.p, size=who.size) / own_rate[who]) ** p.k
    first = np.r_[True, who[1:] != who[:-1]]
    value = np.where(first, p.first * value, value)
    refunded = np.where(rng.random(who.size) < 0.1, -0.5, 0.0) * value
    brought = np.bincount(who, value + refunded)
    s = SpendSums.from_purchases(who, value, first)
    return replace(s, brought=brought), {"city": city, "age": age}


FORMULA = {"spending": "city + age"}


@pytest.mark.parametrize(("k", "plain"), [(1, 1), pytest.param(2, 3, marks=pytest.mark.slow)])
def test_what_moves_spending_is_found_and_all_the_money_is_still_told(k, plain):
    """Levels that nobody tells of look like a heavier tail: the plain fit then takes a higher root."""
    truth = RootGammaGammaParameters(3.0 * k * k, 4.0 * k * k, 20.0, 0.8, 1.0, k)
    s, table = bought(3000, truth, seed=2)
    fit = with_covariates(ROOT_GAMMA_GAMMA, s, table, FORMULA, ridge=0.0)
    assert fit.converged
    assert (fit.parameters.k, fit.plain.parameters.k) == (k, plain)
    for name, value in (("age", BY_AGE), ("city[x]", 0.3), ("city[y]", -0.3)):
        found = fit.coefficient("spending", name)
        assert abs(found.value - value) < 3 * found.standard_error < 0.15
    for name in ("p", "q", "first"):
        assert abs(getattr(fit.parameters, name) - getattr(truth, name)) < 4 * fit.standard_errors[name]
    assert fit.log_likelihood > fit.plain.log_likelihood + 100.0
    assert fit.aic == pytest.approx(2 * (5 + 2) - 2 * fit.log_likelihood)
    own = fit.customers_of(table)
    assert own.log_likelihood(s).sum() == pytest.approx(fit.log_likelihood, rel=1e-12)
    # A tenth of the money went back: net is of all that came, by what each customer's own level foretold.
    foretold = own.expected_value(s) * (s.repeats + fit.parameters.first * s.knows_first)
    assert s.brought.sum() == pytest.approx(foretold.sum(), rel=1e-10)
    assert 0.92 < fit.parameters.net < 0.98
    assert 0.0 < fit.standard_errors["net"] < 0.05
    # It is e^coefficient that is the factor, whatever root the model takes.
    new = fit.customers_of({"city": ["x", "y"], "age": [0.0, 0.0]})
    none = SpendSums.from_columns([0, 0], np.zeros((2, 4)), [0, 0], [0, 0])
    values = new.expected_value(none)
    assert values[0] / values[1] == pytest.approx(np.exp(2 * fit.coefficient("spending", "city[x]").value))


def test_without_a_coefficient_it_is_the_fit_without_covariates():
    s, table = bought(400, RootGammaGammaParameters(3.0, 4.0, 20.0, 0.8, 1.0, 1))
    tight = with_covariates(ROOT_GAMMA_GAMMA, s, table, FORMULA, ridge=1e12)
    assert tight.log_likelihood == pytest.approx(tight.plain.log_likelihood, abs=1e-5)
    for name in ("p", "q", "gamma", "first", "net"):
        assert getattr(tight.parameters, name) == pytest.approx(getattr(tight.plain.parameters, name), rel=1e-5)
        assert tight.standard_errors[name] == pytest.approx(tight.plain.standard_errors[name], rel=1e-4)


def test_purchases_that_do_not_scatter_are_told_and_the_rest_is_known():
    rng = np.random.default_rng(1)
    city = rng.choice(["x", "y"], 300)
    level = np.where(city == "x", 20.0, 30.0) * rng.lognormal(0.0, 0.3, 300)
    s = SpendSums.from_purchases(np.repeat(np.arange(300), 4), np.repeat(level, 4), np.tile([True] + [False] * 3, 300))
    fit = with_covariates(ROOT_GAMMA_GAMMA, s, {"city": city}, {"spending": "city"}, ridge=0.0)
    assert fit.converged
    assert "the purchases of one customer hardly differ (p)" in str(fit.verdict)
    found = fit.coefficient("spending", "city[y]")
    assert abs(found.value - np.log(1.5) / 2) < 3 * found.standard_error < 0.06
    assert fit.standard_errors["gamma"] > 0.0


def test_gamma_gamma_takes_a_number_of_everyones_own():
    rng = np.random.default_rng(5)
    n = 1500
    age, repeats = rng.normal(size=n), rng.integers(0, 6, n)
    rate = rng.gamma(4.0, 1.0, n) / (15.0 * np.exp(0.3 * age))
    mean = np.array([rng.gamma(6.0, 1.0 / r, k).mean() if k else 0.0 for r, k in zip(rate, repeats, strict=True)])
    s = SpendHistories.from_columns(repeats, mean)
    fit = with_covariates(GAMMA_GAMMA, s, {"age": age}, {"spending": "age"}, ridge=0.0)
    found = fit.coefficient("spending", "age")
    assert fit.converged
    assert abs(found.value - 0.3) < 3 * found.standard_error < 0.1
    own = fit.customers_of({"age": age})
    assert own.log_likelihood(s).sum() == pytest.approx(fit.log_likelihood, rel=1e-12)
    assert own.expected_value(s) == pytest.approx(own.ask(s, GAMMA_GAMMA.expected_value), rel=1e-12)


@pytest.mark.slow
def test_a_prior_for_spending_is_chosen_on_held_out_customers():
    s, table = bought(1500, RootGammaGammaParameters(3.0, 4.0, 20.0, 0.8, 1.0, 1))
    noise = np.random.default_rng(3).normal(size=(6, 1500))
    table |= {f"n{at}": column for at, column in enumerate(noise)}
    formula = {"spending": " + ".join(table)}
    free, calm = (with_covariates(ROOT_GAMMA_GAMMA, s, table, formula, ridge=ridge) for ridge in (0.0, None))
    assert calm.ridge > 0.0
    squares = [sum(fit.coefficient("spending", f"n{at}").value ** 2 for at in range(6)) for fit in (calm, free)]
    assert squares[0] < squares[1]
    assert calm.coefficient("spending", "age").value == pytest.approx(BY_AGE, abs=0.1)
