"""The derivatives that the fits climb by, against differences of the likelihood; and one form against the other."""

import numpy as np
import pytest

from keyworth.behaviour import GAMMA_GAMMA, MODELS, GammaGammaParameters, PurchaseHistories
from keyworth.behaviour.leaving_after_purchase.likelihood import ROW_SUMS, LeavingLikelihood, row_sums_in_numpy
from keyworth.behaviour.leaving_after_purchase.tables import row_sums_compiled
from keyworth.behaviour.spending.gamma_gamma import SpendLikelihood
from keyworth.behaviour.spending.spend_histories import SpendHistories

H = PurchaseHistories.from_columns(
    [0, 0, 1, 1, 2, 7, 40, 300], [0, 0, 0.3, 21, 30.4, 29, 38.9, 150], [1, 39, 39, 22, 38.9, 39, 39, 156]
)
AT = [(0.243, 4.414, 0.793, 2.426), (5.0, 60.0, 0.05, 0.3), (0.02, 0.5, 30.0, 400.0)]


def differences(function, at, step=1e-4):
    """Central differences of a scalar function, with one step of Richardson's extrapolation."""
    eye = np.eye(len(at))

    def slope(h):
        return np.array([(function(at + h * e) - function(at - h * e)) / (2 * h) for e in eye])

    return (4 * slope(step / 2) - slope(step)) / 3


@pytest.mark.parametrize("at", AT)
@pytest.mark.parametrize("name", ["bg-nbd", "mbg-nbd"])
@pytest.mark.parametrize("rows", [row_sums_in_numpy, row_sums_compiled])
def test_leaving_models(name, at, rows):
    model, unique = MODELS[name], H.unique()
    first_chance = int(model.loses_one_time_buyers)
    objective = LeavingLikelihood(unique, first_chance, rows(unique, first_chance))
    logs = np.log(at)
    here = objective(logs)
    summed = model.log_likelihood(model.parameter_kind(*at), H).sum()
    assert here.value == pytest.approx(summed, rel=1e-11)
    slope = differences(lambda to: objective(to).value, logs)
    np.testing.assert_allclose(here.gradient, slope, rtol=1e-7, atol=1e-6)
    for k in range(4):
        curve = differences(lambda to, k=k: objective(to).gradient[k], logs)
        np.testing.assert_allclose(here.hessian[k], curve, rtol=1e-7, atol=1e-6)


def test_the_spend_model():
    s = SpendHistories.from_columns([1, 1, 2, 7, 90], [35, 0.5, 22, 73, 4000])
    objective, logs = SpendLikelihood(s.repeats, s.mean_value), np.log([2.0, 1.4, 30.0])
    here = objective(logs)
    summed = GAMMA_GAMMA.log_likelihood(GammaGammaParameters(2.0, 1.4, 30.0), s).sum()
    assert here.value == pytest.approx(summed, rel=1e-12)
    slope = differences(lambda to: objective(to).value, logs)
    np.testing.assert_allclose(here.gradient, slope, rtol=1e-7)
    for k in range(3):
        curve = differences(lambda to, k=k: objective(to).gradient[k], logs)
        np.testing.assert_allclose(here.hessian[k], curve, rtol=1e-7)


@pytest.mark.parametrize("first_chance", [0, 1])
def test_both_forms_sum_alike_whether_times_are_days_or_not(first_chance, simulate):
    anyhow = simulate(3000, 0.3, 5.0, 0.8, 2.4, first_chance)
    days = np.ceil(anyhow.last_repeat * 7), np.round(anyhow.observed_for * 7)
    by_day = PurchaseHistories.from_columns(anyhow.repeats, np.minimum(*days) / 7, days[1] / 7)
    for h in (anyhow, by_day):
        unique = h.unique(inverse=False)
        sums = [form(unique, first_chance)(0.3, 5.0, 0.8, 2.4) for form in (row_sums_in_numpy, row_sums_compiled)]
        assert sums[0].shape == (len(ROW_SUMS),)
        np.testing.assert_allclose(sums[1], sums[0], rtol=1e-11)
