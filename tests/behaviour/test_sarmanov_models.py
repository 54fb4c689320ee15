"""The models whose buying and leaving depend on each other: what the battery of all models cannot know of them."""

import numpy as np
import pytest
from every_model import example, made, told
from stories import dependent_people, leaves_after_a_purchase, observed_between

from keyworth.behaviour import MODELS, Worlds, fit_dependence
from keyworth.behaviour.parameters import as_array

NAMES = ["bg-nbd-sarmanov", "mbg-nbd-sarmanov", "pareto-nbd-sarmanov"]
H = told([0, 0, 1, 3, 12, 60], [0, 0, 5, 30, 38, 51.9], [1, 30, 39, 39, 39, 52])


def independent(name, dependence=1.0):
    model, p = example(name)
    plain = model.plain
    q = plain.parameter_kind(*as_array(p)[:-1])
    return model, model.parameter_kind(*as_array(p)[:-1], dependence), plain, q


@pytest.mark.parametrize("name", NAMES)
def test_without_dependence_every_answer_is_that_of_the_plain_model(name):
    model, p, plain, q = independent(name)
    assert model.omega(p) == 0.0
    for answer in (
        lambda model, p: model.log_likelihood(p, H),
        lambda model, p: model.chance_alive(p, H),
        lambda model, p: model.expected_purchases(p, H, 26.0),
        lambda model, p: model.chance_leaves_if_alive(p, H, 26.0),
        lambda model, p: model.discounted_if_alive(p, H, 0.01),
        lambda model, p: model.expected_from_start(p, np.array([0.0, 3.0, 52.0])),
        lambda model, p: model.count_distribution(p, 26.0, 9),
        lambda model, p: model.count_distribution(p, 26.0, 9, after=13.0),
        lambda model, p: model.count_distribution_ahead(p, H, 26.0, 9),
    ):
        np.testing.assert_allclose(answer(model, p), answer(plain, q), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("form", ["numpy", pytest.param("compiled", marks=pytest.mark.slow)])
@pytest.mark.parametrize("dependence", [0.05, 30.0])
@pytest.mark.parametrize("name", [NAMES[0], *(pytest.param(name, marks=pytest.mark.slow) for name in NAMES[1:])])
def test_counts_ahead_are_the_distribution_turned_round(name, dependence, form):
    model, p, *_ = independent(name, dependence)
    places = (np.arange(50) + 0.5) / 50
    worlds = Worlds(np.tile(as_array(p), (50, 1)), places, seed=1)
    counts = model.counts_ahead(worlds, H, 26.0, form=form)(0, len(H))
    reached = np.cumsum(model.count_distribution_ahead(p, H, 26.0, 300), axis=1)
    np.testing.assert_array_equal(np.sort(counts, axis=1), [np.searchsorted(row, places) for row in reached])


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_fit_is_that_of_the_test_of_dependence(name):
    model, _, plain, _ = independent(name)
    h = made(name, 3000, seed=2)
    fit, test = model.fit(h), fit_dependence(plain, h)
    assert fit.log_likelihood == pytest.approx(test.log_likelihood, abs=1e-6)
    assert model.omega(fit.parameters) == pytest.approx(test.omega, rel=1e-4)
    np.testing.assert_allclose(
        model.expected_purchases(fit.parameters, H, 26.0), test.expected_purchases(H, 26.0), rtol=1e-4
    )


def test_a_dependence_that_comes_to_its_limit_is_said_and_has_no_error_of_its_own():
    rng = np.random.default_rng(3)
    story = leaves_after_a_purchase(1, people=dependent_people)
    fit = MODELS["mbg-nbd-sarmanov"].fit(story(rng, (1.0, 3.0, 0.9, 2.0, 0.2), observed_between(rng, 10_000, (27, 39))))
    assert fit.converged
    assert str(fit.verdict).startswith("Converged with as much dependence as this form can hold")
    assert fit.parameters.dependence == pytest.approx(1e-3)
    assert list(fit.standard_errors) == ["r", "alpha", "a", "b"]
    assert (fit.covariance[-1] == 0).all()
    assert (np.diag(fit.root)[:-1] > 0).all()


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "log_likelihood", "ahead"),
    [
        ("bg-nbd-sarmanov", -9578.9254, 1843.3),
        ("mbg-nbd-sarmanov", -9579.1751, 1722.6),
        ("pareto-nbd-sarmanov", -9585.2634, 1726.2),
    ],
)
def test_cdnow_is_foretold_nearer_to_what_came(name, log_likelihood, ahead, cdnow):
    """Figures of our own, of the page on dependence; without dependence totals are 1653, 1577 and 1666 of 1882."""
    model, h = MODELS[name], cdnow.histories
    fit, plain = model.fit(h), model.plain.fit(h)
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)
    expected, alone = (
        float(of.expected_purchases(found.parameters, h, 39.0).sum())
        for of, found in ((model, fit), (model.plain, plain))
    )
    came = cdnow.bought_later.sum()
    assert expected == pytest.approx(ahead, abs=0.1)
    assert abs(expected - came) < abs(alone - came)
