"""The contract that every buying model keeps; a new model needs an example here and nothing else."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from keyworth.behaviour import (
    MODELS,
    TITLES,
    PurchaseHistories,
    UniqueHistories,
    Worlds,
    counts_by_drawing,
    in_blocks,
)
from keyworth.behaviour.parameters import as_array, as_dict, from_array, names
from keyworth.errors import NotEnoughHistory, ParametersRefused
from keyworth.units import TimeUnit

EXAMPLES = {"bg-nbd": (0.3, 5.0, 0.8, 2.4), "mbg-nbd": (0.6, 6.0, 0.9, 2.0)}
FIRST_CHANCE = {"bg-nbd": 0, "mbg-nbd": 1}

pytestmark = pytest.mark.parametrize("name", MODELS)


def example(name):
    model = MODELS[name]
    return model, from_array(model.parameter_kind, EXAMPLES[name])


@st.composite
def histories(draw):
    """Any histories that pass the gate, from a customer of today to one of thirty years."""
    rows = draw(
        st.lists(st.tuples(st.integers(0, 800), st.floats(0, 1500), st.floats(1e-3, 1)), min_size=1, max_size=6)
    )
    x, observed, share = np.array(rows).T
    x = np.where(observed * share > 0, x, 0)
    return PurchaseHistories.from_columns(x, np.where(x > 0, observed * share, 0.0), observed)


positive = st.floats(-5, 5).map(np.exp)
parameters = st.tuples(positive, positive, positive, positive)


def drawn(name, values):
    model = MODELS[name]
    return model, from_array(model.parameter_kind, values[: len(model.parameter_names)])


def made(simulate, name, n, seed=1):
    return simulate(n, *EXAMPLES[name], FIRST_CHANCE[name], seed=seed)


def test_a_model_says_who_it_is(name):
    model, p = example(name)
    assert model.name == name
    assert TITLES[name] == model.title
    assert model.title.lower().replace("/", "-") == name
    assert model.parameter_names == names(model.parameter_kind)
    np.testing.assert_array_equal(as_array(p), EXAMPLES[name])
    with pytest.raises(AttributeError):
        p.r = 2.0


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan, np.inf])
def test_parameters_outside_their_range_are_refused_by_name(name, wrong):
    model, _ = example(name)
    last = model.parameter_names[-1]
    with pytest.raises(ParametersRefused, match=f"above zero; got {last} = "):
        from_array(model.parameter_kind, [*EXAMPLES[name][:-1], wrong])


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
    h = PurchaseHistories.from_columns([1], [1], [2])
    with pytest.raises(ParametersRefused, match="discount rate above zero"):
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


def test_growth_from_the_start_keeps_shape_and_rises(name):
    model, p = example(name)
    times = np.array([[0.0, 1.0], [10.0, 100.0]])
    grown = model.expected_from_start(p, times)
    assert grown.shape == (2, 2)
    assert grown[0, 0] == 0.0
    assert (np.diff(grown.ravel()) > 0).all()


def test_a_new_customer_today_has_the_future_that_the_count_distribution_tells(name):
    model, p = example(name)
    today = PurchaseHistories.from_columns([0.0], [0.0], [0.0])
    expected = model.expected_purchases(p, today, 30.0)[0]
    assert expected == pytest.approx(float(model.expected_from_start(p, 30.0)), rel=1e-10)


def test_only_a_model_that_loses_one_time_buyers_doubts_them(name):
    model, p = example(name)
    alive = model.chance_alive(p, PurchaseHistories.from_columns([0, 0], [0, 0], [1.0, 100.0]))
    assert (alive[1] < alive[0] < 1.0) if model.loses_one_time_buyers else (alive == 1.0).all()


def test_silence_makes_leaving_likelier(name):
    model, p = example(name)
    h = PurchaseHistories.from_columns([3] * 5, [10] * 5, [10, 15, 25, 50, 200])
    assert (np.diff(model.chance_alive(p, h)) < 0).all()


def test_the_fit_is_a_maximum_with_exact_curvature(name, simulate):
    model = MODELS[name]
    h = made(simulate, name, 4000)
    fit = model.fit(h)
    assert fit.converged, fit.verdict
    assert fit.model == name
    assert fit.unit is TimeUnit.WEEK
    assert fit.customers == 4000
    assert fit.log_likelihood == pytest.approx(model.log_likelihood(fit.parameters, h).sum(), rel=1e-12)
    k = len(model.parameter_names)
    assert fit.aic == pytest.approx(2 * k - 2 * fit.log_likelihood)
    assert fit.bic == pytest.approx(k * np.log(4000) - 2 * fit.log_likelihood)

    at, step = np.log(as_array(fit.parameters)), 1e-3

    def value(logs):
        return float(model.log_likelihood(from_array(model.parameter_kind, np.exp(logs)), h).sum())

    eye = np.eye(k) * step
    slope = [(value(at + e) - value(at - e)) / (2 * step) for e in eye]
    curve = np.array(
        [
            [
                (value(at + e + d) - value(at + e - d) - value(at - e + d) + value(at - e - d)) / (4 * step**2)
                for d in eye
            ]
            for e in eye
        ]
    )
    np.testing.assert_allclose(np.linalg.inv(fit.covariance), -curve, rtol=2e-3, atol=0.5)
    np.testing.assert_allclose(slope, 0, atol=0.01)
    by_delta = np.sqrt(np.diag(fit.covariance)) * as_array(fit.parameters)
    np.testing.assert_allclose(list(fit.standard_errors.values()), by_delta, rtol=1e-6)
    for away in np.eye(k) * 0.3:
        assert max(value(at + away), value(at - away)) < fit.log_likelihood


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fit_recovers_the_truth_within_three_standard_errors(name, simulate, seed):
    model = MODELS[name]
    fit = model.fit(made(simulate, name, 10_000, seed))
    assert fit.converged
    missed = as_array(fit.parameters) - EXAMPLES[name]
    assert (np.abs(missed) < 3 * np.array(list(fit.standard_errors.values()))).all(), missed


def test_a_fit_counts_weights_and_does_not_mind_the_order_or_the_unit(name, simulate):
    model = MODELS[name]
    h = made(simulate, name, 2000)
    x, last, observed = h.repeats, h.last_repeat, h.observed_for
    plain = model.fit(h)
    reversed_ = model.fit(PurchaseHistories.from_columns(x[::-1], last[::-1], observed[::-1]))
    assert reversed_.parameters == plain.parameters
    columns = np.array([x, last, observed, np.ones(2000)])
    forwards, backwards = (model.fit(UniqueHistories.from_columns(*c)) for c in (columns, columns[:, ::-1]))
    assert backwards.parameters == forwards.parameters
    assert backwards.log_likelihood == forwards.log_likelihood
    tripled = model.fit(UniqueHistories.from_columns(x, last, observed, np.full(2000, 3.0)))
    assert as_dict(tripled.parameters) == pytest.approx(as_dict(plain.parameters), rel=1e-9)
    assert tripled.customers == 6000
    assert tripled.log_likelihood == pytest.approx(3 * plain.log_likelihood, rel=1e-12)
    in_days = model.fit(PurchaseHistories.from_columns(x, last * 7, observed * 7, unit=TimeUnit.DAY))
    expected = as_dict(plain.parameters) | {"alpha": 7 * plain.parameters.alpha}
    assert as_dict(in_days.parameters) == pytest.approx(expected, rel=1e-8)
    assert in_days.unit is TimeUnit.DAY


def test_both_forms_of_the_fit_agree(name, simulate):
    model = MODELS[name]
    unique = made(simulate, name, 5000).unique()
    plain, compiled = (model.fit(unique, form=form) for form in ("numpy", "compiled"))
    assert compiled.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)
    assert as_dict(compiled.parameters) == pytest.approx(as_dict(plain.parameters), rel=1e-10)


def test_too_little_history_is_said_in_words(name):
    model = MODELS[name]
    with pytest.raises(NotEnoughHistory, match="None of 30 customers has bought on a second day"):
        model.fit(PurchaseHistories.from_columns([0] * 30, [0] * 30, [20] * 30))
    with pytest.raises(NotEnoughHistory, match="1 customer is too few"):
        model.fit(PurchaseHistories.from_columns([3], [10], [20]))


DEGENERATE = {
    "all alike": ([3] * 50, [15] * 50, [20] * 50),
    "nobody ever leaves": ([4] * 60 + [5] * 60, [39.9] * 120, [40] * 120),
    "one repeat in all": ([0] * 99 + [1], [0] * 99 + [5], [20] * 100),
    "five customers": ([1, 2, 0, 4, 1], [3, 9, 0, 18, 1], [20, 20, 20, 20, 20]),
    "everybody left at once": ([1] * 80, [0.5] * 80, [50] * 80),
    "one bought ten thousand times": ([0] * 40 + [1, 10_000], [0] * 40 + [3, 1999], [2000] * 42),
}


@pytest.mark.parametrize("data", DEGENERATE)
def test_a_verdict_does_not_lie_about_poor_data(name, data):
    fit = MODELS[name].fit(PurchaseHistories.from_columns(*DEGENERATE[data]))
    assert np.isfinite([*as_dict(fit.parameters).values(), fit.log_likelihood, fit.aic, fit.bic]).all()
    if fit.converged:
        assert np.isfinite(list(fit.standard_errors.values())).all()
        assert (np.linalg.eigvalsh(fit.covariance) > 0).all()
    else:
        assert str(fit.verdict).startswith("Not converged: ")
    if data in {"all alike", "nobody ever leaves"}:
        assert "ran to the edge of the range searched" in str(fit.verdict)
        assert fit.standard_errors is fit.covariance is None


def test_no_start_is_better_than_the_end(name, simulate):
    """Also where the surface is hard: few customers, of whom few come back."""
    model = MODELS[name]
    rng = np.random.default_rng(7)
    for seed in range(4):
        h = simulate(60, *EXAMPLES[name], FIRST_CHANCE[name], seed=100 + seed)
        if not (h.repeats > 0).any():
            continue
        fit = model.fit(h)
        for logs in rng.uniform(-4, 6, size=(150, len(model.parameter_names))):
            start = from_array(model.parameter_kind, np.exp(logs))
            assert model.log_likelihood(start, h).sum() <= fit.log_likelihood + 1e-9


H = PurchaseHistories.from_columns([0, 0, 1, 3, 12, 60], [0, 0, 5, 30, 38, 51.9], [1, 30, 39, 39, 39, 52])


@pytest.mark.parametrize("form", ["numpy", "compiled"])
def test_drawn_futures_agree_with_the_closed_forms(name, form):
    model, p = example(name)
    times, draws = 1000, 60
    many = PurchaseHistories(*(np.tile(c, times) for c in (H.repeats, H.last_repeat, H.observed_for)))
    futures = model.draw_ahead(p, many, 26.0, seed=11, draws=draws, form=form)
    assert futures.purchases.shape == futures.still_customer.shape == (draws, len(many))
    bought = futures.purchases.reshape(draws * times, len(H))
    stayed = futures.still_customer.reshape(draws * times, len(H))
    expected = model.expected_purchases(p, H, 26.0)
    error = bought.std(axis=0) / np.sqrt(draws * times)
    assert (np.abs(bought.mean(axis=0) - expected) < 4 * error).all()
    still = model.chance_alive(p, H) * (1 - model.chance_leaves_if_alive(p, H, 26.0))
    error = np.sqrt(still * (1 - still) / (draws * times))
    assert (np.abs(stayed.mean(axis=0) - still) <= 4 * error + 1e-12).all()


@pytest.mark.parametrize("form", ["numpy", "compiled"])
def test_drawn_futures_of_a_new_customer_follow_the_count_distribution(name, form):
    model, p = example(name)
    today = PurchaseHistories.from_columns([0.0] * 3000, [0.0] * 3000, [0.0] * 3000)
    bought = model.draw_ahead(p, today, 40.0, seed=5, draws=40, form=form).purchases.ravel()
    chances = model.count_distribution(p, 40.0, 12)
    expected = np.append(chances, 1 - chances.sum()) * len(bought)
    assert chisquare(np.bincount(np.minimum(bought, 13), minlength=14), expected).pvalue > 1e-4


@pytest.mark.parametrize("form", ["numpy", "compiled"])
def test_draws_are_the_same_in_blocks_and_with_any_number_of_threads(name, form, monkeypatch):
    model, p = example(name)
    rng = np.random.default_rng(2)
    x = rng.integers(0, 5, size=4000)
    h = PurchaseHistories.from_columns(x, np.where(x > 0, 5.0, 0.0), np.full(4000, 39.0))

    def futures(**how):
        drawn_ = model.draw_ahead(p, h, 26.0, seed=3, form=form, **how)
        return drawn_.purchases, drawn_.still_customer

    monkeypatch.setattr(in_blocks, "processors", lambda: 1)
    bought, still = futures(draws=100)
    monkeypatch.setattr(in_blocks, "processors", lambda: 4)
    for got, expected in zip(futures(draws=100), (bought, still), strict=True):
        np.testing.assert_array_equal(got, expected)
    for got, expected in zip(futures(draws=40, first_draw=60), (bought[60:], still[60:]), strict=True):
        np.testing.assert_array_equal(got, expected)
    assert not np.array_equal(bought[0], bought[1])
    other = model.draw_ahead(p, h, 26.0, seed=4, draws=100, form=form)
    assert not np.array_equal(other.purchases, bought)


def spread_worlds(p, worlds=200):
    """Worlds of known parameters, so that only chance remains."""
    places = (np.random.default_rng(6).permutation(worlds) + 0.5) / worlds
    return Worlds(np.tile(as_array(p), (worlds, 1)), places, seed=3)


@pytest.mark.parametrize("form", ["numpy", "compiled"])
def test_counts_ahead_have_the_expected_mean_and_the_drawn_spread(name, form):
    model, p = example(name)
    many = H.rows(np.tile(np.arange(len(H)), 30))
    counts = model.counts_ahead(spread_worlds(p), many, 26.0, form=form)(0, len(many))
    assert counts.shape == (len(many), 200)
    assert (counts >= 0).all()
    drawn_ = model.draw_ahead(p, many, 26.0, seed=11, draws=200, form=form).purchases.T
    counts, drawn_ = (each.reshape(30, len(H), 200).swapaxes(0, 1).reshape(len(H), -1) for each in (counts, drawn_))
    error = drawn_.std(axis=1) / np.sqrt(drawn_.shape[1])
    assert (np.abs(counts.mean(axis=1) - model.expected_purchases(p, H, 26.0)) < 4 * error).all()
    np.testing.assert_allclose(counts.std(axis=1), drawn_.std(axis=1), rtol=0.1)


def test_counts_ahead_are_the_same_in_blocks_and_in_either_form(name):
    model, p = example(name)
    rng = np.random.default_rng(2)
    x = rng.integers(0, 5, size=500)
    observed = rng.integers(100, 300, size=500) / 7
    h = PurchaseHistories.from_columns(x, np.where(x > 0, observed * 0.6, 0.0), observed)
    worlds = spread_worlds(p)
    plain, compiled = (model.counts_ahead(worlds, h, 26.0, form=form) for form in ("numpy", "compiled"))
    whole = compiled(0, 500)
    assert np.mean(plain(0, 500) != whole) < 1e-4
    for rows in (plain, compiled):
        np.testing.assert_array_equal(rows(120, 377), rows(0, 500)[120:377])


def test_who_brings_no_distribution_is_drawn_from(name, monkeypatch):
    model, p = example(name)
    monkeypatch.setattr(counts_by_drawing, "_CHUNK", 64)
    many = H.rows(np.tile(np.arange(len(H)), 50))
    counts = counts_by_drawing.counts_by_drawing(model, spread_worlds(p), many, 26.0)
    whole = counts(0, len(many))
    np.testing.assert_array_equal(np.concatenate([counts(0, 100), counts(100, 300)]), whole)
    assert not np.array_equal(whole[:60], whole[64:124])
    mean = whole.reshape(50, len(H), 200).mean(axis=(0, 2))
    np.testing.assert_allclose(mean, model.expected_purchases(p, H, 26.0), rtol=0.1)


def test_a_small_job_never_loads_the_compiler_or_the_optimiser(name):
    code = f"""
import sys
from keyworth.behaviour import GAMMA_GAMMA, MODELS, PurchaseHistories, SpendHistories
model = MODELS[{name!r}]
h = PurchaseHistories.from_columns([0, 0, 0, 1, 2, 5], [0, 0, 0, 5, 30, 38], [9, 39, 39, 39, 39, 39])
p = model.fit(h).parameters
model.discounted_if_alive(p, h, 0.002)
futures = model.draw_ahead(p, h, 52, seed=1, draws=10)
s = SpendHistories.from_columns([0, 1, 1, 1, 2, 5], [0, 5, 3, 8, 30, 38])
GAMMA_GAMMA.draw_totals(GAMMA_GAMMA.fit(s).parameters, s, futures.purchases, seed=1)
assert not {{"numba", "scipy.optimize", "duckdb", "pandas"}} & set(sys.modules), sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ)
