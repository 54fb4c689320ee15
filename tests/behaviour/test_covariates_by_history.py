"""Where hardly two customers are alike: each history by itself says what a likelihood for each sort says."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import betaln, gammaln

from keyworth.behaviour import BG_NBD, MBG_NBD, PurchaseHistories, with_covariates
from keyworth.behaviour.covariates import fit as fitting

pytest.importorskip("formulaic")


def people(model, n, seed=1):
    """Customers of BG/NBD or MBG/NBD with a number of their own, which moves buying by 0.4 and leaving by 0.2."""
    rng = np.random.default_rng(seed)
    z, end = rng.normal(size=n), rng.integers(189, 365, n) / 7
    rate, leave = rng.gamma(0.6, np.exp(0.4 * z) / 6.0), rng.beta(0.9 * np.exp(0.2 * z), 2.0)
    x, last, clock = np.zeros(n), np.zeros(n), np.zeros(n)
    here = rng.random(n) >= leave if model.first_chance else np.ones(n, dtype=bool)
    while here.any():
        at = np.flatnonzero(here)
        clock[at] += rng.exponential(1.0, len(at)) / np.maximum(rate[at], 1e-300)
        here[at[clock[at] >= end[at]]] = False
        bought = np.flatnonzero(here)
        x[bought] += 1
        last[bought] = clock[bought]
        here[bought[rng.random(len(bought)) < leave[bought]]] = False
    return PurchaseHistories.from_columns(x, last, end), z


FORMULAS = {"buying": "z", "leaving": "z", "staying": "z"}


@pytest.mark.parametrize("model", [BG_NBD, MBG_NBD], ids=["bg-nbd", "mbg-nbd"])
def test_value_and_derivatives_are_those_of_sorts_of_customers(model, monkeypatch):
    h, z = people(model, 400)
    numbers = z[:, None]
    moves = fitting.moves(model.name, model.parameter_kind, FORMULAS)
    sample = fitting.Sample(model, h, np.arange(400), (numbers,) * 3, moves, model.fit(h))
    point = sample.start + np.linspace(-0.3, 0.3, 7)
    each = sample.likelihood(np.arange(400))
    monkeypatch.setattr(fitting, "_FEW_GROUPS", 1_000)
    sorts = sample.likelihood(np.arange(400))
    assert each.own.__qualname__ != sorts.own.__qualname__
    here, there = each(point), sorts(point)
    assert here.value == pytest.approx(there.value, rel=1e-12)
    assert here.gradient == pytest.approx(there.gradient, rel=1e-9, abs=1e-9 * abs(there.value))
    assert here.hessian == pytest.approx(there.hessian, rel=1e-9, abs=1e-9 * abs(there.value))


def test_a_number_of_everyones_own_is_found_and_answers_come_one_by_one():
    h, z = people(MBG_NBD, 1500)
    fit = with_covariates(MBG_NBD, h, {"z": z}, {"buying": "z", "leaving": "z"}, ridge=0.0)
    assert fit.converged
    assert fit.groups == 1500
    for process, truth in (("buying", 0.4), ("leaving", 0.2)):
        found = fit.coefficient(process, "z")
        assert abs(found.value - truth) < 3 * found.standard_error
    own = fit.customers_of({"z": z})
    assert own.log_likelihood(h).sum() == pytest.approx(fit.log_likelihood, rel=1e-12)
    assert own.chance_alive(h) == pytest.approx(own.ask(h, MBG_NBD.chance_alive), rel=1e-12)


@pytest.mark.slow
def test_a_prior_is_as_strong_as_customers_held_out_bear():
    h, z = people(MBG_NBD, 1200)
    noise = np.random.default_rng(3).normal(size=(6, 1200))
    table = {"z": z} | {f"n{at}": column for at, column in enumerate(noise)}
    formula = " + ".join(table)
    free = with_covariates(MBG_NBD, h, table, {"buying": formula}, ridge=0.0)
    calm = with_covariates(MBG_NBD, h, table, {"buying": formula})
    assert calm.ridge > 0.0
    assert free.ridge == 0.0
    assert free.held_out == ()
    assert calm.plain.log_likelihood < calm.log_likelihood < free.log_likelihood
    assert calm.lift.p_value is None
    squares = [sum(fit.coefficient("buying", f"n{at}").value ** 2 for at in range(6)) for fit in (calm, free)]
    assert squares[0] < squares[1]
    best = max(calm.held_out, key=lambda each: each.log_likelihood)
    won = next(each for each in calm.held_out if each.ridge == calm.ridge)
    assert best.behind == 0.0
    assert won.behind <= won.error
    stronger = [each for each in calm.held_out if calm.ridge < each.ridge < np.inf]
    assert all(each.behind > each.error for each in stronger)
    order = np.random.default_rng(4).permutation(1200)
    turned = with_covariates(
        MBG_NBD, h.rows(order), {name: column[order] for name, column in table.items()}, {"buying": formula}
    )
    assert turned.ridge == calm.ridge
    assert turned.log_likelihood == pytest.approx(calm.log_likelihood, rel=1e-9)


@pytest.mark.slow
def test_an_optimiser_that_knows_only_the_paper_ends_at_the_same_place():
    """BG/NBD's likelihood with alpha and a of each customer's own, written from the paper, climbed without slopes."""
    h, z = people(BG_NBD, 600)
    x, last, end = h.repeats, h.last_repeat, h.observed_for

    def short(point):
        r, alpha, a, b = np.exp(point[:4])
        alpha, a = alpha * np.exp(-point[4] * z), a * np.exp(point[5] * z)
        stays = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + end)
        with np.errstate(divide="ignore"):
            left = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + last)
        both = np.logaddexp(stays, np.where(x > 0, left, -np.inf))
        return -(gammaln(r + x) - gammaln(r) + r * np.log(alpha) + both).sum()

    found = minimize(
        short, np.zeros(6), method="Nelder-Mead", options={"maxiter": 20_000, "xatol": 1e-8, "fatol": 1e-9}
    )
    fit = with_covariates(BG_NBD, h, {"z": z}, {"buying": "z", "leaving": "z"}, ridge=0.0)
    assert fit.log_likelihood == pytest.approx(-found.fun, abs=1e-5)
    assert fit.log_likelihood >= -found.fun - 1e-9
    assert fit.coefficient("buying", "z").value == pytest.approx(found.x[4], abs=1e-3)
    assert fit.coefficient("leaving", "z").value == pytest.approx(found.x[5], abs=1e-3)
