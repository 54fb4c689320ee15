"""Going on from an earlier fit: the same maximum as from nothing, in fewer evaluations."""

import numpy as np
import pytest
from every_model import CASES, EVERY, made, told

from keyworth.behaviour import GAMMA_GAMMA, MODELS, PARETO_GGG, SpendHistories, UniqueHistories, update
from keyworth.behaviour.leaving_after_purchase.likelihood import LeavingLikelihood
from keyworth.behaviour.leaving_in_time.likelihood import LeavingInTimeLikelihood
from keyworth.behaviour.parameters import as_dict
from keyworth.behaviour.regular_timing.likelihood import RegularLikelihood
from keyworth.behaviour.updating import parameters_in
from keyworth.errors import ParametersRefused
from keyworth.units import TimeUnit


@pytest.fixture
def heard(monkeypatch):
    """One entry for each evaluation of a likelihood."""
    calls = []

    def counted(kind):
        plain = kind.__call__

        def call(self, logs):
            calls.append(kind)
            return plain(self, logs)

        monkeypatch.setattr(kind, "__call__", call)

    for kind in (LeavingLikelihood, LeavingInTimeLikelihood, RegularLikelihood):
        counted(kind)
    return calls


@pytest.mark.parametrize("name", EVERY)
def test_an_update_arrives_where_a_fit_from_nothing_does_with_fewer_evaluations(name, heard):
    model = MODELS[name]
    n = 1500 if CASES[name].sample == 4000 else 4000  # with fewer some cannot be told
    first, later = made(name, n, seed=1), made(name, n + 200, seed=2, weeks=(30, 52))
    old = model.fit(first)
    heard.clear()
    cold = model.fit(later)
    from_nothing = len(heard)
    heard.clear()
    warm = update(old, later)
    assert warm.converged
    assert as_dict(warm.parameters) == pytest.approx(as_dict(cold.parameters), rel=1e-8)
    assert warm.log_likelihood == pytest.approx(cold.log_likelihood, rel=1e-12)
    assert warm.standard_errors == pytest.approx(cold.standard_errors, rel=1e-6)
    assert len(heard) < 0.5 * from_nothing


@pytest.mark.parametrize("name", EVERY)
def test_an_update_that_finds_nothing_new_is_at_once_where_it_was(name, heard):
    model, h = MODELS[name], made(name, 2000)
    old = model.fit(h)
    heard.clear()
    again = update(old, h)
    assert as_dict(again.parameters) == pytest.approx(as_dict(old.parameters), rel=1e-8)
    assert len(heard) <= 15  # with a rhythm, of the two k beside it too


def test_an_update_may_count_in_another_unit():
    h = made("pareto-nbd", 600)
    weeks = MODELS["pareto-nbd"].fit(h)
    days = UniqueHistories.from_columns(h.repeats, h.last_repeat * 7, h.observed_for * 7, np.ones(600), TimeUnit.DAY)
    found = update(weeks, days)
    assert found.unit is TimeUnit.DAY
    assert as_dict(found.parameters) == pytest.approx(
        {"r": weeks.parameters.r, "alpha": 7 * weeks.parameters.alpha, "s": weeks.parameters.s,
         "beta": 7 * weeks.parameters.beta}, rel=1e-8
    )  # fmt: skip
    assert parameters_in(weeks, TimeUnit.WEEK) is weeks.parameters


@pytest.mark.slow
def test_k_is_looked_for_beside_the_old_one():
    """From k = 1 on data of k = 3, and from k = 3 on data of k = 1."""
    model = MODELS["mbg-cnbd-k"]
    regular, random = made("mbg-cnbd-k", 1500), made("mbg-nbd", 1500)
    of_regular, of_random = model.fit(regular), model.fit(random)
    assert (of_regular.parameters.k, of_random.parameters.k) == (3, 1)
    for old, h, cold in ((of_random, regular, of_regular), (of_regular, random, of_random)):
        assert as_dict(update(old, h).parameters) == pytest.approx(as_dict(cold.parameters), rel=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(CASES))
def test_a_start_from_far_away_is_no_worse_than_none(name):
    model, h = MODELS[name], made(name, 1200, seed=3)
    cold = model.fit(h)
    far = made(name, 300, seed=9, weeks=(5, 9))
    warm = update(model.fit(far), h)
    assert warm.log_likelihood == pytest.approx(cold.log_likelihood, rel=1e-10)


def test_where_no_climb_arrives_the_fit_begins_from_nothing():
    model = MODELS["mbg-nbd"]
    alike = told([3] * 50, [15] * 50, [20] * 50)
    old = model.fit(made("mbg-nbd", 400))
    found, cold = update(old, alike), model.fit(alike)
    assert not found.converged
    assert found.parameters == cold.parameters
    assert found.verdict == cold.verdict


@pytest.mark.slow
def test_a_rhythm_of_ones_own_is_updated_too():
    from keyworth.behaviour import ParetoGggParameters

    truth = ParetoGggParameters(6.0, 2.2, 1.5, 6.0, 0.6, 20.0)
    ends = np.random.default_rng(1).integers(364, 520, 100) / 7
    first, later = PARETO_GGG.simulate(truth, ends, seed=1), PARETO_GGG.simulate(truth, ends, seed=2)
    old, cold = PARETO_GGG.fit(first), PARETO_GGG.fit(later)
    assert cold.converged
    assert as_dict(update(old, later).parameters) == pytest.approx(as_dict(cold.parameters), rel=1e-5)


def test_spending_is_not_gone_on_from():
    s = SpendHistories.from_columns([1, 1, 2, 3, 5, 1], [3, 5, 8, 13, 4, 6])
    with pytest.raises(ParametersRefused, match="only one of a model of buying"):
        update(GAMMA_GAMMA.fit(s), made("bg-nbd", 50))
