"""Spending so uneven that it has no mean, or hardly one: said, and what is finite is told."""

import numpy as np
import pytest
from scipy.stats import beta

from keyworth.behaviour import (
    GAMMA_GAMMA,
    ROOT_GAMMA_GAMMA,
    GammaGammaParameters,
    SpendHistories,
    SpendSums,
)
from keyworth.errors import ParametersRefused
from keyworth.words import say

S = SpendHistories.from_columns([0, 1, 2, 12], [0.0, 30.0, 30.0, 30.0])


@pytest.mark.parametrize("q", [0.1, 0.4, 1.0, 1.0000001, 4.0])
def test_the_median_is_finite_for_everybody_and_agrees_with_what_is_drawn(q):
    p = GammaGammaParameters(3.0, q, 10.0)
    medians = GAMMA_GAMMA.quantile(p, S, 0.5)
    assert np.isfinite(medians).all()
    assert (medians > 0).all()
    drawn = GAMMA_GAMMA.draw_totals(p, S, np.ones((1000, 4), dtype=np.int32), seed=2, form="numpy")
    assert (drawn <= medians).mean(axis=0) == pytest.approx(0.5, abs=0.05)
    law = beta(3.0, q + 3.0 * S.repeats)
    assert law.cdf(medians / (medians + 10.0 + S.total)) == pytest.approx(0.5, abs=1e-9)
    with pytest.raises(ParametersRefused, match="A share between 0 and 1"):
        GAMMA_GAMMA.quantile(p, S, 1.0)


def test_however_heavy_the_tail_what_is_drawn_is_a_number():
    p = GammaGammaParameters(3.0, 1e-3, 10.0)
    drawn = GAMMA_GAMMA.draw_totals(p, S, np.full((500, 4), 3, dtype=np.int32), seed=1, form="numpy")
    assert np.isfinite(drawn).all()


def test_a_mean_that_is_finite_by_a_hair_is_not_to_be_believed():
    rng = np.random.default_rng(3)
    x = rng.integers(1, 9, 3000)
    spent = rng.gamma(3.0 * x) / rng.gamma(1.02, size=3000) * 10.0 / x
    fit = GAMMA_GAMMA.fit(SpendHistories.from_columns(x, spent))
    assert 1.0 < fit.parameters.q <= 1.05
    assert f"q = {fit.parameters.q:.3g} is hardly above 1" in str(fit.verdict)
    assert say(fit.verdict, "zh") != str(fit.verdict)
    assert fit.converged


def test_so_it_is_of_roots():
    rng = np.random.default_rng(6)
    who = np.repeat(np.arange(2000), 3)
    spent = rng.gamma(3.0, size=6000) / np.repeat(rng.gamma(1.02, size=2000), 3) * 10.0
    fit = ROOT_GAMMA_GAMMA.fit(SpendSums.from_purchases(who, spent, np.arange(6000) % 3 == 0))
    assert fit.parameters.k == 1
    assert 1.0 < fit.parameters.q <= 1.05
    assert "is hardly above 1: spending differs so much" in str(fit.verdict)
