"""Pareto/GGG's evidence against adaptive quadrature, its limits, its extremes, its fit and its refusals."""

import numpy as np
import pytest
from every_model import told
from scipy.integrate import dblquad, quad
from scipy.special import gammaincc, gammaln
from stories import keeps_a_rhythm

from keyworth.behaviour import (
    PARETO_GGG,
    PARETO_NBD,
    ParetoGggParameters,
    ParetoNbdParameters,
    PurchaseHistories,
    UniqueHistories,
)
from keyworth.behaviour.own_rhythm import pareto_ggg_fit, pareto_ggg_rhythms
from keyworth.behaviour.own_rhythm.pareto_ggg_fit import RhythmLikelihood
from keyworth.behaviour.own_rhythm.pareto_ggg_rhythms import added, evidence, log_prior, rhythms
from keyworth.behaviour.parameters import as_array
from keyworth.errors import HistoryRefused, NotEnoughHistory, ParametersRefused

GROCER = ParetoGggParameters(6.0, 2.2, 1.5, 6.0, 0.6, 20.0)
PARAMETERS = [
    GROCER,
    ParetoGggParameters(1.0, 0.5, 0.9, 8.0, 0.6, 11.0),
    ParetoGggParameters(20.0, 0.5, 2.0, 10.0, 0.2, 50.0),
    ParetoGggParameters(60.0, 20.0, 0.9, 8.0, 1e-4, 1.0),
]
ROWS = (
    [0, 0, 1, 3, 5, 30, 300, 5000, 2, 2, 0],
    [0, 0, 0.3, 20, 39, 38, 37, 1000, 30, 0.5e-6, 0],
    [39, 0.001, 39, 39, 39, 39, 39, 1001, 38.9, 1e-6, 2000],
)
H = told(*ROWS, uneven=0.2)


@pytest.mark.parametrize(
    ("k", "row"), [(0.4, (3, 20.0, 39.0)), (1.0, (0, 0.0, 39.0)), (3.0, (8, 30.0, 31.0)), (7.0, (3, 20.0, 39.0))]
)
def test_the_evidence_given_k_is_the_double_integral_over_rate_and_leaving(k, row):
    """Given k, by scipy: over λ and the time of leaving, of the gaps' density and the chance of the unfinished one."""
    r, alpha, s, beta = 1.5, 6.0, 0.6, 20.0
    x, last, until = row
    h = told([x], [last], [until], 0.2)

    def log_given(rate):
        gaps = k * x * np.log(k * rate) + (k - 1) * h.log_gaps[0] - k * rate * last - x * gammaln(k)
        return gaps + r * np.log(alpha) - gammaln(r) + (r - 1) * np.log(rate) - alpha * rate

    def quiet(rate, d):
        return gammaincc(k, k * rate * d)

    def stays(tau):
        return (beta / (beta + tau)) ** s

    there = np.linspace(1e-3, 6.0, 2000)
    top = log_given(there).max()
    here = (
        stays(until)
        * quad(lambda rate: np.exp(log_given(rate) - top) * quiet(rate, until - last), 0, 8, limit=400, epsabs=1e-11)[0]
    )
    left = dblquad(
        lambda rate, tau: np.exp(log_given(rate) - top) * quiet(rate, tau - last) * s / (beta + tau) * stays(tau),
        last, until, 0, 8, epsabs=1e-8, epsrel=1e-8,
    )[0]  # fmt: skip
    found = evidence(r, alpha, s, beta, np.array([[k]]), h)
    assert found.here[0, 0] == pytest.approx(np.log(here) + top, abs=1e-6)
    assert found.logs[0, 0] == pytest.approx(np.log(here + left) + top, abs=2e-6)


@pytest.mark.parametrize(("p", "error"), list(zip(PARAMETERS, (1e-8, 1e-5, 1e-5, 1e-8), strict=True)))
def test_the_rule_over_k_agrees_with_adaptive_quadrature(p, error):
    found = PARETO_GGG.log_likelihood(p, H)
    for row in (0, 2, 6):
        h = H.rows(slice(row, row + 1))

        def log_joint(logs, h=h):
            return (
                log_prior(p.t, p.gamma, logs)
                + evidence(p.r, p.alpha, p.s, p.beta, np.exp(np.array([[logs]])), h).logs[0, 0]
            )

        slow = quad(lambda logs, at=found[row]: np.exp(log_joint(logs) - at), -14.0, 6.0, limit=300, epsabs=1e-10)[0]
        assert np.log(slow) == pytest.approx(0.0, abs=error)


@pytest.mark.parametrize(("p", "error"), list(zip(PARAMETERS, (1e-8, 1e-5, 5e-5, 1e-8), strict=True)))
def test_more_nodes_change_nothing_that_was_promised(p, error, monkeypatch):
    usual = PARETO_GGG.log_likelihood(p, H)
    monkeypatch.setattr(pareto_ggg_rhythms, "_ORDER", 96)
    gone = -np.expm1(-p.lifetime.fade(H.last_repeat, H.observed_for - H.last_repeat))
    nodes = rhythms(p.t, p.gamma, p.r, p.alpha, gone, H, 128)
    given = evidence(p.r, p.alpha, p.s, p.beta, nodes.k, H)
    fine = added(log_prior(p.t, p.gamma, nodes.logs) + given.logs, nodes.step)
    np.testing.assert_allclose(usual, fine, rtol=1e-12, atol=error)


def test_where_all_buy_at_random_it_is_pareto_nbd():
    """t and gamma to infinity together are k = 1 for all; what is left is the spread of k, 1/t, times x²."""
    p, steady = ParetoGggParameters(1e6, 1e6, 0.9, 8.0, 0.6, 11.0), ParetoNbdParameters(0.9, 8.0, 0.6, 11.0)
    h = H.rows(slice(0, 6))
    np.testing.assert_allclose(PARETO_GGG.log_likelihood(p, h), PARETO_NBD.log_likelihood(steady, h), atol=1e-4)
    np.testing.assert_allclose(PARETO_GGG.chance_alive(p, h), PARETO_NBD.chance_alive(steady, h), atol=1e-6)
    for ahead in (26.0, 300.0):
        of = [model.expected_purchases(q, h, ahead) for model, q in ((PARETO_GGG, p), (PARETO_NBD, steady))]
        np.testing.assert_allclose(*of, rtol=1e-4)
    of = [model.discounted_if_alive(q, h, 0.0027) for model, q in ((PARETO_GGG, p), (PARETO_NBD, steady))]
    np.testing.assert_allclose(*of, rtol=1e-4)
    counts = [model.count_distribution_ahead(q, h, 26.0, 20) for model, q in ((PARETO_GGG, p), (PARETO_NBD, steady))]
    np.testing.assert_allclose(*counts, atol=1e-5)


def test_where_all_have_one_rhythm_it_is_the_evidence_given_it():
    p, h = ParetoGggParameters(3e6, 1e6, 0.9, 8.0, 0.6, 11.0), H.rows(slice(0, 6))
    given = evidence(0.9, 8.0, 0.6, 11.0, np.full((6, 1), 3.0), h).logs[:, 0]
    np.testing.assert_allclose(PARETO_GGG.log_likelihood(p, h), given, atol=1e-4)


@pytest.mark.parametrize("p", PARAMETERS[:2])
def test_extreme_histories_have_finite_answers(p):
    alive, leaves = PARETO_GGG.chance_alive(p, H), PARETO_GGG.chance_leaves_if_alive(p, H, 26.0)
    assert np.isfinite(PARETO_GGG.log_likelihood(p, H)).all()
    for chance in (alive, leaves):
        assert ((chance >= 0) & (chance <= 1)).all()
    assert alive[4] == 1.0  # who bought today is here
    for answer in (PARETO_GGG.expected_purchases(p, H, 26.0), PARETO_GGG.discounted_if_alive(p, H, 0.0027)):
        assert (np.isfinite(answer) & (answer >= 0)).all()


def test_silence_weighs_more_on_one_who_came_like_a_clock():
    h = PurchaseHistories.from_columns([8, 8], [32, 32], [45, 45], log_gaps=[8 * np.log(4.0), 8 * (np.log(4.0) - 0.6)])
    clock, random = PARETO_GGG.chance_alive(GROCER, h)
    assert clock < 0.2 < 0.4 < random
    later = told([3] * 5, [10] * 5, [10, 15, 25, 50, 200])
    assert (np.diff(PARETO_GGG.chance_alive(GROCER, later)) < 0).all()


@pytest.mark.parametrize("p", PARAMETERS[:2])
def test_the_derivatives_are_those_of_the_likelihood(p):
    h, logs, step = H.rows(slice(0, 7)), np.log(as_array(p)), 1e-4
    objective = RhythmLikelihood(h.unique())
    here = objective(logs)
    assert here.value == pytest.approx(PARETO_GGG.log_likelihood(p, h).sum(), rel=1e-12)
    slopes = [(objective.value(logs + e) - objective.value(logs - e)) / (2 * step) for e in np.eye(6) * step]
    np.testing.assert_allclose(here.gradient, slopes, rtol=1e-4, atol=2e-4)
    up, down = (np.array([objective(logs + way * e).gradient for e in np.eye(6) * 1e-3]) for way in (1, -1))
    np.testing.assert_allclose(here.hessian, (up - down) / 2e-3, rtol=1e-3, atol=2e-3)


def test_a_story_told_twice_ends_alike():
    ends = np.random.default_rng(2).integers(189, 274, 4000) / 7
    own = PARETO_GGG.simulate(GROCER, ends, seed=1)
    other = keeps_a_rhythm(np.random.default_rng(3), tuple(as_array(GROCER)), ends)
    PurchaseHistories.from_columns(own.repeats, own.last_repeat, own.observed_for, own.unit, own.log_gaps)
    for of in ("repeats", "last_repeat", "log_gaps"):
        mine, theirs = getattr(own, of), getattr(other, of)
        assert abs(mine.mean() - theirs.mean()) < 4 * np.hypot(mine.std(), theirs.std()) / np.sqrt(4000)
    np.testing.assert_array_equal(PARETO_GGG.simulate(GROCER, ends, seed=1).log_gaps, own.log_gaps)
    assert not np.array_equal(PARETO_GGG.simulate(GROCER, ends, seed=2).log_gaps, own.log_gaps)


def grocers(n, seed):
    rng = np.random.default_rng(seed)
    return keeps_a_rhythm(rng, tuple(as_array(GROCER)), rng.integers(364, 520, n) / 7)


def recovered(n, seed):
    h = grocers(n, seed)
    fit = PARETO_GGG.fit(h)
    assert fit.converged, str(fit.verdict)
    assert fit.log_likelihood == pytest.approx(PARETO_GGG.log_likelihood(fit.parameters, h).sum(), rel=1e-9)
    for each, error in fit.standard_errors.items():
        assert abs(getattr(fit.parameters, each) - getattr(GROCER, each)) <= 3 * error, each
    return fit


@pytest.mark.slow
def test_a_fit_recovers_the_truth_of_a_few():
    recovered(150, 4)


def told_twice(n, until, ahead):
    """Customers of the story until a day, and what the same ones bought in the time after."""
    truth = tuple(as_array(GROCER))
    now, then = (
        [keeps_a_rhythm(np.random.default_rng([7, i]), truth, np.array([end])) for i in range(n)]
        for end in (until, until + ahead)
    )
    columns = [np.concatenate([getattr(h, of) for h in now]) for of in ("repeats", "last_repeat", "observed_for")]
    gaps = np.concatenate([h.log_gaps for h in now])
    later = np.array([b.repeats[0] - a.repeats[0] for a, b in zip(now, then, strict=True)]).astype(int)
    return PurchaseHistories.from_columns(*columns, log_gaps=gaps), later


@pytest.mark.slow
def test_a_fit_recovers_the_truth_and_foresees_more_than_pareto_nbd():
    """The log score of what others bought in the quarter after, in nats each."""
    fit = recovered(800, 5)
    h, later = told_twice(400, 52.0, 13.0)
    steady = PARETO_NBD.fit(h)
    scores = [
        np.log(np.maximum(model.count_distribution_ahead(q, h, 13.0, 60)[np.arange(400), later], 1e-300)).mean()
        for model, q in ((PARETO_GGG, fit.parameters), (PARETO_NBD, steady.parameters))
    ]
    assert later.mean() > 0.5
    assert scores[0] > scores[1] + 0.02


@pytest.mark.slow
def test_a_richer_model_never_explains_less():
    ends = np.random.default_rng(3).integers(189, 274, 300) / 7
    h = PARETO_NBD.simulate(ParetoNbdParameters(1.2, 10.0, 0.5, 12.0), ends, seed=3)
    assert PARETO_GGG.fit(h).log_likelihood >= PARETO_NBD.fit(h).log_likelihood - 0.01


@pytest.mark.slow
def test_a_fit_counts_weights_and_does_not_mind_the_order():
    h = grocers(150, 4)
    unique, plain = h.unique(), PARETO_GGG.fit(h.rows(np.arange(149, -1, -1)))
    assert PARETO_GGG.fit(h).parameters == plain.parameters
    tripled = PARETO_GGG.fit(UniqueHistories(unique.histories, 3.0 * unique.weights))
    np.testing.assert_allclose(as_array(tripled.parameters), as_array(plain.parameters), rtol=1e-6)
    assert tripled.log_likelihood == pytest.approx(3 * plain.log_likelihood, rel=1e-9)


@pytest.mark.slow
def test_a_fit_reads_a_selection_of_many_and_says_so(monkeypatch):
    monkeypatch.setattr(pareto_ggg_fit, "MOST", 75)
    some = PARETO_GGG.fit(grocers(150, 4))
    assert some.customers == 75
    assert "selection, 75 of 150 customers; the standard errors" in str(some.verdict)


def test_what_cannot_be_answered_is_refused_in_words():
    silent = PurchaseHistories.from_columns([1, 2, 0, 3, 1], [5, 6, 0, 7, 8], [20] * 5)
    for ask in (PARETO_GGG.fit, lambda h: PARETO_GGG.chance_alive(GROCER, h)):
        with pytest.raises(HistoryRefused, match="reads the time between purchases"):
            ask(silent)
    with pytest.raises(NotEnoughHistory, match="None of 30 customers has bought on a second day"):
        PARETO_GGG.fit(told([0] * 30, [0] * 30, [20] * 30))
    with pytest.raises(ParametersRefused, match="above zero; got t = "):
        ParetoGggParameters(0.0, 1.0, 1.0, 1.0, 1.0, 1.0)
    with pytest.raises(ParametersRefused, match="discount rate above zero"):
        PARETO_GGG.discounted_if_alive(GROCER, H, 0.0)
