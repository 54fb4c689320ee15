"""The spend model for all purchases and heavier tails: what it refuses, recovers and simulates."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad
from scipy.special import gammaln

from keyworth.behaviour import (
    GAMMA_GAMMA,
    ROOT_GAMMA_GAMMA,
    GammaGammaParameters,
    RootGammaGammaParameters,
    SpendHistories,
    SpendSums,
)
from keyworth.behaviour.newton import maximise
from keyworth.behaviour.parameters import as_array
from keyworth.behaviour.spending.root_gamma_fit import RootLikelihood
from keyworth.errors import NotEnoughHistory, ParametersRefused

TRUTH = {k: RootGammaGammaParameters(3.0 * k * k, 4.0 * k * k, 20.0, 0.8, 1.0, k) for k in (1, 2, 3, 4)}


def bought(n, p, seed=1, most=None):
    """Single purchases by the story alone: whose, what they brought, and whether they were the first."""
    rng = np.random.default_rng(seed)
    times = rng.geometric(0.4, size=n) if most is None else rng.integers(1, most, n)
    who = np.repeat(np.arange(n), times)
    own_rate = rng.gamma(p.q, 1 / p.gamma, size=n)
    value = (rng.gamma(p.p, size=who.size) / own_rate[who]) ** p.k
    first = np.r_[True, who[1:] != who[:-1]]
    return who, np.where(first, p.first * value, value), first


def simulated(n, p, seed=1):
    return SpendSums.from_purchases(*bought(n, p, seed))


FEW = SpendSums.from_purchases(
    [0, 1, 1, 1, 2, 2, 3, 4], [30.0, 12.0, 20.0, 35.0, 70.0, 140.0, 9.5, 0.0], [1, 1, 0, 0, 1, 0, 0, 1]
)


# --- refusals


@pytest.mark.parametrize("k", [0, 5])
def test_a_root_that_nobody_summed_is_refused(k):
    with pytest.raises(ParametersRefused, match="k = 0" if k == 0 else "whole number from 1 to 4; got 5"):
        RootGammaGammaParameters(1.0, 2.0, 3.0, 1.0, 1.0, k)


def test_parameters_and_samples_that_say_nothing_are_refused():
    with pytest.raises(ParametersRefused, match="net = -1"):
        RootGammaGammaParameters(1.0, 2.0, 3.0, 1.0, -1.0, 1)
    with pytest.raises(NotEnoughHistory, match="2 customers with repeat purchases of known value are too few"):
        ROOT_GAMMA_GAMMA.fit(FEW)


def test_money_that_all_went_back_is_refused():
    s = simulated(200, TRUTH[1])
    with pytest.raises(NotEnoughHistory, match="Refunds outweigh"):
        ROOT_GAMMA_GAMMA.fit(replace(s, brought=-s.brought))


# --- simulate and recover


@pytest.mark.parametrize("k", TRUTH)
def test_a_fit_recovers_the_truth_within_three_standard_errors(k):
    s = simulated(12_000, TRUTH[k], seed=k)
    fit = ROOT_GAMMA_GAMMA.fit(s)
    assert fit.converged
    assert fit.unit is None
    assert fit.customers == 12_000
    assert fit.parameters.k == k
    assert fit.log_likelihood == pytest.approx(ROOT_GAMMA_GAMMA.log_likelihood(fit.parameters, s).sum(), rel=1e-12)
    names = [name for name in ROOT_GAMMA_GAMMA.parameter_names if name != "k"]
    missed = np.array([getattr(fit.parameters, name) - getattr(TRUTH[k], name) for name in names])
    errors = np.array([fit.standard_errors[name] for name in names])
    assert (np.abs(missed) < 3 * errors).all()
    # net is settled, not fitted: k and the four that the likelihood reads are what the criteria count
    assert fit.aic == pytest.approx(10 - 2 * fit.log_likelihood)
    assert fit.bic == pytest.approx(5 * np.log(12_000) - 2 * fit.log_likelihood)
    assert fit.covariance[5].tolist() == [0.0] * 6


def test_refunds_lower_what_is_expected_and_nothing_else():
    s = simulated(3000, TRUTH[2])
    whole = ROOT_GAMMA_GAMMA.fit(s).parameters
    less = ROOT_GAMMA_GAMMA.fit(replace(s, brought=0.8 * s.brought)).parameters
    assert less.net == pytest.approx(0.8 * whole.net, rel=1e-12)
    assert replace(less, net=whole.net) == whole
    assert less.population_mean == pytest.approx(0.8 * whole.population_mean, rel=1e-12)


def test_net_is_settled_no_worse_than_its_standard_error_says():
    fits = [ROOT_GAMMA_GAMMA.fit(simulated(500, TRUTH[1], seed=seed)) for seed in range(40)]
    nets = np.log([fit.parameters.net for fit in fits])
    errors = [fit.standard_errors["net"] / fit.parameters.net for fit in fits]
    assert abs(nets.mean()) < 4 * nets.std() / np.sqrt(40)
    assert 0.1 * np.mean(errors) < nets.std() < np.mean(errors)


def test_a_tail_of_another_kind_does_not_carry_the_total_away():
    rng = np.random.default_rng(4)
    who, _, first = bought(5000, TRUTH[1])
    level = rng.normal(3.0, 0.6, 5000)
    value = np.exp(level[who] + 0.9 * rng.standard_t(4, who.size))
    s = SpendSums.from_purchases(who, value, first)
    p = ROOT_GAMMA_GAMMA.fit(s).parameters
    made = ROOT_GAMMA_GAMMA.expected_value(p, s) * (s.repeats + p.first * s.knows_first)
    assert p.k > 1
    assert made.sum() == pytest.approx(s.brought.sum(), rel=1e-9)


def test_a_fit_does_not_mind_the_order():
    s = simulated(3000, TRUTH[1])
    assert ROOT_GAMMA_GAMMA.fit(s.rows(slice(None, None, -1))).parameters == ROOT_GAMMA_GAMMA.fit(s).parameters


def test_money_in_another_currency_changes_gamma_alone():
    who, value, first = bought(2000, TRUTH[2])
    one = ROOT_GAMMA_GAMMA.fit(SpendSums.from_purchases(who, value, first))
    other = ROOT_GAMMA_GAMMA.fit(SpendSums.from_purchases(who, 700 * value, first))
    expected = as_array(one.parameters) * [1, 1, 700**0.5, 1, 1, 1]
    np.testing.assert_allclose(as_array(other.parameters), expected, rtol=1e-6)
    same = ROOT_GAMMA_GAMMA.fit(SpendSums.from_purchases(who, 700 * value, first, scale=np.full(2000, 700.0)))
    np.testing.assert_allclose(as_array(same.parameters), as_array(one.parameters), rtol=1e-6)


def test_what_is_known_of_customers_as_a_factor_is_taken_out_and_put_back():
    who, value, first = bought(4000, TRUTH[1])
    factor = np.where(np.arange(4000) % 2, 5.0, 1.0)
    known = SpendSums.from_purchases(who, value * factor[who], first, scale=factor)
    plain = SpendSums.from_purchases(who, value, first)
    p = ROOT_GAMMA_GAMMA.fit(plain).parameters
    np.testing.assert_allclose(as_array(ROOT_GAMMA_GAMMA.fit(known).parameters)[:4], as_array(p)[:4], rtol=1e-6)
    ratio = ROOT_GAMMA_GAMMA.expected_value(p, known) / ROOT_GAMMA_GAMMA.expected_value(p, plain)
    np.testing.assert_allclose(ratio, factor, rtol=1e-9)
    lower = np.log(factor) * plain.purchases
    np.testing.assert_allclose(
        ROOT_GAMMA_GAMMA.log_likelihood(p, known), ROOT_GAMMA_GAMMA.log_likelihood(p, plain) - lower, rtol=1e-9
    )


@pytest.mark.slow
def test_a_large_sample_is_scouted_and_still_climbed_to_the_top():
    s = simulated(400_000, TRUTH[2])
    fit = ROOT_GAMMA_GAMMA.fit(s)
    assert fit.converged
    assert fit.parameters.k == 2
    for factors in 0.98 + 0.04 * np.eye(6)[:4]:
        near = as_array(fit.parameters) * np.where(np.arange(6) < 4, factors, 1.0)
        at = RootGammaGammaParameters(*near[:5], 2)
        assert ROOT_GAMMA_GAMMA.log_likelihood(at, s).sum() < fit.log_likelihood


# --- poor data


def test_customers_who_do_not_differ_are_all_expected_to_spend_the_same():
    basket = np.array([[5.0, 20.0, 60.0], [20.0, 60.0, 5.0], [60.0, 5.0, 20.0]])
    who = np.repeat(np.arange(300), 3)
    s = SpendSums.from_purchases(who, np.tile(basket.ravel(), 100), np.tile([True, False, False], 300))
    fit = ROOT_GAMMA_GAMMA.fit(s)
    assert fit.converged
    assert "customers hardly differ in what they spend (q)" in str(fit.verdict)
    value = ROOT_GAMMA_GAMMA.expected_value(fit.parameters, s)
    assert value.std() < 0.02 * value.mean()
    assert np.linalg.eigvalsh(fit.covariance)[0] >= 0


def test_purchases_that_are_always_the_same_are_expected_to_stay_so():
    fee = np.array([10.0, 30.0, 80.0, 200.0] * 25)
    who = np.repeat(np.arange(100), 5)
    s = SpendSums.from_purchases(who, fee[who], np.arange(500) % 5 == 0)
    fit = ROOT_GAMMA_GAMMA.fit(s)
    assert fit.converged
    assert "the purchases of one customer hardly differ (p)" in str(fit.verdict)
    np.testing.assert_allclose(ROOT_GAMMA_GAMMA.expected_value(fit.parameters, s), fee, rtol=1e-3)


def test_so_heavy_a_tail_that_the_mean_runs_away_is_said():
    heavy = RootGammaGammaParameters(4.0, 0.4, 10.0, 1.0, 1.0, 1)
    s = SpendSums.from_purchases(*bought(900, heavy, seed=5, most=12))
    fit = ROOT_GAMMA_GAMMA.fit(s)
    assert fit.converged
    assert fit.parameters.q < 1
    assert fit.parameters.population_mean == np.inf
    assert "no finite mean" in str(fit.verdict)
    assert np.isfinite(ROOT_GAMMA_GAMMA.expected_value(fit.parameters, s)).all()


def test_the_climbs_derivatives_are_those_of_its_value():
    for k in TRUTH:
        likelihood = RootLikelihood(simulated(300, TRUTH[k]), k)
        at = np.log([2.0 * k, 5.0 * k, 15.0, 1.3])
        here, step = likelihood(at), 1e-5
        for i, move in enumerate(step * np.eye(4)):
            up, down = likelihood(at + move), likelihood(at - move)
            assert here.gradient[i] == pytest.approx((up.value - down.value) / (2 * step), rel=1e-6, abs=1e-4)
            np.testing.assert_allclose(
                here.hessian[i], (up.gradient - down.gradient) / (2 * step), rtol=1e-5, atol=1e-4
            )


# --- limits and independent ways


def test_with_k_1_and_no_first_purchase_it_is_gamma_gamma_that_hears_every_purchase():
    who, value, first = bought(400, TRUTH[1])
    repeats = SpendSums.from_purchases(who, np.where(first, 0.0, value), first)
    old = GammaGammaParameters(3.0, 4.0, 20.0)
    new = RootGammaGammaParameters(3.0, 4.0, 20.0, 0.7, 1.0, 1)
    x, total = repeats.repeats, repeats.roots[:, 0]
    mean = np.divide(total, x, out=np.zeros_like(total), where=x > 0)
    s = SpendHistories.from_columns(x, mean)
    np.testing.assert_allclose(
        ROOT_GAMMA_GAMMA.expected_value(new, repeats), GAMMA_GAMMA.expected_value(old, s), rtol=1e-12
    )
    assert new.population_mean == pytest.approx(old.population_mean)
    # Of the values given their sum the share that their mean alone does not tell: a Dirichlet density.
    some = x > 0
    n, logs = x[some], repeats.logs[some]
    parts = gammaln(3.0 * n) - n * gammaln(3.0) + 2.0 * logs - (3.0 * n - 1) * np.log(total[some])
    whole = GAMMA_GAMMA.log_likelihood(old, s)[some] - np.log(n) + parts
    np.testing.assert_allclose(ROOT_GAMMA_GAMMA.log_likelihood(new, repeats)[some], whole, rtol=1e-10)
    assert (ROOT_GAMMA_GAMMA.log_likelihood(new, repeats)[~some] == 0).all()


@pytest.mark.parametrize("k", TRUTH)
def test_the_likelihood_is_the_integral_over_everybodys_rate(k):
    p = TRUTH[k]
    first, later = 11.0, [25.0, 8.0]
    s = SpendSums.from_purchases([0, 0, 0], [first, *later], [1, 0, 0])

    def density(z, rate):
        return stats.gamma.pdf(z ** (1 / k), p.p, scale=1 / rate) * z ** (1 / k - 1) / k

    def at(rate):
        seen = density(first / p.first, rate) / p.first * density(later[0], rate) * density(later[1], rate)
        return seen * stats.gamma.pdf(rate, p.q, scale=1 / p.gamma)

    peak = (p.q + 3 * p.p) / (p.gamma + s.scaled_roots(k)[0] + first ** (1 / k))
    slow = sum(quad(at, *ends, epsabs=0, limit=200)[0] for ends in [(peak / 9, peak), (peak, 4 * peak)])
    assert ROOT_GAMMA_GAMMA.log_likelihood(p, s)[0] == pytest.approx(np.log(slow), rel=1e-8)


@pytest.mark.parametrize("k", TRUTH)
def test_value_spread_and_quantiles_of_a_purchase_are_those_of_its_density(k):
    p = replace(TRUTH[k], net=0.9)
    s = FEW.rows(slice(0, 4))

    def integral(of, row):
        one = s.rows(slice(row, row + 1))
        low, high = (float(np.log(ROOT_GAMMA_GAMMA.quantile(p, one, share)[0])) for share in (1e-9, 1 - 1e-9))

        def at(log_value):
            value = np.exp(log_value)
            return of(value) * value * np.exp(ROOT_GAMMA_GAMMA.log_density(p, one, value)[0])

        return quad(at, low - 4, high + 30, points=[low, high], limit=300)[0]

    median = ROOT_GAMMA_GAMMA.quantile(p, s, 0.5)
    for row in range(4):
        assert integral(lambda _: 1.0, row) == pytest.approx(1.0, rel=1e-6)
        mean = integral(lambda value: value, row)
        assert 0.9 * mean == pytest.approx(ROOT_GAMMA_GAMMA.expected_value(p, s)[row], rel=1e-6)
        assert integral(lambda value, row=row: float(value <= median[row]), row) == pytest.approx(0.5, abs=1e-3)
    for share in (1e-6, 0.1, 0.5, 0.9, 1 - 1e-6):
        there = ROOT_GAMMA_GAMMA.chance_up_to(p, s, ROOT_GAMMA_GAMMA.quantile(p, s, share))
        np.testing.assert_allclose(there, share, rtol=1e-7)


@pytest.mark.parametrize(("form", "k"), [*itertools.product(["numpy", "compiled"], [1, 3])])
def test_drawn_totals_agree_with_the_expected_value_and_the_spread(form, k):
    times, draws = 400, 60
    p, s = replace(TRUTH[k], net=1.1), FEW.rows(np.tile(np.arange(5), times))
    purchases = np.tile(np.array([3, 1, 40, 1, 0], dtype=np.int32), (draws, times))
    totals = ROOT_GAMMA_GAMMA.draw_totals(p, s, purchases, seed=2, form=form)
    assert totals.shape == purchases.shape
    expected = (purchases[0] * ROOT_GAMMA_GAMMA.expected_value(p, s))[:5]
    got = totals.reshape(-1, 5)
    assert (got[:, 4] == 0).all()
    assert (np.abs(got.mean(axis=0) - expected) <= 4 * got.std(axis=0) / np.sqrt(len(got))).all()
    for share in (0.1, 0.5, 0.9):
        above = got[:, [1, 3]] > 1.1 * ROOT_GAMMA_GAMMA.quantile(p, FEW, share)[[1, 3]]
        assert np.abs(above.mean(axis=0) - (1 - share)).max() < 4 * np.sqrt(0.25 / len(got))
    again = ROOT_GAMMA_GAMMA.draw_totals(p, s, purchases[:20], seed=2, first_draw=40, form=form)
    np.testing.assert_array_equal(again, totals[40:])


# --- properties

positive = st.floats(-4, 4).map(np.exp)
value = st.floats(-5, 12).map(np.exp)


@given(
    p=positive, q=positive, gamma=positive, first=st.floats(0.1, 10), k=st.integers(1, 4),
    values=st.lists(value, min_size=1, max_size=6), more=st.floats(1.01, 9),
)  # fmt: skip
def test_spend_more_and_more_is_expected(p, q, gamma, first, k, values, more):
    parameters = RootGammaGammaParameters(p, q, gamma, first, 1.0, k)
    z = np.array(values)
    who = np.repeat([0, 1], z.size)
    s = SpendSums.from_purchases(who, np.r_[z, more * z], np.tile(np.arange(z.size) == 0, 2))
    expected, larger = ROOT_GAMMA_GAMMA.expected_value(parameters, s)
    assert np.isfinite(ROOT_GAMMA_GAMMA.log_likelihood(parameters, s)).all()
    if q + p * z.size <= k:
        assert expected == larger == np.inf
    else:
        assert 0 < expected < larger < np.inf
    chances = ROOT_GAMMA_GAMMA.chance_up_to(parameters, s, 10.0)
    assert ((chances >= 0) & (chances <= 1)).all()


def test_the_longest_history_and_the_shortest_are_finite():
    p = TRUTH[4]
    who = np.r_[np.zeros(5001, dtype=int), [1]]
    z = np.r_[np.full(5001, 1e6), [1e-2]]
    s = SpendSums.from_purchases(who, z, np.r_[True, np.zeros(5000, dtype=bool), True])
    assert np.isfinite(ROOT_GAMMA_GAMMA.log_likelihood(p, s)).all()
    long, short = ROOT_GAMMA_GAMMA.expected_value(p, s)
    assert long == pytest.approx(1e6 * np.prod(p.p + np.arange(4)) / p.p**4, rel=0.01)
    assert 0 < short < p.population_mean


# --- reference figures


@pytest.mark.reference
def test_root_gamma_gamma_on_cdnow(figures, shared):
    row = figures["root-gamma-gamma"]["cdnow"]
    spent: dict[tuple[str, str], float] = {}
    for line in (shared / "data/cdnow/CDNOW_sample.txt").read_text().splitlines():
        _, customer, day, _, value = line.split()
        if day <= "19970930":
            spent[customer, day] = spent.get((customer, day), 0.0) + float(value)
    names, days = zip(*sorted(spent), strict=True)
    who = np.unique(names, return_inverse=True)[1]
    s = SpendSums.from_purchases(who, [spent[key] for key in sorted(spent)], np.r_[True, who[1:] != who[:-1]])
    assert len(days) == 4814
    fit = ROOT_GAMMA_GAMMA.fit(s)
    assert fit.converged
    assert fit.parameters.k == row["k"]
    found = {name: getattr(fit.parameters, name) for name in row["parameters"]}
    assert found == pytest.approx(row["parameters"], rel=row["parameters_rel"])
    assert fit.log_likelihood == pytest.approx(row["log_likelihood"], abs=row["log_likelihood_tol"])
    assert fit.parameters.net == pytest.approx(row["net"], rel=row["net_rel"])
    for k, other in enumerate(row["log_likelihood_others"], start=1):
        at = fit.parameters
        start = np.log([at.p * (k / 4) ** 2, at.q * (k / 4) ** 2, at.gamma ** (4 / k), at.first])
        start[2] += np.log(at.q / at.p) * (1 - 4 / k)  # gamma is q/p times a level, whose k-th root it is
        highest = maximise(RootLikelihood(s.rows(s.purchases > 0), k), start, start - 5, start + 5)
        assert highest.value == pytest.approx(other, abs=row["log_likelihood_tol"])
