"""The expectations of those still customers, against slow and independent ways to the same number."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betainc, expit, gammaln

from keyworth.behaviour import MODELS, PurchaseHistories
from keyworth.behaviour.leaving_after_purchase import future_of_leavers

pytestmark = pytest.mark.slow

# r, alpha, a, b, and the history x, t_x, T
CASES = [
    ((0.243, 4.414, 0.793, 2.426), (2, 30.43, 38.86)),
    ((0.243, 4.414, 0.793, 2.426), (0, 0.0, 38.86)),
    ((0.525, 6.183, 0.891, 1.614), (0, 0.0, 0.0)),
    ((0.243, 4.414, 1.0, 2.426), (5, 20.0, 39.0)),  # the published formula divides by a − 1
    ((0.01, 0.5, 0.02, 0.05), (1, 3.0, 5.0)),
    ((8.0, 90.0, 40.0, 300.0), (12, 150.0, 156.0)),
    ((0.25, 4.0, 1e-6, 2.5), (3, 10.0, 40.0)),
    ((0.25, 4.0, 0.8, 2.5), (700, 155.0, 156.0)),
    ((2.0, 500.0, 3.0, 1e4), (1, 30.0, 60.0)),
]


def series(r, alpha, a, b, x, T, ahead):
    """Σ_j P(has not left before purchase j)·P(at least j purchases), and the same for leaving with purchase j."""
    s, share = r + x, ahead / (alpha + T + ahead)
    most = int(200 + 60 * s * share / (1 - share) + 60 / (1 - share))
    j = np.arange(1, most + 1)
    at_least = betainc(j, s, share)  # a negative binomial of real shape s
    stayed = np.concatenate([[0.0], np.cumsum(np.log((b + j[:-1] - 1) / (a + b + j[:-1] - 1)))])
    bought = np.exp(stayed) * at_least
    return bought.sum(), (bought * a / (a + b + j - 1)).sum()


def integral(r, alpha, a, b, x, T, force, ahead):
    """E[λ(1 − e^{−(δ+λp)·ahead})/(δ+λp)] by adaptive quadrature over ln λ, inside one over ln odds of p."""
    s, rate = r + x, alpha + T
    log_beta = gammaln(a) + gammaln(b) - gammaln(a + b)

    def over_rate(p):
        def term(z):
            lam = np.exp(z)
            worn = force + lam * p
            money = lam / worn * (1.0 if ahead is None else -np.expm1(-worn * ahead))
            return np.exp(s * (z + np.log(rate)) - rate * lam - gammaln(s)) * money

        middle = np.log(s / rate)
        wide = 9 / np.sqrt(s)
        return pieces(term, [middle - 40 / s - wide, middle - wide, middle, middle + min(wide, 5)])

    def over_leaving(y):
        p = expit(y)
        density = np.exp(-a * np.logaddexp(0, -y) - b * np.logaddexp(0, y) - log_beta)
        return density * over_rate(p)

    middle = np.log(a / b)
    return pieces(over_leaving, [middle - 8 - 40 / a, middle - 8, middle, middle + 4, middle + 40 / b + 4])


def pieces(f, bounds):
    return sum(quad(f, low, high, epsabs=0, epsrel=1e-11, limit=400)[0] for low, high in pairwise(bounds))


def told(name, parameters, history):
    model = MODELS[name]
    h = PurchaseHistories.from_columns(*np.transpose([history]))
    stays = 1 if model.loses_one_time_buyers else 0
    r, alpha, a, b = parameters
    return model, model.parameter_kind(*parameters), h, (r, alpha, a, b + history[0] + stays, *history[::2])


@pytest.mark.parametrize("ahead", [0.01, 13.0, 52.0, 520.0])
@pytest.mark.parametrize(("parameters", "history"), CASES)
@pytest.mark.parametrize("name", ["bg-nbd", "mbg-nbd"])
def test_purchases_and_leaving_agree_with_their_series(name, parameters, history, ahead):
    model, p, h, beliefs = told(name, parameters, history)
    bought, left = series(*beliefs, ahead)
    assert model.expected_purchases_if_alive(p, h, ahead)[0] == pytest.approx(bought, rel=1e-10)
    assert model.chance_leaves_if_alive(p, h, ahead)[0] == pytest.approx(left, rel=1e-10)


@pytest.mark.parametrize("ahead", [None, 52.0])
@pytest.mark.parametrize(("parameters", "history"), [case for case in CASES if case[0][2] > 1e-3])
def test_discounted_purchases_agree_with_quadrature(parameters, history, ahead):
    model, p, h, beliefs = told("mbg-nbd", parameters, history)
    oracle = integral(*beliefs, 0.0026785, ahead)
    assert model.discounted_if_alive(p, h, 0.0026785, ahead)[0] == pytest.approx(oracle, rel=1e-9)


@pytest.mark.parametrize(
    ("s", "a", "b", "force"), [(0.5, 0.8, 2.4, 0.0026), (30.2, 0.5, 5.0, 0.0026), (2.0, 1.5, 3.0, 0.1)]
)
def test_rates_of_any_size_in_one_call_keep_their_digits(s, a, b, force):
    rates = np.geomspace(1e-2, 1e8, 11)
    endless = future_of_leavers.discounted(s, rates, a, b, force, None)
    alone = [future_of_leavers.discounted(s, rates[i : i + 1], a, b, force, None)[0] for i in range(len(rates))]
    # With an end each rate has nodes of its own; no discount leaves anything of what comes after this one.
    ending = future_of_leavers.discounted(s, rates, a, b, force, 1e9)
    assert np.allclose(endless, alone, rtol=1e-13, atol=0)
    assert np.allclose(endless, ending, rtol=1e-11, atol=0)


@pytest.mark.parametrize("name", ["bg-nbd", "mbg-nbd"])
def test_without_anyone_leaving_purchases_come_at_a_steady_rate(name):
    model, p, h, _ = told(name, (0.25, 4.0, 1e-9, 2.5), (3, 10.0, 40.0))
    rate = 3.25 / 44.0
    assert model.expected_purchases_if_alive(p, h, 52.0)[0] == pytest.approx(rate * 52, rel=1e-8)
    # A steady rate for ever is worth rate / δ.
    assert model.discounted_if_alive(p, h, 0.002)[0] == pytest.approx(rate / 0.002, rel=1e-6)


@pytest.mark.parametrize("name", ["bg-nbd", "mbg-nbd"])
@pytest.mark.parametrize("a", [1e-9, 1e-3, 1.0, 1e4])
@pytest.mark.parametrize("b", [1e-3, 1.0, 1e5])
@pytest.mark.parametrize("r", [1e-3, 1.0, 1e4])
def test_every_answer_is_finite_for_extreme_histories(name, a, b, r):
    model = MODELS[name]
    p = model.parameter_kind(r, 3.0, a, b)
    h = PurchaseHistories.from_columns(
        [0, 0, 1, 1, 700, 700, 10_000], [0, 0, 0.01, 900, 0.5, 1499, 1499], [0, 1500, 1500, 900, 1500, 1500, 1500]
    )
    chances = model.chance_alive(p, h), model.chance_leaves_if_alive(p, h, 52)
    for chance in chances:
        assert ((chance >= 0) & (chance <= 1)).all()
    expected = model.expected_purchases_if_alive(p, h, 52)
    endless, ending = model.discounted_if_alive(p, h, 0.002), model.discounted_if_alive(p, h, 0.002, 52)
    assert np.isfinite(model.log_likelihood(p, h)).all()
    assert ((expected > 0) & np.isfinite(endless)).all()
    assert (ending <= expected * (1 + 1e-9)).all()
    assert (ending >= expected * np.exp(-0.002 * 52) * (1 - 1e-9)).all()
    assert (ending <= endless * (1 + 1e-9)).all()


@pytest.mark.parametrize("ahead", [0.5, 39.0, 156.0, 2000.0])
def test_a_series_without_the_terms_that_add_nothing_gives_the_same_digits(monkeypatch, ahead):
    rates = 2.9 + np.arange(0, 156, 0.7)
    shapes = [(1.03, 0.9), (41.0, 42.0), (900.0, 901.0)]
    short = [future_of_leavers.discounted(s, rates, 0.35, b, 0.0018, ahead) for s, b in shapes]
    monkeypatch.setattr(future_of_leavers, "_NOTHING", 0.0)
    whole = [future_of_leavers.discounted(s, rates, 0.35, b, 0.0018, ahead) for s, b in shapes]
    assert np.allclose(short, whole, rtol=1e-12, atol=0)


def test_a_smooth_series_ends_where_it_has_nothing_more_to_say():
    points = future_of_leavers._chebyshev_points()
    found = future_of_leavers._chebyshev_series(np.exp(points) * (1 + 2 * points))
    assert len(found) < 25
    assert np.polynomial.chebyshev.chebval(0.3, found) == pytest.approx(np.exp(0.3) * 1.6, rel=1e-14)
