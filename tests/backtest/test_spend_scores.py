"""Scores of money: against slow quadrature and against draws from the story."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betainc, betaln
from scipy.stats import nbinom

from keyworth.backtest.distribution_scores import SMALLEST
from keyworth.backtest.spend_scores import SpendForecast, spend_scores
from keyworth.value.spend_law import GammaGammaLaw

# Ordinary spending, spread as widely as may be, nearly one price for everybody, and amounts of any size.
KINDS = [(6.25, 3.74), (1.0, 1.02), (2000.0, 5.0), (0.4, 2.0)]
MEAN = 5.0


def case(p, q, repeats, none=0.4):
    """Chances of 0, 1, 2, … purchases of two histories, Q, and the scale that makes a purchase worth MEAN."""
    forecast = SpendForecast(GammaGammaLaw(p, q, 1.0), np.array([MEAN]))
    shape, scale = forecast.shape(repeats), forecast.scale(repeats, np.array([0]))[0]
    bought = 0.5 + repeats
    counts = np.arange(60 + 4 * repeats)
    chances = np.array([nbinom.pmf(counts, bought, bought / (bought + mean)) for mean in (0.3, 0.5 + repeats / 3)])
    chances[0] *= 1 - none
    chances[0, 0] += none
    return chances, shape, scale


def slow(chances, p, shape, scale, spent):
    """CRPS, place and log-density of one amount, straight from the definitions."""
    n = np.arange(1, len(chances))

    def up_to(amount):
        return chances[0] + float((chances[1:] * betainc(p * n, shape, amount / (amount + scale))).sum())

    def missed(v, came):
        return (up_to(np.exp(v)) - came) ** 2 * np.exp(v)

    middle = np.log(MEAN)
    edges = np.arange(middle - 20, middle + 40, 2.0)
    if spent > 0:
        edges = np.unique(np.append(edges, np.log(spent)))
    crps = sum(
        quad(missed, low, high, args=(float(spent <= np.exp(low) * (1 + 1e-12)),), limit=200)[0]
        for low, high in pairwise(edges)
    )
    if spent <= 0:
        return crps, None, np.log(chances[0])
    b = spent / (spent + scale)
    parts = p * n * np.log(b) + shape * np.log1p(-b) - betaln(p * n, shape)
    density = (chances[1:] * np.exp(parts)).sum() / spent
    return crps, up_to(spent), np.log(max(density, SMALLEST))


@pytest.mark.parametrize(("p", "q"), KINDS)
@pytest.mark.parametrize("repeats", [0, 3])
def test_scores_are_those_of_slow_quadrature(p, q, repeats):
    chances, shape, scale = case(p, q, repeats)
    spent = np.array([0.0, 0.8, 5.0, 5.1, 23.0])
    rows = np.array([0, 1, 0, 1, 1])
    found, given = spend_scores(
        chances, rows, spent, np.full(len(spent), scale), np.full(len(spent), 0.25), p=p, shape=shape
    )
    for i, amount in enumerate(spent):
        own = chances[rows[i]]
        crps, place, log_score = slow(own, p, shape, scale, amount)
        assert found.crps[i] == pytest.approx(crps, rel=1e-3)
        assert found.log_score[i] == pytest.approx(log_score, abs=1e-6)
        if place is None:
            assert (found.pit[i], given[i]) == (0.25 * own[0], 0.0)
        else:
            assert found.pit[i] == pytest.approx(place, abs=5e-4)
            assert given[i] == pytest.approx((place - own[0]) / (1 - own[0]), abs=1e-3)


def test_the_crps_is_that_of_draws_from_the_story():
    p, q, repeats, n = 3.0, 2.5, 2, 40_000
    chances, shape, scale = case(p, q, repeats)
    rng = np.random.default_rng(1)
    bought = rng.choice(len(chances[0]), n, p=chances[0])
    drawn = np.sort(
        np.where(bought > 0, rng.gamma(np.maximum(p * bought, 1e-9)) / rng.gamma(shape, size=n), 0.0) * scale
    )
    apart = 2 * float((drawn * (2 * np.arange(n) - n + 1)).sum()) / (n * (n - 1))
    for amount in (0.0, 4.0, 60.0):
        found, _ = spend_scores(
            chances[:1], np.zeros(1, np.intp), np.array([amount]), np.array([scale]), np.zeros(1), p=p, shape=shape
        )
        assert found.crps[0] == pytest.approx(np.abs(drawn - amount).mean() - apart / 2, rel=0.03)


def test_in_cents_everything_is_the_same_but_for_the_unit():
    chances, shape, scale = case(6.25, 3.74, 3)
    spent, rows = np.array([0.0, 2.0, 90.0]), np.array([0, 1, 1])
    pounds, pence = (
        spend_scores(chances, rows, spent * by, np.full(3, scale * by), np.full(3, 0.5), p=6.25, shape=shape)
        for by in (1.0, 100.0)
    )
    assert pence[0].crps == pytest.approx(100 * pounds[0].crps)
    assert pence[0].pit == pytest.approx(pounds[0].pit)
    assert pence[1] == pytest.approx(pounds[1])
    # A density is per unit of money, a chance is not.
    assert pence[0].log_score == pytest.approx(pounds[0].log_score - np.log(100) * (spent > 0))


def test_amounts_far_off_and_given_back_are_scored_all_the_same():
    chances, shape, scale = case(6.25, 3.74, 0)
    spent = np.array([-40.0, 0.0, 1e-12, 1e9])
    found, given = spend_scores(
        chances, np.zeros(4, np.intp), spent, np.full(4, scale), np.full(4, 0.5), p=6.25, shape=shape
    )
    assert (found.log_score[0], found.crps[0], found.pit[0]) == (found.log_score[1], found.crps[1], found.pit[1])
    assert found.crps[2] == pytest.approx(found.crps[1])
    assert found.pit[2] == pytest.approx(chances[0, 0])
    assert found.crps[3] == pytest.approx(1e9, rel=1e-6)
    assert (found.pit[3], given[3]) == (pytest.approx(1.0), pytest.approx(1.0))
    assert np.isfinite(found.log_score).all()


def test_more_purchases_than_chances_reach_count_as_the_last():
    cut, whole = np.array([[0.5, 0.2, 0.1]]), np.array([[0.5, 0.2, 0.3]])
    spent, rows = np.array([0.0, 30.0]), np.zeros(2, np.intp)
    short, full = (
        spend_scores(chances, rows, spent, np.full(2, 9.0), np.full(2, 0.5), p=6.25, shape=3.74)[0]
        for chances in (cut, whole)
    )
    assert short.crps == pytest.approx(full.crps)
    assert short.pit == pytest.approx(full.pit)


def test_a_purchase_has_the_mean_that_was_foretold_and_nothing_has_no_distribution():
    forecast = SpendForecast(GammaGammaLaw(6.25, 3.74, 1.0), np.array([40.0, 0.0, -3.0]))
    assert list(forecast.told) == [True, False, False]
    (scale,) = forecast.scale(2.0, np.array([0]))
    assert 6.25 * scale / (forecast.shape(2.0) - 1) == pytest.approx(40.0)
    assert SpendForecast(GammaGammaLaw(1.0, 0.2, 1.0), np.ones(1)).shape(0.0) > 1.0
