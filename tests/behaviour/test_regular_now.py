"""BG/CNBD-k and MBG/CNBD-k on what has happened: the likelihood and who is still a customer, by slow ways too."""

import numpy as np
import pytest
from every_model import told
from scipy.special import betainc, betaln, gammaln, pdtr, roots_genlaguerre, roots_jacobi
from stories import leaves_after_a_purchase
from test_derivatives import differences

from keyworth.behaviour import MODELS
from keyworth.behaviour.regular_timing.likelihood import RegularLikelihood, row_sums_in_numpy
from keyworth.behaviour.regular_timing.silence import phases, silence
from keyworth.behaviour.regular_timing.tables import row_sums_compiled

REGULAR = ["bg-cnbd-k", "mbg-cnbd-k"]
H = told([0, 0, 1, 1, 2, 7, 40, 300], [0, 0, 0.3, 21, 30.4, 29, 38.9, 150], [1, 39, 39, 22, 38.9, 39, 39, 156], 0.3)
AT = [(0.243, 4.414, 0.793, 2.426), (5.0, 60.0, 0.05, 0.3), (0.02, 0.5, 30.0, 400.0)]


@pytest.mark.parametrize("at", AT)
@pytest.mark.parametrize("name", REGULAR)
def test_with_one_tick_a_gap_it_is_the_model_without_rhythm(name, at):
    """The general formulae, which nobody asks at k = 1, and the model, which passes the question on."""
    model, plain = MODELS[name], MODELS[name.replace("c", "")[:-2]]
    p, q = model.parameter_kind(*at, 1), plain.parameter_kind(*at)
    unique, logs = H.unique(), np.log(at)
    here, there = (
        f(logs) for f in (RegularLikelihood(unique, model.first_chance, 1), plain.objective(unique, q))
    )  # fmt: skip
    np.testing.assert_allclose(here.value, there.value, rtol=1e-12)
    np.testing.assert_allclose(here.gradient, there.gradient, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(here.hessian, there.hessian, rtol=1e-9, atol=1e-9)
    answers = ("log_likelihood", "chance_alive")
    for answer in answers:
        np.testing.assert_allclose(getattr(model, answer)(p, H), getattr(plain, answer)(q, H), rtol=1e-12)
    for answer in ("expected_purchases", "expected_purchases_if_alive", "chance_leaves_if_alive"):
        np.testing.assert_allclose(getattr(model, answer)(p, H, 26.0), getattr(plain, answer)(q, H, 26.0), rtol=1e-12)
    for ahead in (None, 26.0):
        mine, theirs = (m.discounted_if_alive(each, H, 0.002, ahead) for m, each in ((model, p), (plain, q)))
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)
    np.testing.assert_allclose(model.expected_from_start(p, 30.0), plain.expected_from_start(q, 30.0), rtol=1e-12)
    for after in (0.0, 20.0):
        mine, theirs = (m.count_distribution(each, 30.0, 12, after=after) for m, each in ((model, p), (plain, q)))
        np.testing.assert_allclose(mine, theirs, atol=1e-13)
    mine, theirs = (m.count_distribution_ahead(each, H, 30.0, 12) for m, each in ((model, p), (plain, q)))
    np.testing.assert_allclose(mine, theirs, atol=1e-13)
    ours, of_others = (m.draw_ahead(each, H, 30.0, seed=3, draws=5) for m, each in ((model, p), (plain, q)))
    np.testing.assert_array_equal(ours.purchases, of_others.purchases)


@pytest.mark.parametrize("at", AT)
@pytest.mark.parametrize("k", [2, 3, 12])
@pytest.mark.parametrize("name", REGULAR)
@pytest.mark.parametrize("rows", [row_sums_in_numpy, row_sums_compiled])
def test_the_derivatives_are_those_of_the_likelihood(name, k, at, rows):
    model, unique, logs = MODELS[name], H.unique(), np.log(at)
    objective = RegularLikelihood(unique, model.first_chance, k, rows(unique, model.first_chance, k))
    here = objective(logs)
    summed = model.log_likelihood(model.parameter_kind(*at, k), H).sum()
    assert here.value == pytest.approx(summed, rel=1e-11)
    np.testing.assert_allclose(
        here.gradient, differences(lambda to: objective(to).value, logs), rtol=1e-7, atol=1e-6
    )  # fmt: skip
    for i in range(4):
        curve = differences(lambda to, i=i: objective(to).gradient[i], logs)
        np.testing.assert_allclose(here.hessian[i], curve, rtol=1e-7, atol=1e-6)


@pytest.mark.parametrize("k", [1, 2, 5, 12])
def test_a_silence_is_the_lower_tail_of_a_negative_binomial(k):
    """(1 − q)^s · Q is the chance of fewer than k ticks, and its terms are those of each number of ticks."""
    s, q = np.array([0.3, 2.0, 40.0, 700.0]), np.array([0.9, 0.5, 0.1, 0.002])
    log_q, standing = phases(k, s, q)
    np.testing.assert_allclose(np.exp(log_q + s * np.log1p(-q)), betainc(s, k, 1 - q), rtol=1e-12)
    np.testing.assert_allclose(silence(k, s, q, q).log_q, log_q, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(standing.sum(axis=1), 1.0, rtol=1e-14)
    j = np.arange(k)
    terms = gammaln(s[:, None] + j) - gammaln(s[:, None]) - gammaln(j + 1) + j * np.log(q[:, None])
    np.testing.assert_allclose(standing, np.exp(terms - log_q[:, None]), rtol=1e-10)


@pytest.mark.parametrize("history", [(0, 0.0, 20.0, 0.0), (2, 9.0, 11.0, 2.9), (3, 10.0, 39.0, 3.4)])
@pytest.mark.parametrize("k", [2, 4])
@pytest.mark.parametrize("name", REGULAR)
def test_likelihood_and_chance_agree_with_an_integral_over_rate_and_leaving(name, k, history):
    """The story in one integral: gaps of Gamma(k, λ), the last unfinished or never begun; λ and p averaged."""
    model = MODELS[name]
    (r, alpha, a, b), (x, last, observed, gaps) = (1.4, 6.0, 1.2, 2.5), history
    c = x + model.first_chance

    # What is averaged is a polynomial times an exponential in λ, and a polynomial in p: Gauss's own ground.
    rate, of_rate = roots_genlaguerre(80, r + k * x - 1)
    rate = rate / (alpha + last)
    p, of_leaving = roots_jacobi(60, b - 1, a - 1)
    leave = (1 + p) / 2
    prior = r * np.log(alpha) - gammaln(r) - (r + k * x) * np.log(alpha + last)
    prior -= betaln(a, b) + (a + b - 1) * np.log(2)
    prior += (k - 1) * gaps - x * gammaln(k)
    waits = of_rate @ pdtr(k - 1, rate * (observed - last))
    stay = np.exp(prior) * waits * (of_leaving @ (1 - leave) ** c)
    left = np.exp(prior) * of_rate.sum() * (of_leaving @ ((1 - leave) ** (c - 1) * leave)) if c else 0.0
    p = model.parameter_kind(r, alpha, a, b, k)
    h = told([x], [last], [observed])
    h.log_gaps[:] = gaps
    assert model.log_likelihood(p, h)[0] == pytest.approx(np.log(stay + left), abs=1e-9)
    assert model.chance_alive(p, h)[0] == pytest.approx(stay / (stay + left), rel=1e-9)


@pytest.mark.parametrize(("name", "k"), [("bg-cnbd-k", 2), ("mbg-cnbd-k", 3)])
def test_the_chance_of_being_a_customer_is_the_share_who_are(name, k):
    """Of simulated customers, who left is known: each tenth of the chances holds that share of them."""
    model, at = MODELS[name], (1.5, 8.0 / k, 0.9, 2.0)
    rng, n = np.random.default_rng(5), 60_000
    # The story goes on a little after the end, so that a purchase there tells who is still a customer.
    end = np.full(n, 30.0)
    rng_of = [np.random.default_rng(seed) for seed in rng.integers(1 << 60, size=2)]
    h, here = whole_story(rng_of[0], at, end, model.first_chance, k)
    chance = model.chance_alive(model.parameter_kind(*at, k), h)
    order = np.argsort(chance)
    for part in np.array_split(order[chance[order] < 1.0], 8):
        error = np.sqrt((chance[part] * (1 - chance[part])).sum()) / len(part)
        assert abs(here[part].mean() - chance[part].mean()) < 4 * error
    assert here[chance == 1.0].all()
    story = leaves_after_a_purchase(model.first_chance, steps=k)(rng_of[1], at, end)
    assert abs(h.repeats.mean() - story.repeats.mean()) < 4 * np.hypot(h.repeats.std(), story.repeats.std()) / n**0.5


def whole_story(rng, parameters, end, first_chance, k):
    """Histories, and who is still a customer at their end."""
    r, alpha, a, b = parameters
    n = len(end)
    rate, leave = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n)
    x, last, clock = np.zeros(n), np.zeros(n), np.zeros(n)
    here = rng.random(n) >= leave if first_chance else np.ones(n, dtype=bool)
    going = here.copy()
    while going.any():
        at = np.flatnonzero(going)
        clock[at] += rng.gamma(k, 1.0, len(at)) / rate[at]
        going[at[clock[at] > end[at]]] = False
        bought = np.flatnonzero(going)
        x[bought], last[bought] = x[bought] + 1, clock[bought]
        leaving = bought[rng.random(len(bought)) < leave[bought]]
        here[leaving] = going[leaving] = False
    return told(x, last, end), here
