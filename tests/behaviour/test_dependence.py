"""Buying and leaving that depend on each other: four plain models, weighed."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from keyworth.behaviour import (
    BG_NBD,
    GAMMA_GOMPERTZ_NBD,
    MBG_CNBD_K,
    MBG_NBD,
    MODELS,
    PARETO_NBD,
    PurchaseHistories,
    fit_dependence,
)
from keyworth.behaviour.dependence.dependent_fit import DependentFit
from keyworth.behaviour.dependence.joint import corners, correlation, limits, means, omega_of
from keyworth.behaviour.dependence.likelihood import DependentLikelihood, log_likelihoods
from keyworth.errors import NotEnoughHistory, ParametersRefused
from keyworth.units import TimeUnit

BG = BG_NBD.parameter_kind(r=0.7, alpha=5.0, a=0.8, b=2.0)
MBG = MBG_NBD.parameter_kind(r=1.4, alpha=4.0, a=0.9, b=2.5)
PARETO = PARETO_NBD.parameter_kind(r=1.2, alpha=8.0, s=0.8, beta=10.0)
HISTORIES = PurchaseHistories.from_columns([0, 1, 2, 9, 4], [0, 3, 30, 38, 5], [39, 39, 39, 39, 20])


def kernels(p, rate, leaning):
    """The two kernels at a rate of buying and a leaning to leave, less their means."""
    if hasattr(p, "s"):
        return np.exp(-p.alpha * rate) - 2**-p.r, np.exp(-p.beta * leaning) - 2**-p.s
    return np.exp(-p.alpha * rate) - 2**-p.r, (1 - leaning) - p.b / (p.a + p.b)


def marginals(p):
    own = stats.gamma(p.s, scale=1 / p.beta) if hasattr(p, "s") else stats.beta(p.a, p.b)
    return stats.gamma(p.r, scale=1 / p.alpha), own


def people(p, omega, n, seed):
    """Rates of buying and leanings to leave, by throwing away what the joint density does not want."""
    rng = np.random.default_rng(seed)
    one, other = marginals(p)
    kept = []
    while sum(map(len, kept)) < n:
        rate, leaning = one.rvs(n, random_state=rng), other.rvs(n, random_state=rng)
        k1, k2 = kernels(p, rate, leaning)
        wanted = 1 + omega * k1 * k2
        assert (wanted > -1e-9).all()
        kept.append(np.column_stack([rate, leaning])[rng.uniform(0, 1 + abs(omega), n) < wanted])
    return np.concatenate(kept)[:n].T


@pytest.mark.parametrize(("model", "p"), [(BG_NBD, BG), (MBG_NBD, MBG), (PARETO_NBD, PARETO)])
def test_without_dependence_it_is_the_plain_model(model, p):
    assert log_likelihoods(model, p, 0.0, HISTORIES) == pytest.approx(model.log_likelihood(p, HISTORIES), abs=1e-12)
    assert correlation(p, 0.0) == 0.0


@pytest.mark.parametrize("p", [BG, PARETO, replace(BG, r=3.0, a=0.2), replace(PARETO, s=4.0)])
def test_the_limits_are_where_the_density_touches_nothing(p):
    """Kernels run from 0 to 1, so the four corners of that square are where the density is lowest."""
    ends = [np.array([0.0, np.inf]), np.array([0.0, np.inf if hasattr(p, "s") else 1.0])]
    k1, k2 = kernels(p, *(side.ravel() for side in np.meshgrid(*ends)))
    for omega in limits(p):
        assert (1 + omega * k1 * k2).min() == pytest.approx(0.0, abs=1e-12)
        assert sum(weight for weight, _ in corners(p, omega)) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("p", [BG, PARETO, replace(BG, r=3.0, a=0.2), replace(PARETO, s=4.0), replace(PARETO, s=1.2)])
def test_any_dependence_stays_within_the_limits_and_comes_near_them(p):
    low, high = limits(p)
    least, none, most = (float(omega_of(*means(p), of)) for of in (1e-9, 1.0, 1e9))
    assert none == 0.0
    assert low <= least <= 0.95 * low
    assert 0.95 * high <= most <= high


TWO_LIVES = GAMMA_GOMPERTZ_NBD.parameter_kind(r=1.2, alpha=8.0, b=0.05, s=0.8, beta=1.5)
RHYTHM = MBG_CNBD_K.parameter_kind(r=1.2, alpha=3.0, a=0.9, b=2.5, k=2)


@pytest.mark.parametrize("dependence", [0.03, 1.0, 8.0])
@pytest.mark.parametrize(
    ("model", "p"),
    [
        (BG_NBD, BG),
        (MBG_NBD, MBG),
        (PARETO_NBD, PARETO),
        pytest.param(GAMMA_GOMPERTZ_NBD, TWO_LIVES, marks=pytest.mark.slow),
        pytest.param(MBG_CNBD_K, RHYTHM, marks=pytest.mark.slow),
    ],
    ids=lambda of: getattr(of, "name", ""),
)
def test_the_climb_knows_the_slopes_of_the_likelihood(model, p, dependence):
    h = HISTORIES
    h = PurchaseHistories.from_columns(h.repeats, h.last_repeat, h.observed_for, log_gaps=[0, 1.0, 5.3, 12.0, 0.6])
    likelihood, weights = DependentLikelihood(model, h.unique(), p), h.unique().weights
    at, step = np.log([*(getattr(p, name) for name in likelihood.names), dependence]), 1e-4

    def value(logs):
        p, dependence = likelihood.at(logs)
        omega = float(omega_of(*means(p), dependence))
        return float((weights * log_likelihoods(model, p, omega, h.unique().histories)).sum())

    here = likelihood(at)
    moves = step * np.eye(len(at))
    assert here.value == pytest.approx(value(at), abs=1e-10)
    assert here.gradient == pytest.approx([(value(at + by) - value(at - by)) / (2 * step) for by in moves], abs=1e-6)
    curves = np.array([(likelihood(at + by).gradient - likelihood(at - by).gradient) / (2 * step) for by in moves])
    assert here.hessian == pytest.approx(curves, abs=1e-5)
    assert here.hessian == pytest.approx(here.hessian.T, abs=1e-12)


@pytest.mark.parametrize("omega", [-1.1, 0.4, 1.3])
def test_the_likelihood_is_that_of_the_joint_density(omega):
    """Over a grid of rates and chances to leave, each with its purchases counted from the story."""
    nodes, weights = np.polynomial.legendre.leggauss(300)
    u, w = (nodes + 1) / 2, weights / 2
    u, w = u**4, 4 * u**3 * w  # the gamma density climbs steeply at 0
    one, other = marginals(BG)
    rate, p = one.ppf(u)[:, None], other.ppf(u)[None, :]
    k1, k2 = kernels(BG, rate, p)
    density = (1 + omega * k1 * k2) * w[:, None] * w[None, :]
    expected = []
    for x, last, observed in zip(
        *(getattr(HISTORIES, n) for n in ("repeats", "last_repeat", "observed_for")), strict=True
    ):
        stays = (1 - p) ** x * rate**x * np.exp(-rate * observed)
        left = p * (1 - p) ** (x - 1) * rate**x * np.exp(-rate * last) if x else 0.0
        expected.append(np.log(((stays + left) * density).sum()))
    assert log_likelihoods(BG_NBD, BG, omega, HISTORIES) == pytest.approx(np.array(expected), abs=2e-5)


@pytest.mark.parametrize("p", [BG, PARETO])
def test_the_correlation_is_that_of_the_people(p):
    omega = 0.9 * limits(p)[1]
    rate, leaning = people(p, omega, 200_000, 4)
    assert correlation(p, omega) == pytest.approx(np.corrcoef(rate, leaning)[0, 1], abs=0.01)


def bought(p, omega, n, seed, weeks=52):
    """MBG/NBD from the story: who may leave after each purchase, the first one too, buys until then."""
    rate, leaving = people(p, omega, n, seed)
    rng = np.random.default_rng(seed + 1)
    x, last, now = np.zeros(n), np.zeros(n), np.zeros(n)
    here = rng.random(n) > leaving
    while here.any():
        now = now + rng.exponential(1 / rate)
        here &= now <= weeks
        x, last = x + here, np.where(here, np.maximum(np.ceil(now * 7) / 7, last), last)
        here &= rng.random(n) > leaving
    return PurchaseHistories.from_columns(x, last, np.full(n, float(weeks)))


@pytest.fixture(scope="module")
def found() -> DependentFit:
    return fit_dependence(MBG_NBD, bought(MBG, 0.8 * limits(MBG)[1], 12_000, 3))


def test_it_finds_the_dependence_there_is(found):
    assert found.converged
    assert found.ratio.p_value < 0.01
    assert found.log_likelihood > found.independent.log_likelihood
    assert found.correlation == pytest.approx(correlation(MBG, 0.8 * limits(MBG)[1]), abs=0.06)


def test_answers_agree_with_one_another(found):
    h = HISTORIES
    alive, ahead = found.chance_alive(h), found.expected_purchases(h, 20.0)
    assert ((alive > 0) & (alive < 1)).all()
    counts = found.count_distribution_ahead(h, 20.0, 200)
    assert counts.sum(axis=1) == pytest.approx(np.ones(len(h)), abs=1e-6)
    assert (counts * np.arange(201)).sum(axis=1) == pytest.approx(ahead, rel=1e-4)
    assert (found.chance_leaves(h, 20.0) < alive).all()
    assert found.discounted(h, 1e-12, 20.0) == pytest.approx(ahead, rel=1e-6)
    assert (found.discounted(h, 0.01) > found.discounted(h, 0.01, 20.0)).all()
    assert found.expected_from_start(np.array([0.0, 10.0, 20.0]))[0] == 0.0
    assert found.log_likelihoods(h) == pytest.approx(
        log_likelihoods(MBG_NBD, found.parameters, found.omega, h), abs=1e-12
    )


def test_what_is_expected_is_what_such_people_do(found):
    """New customers drawn from the fitted density, without the product."""
    rate, leaving = people(found.parameters, found.omega, 200_000, 9)
    stays = 1 - leaving  # at the first purchase; then every purchase, at rate λ, is followed by leaving with chance p
    purchases = stays / leaving * -np.expm1(-rate * leaving * 30)
    assert found.expected_from_start(30.0) == pytest.approx(purchases.mean(), rel=0.01)


@pytest.mark.slow
def test_the_unit_of_time_changes_nothing(found):
    h = bought(MBG, 0.5, 3_000, 8)
    days = PurchaseHistories(h.repeats, h.last_repeat * 7, h.observed_for * 7, TimeUnit.DAY)
    weekly, daily = fit_dependence(MBG_NBD, h), fit_dependence(MBG_NBD, days)
    assert daily.omega == pytest.approx(weekly.omega, abs=1e-4)
    assert daily.ratio.statistic == pytest.approx(weekly.ratio.statistic, abs=1e-5)
    assert daily.parameters.alpha == pytest.approx(7 * weekly.parameters.alpha, rel=1e-5)


@pytest.mark.slow
def test_where_there_is_none_chance_explains_what_is_gained():
    told = fit_dependence(MBG_NBD, bought(MBG, 0.0, 6_000, 21))
    assert told.ratio.p_value > 0.05
    assert told.log_likelihood >= told.independent.log_likelihood
    assert told.standard_errors is not None
    assert abs(told.omega) < 3 * told.standard_errors["omega"]


def test_what_the_plain_model_cannot_tell_is_not_asked():
    alike = PurchaseHistories.from_columns([3] * 50, [30] * 50, [39] * 50)
    with pytest.raises(NotEnoughHistory):
        fit_dependence(PARETO_NBD, alike)


@pytest.mark.parametrize("model", ["mbg-nbd", MODELS["mbg-nbd-sarmanov"], None])
def test_what_has_no_dependence_to_add_is_refused(model):
    with pytest.raises(ParametersRefused, match="independent was expected") as refused:
        fit_dependence(model, HISTORIES)
    assert "Sarmanov" not in str(refused.value.hint)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bg-nbd", "mbg-nbd", "pareto-nbd"])
def test_every_model_gains_and_never_loses(name):
    h = bought(MBG, -0.9, 2_000, 5)
    told = fit_dependence(MODELS[name], h)
    assert told.log_likelihood >= told.independent.log_likelihood
    assert told.ratio.degrees == 1
    assert np.isfinite(told.chance_alive(HISTORIES)).all()
