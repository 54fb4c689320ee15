"""Simulated futures: two forms, one answer, whoever else is there and however many threads."""

import subprocess
import sys

import numpy as np
import pytest

from keyworth.behaviour import BG_NBD, MBG_NBD, PurchaseHistories, in_blocks
from keyworth.value.draw_plan import draw_plan
from keyworth.value.futures import simulate
from keyworth.value.predictive import positions
from keyworth.value.spend_law import GammaGammaLaw, law_of
from keyworth.value.spend_ratio import spend_tables

AHEAD = 26.0


@pytest.fixture(scope="module")
def prepared(shop):
    fit = MBG_NBD.fit(shop.histories)
    plan = draw_plan(fit, shop.spend.fit, 400, seed=1)
    h = shop.histories.unique().histories
    return h, plan, spend_tables(plan, law_of(shop.spend.fit), np.unique(h.repeats)), fit


def test_compiled_and_numpy_agree(prepared):
    h, plan, tables, _ = prepared
    for model in (MBG_NBD, BG_NBD):
        plain, one = (simulate(model, h, AHEAD, plan, tables, form=form) for form in ("numpy", "compiled"))
        assert np.mean(plain.count.values != one.count.values) < 1e-4
        assert np.allclose(plain.mean_count, one.mean_count, rtol=1e-3)
        assert np.mean(~np.isclose(plain.ratio.values, one.ratio.values, rtol=1e-9)) < 1e-3
        counted = simulate(model, h, AHEAD, plan, None, form="compiled")
        assert np.array_equal(counted.count.values, one.count.values)
        assert counted.ratio is None


@pytest.mark.parametrize("form", ["numpy", "compiled"])
def test_neither_threads_nor_blocks_change_a_digit(prepared, monkeypatch, form):
    h, plan, tables, _ = prepared

    def found(processors):
        monkeypatch.setattr(in_blocks, "processors", lambda: processors)
        futures = simulate(MBG_NBD, h, AHEAD, plan, tables, form=form)
        return futures.count.values, futures.ratio.values, futures.mean_count, futures.mean_square

    one = found(processors=1)
    monkeypatch.setattr("keyworth.value.futures._COMPILED_BLOCK", 70)
    monkeypatch.setattr("keyworth.value.futures._NUMPY_BLOCK", 70 * plan.draws)
    for ours, theirs in zip(found(processors=3), one, strict=True):
        assert np.array_equal(ours, theirs)


def test_the_busiest_customers_agree_too(prepared):
    _, plan, tables, _ = prepared
    h = PurchaseHistories(np.array([3000.0, 900.0]), np.array([99.9, 140.0]), np.array([100.0, 150.0]))
    tables = spend_tables(plan, GammaGammaLaw(6.0, 4.0, 15.0), np.unique(h.repeats))
    plain, compiled = (simulate(MBG_NBD, h, 52.0, plan, tables, form=f) for f in ("numpy", "compiled"))
    assert np.array_equal(plain.count.values, compiled.count.values)
    assert np.allclose(plain.ratio.values, compiled.ratio.values, rtol=1e-9)
    assert plain.count.median[0] > 1000


def test_mean_counts_are_the_models_expectation(prepared):
    h, plan, tables, fit = prepared
    expected = MBG_NBD.expected_purchases(fit.parameters, h, AHEAD)
    found = simulate(MBG_NBD, h, AHEAD, plan, tables).mean_count
    assert found.mean() == pytest.approx(expected.mean(), rel=5e-3)
    assert np.abs(found - expected).max() < 0.05 * expected.max()


def test_a_customer_is_told_the_same_whoever_else_is_there(prepared):
    h, plan, tables, _ = prepared
    everybody = simulate(MBG_NBD, h, AHEAD, plan, tables).count.values
    some = np.arange(0, len(h), 7)
    assert np.array_equal(simulate(MBG_NBD, h.rows(some), AHEAD, plan, None).count.values, everybody[:, some])


def test_a_model_is_asked_for_its_counts_and_nothing_else(prepared):
    h, plan, tables, _ = prepared

    class Steady:
        """Everybody buys twice in the first world, three times in the second and so on."""

        @staticmethod
        def counts_ahead(worlds, histories, ahead, *, form):
            return lambda start, end: np.tile(np.arange(2, 2 + len(worlds), dtype=np.int32), (end - start, 1))

    for form in ("numpy", "compiled"):
        found = simulate(Steady(), h, AHEAD, plan, tables, form=form)
        assert np.array_equal(found.count.values[3], np.full(len(h), 2 + plan.draws // 2 - 1))
        assert found.mean_count == pytest.approx(2 + (plan.draws - 1) / 2)
        assert (np.diff(found.ratio.values, axis=0) > 0).all()


def test_counts_are_quantiles_that_enough_draws_do_not_exceed():
    below, weight, whole = positions(400)
    assert list(whole) == [9, 39, 99, 199, 299, 359, 389]
    assert list(below + weight) == pytest.approx([9.5, 39.5, 99.5, 199.5, 299.5, 359.5, 389.5])


def test_progress_ends_at_everything(prepared):
    h, plan, _, _ = prepared
    for form in ("numpy", "compiled"):
        told = []
        simulate(MBG_NBD, h, AHEAD, plan, None, form=form, progress=told.append)
        assert told == sorted(told)
        assert told[-1] == 1.0


def test_few_histories_never_load_numba():
    code = (
        "import sys, numpy as np\n"
        "from keyworth.behaviour import MBG_NBD, PurchaseHistories\n"
        "from keyworth.units import Discount\n"
        "from keyworth.value import ValueOptions, value_customers\n"
        "rng = np.random.default_rng(1); x = rng.poisson(2.0, 300).astype(float)\n"
        "h = PurchaseHistories.from_columns(x, np.where(x > 0, 20.0, 0.0), np.full(300, 30.0))\n"
        "value_customers(h, MBG_NBD.fit(h), ValueOptions(91, Discount(0.1), 300))\n"
        "assert 'numba' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
