"""Choosing k: found where there is a rhythm, never dearer than none, and told in words."""

import numpy as np
import pytest
from every_model import told
from stories import leaves_after_a_purchase, observed_between

from keyworth.behaviour import MODELS, PurchaseHistories
from keyworth.behaviour.newton import maximise
from keyworth.behaviour.regular_timing.fit import likelihood
from keyworth.errors import HistoryRefused, ParametersRefused

REGULAR = ["bg-cnbd-k", "mbg-cnbd-k"]


def customers(name, k, n=3000, seed=1):
    rng = np.random.default_rng(seed)
    story = leaves_after_a_purchase(MODELS[name].first_chance, steps=k)
    return story(rng, (0.9, 6.0 / k, 0.9, 2.0), observed_between(rng, n, (40, 52)))


@pytest.mark.parametrize(("name", "k"), [("bg-cnbd-k", 2), ("mbg-cnbd-k", 1), ("mbg-cnbd-k", 3)])
def test_the_k_that_made_the_data_is_found_and_the_verdict_says_by_how_much(name, k):
    model, h = MODELS[name], customers(name, k)
    fit = model.fit(h)
    assert fit.converged
    assert fit.parameters.k == k
    assert fit.log_likelihood == pytest.approx(model.log_likelihood(fit.parameters, h).sum(), rel=1e-12)
    values = fit.verdict.values
    assert (values["best"], values["last"]) == (k, k + 3)
    assert f"Of k from 1 to {k + 3}, {k} is the most likely" in str(fit.verdict)
    # No other k, climbed by itself, comes nearer than the verdict says.
    start = np.log([fit.parameters.r, fit.parameters.alpha, fit.parameters.a, fit.parameters.b])
    others = {
        other: maximise(likelihood(h.unique(), model.first_chance, other), start, start - 9, start + 9).value
        for other in range(1, 6)
    }
    assert others.pop(k) == pytest.approx(fit.log_likelihood, abs=1e-6)
    assert fit.log_likelihood - max(others.values()) == pytest.approx(values["lead"], rel=0.01)


@pytest.mark.parametrize("name", REGULAR)
def test_a_rhythm_to_choose_never_explains_less_than_none(name):
    plain = MODELS[name.replace("c", "")[:-2]]
    for k, seed in ((1, 2), (4, 4)):
        h = customers(name, k, 400, seed)
        assert MODELS[name].fit(h).log_likelihood >= plain.fit(h).log_likelihood - 1e-9


@pytest.mark.parametrize("name", REGULAR)
def test_without_the_time_between_purchases_a_fit_is_refused_in_words(name):
    model, h = MODELS[name], customers(name, 2, 50)
    bare = PurchaseHistories.from_columns(h.repeats, h.last_repeat, h.observed_for)
    assert model.reads_gaps
    with pytest.raises(HistoryRefused, match="reads the time between purchases"):
        model.fit(bare)
    with pytest.raises(HistoryRefused, match="reads the time between purchases"):
        model.log_likelihood(model.parameter_kind(1.0, 2.0, 1.0, 2.0, 2), bare)
    # What it says of the customers needs no gaps: those enter the likelihood of k alone.
    assert np.isfinite(model.chance_alive(model.parameter_kind(1.0, 2.0, 1.0, 2.0, 2), bare)).all()


@pytest.mark.parametrize("k", [0, 13, 2.5, -1])
@pytest.mark.parametrize("name", REGULAR)
def test_k_is_a_whole_number_from_1_to_12(name, k):
    with pytest.raises(ParametersRefused, match=r"above zero|whole number from 1 to 12"):
        MODELS[name].parameter_kind(1.0, 2.0, 1.0, 2.0, k)


@pytest.mark.parametrize("name", REGULAR)
@pytest.mark.parametrize(
    "at", [(0.01, 0.05, 0.01, 0.01), (1.0, 3.0, 1.0, 1e5), (1e4, 3.0, 1e4, 1e-3), (50.0, 5e3, 1e-6, 5.0)]
)
@pytest.mark.parametrize("k", [2, pytest.param(12, marks=pytest.mark.slow)])
def test_every_answer_is_finite_for_extreme_histories(name, at, k):
    model = MODELS[name]
    p = model.parameter_kind(*at, k)
    h = told(
        [0, 0, 0, 1, 1, 700, 5000, 5000],
        [0, 0, 0, 1e-7, 900, 0.5, 1e-6, 1565],
        [0, 1e-6, 1565, 1e-6, 900, 1565, 2e-6, 1565],
    )
    assert np.isfinite(model.log_likelihood(p, h)).all()
    for chance in (model.chance_alive(p, h), model.chance_leaves_if_alive(p, h, 52)):
        assert ((chance >= 0) & (chance <= 1)).all()
    expected = model.expected_purchases_if_alive(p, h, 52)
    endless, ending = model.discounted_if_alive(p, h, 0.002), model.discounted_if_alive(p, h, 0.002, 52)
    assert ((expected > 0) & np.isfinite(endless)).all()
    assert (ending <= expected * (1 + 1e-9)).all()
    assert (ending >= expected * np.exp(-0.002 * 52) * (1 - 1e-9)).all()
    assert (ending <= endless * (1 + 1e-9)).all()
    chances = model.count_distribution_ahead(p, h, 52, 30)
    assert ((chances >= 0) & (chances <= 1 + 1e-9)).all()
    futures = model.draw_ahead(p, h, 52, seed=1, draws=2)
    assert (futures.purchases >= 0).all()
