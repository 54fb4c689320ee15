"""What customers with a rhythm will do, by series, quadrature and simulation that know nothing of our formulae."""

import numpy as np
import pytest
from numpy.polynomial.legendre import leggauss
from scipy.special import betainc, gammaln

from keyworth.behaviour.beta_rule import beta_rule
from keyworth.behaviour.leaving_after_purchase import future_of_leavers
from keyworth.behaviour.leaving_after_purchase.chances import chances_between as plain_chances_between
from keyworth.behaviour.regular_timing import future as regular_future
from keyworth.behaviour.regular_timing.chances import chances_ahead, chances_between

# k, j, s, a, b: from those who bought once to the busiest
CASES = [
    (2, 0, 0.243, 0.793, 2.426),
    (2, 1, 5.2, 0.9, 3.6),
    (3, 2, 0.2, 40.0, 0.02),
    (3, 1, 9.6, 1e-4, 6.0),
    (12, 0, 0.3, 0.8, 2.4),
    (12, 11, 40.0, 1.0, 5.0),
    (7, 3, 5600.0, 2.0, 805.0),
]


def series(k, j, s, reach, a, b):
    """Σ_n P(stayed n − 1 times) · P(n purchases or more), n by n."""
    mean = s * reach
    most = int((k + mean + 12 * np.sqrt(mean * (1 + reach)) + 60 * (1 + reach)) / k) + 30
    n = np.arange(1, most + 1)
    stayed = np.cumprod(np.concatenate([[1.0], (b + n[:-1] - 1) / (a + b + n[:-1] - 1)]))
    return (stayed * betainc(k * n - j, s, reach / (1 + reach))).sum()


@pytest.mark.parametrize("case", CASES)
def test_purchases_and_leaving_agree_with_their_series(case):
    """Near and far: to 1e-9 where the series itself, which adds up thousands of tails, is no better."""
    k, j, s, a, b = case
    reach = np.array([1e-6, 1e-3, 0.05, 0.7, 3.0, 40.0, 500.0])
    counted = regular_future._ticks_to_count(k, s, reach) <= regular_future._MOST_COUNTED
    assert counted.any()
    assert not counted.all()
    got = regular_future.purchases(k, j, s, reach, a, b)
    np.testing.assert_allclose(got, [series(k, j, s, u, a, b) for u in reach], rtol=1e-9)
    left = [a / (a + b) * series(k, j, s, u, a + 1, b) for u in reach]
    np.testing.assert_allclose(regular_future.chance_of_leaving(k, j, s, reach, a, b), left, rtol=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_both_ways_to_count_agree_where_either_will_do(case, monkeypatch):
    k, j, s, a, b = case
    reach = np.array([60.0, 100.0, 300.0]) / (s + 1)
    answers = []
    for most in (0.0, np.inf):
        monkeypatch.setattr(regular_future, "_MOST_COUNTED", most)
        answers.append(regular_future.purchases(k, j, s, reach, a, b))
    np.testing.assert_allclose(answers[0], answers[1], rtol=1e-11)


@pytest.mark.parametrize("case", CASES)
def test_all_the_future_discounted_agrees_with_an_integral_over_rate_and_leaving(case):
    """Given λ and p the n-th purchase is worth ρ^(kn−j), ρ = λ / (λ + δ), and the sum over n has an end."""
    k, j, s, a, b = case
    force, rates = 0.0026785, np.array([3.0, 43.0, 900.0])
    got = regular_future.discounted(k, j, s, rates, a, b, force, None)
    wide = 12 / np.sqrt(s) + 45 / s
    y = np.linspace(max(np.log(s) - wide, -700.0), np.log(s + 12 * np.sqrt(s) + 50), 6_001)
    density = np.exp(s * y - np.exp(y) - gammaln(s)) * (y[1] - y[0])
    p, w = beta_rule(a, b, (s + 1) * (1 + 45 / force / 3.0))
    for rate, found in zip(rates, got, strict=True):
        log_worth = -np.logaddexp(0.0, np.log(force * rate) - y)[:, None]
        each = np.exp((k - j) * log_worth) / (-np.expm1(k * log_worth) + p * np.exp(k * log_worth))
        assert found == pytest.approx(density @ each @ w, rel=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_a_discounted_horizon_agrees_with_a_finer_rule(case):
    k, j, s, a, b = case
    force, rates, ahead = 0.02, np.array([0.5, 43.0, 900.0]), 52.0
    got = regular_future.discounted(k, j, s, rates, a, b, force, ahead)
    x, w = leggauss(60)
    bounds = np.concatenate([[0.0], np.geomspace(1e-5, ahead, 160)])
    times = (bounds[:-1, None] + (x + 1) / 2 * np.diff(bounds)[:, None]).ravel()
    weights = (w / 2 * np.diff(bounds)[:, None]).ravel() * force * np.exp(-force * times)
    for rate, found in zip(rates, got, strict=True):
        expected = regular_future.purchases(k, j, s, np.append(times, ahead) / rate, a, b)
        assert found == pytest.approx(weights @ expected[:-1] + np.exp(-force * ahead) * expected[-1], rel=1e-10)


def test_with_one_tick_a_gap_the_future_is_that_of_those_who_leave_without_rhythm():
    reach = np.array([1e-6, 0.01, 1.0, 30.0, 1000.0])
    for s, a, b in [(0.5, 1.0, 2.0), (20.0, 0.1, 30.0), (1e-3, 3.0, 0.01)]:
        for mine, theirs in (
            (regular_future.purchases, future_of_leavers.purchases),
            (regular_future.chance_of_leaving, future_of_leavers.chance_of_leaving),
        ):
            np.testing.assert_allclose(mine(1, 0, s, reach, a, b), theirs(s, 1 / reach, a, b, 1.0), rtol=1e-11)
        rates = np.array([5.0, 20.0, 44.0, 300.0])
        for ahead in (None, 52.0):
            mine = regular_future.discounted(1, 0, s, rates, a, b, 0.01, ahead)
            np.testing.assert_allclose(mine, future_of_leavers.discounted(s, rates, a, b, 0.01, ahead), rtol=1e-10)
    for first_chance in (0, 1):
        where = (0.6, 6.0, 0.9, 2.0, first_chance, 20.0, 30.0, 15)
        np.testing.assert_allclose(chances_between(1, *where), plain_chances_between(*where), atol=1e-13)


@pytest.mark.parametrize("first_chance", [0, 1])
@pytest.mark.parametrize(
    ("k", "at"), [(2, (0.7, 5.0, 0.8, 2.4)), (5, (9.0, 12.0, 0.02, 0.05)), (12, (60.0, 5.0, 3, 90))]
)
def test_counts_of_a_later_interval_agree_with_a_sum_over_what_came_before(k, at, first_chance):
    """Every number of ticks by then has its chance, and leaves a phase, a rate and a belief about leaving."""
    (r, alpha, a, b), after, t = at, 20.0, 30.0
    chances, alive = np.zeros(16), 0.0
    ticks = np.arange(2500)
    came = np.exp(
        gammaln(r + ticks) - gammaln(r) - gammaln(ticks + 1)
        - r * np.log1p(after / alpha) + ticks * np.log(after / (alpha + after))
    )  # fmt: skip
    assert came.sum() == pytest.approx(1.0, abs=1e-12)
    stayed = np.cumprod(np.append(1.0, (b + np.arange(2500.0)) / (a + b + np.arange(2500.0))))
    for tick in ticks[came > 1e-18]:
        bought, j = divmod(int(tick), k)
        there = came[tick] * stayed[bought + first_chance]
        reach = np.array([t / (alpha + after)])
        chances += there * chances_ahead(k, j, r + tick, reach, a, b + bought + first_chance, 15)[0]
        alive += there
    chances[0] += 1.0 - alive
    np.testing.assert_allclose(chances_between(k, r, alpha, a, b, first_chance, after, t, 15), chances, atol=1e-12)
