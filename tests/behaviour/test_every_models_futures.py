"""What the futures of every buying model keep: drawn or counted, they follow the closed forms."""

import numpy as np
import pytest
from every_model import EVERY, example, told
from scipy.stats import chisquare

from keyworth.behaviour import Worlds, counts_by_drawing, in_blocks
from keyworth.behaviour.parameters import as_array

pytestmark = pytest.mark.parametrize("name", EVERY)


H = told([0, 0, 1, 3, 12, 60], [0, 0, 5, 30, 38, 51.9], [1, 30, 39, 39, 39, 52])


@pytest.mark.parametrize("form", ["numpy", "compiled"])
def test_drawn_futures_agree_with_the_closed_forms(name, form):
    model, p = example(name)
    times, draws = 1000, 60
    many = H.rows(np.tile(np.arange(len(H)), times))
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
    today = told([0] * 3000, [0] * 3000, [0] * 3000)
    bought = model.draw_ahead(p, today, 40.0, seed=5, draws=40, form=form).purchases.ravel()
    chances = model.count_distribution(p, 40.0, 12)
    expected = np.append(chances, 1 - chances.sum()) * len(bought)
    assert chisquare(np.bincount(np.minimum(bought, 13), minlength=14), expected).pvalue > 1e-4


@pytest.mark.parametrize("form", ["numpy", "compiled"])
def test_draws_are_the_same_in_blocks_and_with_any_number_of_threads(name, form, monkeypatch):
    model, p = example(name)
    rng = np.random.default_rng(2)
    x = rng.integers(0, 5, size=4000)
    h = told(x, np.where(x > 0, 5.0, 0.0), np.full(4000, 39.0))

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


@pytest.mark.slow
def test_counts_ahead_are_the_same_in_blocks_and_in_either_form(name):
    model, p = example(name)
    rng = np.random.default_rng(2)
    x = rng.integers(0, 5, size=500)
    observed = rng.integers(100, 300, size=500) / 7
    h = told(x, np.where(x > 0, observed * 0.6, 0.0), observed)
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
