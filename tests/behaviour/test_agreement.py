"""Where one model is a special case of another, and where the same answer has two ways to it."""

import os
import subprocess
import sys

import numpy as np
import pytest
from scipy.special import gammaln

from keyworth.behaviour import BG_NBD, MBG_NBD, MODELS, BgNbdParameters, MbgNbdParameters, PurchaseHistories


def nbd(r, alpha, h):
    """Buying at a steady rate for ever: the likelihood to which both models shrink when nobody leaves."""
    shape = r + h.repeats
    return gammaln(shape) - gammaln(r) + r * np.log(alpha) - shape * np.log(alpha + h.observed_for)


@pytest.mark.parametrize("name", ["bg-nbd", "mbg-nbd"])
def test_without_leaving_the_likelihood_is_that_of_steady_buying(name, simulate):
    model, h = MODELS[name], simulate(500, 0.3, 5.0, 0.8, 2.4, 0)
    p = model.parameter_kind(0.3, 5.0, 1e-9, 50.0)
    np.testing.assert_allclose(model.log_likelihood(p, h), nbd(0.3, 5.0, h), rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(model.chance_alive(p, PurchaseHistories.from_columns([2], [9], [10])), 1.0)


@pytest.mark.parametrize("name", ["bg-nbd", "mbg-nbd"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fit_is_never_below_the_best_of_steady_buying(name, seed, simulate):
    h = simulate(300, 0.5, 5.0, 0.2, 8.0, 0, seed=seed)
    fit = MODELS[name].fit(h)
    grid = np.exp(np.linspace(-4, 5, 60))
    best = max(nbd(r, alpha, h).sum() for r in grid for alpha in grid)
    assert fit.log_likelihood >= best - 0.01


def test_mbg_nbd_is_bg_nbd_with_one_more_chance_to_leave():
    """Who has bought again is judged by MBG/NBD(a, b) as by BG/NBD(a, b + 1): one stay more is behind them."""
    h = PurchaseHistories.from_columns([1, 4, 9], [3, 20, 38], [39, 39, 39])
    mbg, bg = MbgNbdParameters(0.5, 6.0, 0.9, 1.6), BgNbdParameters(0.5, 6.0, 0.9, 2.6)
    np.testing.assert_allclose(MBG_NBD.chance_alive(mbg, h), BG_NBD.chance_alive(bg, h), rtol=1e-12)
    stayed = np.log(1.6 / (0.9 + 1.6))
    np.testing.assert_allclose(MBG_NBD.log_likelihood(mbg, h), BG_NBD.log_likelihood(bg, h) + stayed, rtol=1e-12)
    np.testing.assert_allclose(
        MBG_NBD.expected_from_start(mbg, 52.0), 1.6 / 2.5 * BG_NBD.expected_from_start(bg, 52.0), rtol=1e-12
    )


def test_counting_the_histories_changes_no_answer(simulate):
    h = simulate(3000, 0.3, 5.0, 0.8, 2.4, 0)
    days = np.maximum(np.ceil(h.last_repeat * 7), h.repeats > 0), np.rint(h.observed_for * 7)
    h = PurchaseHistories.from_columns(h.repeats, np.minimum(*days) / 7, days[1] / 7)
    unique, p = h.unique(), BgNbdParameters(0.3, 5.0, 0.8, 2.4)
    assert len(unique) < len(h)
    for answer in (BG_NBD.log_likelihood, BG_NBD.chance_alive):
        np.testing.assert_array_equal(answer(p, unique.histories)[unique.inverse], answer(p, h))
    spread = BG_NBD.expected_purchases(p, unique.histories, 52.0)[unique.inverse]
    np.testing.assert_array_equal(spread, BG_NBD.expected_purchases(p, h, 52.0))


REPEATABLE = """
import sys
import numpy as np
from keyworth.behaviour import GAMMA_GAMMA, MBG_NBD, PurchaseHistories, SpendHistories
rng = np.random.default_rng(1)
n = 150_000
x = np.minimum(rng.geometric(0.3, n) - 1, 40) * (rng.random(n) < 0.6)
observed = rng.integers(300, 1100, n)
last = np.where(x > 0, np.ceil(observed * rng.random(n)), 0)
x[:3], last[:3] = 30_000, observed[:3]
h = PurchaseHistories.from_columns(x, last / 7, observed / 7).unique()
assert len(h) > 50_000  # so that the compiled forms are at work
fit = MBG_NBD.fit(h)
worth = MBG_NBD.discounted_if_alive(fit.parameters, h.histories, 0.002, 500.0)
spend = GAMMA_GAMMA.fit(SpendHistories.from_columns(x, rng.gamma(3.0, 9.0, n)))
drawn = MBG_NBD.draw_ahead(fit.parameters, h.histories, 52.0, seed=1, draws=30)
print(fit.parameters, fit.log_likelihood.hex(), worth.sum().hex(), spend.parameters, drawn.purchases.sum())
"""


@pytest.mark.slow
def test_no_digit_depends_on_the_number_of_threads():
    said = []
    for threads in ("1", "2", "4"):
        env = os.environ | dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), threads)
        code = f"from keyworth.behaviour import in_blocks\nin_blocks.processors = lambda: {threads}\n{REPEATABLE}"
        done = subprocess.run([sys.executable, "-c", code], check=True, env=env, capture_output=True, text=True)
        said.append(done.stdout)
    assert said[0] == said[1] == said[2]
