"""The contract that every buying model keeps; a new model needs a case in every_model.py and nothing else."""

import os
import subprocess
import sys

import numpy as np
import pytest
from every_model import CASES, EVERY, drawn, example, histories, parameters, told
from hypothesis import given
from hypothesis import strategies as st

from keyworth.behaviour import TITLES
from keyworth.behaviour.parameters import as_array, from_array, names
from keyworth.errors import ParametersRefused

pytestmark = pytest.mark.parametrize("name", EVERY)


def test_a_model_says_who_it_is(name):
    model, p = example(name)
    assert model.name == name
    assert TITLES[name] == model.title
    assert model.title.lower().replace("/", "-") == (CASES[name].by_title or name)
    assert model.parameter_names == names(model.parameter_kind)
    np.testing.assert_array_equal(as_array(p), CASES[name].example)
    with pytest.raises(AttributeError):
        p.r = 2.0


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan, np.inf])
def test_parameters_outside_their_range_are_refused_by_name(name, wrong):
    model, _ = example(name)
    first = model.parameter_names[0]
    with pytest.raises(ParametersRefused, match=f"above zero; got {first} = "):
        from_array(model.parameter_kind, [wrong, *CASES[name].example[1:]])


@given(h=histories(), values=parameters)
def test_answers_keep_their_bounds(name, h, values):
    model, p = drawn(name, values)
    assert np.isfinite(model.log_likelihood(p, h)).all()
    alive, leaves = model.chance_alive(p, h), model.chance_leaves_if_alive(p, h, 26.0)
    for chance in (alive, leaves):
        assert chance.shape == (len(h),)
        assert ((chance >= 0) & (chance <= 1)).all()
    if_alive = model.expected_purchases_if_alive(p, h, 26.0)
    assert (np.isfinite(if_alive) & (if_alive >= 0)).all()
    np.testing.assert_allclose(model.expected_purchases(p, h, 26.0), alive * if_alive, rtol=1e-12)
    longer = model.expected_purchases_if_alive(p, h, 52.0)
    assert (longer >= if_alive * (1 - 1e-12)).all()
    if CASES[name].steady:
        assert (longer <= 2 * if_alive * (1 + 1e-12)).all()  # buying slows down as customers leave


@given(h=histories(), values=parameters)
def test_discounting_takes_something_and_never_more_than_the_rate_allows(name, h, values):
    model, p = drawn(name, values)
    plain = model.expected_purchases_if_alive(p, h, 26.0)
    worn = model.discounted_if_alive(p, h, 0.01, 26.0)
    endless = model.discounted_if_alive(p, h, 0.01)
    np.testing.assert_allclose(model.discounted_if_alive(p, h, 0.0, 26.0), plain, rtol=1e-9)
    assert (worn <= plain * (1 + 1e-9)).all()
    assert (worn >= plain * np.exp(-0.26) * (1 - 1e-9)).all()
    assert (endless >= worn * (1 - 1e-9)).all()
    # What lies beyond 5,000 units is worth less than exp(−50) of it.
    np.testing.assert_allclose(model.discounted_if_alive(p, h, 0.01, 5000.0), endless, rtol=1e-8)


@pytest.mark.parametrize(("force", "ahead"), [(0.0, None), (-0.1, 52.0), (np.nan, None)])
def test_an_endless_future_needs_a_discount(name, force, ahead):
    model, p = example(name)
    h = told([1], [1], [2])
    with pytest.raises(ParametersRefused, match=r"discount rate above zero|is a number was expected"):
        model.discounted_if_alive(p, h, force, ahead)


@given(values=parameters, t=st.floats(0.01, 300))
def test_counts_are_a_distribution_with_the_expected_mean(name, values, t):
    model, p = drawn(name, values)
    chances = model.count_distribution(p, t, 60)
    assert chances.shape == (61,)
    assert (chances >= 0).all()
    total, counted = chances.sum(), chances @ np.arange(61)
    expected = float(model.expected_from_start(p, t))
    assert total <= 1 + 1e-10
    # What is left out are counts above 60, so the mean so far plus 61 of each missing is a lower bound.
    assert counted + 61 * (1 - total) <= expected * (1 + 1e-9) + 1e-7
    if 1 - total < 1e-12:
        assert counted == pytest.approx(expected, rel=1e-7, abs=1e-9)


@given(values=parameters, t=st.floats(0.01, 300), after=st.floats(0.01, 300))
def test_counts_of_a_later_interval_have_the_mean_of_growth(name, values, t, after):
    model, p = drawn(name, values)
    chances = model.count_distribution(p, t, 60, after=after)
    total, counted = chances.sum(), chances @ np.arange(61)
    assert ((chances >= 0) & (chances <= 1 + 1e-10)).all()
    expected = float(model.expected_from_start(p, after + t) - model.expected_from_start(p, after))
    slack = 1e-7 + 1e-9 * float(model.expected_from_start(p, after + t))
    assert total <= 1 + 1e-10
    assert counted + 61 * (1 - total) <= expected * (1 + 1e-8) + slack
    if 1 - total < 1e-12:
        assert counted == pytest.approx(expected, rel=1e-6, abs=slack)


def test_an_interval_that_begins_at_once_is_like_one_that_began_at_the_start(name):
    model, p = example(name)
    np.testing.assert_allclose(
        model.count_distribution(p, 20.0, 15, after=1e-9), model.count_distribution(p, 20.0, 15), atol=1e-8
    )


@given(h=histories(), values=parameters, ahead=st.floats(0.01, 300))
def test_counts_ahead_of_a_history_have_the_expected_mean(name, h, values, ahead):
    model, p = drawn(name, values)
    chances = model.count_distribution_ahead(p, h, ahead, 60)
    assert chances.shape == (len(h), 61)
    assert ((chances >= 0) & (chances <= 1 + 1e-10)).all()
    total, counted = chances.sum(axis=1), chances @ np.arange(61)
    expected = model.expected_purchases(p, h, ahead)
    assert (total <= 1 + 1e-9).all()
    assert (chances[:, 0] >= (1 - model.chance_alive(p, h)) * (1 - 1e-9)).all()
    assert (counted + 61 * (1 - total) <= expected * (1 + 1e-8) + 1e-7).all()
    whole = 1 - total < 1e-12
    np.testing.assert_allclose(counted[whole], expected[whole], rtol=1e-6, atol=1e-8)


def test_counts_ahead_of_a_customer_of_today_are_those_of_a_new_one(name):
    model, p = example(name)
    today = told([0], [0], [0])
    ahead, new = model.count_distribution_ahead(p, today, 30.0, 20)[0], model.count_distribution(p, 30.0, 20)
    np.testing.assert_allclose(ahead, new, atol=1e-10)


def test_growth_from_the_start_keeps_shape_and_rises(name):
    model, p = example(name)
    times = np.array([[0.0, 1.0], [10.0, 100.0]])
    grown = model.expected_from_start(p, times)
    assert grown.shape == (2, 2)
    assert grown[0, 0] == 0.0
    assert (np.diff(grown.ravel()) > 0).all()


def test_a_new_customer_today_has_the_future_that_the_count_distribution_tells(name):
    model, p = example(name)
    today = told([0], [0], [0])
    expected = model.expected_purchases(p, today, 30.0)[0]
    assert expected == pytest.approx(float(model.expected_from_start(p, 30.0)), rel=1e-10)


def test_only_a_model_that_loses_one_time_buyers_doubts_them(name):
    model, p = example(name)
    alive = model.chance_alive(p, told([0, 0], [0, 0], [1.0, 100.0]))
    assert (alive[1] < alive[0] < 1.0) if model.loses_one_time_buyers else (alive == 1.0).all()


def test_silence_makes_leaving_likelier(name):
    model, p = example(name)
    h = told([3] * 5, [10] * 5, [10, 15, 25, 50, 200])
    assert (np.diff(model.chance_alive(p, h)) < 0).all()


def test_a_small_job_never_loads_the_compiler_or_the_optimiser(name):
    if not CASES[name].light:
        return
    code = f"""
import sys
from keyworth.behaviour import GAMMA_GAMMA, MODELS, PurchaseHistories, SpendHistories
model = MODELS[{name!r}]
columns = [0, 0, 0, 1, 2, 5], [0, 0, 0, 5, 30, 38], [9, 39, 39, 39, 39, 39]
h = PurchaseHistories.from_columns(*columns, log_gaps=[0, 0, 0, 1.5, 5, 9])
p = model.fit(h).parameters
model.discounted_if_alive(p, h, 0.002)
futures = model.draw_ahead(p, h, 52, seed=1, draws=10)
s = SpendHistories.from_columns([0, 1, 1, 1, 2, 5], [0, 5, 3, 8, 30, 38])
GAMMA_GAMMA.draw_totals(GAMMA_GAMMA.fit(s).parameters, s, futures.purchases, seed=1)
assert not {{"numba", "scipy.optimize", "duckdb", "pandas"}} & set(sys.modules), sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ)
