"""Fits of contracts: what they recover, what they do not mind, and what they say of data that tell too little."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyworth.behaviour import BDW, CONTRACT_MODELS, SBG, BdwParameters, SbgParameters, Survivors, Tenures
from keyworth.behaviour.contracts.likelihood import ContractLikelihood
from keyworth.behaviour.parameters import as_array
from keyworth.errors import NotEnoughHistory
from keyworth.words import say

REGULAR = Survivors.from_columns([1000, 631, 468, 382, 326, 289, 262, 241])
TRUTHS = [(SBG, SbgParameters(0.8, 2.5)), (BDW, BdwParameters(0.9, 3.0, 1.3)), (BDW, BdwParameters(0.6, 1.5, 0.7))]


def coins(model, p, n, seed):
    """Renewals tossed one by one, as the story tells them; cohorts that signed 3 to 24 periods ago."""
    rng = np.random.default_rng(seed)
    theta, pace = rng.beta(p.alpha, p.beta, n), getattr(p, "c", 1.0)
    watched = rng.integers(3, 25, n)
    lived, ended = np.zeros(n), np.zeros(n, dtype=bool)
    for t in range(1, 25):
        deciding = ~ended & (watched >= t)
        renews = (1.0 - theta) ** (t**pace - (t - 1) ** pace)
        lived[deciding] = t
        ended[deciding] = rng.random(deciding.sum()) >= renews[deciding]
    return Tenures.from_columns(lived, ended)


@pytest.mark.parametrize(("model", "truth"), TRUTHS)
@pytest.mark.parametrize("story", ["coins", "simulate"])
def test_a_fit_recovers_the_truth_within_three_standard_errors(model, truth, story):
    watched = np.random.default_rng(5).integers(3, 25, 20_000)
    seen = coins(model, truth, 20_000, 1) if story == "coins" else model.simulate(truth, watched, seed=2)
    fit = model.fit(seen)
    assert fit.converged
    assert fit.model == model.name
    assert fit.customers == 20_000
    assert fit.unit is None
    assert fit.log_likelihood == pytest.approx((model.log_likelihood(fit.parameters, seen) * seen.customers).sum())
    assert fit.log_likelihood > (model.log_likelihood(truth, seen) * seen.customers).sum()
    missed = as_array(fit.parameters) - as_array(truth)
    assert (np.abs(missed) < 3 * np.array(list(fit.standard_errors.values()))).all()


@pytest.mark.parametrize("model", CONTRACT_MODELS.values(), ids=list(CONTRACT_MODELS))
def test_the_derivatives_are_those_of_the_likelihood(model):
    seen = Tenures.from_columns([1, 2, 7, 7, 40, 40, 0], [1, 1, 1, 0, 1, 0, 0], [50, 31, 7.5, 20, 3, 9, 4])
    objective = ContractLikelihood(model, seen)
    eye, step = np.eye(len(model.parameter_names)), 1e-4

    def slope(function, at, h):
        return np.array([(function(at + h * e) - function(at - h * e)) / (2 * h) for e in eye])

    def differences(function, at):
        return (4 * slope(function, at, step / 2) - slope(function, at, step)) / 3

    for values in ((0.7, 1.2, 1.3), (4.0, 90.0, 0.6), (0.02, 0.3, 2.0)):
        at = np.log(values[: len(eye)])
        here = objective(at)
        np.testing.assert_allclose(here.gradient, differences(lambda to: objective(to).value, at), rtol=1e-7)
        curve = differences(lambda to: objective(to).gradient, at)
        np.testing.assert_allclose(here.hessian, curve, rtol=1e-7, atol=1e-7)
        p = model.parameter_kind(*values[: len(eye)])
        assert here.value == pytest.approx((model.log_likelihood(p, seen) * seen.customers).sum(), rel=1e-12)


@pytest.mark.parametrize("model", CONTRACT_MODELS.values(), ids=list(CONTRACT_MODELS))
def test_a_fit_minds_neither_the_order_nor_how_people_are_counted(model):
    rows = REGULAR.tenures()
    one = model.fit(rows)
    backwards = Tenures.from_columns(rows.periods[::-1], rows.ended[::-1], rows.customers[::-1])
    alone = Tenures.from_columns(*(np.repeat(column, 10) for column in (rows.periods, rows.ended, rows.customers / 10)))
    for other in (backwards, alone):
        np.testing.assert_allclose(as_array(model.fit(other).parameters), as_array(one.parameters), rtol=1e-9)
    twice = model.fit(Survivors.from_columns(2 * REGULAR.customers))
    np.testing.assert_allclose(as_array(twice.parameters), as_array(one.parameters), rtol=1e-9)
    assert twice.log_likelihood == pytest.approx(2 * one.log_likelihood)
    assert twice.standard_errors["alpha"] == pytest.approx(one.standard_errors["alpha"] / np.sqrt(2), rel=1e-6)


@pytest.mark.parametrize("model", CONTRACT_MODELS.values(), ids=list(CONTRACT_MODELS))
@pytest.mark.parametrize(
    ("survivors", "said"),
    [
        ([1000, 1000, 1000, 1000], "Nobody has left in 3 periods"),
        ([1000, 631], "Renewals were decided in 1 period only"),
        ([1000, 0, 0, 0], "Renewals were decided in 1 period only"),
    ],
)
def test_data_that_say_nothing_are_refused(model, survivors, said):
    with pytest.raises(NotEnoughHistory) as refused:
        model.fit(Survivors.from_columns(survivors))
    assert said in str(refused.value)
    assert refused.value.hint is not None


def test_more_parameters_need_more_periods():
    two = Survivors.from_columns([1000, 631, 468])
    assert SBG.fit(two).converged
    with pytest.raises(NotEnoughHistory, match="3 are needed to tell 3 parameters apart"):
        BDW.fit(two)
    everybody = Tenures.from_columns([1, 1, 0], [1, 1, 0], [10, 4, 3])
    with pytest.raises(NotEnoughHistory, match="Renewals were decided in 1 period"):
        SBG.fit(everybody)


@pytest.mark.parametrize("model", CONTRACT_MODELS.values(), ids=list(CONTRACT_MODELS))
@pytest.mark.parametrize(
    ("survivors", "said", "chinese"),
    [
        (1000 * 0.8 ** np.arange(9.0), "nothing shows that customers differ", "看不出客户之间有差别"),
        ([1000, 700, 700, 700, 700, 700], "of two kinds", "两种"),
    ],
)
def test_a_verdict_says_what_kind_of_customers_leave_no_best_value(model, survivors, said, chinese):
    table = Survivors.from_columns(survivors)
    fit = model.fit(table)
    assert not fit.converged
    assert said in str(fit.verdict)
    assert chinese in say(fit.verdict, "zh")
    # The parameters mean nothing, but the curve is right.
    np.testing.assert_allclose(model.survival(fit.parameters, np.arange(len(survivors))), table.shares, atol=2e-3)


def test_where_each_grows_readier_to_leave_alike_the_fit_reaches_the_best_of_all_alike():
    """Hardly anybody leaves at first, many at the end: beta must follow t^c, far beyond the reach of a plain box."""
    t = np.arange(73.0)
    survived = np.exp(-8e-15 * t**6.9)
    table = Survivors.from_columns(survived, cohort=1_000_000)
    fit = BDW.fit(table)
    seen = table.tenures()
    renewed = np.diff(np.log(survived))
    best = (seen.stayed[1:] * renewed + seen.left[1:] * np.log(-np.expm1(renewed))).sum()
    assert fit.log_likelihood == pytest.approx(best, abs=0.5)
    assert fit.parameters.c == pytest.approx(6.9, rel=0.01)
    assert "nothing shows that customers differ" in str(fit.verdict)
    np.testing.assert_allclose(BDW.survival(fit.parameters, t), survived, atol=1e-4)
    assert SBG.fit(table).log_likelihood < fit.log_likelihood - 1000


tables = st.lists(st.floats(0, 1), min_size=3, max_size=9).map(lambda kept: np.cumprod([1.0, *kept]))


@settings(max_examples=10)
@given(shares=tables, size=st.sampled_from([3, 1000, 10**7]))
def test_any_table_has_a_fit_or_a_reason_and_bdw_is_never_below_sbg(shares, size):
    table = Survivors.from_columns(shares, cohort=size)
    fits = []
    for model in (SBG, BDW):
        try:
            fit = model.fit(table)
        except NotEnoughHistory:
            continue
        fits.append(fit)
        expected = model.survival(fit.parameters, np.arange(100))
        assert np.isfinite([*as_array(fit.parameters), fit.log_likelihood, *expected]).all()
        assert str(fit.verdict).startswith("Converged" if fit.converged else "Not converged")
        assert not fit.converged or all(np.isfinite(error) and error > 0 for error in fit.standard_errors.values())
    if len(fits) == 2:
        assert fits[1].log_likelihood >= fits[0].log_likelihood - 1e-9 * abs(fits[0].log_likelihood)
