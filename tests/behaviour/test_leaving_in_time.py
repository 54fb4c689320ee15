"""Models that leave in time, against adaptive quadrature, differences, special cases and any start of the climb."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import expit, gammaln

from keyworth.behaviour import (
    GAMMA_GOMPERTZ_NBD,
    PARETO_NBD,
    GammaGompertzNbdParameters,
    ParetoNbdParameters,
    PurchaseHistories,
)
from keyworth.behaviour.leaving_in_time import lifetimes_gamma_gompertz_pieces, odds
from keyworth.behaviour.leaving_in_time.lifetimes_gamma_gompertz import GammaGompertzLifetime
from keyworth.behaviour.leaving_in_time.lifetimes_quadrature import time_here
from keyworth.behaviour.leaving_in_time.likelihood import LeavingInTimeLikelihood, row_sums_in_numpy
from keyworth.behaviour.leaving_in_time.odds import log_odds_left
from keyworth.behaviour.newton import maximise
from keyworth.behaviour.parameters import as_array

# Parameters, and the history x, t_x, T: usual ones, and those where closed forms lose their digits.
CASES = [
    (ParetoNbdParameters(0.553, 10.58, 0.606, 11.67), (2, 30.43, 38.86)),
    (ParetoNbdParameters(0.553, 10.58, 0.606, 11.67), (0, 0.0, 38.86)),
    (ParetoNbdParameters(0.553, 11.67, 1.0, 11.67), (26, 30.86, 31.0)),
    (ParetoNbdParameters(10.465, 7.98565181e-3, 3.0516, 2.820), (500, 1.0, 37.0)),
    (ParetoNbdParameters(0.1, 900.0, 0.02, 0.01), (3, 10.0, 11_000.0)),
    (ParetoNbdParameters(0.02, 0.01, 40.0, 900.0), (0, 0.0, 11_000.0)),
    (ParetoNbdParameters(0.55, 10.58, 0.61, 11.67), (5000, 9000.0, 11_000.0)),
    (ParetoNbdParameters(0.55, 10.58, 0.61, 11.67), (1, 0.6e-6, 1e-6)),
    (GammaGompertzNbdParameters(0.8, 6.0, 0.12, 0.3, 4.0), (2, 30.43, 38.86)),
    (GammaGompertzNbdParameters(0.553, 10.58, 1e-6, 0.606, 11.67e-6), (2, 30.43, 38.86)),
    (GammaGompertzNbdParameters(0.5, 8.0, 0.3, 0.4, 3e4), (1, 2.0, 60.0)),  # two places where one may have left
    (GammaGompertzNbdParameters(3.0, 0.01, 2.0, 25.0, 1e5), (200, 1.0, 30.0)),
    (GammaGompertzNbdParameters(0.5, 200.0, 0.002, 40.0, 0.05), (0, 0.0, 11_000.0)),
    (GammaGompertzNbdParameters(0.55, 10.0, 0.01, 0.6, 2.0), (5000, 9000.0, 11_000.0)),
]


def told(*rows):
    return PurchaseHistories.from_columns(*np.transpose(rows))


def model_of(p):
    return PARETO_NBD if isinstance(p, ParetoNbdParameters) else GAMMA_GOMPERTZ_NBD


def log_survival(p, t):
    if isinstance(p, ParetoNbdParameters):
        return -p.s * np.log1p(t / p.beta)
    aged = p.b * np.asarray(t)
    return -p.s * np.where(aged < 1.0, np.log1p(np.expm1(np.minimum(aged, 1.0)) / p.beta), old(p, aged))


def old(p, aged):
    """The same where e^(bt) may overflow."""
    return np.logaddexp(aged, np.log(p.beta)) + np.log1p(-np.exp(-np.logaddexp(aged, np.log(p.beta)))) - np.log(p.beta)


def log_density(p, t):
    if isinstance(p, ParetoNbdParameters):
        return np.log(p.s / (p.beta + t)) + log_survival(p, t)
    return np.log(p.b * p.s / p.beta) + p.b * t + (p.s + 1) / p.s * log_survival(p, t)


def pieces(f, bounds):
    return sum(quad(f, low, high, epsabs=0, epsrel=1e-12, limit=200)[0] for low, high in pairwise(bounds))


def slow_odds(p, x, last, observed):
    """ln of the odds of having left, by adaptive quadrature over ln(time since t_x), scaled by its highest point."""

    def log_term(z):
        t = last + np.exp(z)
        return (p.r + x) * np.log((p.alpha + observed) / (p.alpha + t)) + log_density(p, t) + z

    end = np.log(observed - last)
    places = np.linspace(end - 60.0, end, 4001)
    top = log_term(places).max()
    kept = places[log_term(places) > top - 60.0]
    bounds = np.linspace(max(kept[0] - 0.1, end - 60.0), kept[-1] + min(0.1, end - kept[-1]), 40)
    return top + np.log(pieces(lambda z: np.exp(log_term(z) - top), bounds)) - log_survival(p, observed)


@pytest.mark.parametrize(("p", "history"), CASES)
def test_the_odds_of_having_left_agree_with_adaptive_quadrature(p, history):
    odds = slow_odds(p, *history)
    h = told(history)
    alive = model_of(p).chance_alive(p, h)[0]
    assert alive == pytest.approx(expit(-odds), rel=1e-9)
    x, _, observed = history
    buying = gammaln(p.r + x) - gammaln(p.r) - x * np.log(p.alpha) - (p.r + x) * np.log1p(observed / p.alpha)
    slow = buying + log_survival(p, observed) + np.logaddexp(0, odds)
    assert model_of(p).log_likelihood(p, h)[0] == pytest.approx(slow, rel=1e-12, abs=1e-10)


@pytest.mark.parametrize(("p", "history"), CASES)
@pytest.mark.parametrize(("force", "ahead"), [(0.0, 39.0), (0.0027, 520.0), (0.0027, None), (0.5, None)])
def test_the_time_still_spent_here_agrees_with_adaptive_quadrature(p, history, force, ahead):
    now = history[2]

    def term(z):
        return np.exp(z - force * np.exp(z) + log_survival(p, now + np.exp(z)) - log_survival(p, now))

    end = np.log(ahead if ahead is not None else 60.0 / force)
    slow = pieces(term, np.linspace(end - 45.0, end, 60))
    assert time_here(p.lifetime, np.array([now]), force, ahead)[0] == pytest.approx(slow, rel=1e-10)
    if force == 0.0:
        assert p.lifetime.stay(np.array([now]), ahead)[0] == pytest.approx(slow, rel=1e-10)


@pytest.mark.parametrize("n", [0, 1, 4, 30])
@pytest.mark.parametrize(("p", "history"), CASES)
def test_the_chance_of_a_count_ahead_agrees_with_adaptive_quadrature(p, history, n):
    x, _, now = history
    s, rate, ahead = p.r + x, p.alpha + now, 26.0
    count = gammaln(s + n) - gammaln(s) - gammaln(n + 1)

    def log_count(t):
        return count - s * np.log1p(t / rate) + n * np.log(t / (rate + t))

    def leaves(z):
        t = np.exp(z)
        return np.exp(log_count(t) + log_density(p, now + t) - log_survival(p, now) + z)

    stays = np.exp(log_count(ahead) + log_survival(p, now + ahead) - log_survival(p, now))
    slow = stays + pieces(leaves, np.linspace(np.log(ahead) - 45.0, np.log(ahead), 60))
    h = told(history)
    alive = model_of(p).chance_alive(p, h)[0]
    got = model_of(p).count_distribution_ahead(p, h, ahead, 30)[0, n]
    assert got == pytest.approx(alive * slow + (n == 0) * (1 - alive), rel=1e-9, abs=1e-300)


H = told(
    (0, 0, 1), (0, 0, 39), (1, 0.3, 39), (1, 21, 22), (2, 30.4, 38.9), (7, 29, 39), (40, 38.9, 39), (300, 150, 156),
    (5000, 1000, 1001), (3, 5, 5),
)  # fmt: skip
AT = [
    ParetoNbdParameters(0.553, 10.58, 0.606, 11.67),
    ParetoNbdParameters(5.0, 60.0, 0.05, 0.3),
    ParetoNbdParameters(0.02, 0.5, 30.0, 400.0),
    ParetoNbdParameters(0.5, 300.0, 2.0, 3.0),
    GammaGompertzNbdParameters(0.8, 6.0, 0.12, 0.3, 4.0),
    GammaGompertzNbdParameters(0.5, 10.0, 0.001, 0.6, 0.01),
    GammaGompertzNbdParameters(0.5, 0.3, 0.4, 3.0, 900.0),
]


def differences(function, at, step=1e-4):
    """Central differences, with one step of Richardson's extrapolation."""
    eye = np.eye(len(at))

    def slope(h):
        return np.array([(function(at + h * e) - function(at - h * e)) / (2 * h) for e in eye])

    return (4 * slope(step / 2) - slope(step)) / 3


@pytest.mark.parametrize("p", AT)
def test_the_derivatives_are_those_of_the_likelihood(p):
    model, logs = model_of(p), np.log(as_array(p))
    objective = model.objective(H.unique(), p)
    here = objective(logs)
    assert here.value == pytest.approx(model.log_likelihood(p, H).sum(), rel=1e-11)
    np.testing.assert_allclose(here.gradient, differences(lambda to: objective(to).value, logs), rtol=1e-6, atol=1e-5)
    curve = differences(lambda to: objective(to).gradient, logs)
    np.testing.assert_allclose(here.hessian, curve, rtol=1e-6, atol=1e-5)


@pytest.mark.parametrize("p", AT)
def test_both_forms_sum_alike(p):
    unique, at, kind = H.unique(), as_array(p), model_of(p).lifetime_kind
    np.testing.assert_allclose(
        kind.row_sums_compiled(unique)(at), row_sums_in_numpy(unique, kind)(at), rtol=1e-9, atol=1e-10
    )


@pytest.mark.parametrize(
    ("r", "alpha", "s", "beta"), [(0.55, 10.6, 0.61, 11.7), (3.0, 0.5, 4.0, 900.0), (0.1, 700.0, 0.2, 0.3)]
)
def test_many_histories_have_the_odds_that_few_have(monkeypatch, r, alpha, s, beta):
    rng = np.random.default_rng(1)
    observed = 10.0 ** rng.uniform(-6, 3.2, size=400)
    repeats = np.floor(10.0 ** rng.uniform(-0.4, 3.7, size=400))
    last = np.where(repeats > 0, observed * rng.choice([1e-6, 0.3, 0.999, 1.0], size=400), 0.0)
    h = PurchaseHistories.from_columns(repeats, last, observed)
    lifetime = ParetoNbdParameters(r, alpha, s, beta).lifetime
    few = log_odds_left(lifetime, r, alpha, h)
    monkeypatch.setattr(odds, "COMPILED_FROM", 1)
    many = log_odds_left(lifetime, r, alpha, h)
    assert np.isneginf(few).any()
    np.testing.assert_allclose(many, few, rtol=1e-12, atol=1e-11)


def test_the_busiest_make_as_many_purchases_as_expected():
    p, h = ParetoNbdParameters(0.55, 10.58, 0.61, 11.67), told((3000, 100.0, 100.2))
    chances = PARETO_NBD.count_distribution_ahead(p, h, 26.0, 1500)[0]
    assert chances.sum() == pytest.approx(1.0, rel=1e-9)
    assert chances @ np.arange(1501) == pytest.approx(PARETO_NBD.expected_purchases(p, h, 26.0)[0], rel=1e-9)


def test_ageing_that_hardly_shows_is_pareto_nbd():
    p = ParetoNbdParameters(0.55, 10.58, 0.61, 11.67)
    slow = GammaGompertzNbdParameters(0.55, 10.58, 1e-9, 0.61, 11.67e-9)
    h = H.rows(slice(0, 7))
    for of in ("log_likelihood", "chance_alive"):
        np.testing.assert_allclose(
            getattr(GAMMA_GOMPERTZ_NBD, of)(slow, h), getattr(PARETO_NBD, of)(p, h), rtol=1e-6, atol=1e-9
        )
    np.testing.assert_allclose(
        GAMMA_GOMPERTZ_NBD.expected_purchases(slow, h, 52.0), PARETO_NBD.expected_purchases(p, h, 52.0), rtol=1e-6
    )


def test_cutting_the_time_of_leaving_more_finely_changes_nothing(monkeypatch):
    """Over parameters and histories of seven orders of magnitude, for the model whose integrand has two humps."""
    rng = np.random.default_rng(8)
    found = []
    for finer in (False, True):
        if finer:
            for name, value in {"_PIECE": 0.35, "_FIRST": 2.0, "_FALL": 6.0, "_GROWTH": 0.1, "_ORDER": 20}.items():
                monkeypatch.setattr(lifetimes_gamma_gompertz_pieces, name, value)
        rng = np.random.default_rng(8)
        for _ in range(40):
            r, alpha, b, s, beta = np.exp(rng.uniform((-4, -5, -9, -5, -9), (4, 7, 3, 5, 9)))
            x = np.floor(np.exp(rng.uniform(-1, 8.6, 8)))
            observed = np.exp(rng.uniform(-5, 9.3, 8))
            last = np.where(x > 0, observed * rng.random(8), 0.0)
            h = PurchaseHistories.from_columns(x, last, observed)
            found.append(log_odds_left(GammaGompertzLifetime(b, s, beta), r, alpha, h))
    usual, fine = np.reshape(found, (2, -1))
    np.testing.assert_allclose(usual, fine, rtol=1e-12, atol=1e-12)


def test_without_leaving_the_likelihood_is_that_of_steady_buying():
    h = told((0, 0, 39), (2, 30, 39), (40, 38, 39))
    shape = 0.5 + h.repeats
    nbd = gammaln(shape) - gammaln(0.5) + 0.5 * np.log(9.0) - shape * np.log(9.0 + h.observed_for)
    np.testing.assert_allclose(PARETO_NBD.log_likelihood(ParetoNbdParameters(0.5, 9.0, 1e-9, 50.0), h), nbd, atol=1e-6)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_fit_is_never_below_the_best_of_steady_buying(seed):
    """Also where nobody leaves: customers of NBD, for whom the best lifetime lies at the end of the range."""
    rng = np.random.default_rng(seed)
    ends, rate = np.full(300, 40.0), rng.gamma(0.8, 0.2, 300)
    x = rng.poisson(rate * ends)
    h = PurchaseHistories.from_columns(x, np.where(x > 0, ends * rng.beta(np.maximum(x, 1), 1.0), 0.0), ends)
    grid = np.exp(np.linspace(-4, 5, 80))
    shape = grid[:, None, None] + h.repeats
    nbd = gammaln(shape) - gammaln(grid[:, None, None]) + grid[:, None, None] * np.log(grid[:, None])
    best = (nbd - shape * np.log(grid[:, None] + ends)).sum(axis=2).max()
    assert PARETO_NBD.fit(h).log_likelihood >= best - 0.01


def test_every_start_climbs_to_the_same_top():
    ends = np.random.default_rng(3).integers(189, 274, 1500) / 7
    h = PARETO_NBD.simulate(ParetoNbdParameters(0.55, 10.6, 0.6, 11.7), ends, seed=3)
    fit = PARETO_NBD.fit(h)
    objective, rng = LeavingInTimeLikelihood(h.unique().in_order(), PARETO_NBD.lifetime_kind), np.random.default_rng(4)
    middle = np.log([1.0, 30.0, 1.0, 30.0])
    for _ in range(6):
        end = maximise(objective, middle + rng.uniform(-3, 3, 4), middle - np.log(1e5), middle + np.log(1e5))
        assert end.value == pytest.approx(fit.log_likelihood, abs=1e-6)
