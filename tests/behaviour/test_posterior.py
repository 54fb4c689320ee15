"""Draws from the posterior against an independent way to it, and what is said when they cannot be believed."""

import subprocess
import sys

import numpy as np
import pytest
from every_model import made
from scipy.stats import multivariate_t

from keyworth.behaviour import MODELS, PurchaseHistories, sample_posterior
from keyworth.behaviour.parameters import as_array, from_array
from keyworth.behaviour.posterior import PRIOR_SPREAD, _verdict

NAMES = ["bg-nbd", "mbg-nbd"]


def weighed(model, h, fit, n=6000):
    """Mean and spread of the logarithms under the posterior, by importance sampling from a wide bell."""
    scale = np.log(h.observed_for.mean())
    centre = np.array([model.time_powers.get(name, 0) * scale for name in model.parameter_names])
    bell = multivariate_t(np.log(as_array(fit.parameters)), fit.covariance * 1.3, df=5, seed=2)
    logs = bell.rvs(n)
    unique = h.unique(inverse=False)
    height = np.array(
        [
            (
                model.log_likelihood(from_array(model.parameter_kind, np.exp(row)), unique.histories) * unique.weights
            ).sum()
            for row in logs
        ]
    )
    height += -0.5 * (((logs - centre) / PRIOR_SPREAD) ** 2).sum(axis=1) - bell.logpdf(logs)
    weights = np.exp(height - height.max())
    weights /= weights.sum()
    mean = (weights[:, None] * logs).sum(axis=0)
    return mean, np.sqrt((weights[:, None] * (logs - mean) ** 2).sum(axis=0))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_draws_have_the_mean_and_spread_of_the_posterior(name):
    model, h = MODELS[name], made(name, 800, seed=3)
    fit = model.fit(h)
    found = sample_posterior(model, h, fit, seed=1)
    assert found.converged, found.verdict
    assert found.draws.shape == (4, 1000, 4)
    mean, spread = weighed(model, h, fit)
    logs = np.log(found.draws.reshape(-1, 4))
    np.testing.assert_allclose(logs.mean(axis=0), mean, atol=0.12 * spread.max())
    np.testing.assert_allclose(logs.std(axis=0), spread, rtol=0.12)
    low, middle, high = found.quantiles(0.05, 0.5, 0.95)["r"]
    assert low < middle < high
    assert found.thinned(100).shape == (100, 4)
    again = sample_posterior(model, h.rows(np.arange(799, -1, -1)), fit, seed=1)
    np.testing.assert_array_equal(again.draws, found.draws)
    assert not np.array_equal(sample_posterior(model, h, fit, seed=2, draws=50).draws, found.draws[:, :50])


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_where_the_data_name_no_best_value_the_prior_keeps_the_draws_in_reach(name):
    h = PurchaseHistories.from_columns([3] * 50, [15] * 50, [20] * 50)
    fit = MODELS[name].fit(h)
    assert not fit.converged
    found = sample_posterior(MODELS[name], h, fit, seed=1)
    assert np.isfinite(found.draws).all()
    assert (np.abs(np.log(found.draws)) < 12).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_value_and_slope_alone_are_those_of_the_whole_objective(name):
    model = MODELS[name]
    unique = made(name, 3000).unique(inverse=False)
    objective = model.objective(unique, model.fit(unique).parameters)
    for logs in (np.log([0.3, 5.0, 0.8, 2.4]), np.log([4.0, 60.0, 0.05, 30.0])):
        whole, (value, gradient) = objective(logs), objective.slope(logs)
        assert value == pytest.approx(whole.value, rel=1e-12)
        np.testing.assert_allclose(gradient, whole.gradient, rtol=1e-9, atol=1e-8)


GOOD, POOR = {"r": 900.0, "alpha": 800.0}, {"r": 900.0, "alpha": 90.0}


@pytest.mark.parametrize(
    ("effective", "r_hat", "divergences", "believed", "said"),
    [
        (GOOD, {"r": 1.0, "alpha": 1.004}, 1, True, "worth at least 800 independent"),
        (GOOD, {"r": 1.0, "alpha": 1.0}, 9, False, "lost its way 9 times"),
        (GOOD, {"r": 1.0, "alpha": 1.2}, 0, False, "in alpha; draw more"),
        (POOR, {"r": 1.0, "alpha": 1.0}, 0, False, "in alpha; draw more"),
        ({"r": np.nan}, {"r": np.nan}, 0, False, "in r; draw more"),
    ],
)
def test_a_verdict_on_draws(effective, r_hat, divergences, believed, said):
    converged, verdict = _verdict(effective, r_hat, divergences, 4000)
    assert converged is believed
    assert said in str(verdict)


@pytest.mark.slow
def test_without_the_sampler_it_says_what_to_install():
    code = """
import sys
sys.modules["nutpie"] = None
from keyworth.behaviour import MBG_NBD, PurchaseHistories, sample_posterior
from keyworth.errors import PartMissing
h = PurchaseHistories.from_columns([0, 0, 0, 1, 2, 5], [0, 0, 0, 5, 30, 38], [9, 39, 39, 39, 39, 39])
try:
    sample_posterior(MBG_NBD, h, MBG_NBD.fit(h), seed=1)
except PartMissing as missing:
    print(missing)
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "pip install 'keyworth[bayes]'" in done.stdout
