"""What models of contracts answer, held against slow ways to the same: integrals, sums, simulated customers."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln

from keyworth.behaviour import BDW, SBG, BdwParameters, SbgParameters, new_contract_value
from keyworth.behaviour.contracts.beta import log_gamma_fall, psi_1_fall, psi_fall
from keyworth.behaviour.parameters import as_array
from keyworth.errors import ParametersRefused
from reference.held import held

EXAMPLES = [
    (SBG, SbgParameters(0.7, 1.2)),
    (SBG, SbgParameters(3.0, 40.0)),
    (BDW, BdwParameters(0.5, 0.9, 1.2)),
    (BDW, BdwParameters(2.0, 9.0, 0.6)),
]
ids = [f"{model.name} {as_array(p)}" for model, p in EXAMPLES]


@pytest.mark.parametrize(("model", "p"), EXAMPLES, ids=ids)
def test_survival_is_the_average_over_chances_of_leaving(model, p):
    pace = getattr(p, "c", 1.0)
    for t in (0, 1, 2, 7, 40):
        # In ln θ / (1 − θ), where the density has no corner.
        def height(y, t=t):
            stay, leave = -np.logaddexp(0, y), -np.logaddexp(0, -y)
            return np.exp(p.alpha * leave + (p.beta + t**pace) * stay - betaln(p.alpha, p.beta))

        expected = quad(height, -80, 80, limit=400, epsabs=0, epsrel=1e-12, points=[0])[0]
        assert model.survival(p, t) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(("model", "p"), EXAMPLES, ids=ids)
def test_survival_is_the_product_of_retention_rates(model, p):
    rates = model.retention_rate(p, np.arange(1, 61))
    np.testing.assert_allclose(np.cumprod(rates), model.survival(p, np.arange(1, 61)), rtol=1e-12)
    np.testing.assert_allclose(np.log(rates), model.log_retention(p, 60).value, rtol=1e-11)


def test_bdw_with_c_of_one_is_sbg():  # S6.11
    t = np.concatenate([np.arange(200), [1e3, 1e4, 1e5]])
    for alpha, beta in ((0.704, 1.182), (1.28, 7.79), (0.01, 0.01), (300.0, 2000.0)):
        sbg, bdw = SbgParameters(alpha, beta), BdwParameters(alpha, beta, 1.0)
        products = np.exp(np.append(0.0, np.cumsum(SBG.log_retention(sbg, 199).value)))
        np.testing.assert_allclose(BDW.survival(bdw, t[:200]), products, atol=1e-8, rtol=1e-10)
        what = f"BdW with c = 1, survival as sBG's at {alpha:g}, {beta:g}"
        held("S6.11", what, BDW.survival(bdw, t), SBG.survival(sbg, t), atol=1e-8)
        np.testing.assert_allclose(BDW.survival(bdw, t), SBG.survival(sbg, t), rtol=1e-12)
        for mine, theirs in zip(BDW.log_retention(bdw, 150), SBG.log_retention(sbg, 150), strict=True):
            np.testing.assert_allclose(mine[tuple(slice(0, 2) for _ in mine.shape[1:])], theirs, rtol=1e-8, atol=1e-14)


def test_retention_rises_although_nobody_changes():  # S6.8
    p = SbgParameters(0.7637, 1.2958)
    t = np.arange(1, 50)
    expected = (p.beta + t - 1) / (p.alpha + p.beta + t - 1)
    np.testing.assert_allclose(SBG.retention_rate(p, t), expected, rtol=1e-13)
    held("S6.8", "sBG, retention in periods 1 to 49", SBG.retention_rate(p, t), expected, atol=1e-8)
    assert (np.diff(expected) > 0).all()
    worn = BDW.retention_rate(BdwParameters(40.0, 400.0, 1.5), t)
    assert (np.diff(worn[:10]) < 0).all()


positive = st.floats(-9, 9).map(np.exp)


@given(alpha=positive, beta=positive, c=st.floats(-2, 2).map(np.exp), t=st.lists(st.integers(0, 10**5), min_size=2))
def test_survival_is_a_chance_that_only_falls(alpha, beta, c, t):
    t = np.sort(np.array(t))
    for model, p in ((SBG, SbgParameters(alpha, beta)), (BDW, BdwParameters(alpha, beta, c))):
        chances = model.survival(p, t)
        assert ((chances >= 0) & (chances <= 1 + 1e-12)).all()
        assert (np.diff(chances) <= 1e-9).all()
        assert model.survival(p, 0) == 1.0
        rates = model.retention_rate(p, t + 1)
        assert ((rates >= 0) & (rates <= 1 + 1e-9)).all()
    if c > 1:  # each customer's readiness to leave grows
        assert (
            BDW.survival(BdwParameters(alpha, beta, c), t) <= SBG.survival(SbgParameters(alpha, beta), t) + 1e-9
        ).all()


@pytest.mark.parametrize("z", [1e-5, 0.3, 2.5, 40.0, 1e9])
def test_falls_of_gamma_functions_agree_with_plain_differences(z):
    from scipy.special import digamma, gammaln, polygamma

    at = np.array([z])
    for a in (1e-3, 0.7, 12.0, 500.0):
        plain = gammaln(z) - gammaln(z + a), digamma(z) - digamma(z + a), polygamma(1, z) - polygamma(1, z + a)
        for mine, theirs, most in zip(
            (log_gamma_fall, psi_fall, psi_1_fall), plain, (abs(gammaln(z)), 20.0, polygamma(1, z)), strict=True
        ):
            assert mine(at, a)[0] == pytest.approx(theirs, rel=1e-12, abs=1e-14 + 4e-16 * most)


@pytest.mark.parametrize(("model", "p"), EXAMPLES, ids=ids)
@pytest.mark.parametrize("rate", [0.5, 0.1, 0.004])
@pytest.mark.parametrize("renewed", [0, 4])
def test_discounted_payments_add_up_one_by_one(model, p, rate, renewed):
    force = np.log1p(rate)
    t = np.arange(0, int(60 / force))
    worth = np.exp(-force * t) * model.survival(p, renewed + 1 + t) / model.survival(p, renewed)
    assert model.discounted_residual(p, force, renewed=renewed) == pytest.approx(worth.sum(), rel=1e-12)
    assert model.discounted_residual(p, force, renewed=renewed, ahead=7) == pytest.approx(worth[:7].sum(), rel=1e-13)
    if renewed == 0:
        assert model.discounted_lifetime(p, force) == pytest.approx(1 + worth.sum() / (1 + rate), rel=1e-12)


@pytest.mark.parametrize(("model", "p"), EXAMPLES, ids=ids)
def test_even_a_tiny_discount_is_added_up(model, p):
    force = 3e-4
    t = np.arange(0, 150_000)
    slow = (np.exp(-force * t) * model.survival(p, t + 1)).sum()
    assert model.discounted_residual(p, force) == pytest.approx(slow, rel=1e-11)


def test_how_many_renewals_are_to_come():
    for alpha, beta, renewed in ((1.5, 3.0, 0), (1.001, 2.0, 3), (30.0, 200.0, 12)):
        exact = (beta + renewed) / (alpha - 1)  # Σ B(α, β + n + k) / B(α, β + n)
        for model, p in ((SBG, SbgParameters(alpha, beta)), (BDW, BdwParameters(alpha, beta, 1.0))):
            assert model.expected_renewals(p, renewed=renewed) == pytest.approx(exact, rel=1e-9)
    assert SBG.expected_renewals(SbgParameters(0.7, 1.2)) == np.inf
    assert BDW.expected_renewals(BdwParameters(0.8, 1.2, 1.25)) == np.inf
    survivors = SBG.survival(SbgParameters(0.7, 1.2), np.arange(3, 13)) / SBG.survival(SbgParameters(0.7, 1.2), 2)
    assert SBG.expected_renewals(SbgParameters(0.7, 1.2), renewed=2, ahead=10) == pytest.approx(survivors.sum())


@given(alpha=positive, beta=positive, c=st.floats(-1.5, 1.5).map(np.exp), force=st.floats(-9, 1).map(np.exp))
def test_who_has_renewed_more_often_is_worth_more_to_sbg_and_nobody_more_than_for_ever(alpha, beta, c, force):
    for_ever = 1.0 / -np.expm1(-force)
    p = SbgParameters(alpha, beta)
    worth = [SBG.discounted_residual(p, force, renewed=n) for n in (0, 1, 5, 50)]
    assert all(later >= earlier * (1 - 1e-9) for earlier, later in pairwise(worth))
    everybody = [*worth, BDW.discounted_residual(BdwParameters(alpha, beta, c), force)]
    assert all(0 <= one <= for_ever * (1 + 1e-9) for one in everybody)


def test_endless_sums_and_negative_periods_are_refused():
    p = SbgParameters(0.7, 1.2)
    for force, ahead in ((0.0, None), (-0.1, 10)):
        with pytest.raises(ParametersRefused, match="discount rate above zero"):
            SBG.discounted_residual(p, force, ahead=ahead)
    assert SBG.discounted_residual(p, 0.0, ahead=5) == pytest.approx(SBG.expected_renewals(p, ahead=5))
    with pytest.raises(ParametersRefused, match="counted from 0, in whole numbers; got -1"):
        SBG.expected_renewals(p, renewed=-1, ahead=3)


@pytest.mark.parametrize(("model", "p"), EXAMPLES, ids=ids)
def test_simulated_customers_survive_as_expected(model, p):
    seen = model.simulate(p, np.full(40_000, 12), seed=3)
    alive = seen.stayed / 40_000
    expected = model.survival(p, np.arange(13))
    off = np.abs(alive - expected) / np.maximum(np.sqrt(expected * (1 - expected) / 40_000), 1e-9)
    assert (off[1:] < 4).all()
    again = model.simulate(p, np.full(40_000, 12), seed=3)
    np.testing.assert_array_equal(again.periods, seen.periods)
    assert (model.simulate(p, [0, 0, 5], seed=1).periods[:2] == 0).all()


def test_a_new_customer_pays_back_when_the_margins_so_far_reach_the_cost():
    p, force = SbgParameters(0.764, 1.296), np.log(1.1)
    margins = 100 * SBG.survival(p, np.arange(40)) / 1.1 ** np.arange(40)
    for cost, payback in ((0, 0), (100, 0), (100.01, 1), (margins[:4].sum() + 0.01, 4), (500, None)):
        found = new_contract_value(SBG, p, margin=100, acquisition_cost=cost, force_of_interest=force)
        assert found.payback == payback
        assert found.value == pytest.approx(362.0192, abs=1e-4)
        assert found.net == pytest.approx(found.value - cost)
    soon = new_contract_value(SBG, p, margin=100, acquisition_cost=300, force_of_interest=force, ahead=2)
    assert soon.payback is None
    assert soon.value == pytest.approx(margins[:3].sum())
    with pytest.raises(ParametersRefused, match="not negative"):
        new_contract_value(SBG, p, margin=-1, acquisition_cost=0, force_of_interest=force)
