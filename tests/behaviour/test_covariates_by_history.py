"""Where hardly two customers are alike: each history by itself says what a likelihood for each sort says."""

import numpy as np
import pytest
from every_model import CASES
from scipy.optimize import minimize
from scipy.special import betaln, gammaln

from keyworth.behaviour import (
    BG_BB,
    BG_NBD,
    CONTRACT_MODELS,
    MBG_NBD,
    MODELS,
    SPEND_MODELS,
    OccasionHistories,
    PurchaseHistories,
    SpendHistories,
    SpendSums,
    with_covariates,
)
from keyworth.behaviour.covariates import by_row
from keyworth.behaviour.covariates import sample as fitting
from keyworth.behaviour.covariates.processes import PROCESSES, moves
from keyworth.behaviour.leaving_in_time.lifetimes_gamma_gompertz import GammaGompertzLifetime
from keyworth.behaviour.leaving_in_time.lifetimes_pareto import ParetoLifetime
from keyworth.behaviour.leaving_in_time.odds import log_odds_left, log_odds_with_slopes
from keyworth.behaviour.parameters import from_array, names

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


def told(name, n=300):
    """Histories of any kind, of customers who are all alike."""
    rng = np.random.default_rng(3)
    if name in CONTRACT_MODELS:
        kind = CONTRACT_MODELS[name].parameter_kind
        return CONTRACT_MODELS[name], CONTRACT_MODELS[name].simulate(
            from_array(kind, [0.8, 2.5, 1.3][: len(names(kind))]), rng.integers(0, 20, n), seed=1
        )
    if name == "bg-bb":
        last = rng.integers(0, 7, n)
        return BG_BB, OccasionHistories.from_columns(np.ceil(last / 2), last, np.full(n, 6), rng.integers(1, 4, n))
    if name in SPEND_MODELS:
        who = np.repeat(np.arange(n), rng.integers(2, 7, n))
        value = rng.lognormal(3.0, 0.7, who.size) * rng.lognormal(0.0, 0.4, n)[who]
        first = np.r_[True, who[1:] != who[:-1]]
        s = SpendSums.from_purchases(who, value, first)
        return SPEND_MODELS[name], s if name == "root-gamma-gamma" else SpendHistories.from_columns(
            s.repeats, s.roots[:, 0] / s.repeats
        )
    return MODELS[name], MODELS[name].simulate(
        from_array(MODELS[name].parameter_kind, CASES[name].example), rng.integers(190, 360, n) / 7, seed=1
    )


EXACT = ("bg-nbd", "mbg-nbd", "pareto-nbd", "ggompertz-nbd", "sbg", "bdw")
EACH = [name for name in PROCESSES if name != "pareto-ggg"]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in ("mbg-nbd", "gamma-gamma") else pytest.mark.slow) for name in EACH]
)
def test_value_and_derivatives_are_those_of_sorts_of_customers(name, monkeypatch):
    model, h = told(name)
    n, plain = len(h), model.fit(h)
    processes = list(PROCESSES[name])
    moved = moves(name, model.parameter_kind, processes)
    # As many sorts as are needed, but more than one customer of each.
    numbers = np.random.default_rng(1).integers(0, 60, n)[:, None] / 30.0 - 1.0
    sample = fitting.Sample(model, h, np.arange(n), (numbers,) * len(moved), moved, plain)
    point = sample.start + np.linspace(-0.3, 0.3, sample.base + len(moved))
    each = sample.likelihood(np.arange(n))
    monkeypatch.setattr(fitting, "_FEW_GROUPS", 1_000)
    sorts = sample.likelihood(np.arange(n))
    assert each.units == n
    assert sorts.units <= 60
    close = 1e-9 if name in EXACT else 1e-6
    for at in (point, sample.start):
        here, there = each(at), sorts(at)
        if name == "root-gamma-gamma":  # net stays where it is, however firmly
            here.hessian[4, 4] = there.hessian[4, 4]
        assert here.value == pytest.approx(there.value, rel=1e-11)
        assert here.gradient == pytest.approx(there.gradient, rel=1e-9, abs=1e-9 * abs(there.value))
        assert here.hessian == pytest.approx(there.hessian, rel=close, abs=close * abs(there.value))
    # With coefficients of nothing it is the plain model.
    assert here.value == pytest.approx(plain.log_likelihood, rel=1e-11)


@pytest.mark.parametrize(
    "lifetime",
    [ParetoLifetime(0.7, 9.0), pytest.param(GammaGompertzLifetime(0.05, 0.6, 0.3), marks=pytest.mark.slow)],
    ids=["pareto", "gamma-gompertz"],
)
def test_lifetimes_of_each_own_say_what_they_say_one_by_one(lifetime):
    rng = np.random.default_rng(2)
    n = 100
    last = rng.uniform(0, 60, n)
    h = PurchaseHistories.from_columns(rng.integers(1, 30, n), last, last + rng.exponential(20.0, n))
    values = np.array([getattr(lifetime, each) for each in lifetime.__dataclass_fields__])
    own = np.exp(np.log(values) + rng.normal(0.0, 1.2, (n, len(values))))
    r, alpha = np.exp(rng.normal(0.0, 0.5, n)), np.exp(rng.normal(2.0, 1.5, n))
    together = log_odds_with_slopes(type(lifetime)(*own.T), r, alpha, h)
    for at in range(n):
        alone = log_odds_with_slopes(type(lifetime)(*own[at].tolist()), r[at], alpha[at], h.rows(slice(at, at + 1)))
        for one, other in zip(together, alone, strict=True):
            assert one[..., at] == pytest.approx(other[..., 0], rel=1e-12, abs=1e-12)
    assert log_odds_left(type(lifetime)(*own.T), r, alpha, h) == pytest.approx(together[0], rel=1e-12)


def people_in_time(n, seed=1):
    """Customers of Pareto/NBD with a number of their own, which moves buying by 0.4 and leaving by 0.2."""
    rng = np.random.default_rng(seed)
    z, end = rng.normal(size=n), rng.integers(189, 365, n) / 7
    rate, loss = rng.gamma(0.6, np.exp(0.4 * z) / 6.0), rng.gamma(0.6, np.exp(0.2 * z) / 12.0)
    here = np.minimum(end, rng.exponential(1.0, n) / np.maximum(loss, 1e-300))
    x = rng.poisson(rate * here)
    last = np.where(x > 0, here * rng.random(n) ** (1.0 / np.maximum(x, 1)), 0.0)  # the last of x at random
    return PurchaseHistories.from_columns(x, last, end), z


@pytest.mark.parametrize(
    ("model", "who"),
    [
        pytest.param(MBG_NBD, lambda n: people(MBG_NBD, n), id="mbg-nbd", marks=pytest.mark.slow),
        pytest.param(MODELS["pareto-nbd"], people_in_time, id="pareto-nbd"),
    ],
)
def test_a_number_of_everyones_own_is_found_and_answers_come_one_by_one(model, who, monkeypatch):
    h, z = who(1500)
    fit = with_covariates(model, h, {"z": z}, {"buying": "z", "leaving": "z"}, ridge=0.0)
    assert fit.converged
    assert fit.groups == 1500
    for process, truth in (("buying", 0.4), ("leaving", 0.2)):
        found = fit.coefficient(process, "z")
        assert abs(found.value - truth) < 3 * found.standard_error
    own = fit.customers_of({"z": z})
    assert own.log_likelihood(h).sum() == pytest.approx(fit.log_likelihood, rel=1e-12)
    few, some = fit.customers_of({"z": z[:200]}), h.rows(slice(0, 200))
    for answer in (
        lambda who, of: who.chance_alive(of),
        lambda who, of: who.expected_purchases(of, 10.0),
        lambda who, of: who.expected_purchases_if_alive(of, 10.0),
        lambda who, of: who.chance_leaves_if_alive(of, 10.0),
    ):
        together = answer(own, h)[:200]
        monkeypatch.setattr(by_row, "_MANY", 1_000)
        assert together == pytest.approx(answer(few, some), rel=1e-11)
        monkeypatch.undo()


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
