"""Spend of n purchases by the scale trick, against the spend model's own simulation."""

import numpy as np
import pytest

from keyworth.behaviour import Worlds
from keyworth.behaviour.spending.gamma_gamma import GAMMA_GAMMA, GammaGammaParameters
from keyworth.behaviour.spending.spend_histories import SpendHistories
from keyworth.value.draw_plan import DrawPlan
from keyworth.value.spend_law import GammaGammaLaw
from keyworth.value.spend_ratio import MOST_TABLED, large_gamma, spend_tables

P = GammaGammaParameters(6.25, 3.74, 15.44)
DRAWS = 2_500


def certain_plan() -> DrawPlan:
    """Worlds in which the parameters are known, so that only chance remains."""
    rng = np.random.default_rng(1)
    places = [(rng.permutation(DRAWS) + 0.5) / DRAWS for _ in range(3)]
    worlds = np.tile([P.p, P.q, P.gamma], (DRAWS, 1))
    return DrawPlan(Worlds(np.ones((DRAWS, 4)), places[0], seed=1), worlds, *places[1:])


@pytest.mark.parametrize(("x", "mean", "count"), [(0, 0.0, 1), (2, 22.35, 3), (7, 73.74, 20), (3, 10.0, 400)])
def test_quantiles_agree_with_simulated_totals(x, mean, count):
    tables = spend_tables(certain_plan(), GammaGammaLaw(P.p, P.q, P.gamma), np.array([float(x)]))
    worlds = np.arange(DRAWS)
    ratio = tables.ratio(worlds, np.full(DRAWS, count), np.zeros(DRAWS, int))
    ours = ratio * (P.gamma + x * mean)
    s = SpendHistories(np.array([float(x)]), np.array([mean]))
    theirs = GAMMA_GAMMA.draw_totals(P, s, np.full((DRAWS, 1), count), seed=3)[:, 0]
    levels = (0.1, 0.25, 0.5, 0.75, 0.9)
    assert np.quantile(ours, levels) == pytest.approx(np.quantile(theirs, levels), rel=0.08)
    assert ours.mean() == pytest.approx(count * GAMMA_GAMMA.expected_value(P, s)[0], rel=0.02)


def test_no_purchase_costs_nothing():
    tables = spend_tables(certain_plan(), GammaGammaLaw(P.p, P.q, P.gamma), np.array([0.0]))
    assert tables.ratio(np.arange(3), np.zeros(3, int), np.zeros(3, int)).tolist() == [0, 0, 0]


def test_beyond_the_table_the_quantile_is_as_good_as_exact():
    from scipy.special import gammaincinv, ndtri

    shape = np.full(5, 0.8 * (MOST_TABLED + 1))
    places = np.array([0.01, 0.1, 0.5, 0.9, 0.99])
    assert large_gamma(shape, ndtri(places)) == pytest.approx(gammaincinv(shape, places), rel=2e-4)


def test_the_scale_of_a_world_moves_the_spend_of_one_time_buyers_exactly():
    plan = certain_plan()
    doubled = DrawPlan(plan.buying, plan.spending * np.array([1, 1, 2.0]), plan.amount, plan.level)
    estimate, x = GammaGammaLaw(P.p, P.q, P.gamma), np.array([0.0])
    once, twice = (spend_tables(it, estimate, x).level for it in (plan, doubled))
    assert twice == pytest.approx(2 * once)
