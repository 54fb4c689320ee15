"""The spend model: what it refuses, recovers and simulates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from keyworth.behaviour import GAMMA_GAMMA, GammaGammaParameters, SpendHistories
from keyworth.behaviour.parameters import as_array
from keyworth.errors import HistoryRefused, NotEnoughHistory, ParametersRefused

TRUTH = GammaGammaParameters(6.25, 3.74, 15.44)


def simulated(n, p=TRUTH, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.geometric(0.4, size=n) - 1
    rate = rng.gamma(p.q, 1 / p.gamma, size=n)
    total = rng.gamma(np.maximum(p.p * x, 1e-9)) / rate
    return SpendHistories.from_columns(x, np.where(x > 0, total / np.maximum(x, 1), 0.0))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((np.nan, 1.0), "a value is missing or not finite"),
        ((1.0, np.nan), "a value is missing or not finite"),
        ((-1.0, 1.0), "a value is negative"),
        ((0.5, 1.0), "the number of repeat purchases is not whole"),
    ],
)
def test_a_row_that_cannot_be_is_refused(row, reason):
    with pytest.raises(HistoryRefused, match=f"1 of 2 histories.*{reason}.*in row 2"):
        SpendHistories.from_columns(*np.transpose([(2.0, 5.0), row]))


def test_columns_of_different_length_are_refused():
    with pytest.raises(HistoryRefused, match="Two columns of one length"):
        SpendHistories.from_columns([1, 2], [5.0])


def test_no_repeat_needs_no_value_and_free_repeats_are_left_out():
    s = SpendHistories.from_columns([0, 1, 2, 3], [np.nan, 0.0, -4.0, 12.0])
    assert s.usable.tolist() == [False, False, False, True]
    assert s.left_out == 2
    assert s.total.tolist() == [0.0, 0.0, 0.0, 36.0]
    expected = GAMMA_GAMMA.expected_value(TRUTH, s)
    assert expected[0] == pytest.approx(TRUTH.population_mean)
    assert (expected[1:3] > 0).all()
    assert expected[2] < expected[1] < expected[0]


def test_parameters_and_samples_that_say_nothing_are_refused():
    with pytest.raises(ParametersRefused, match="gamma = 0"):
        GammaGammaParameters(1.0, 1.0, 0.0)
    with pytest.raises(NotEnoughHistory, match="3 customers with repeat purchases of known value are too few"):
        GAMMA_GAMMA.fit(SpendHistories.from_columns([1, 2, 0, 3, 1], [5, 6, 0, 7, -1]))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fit_recovers_the_truth_within_three_standard_errors(seed):
    s = simulated(20_000, seed=seed)
    fit = GAMMA_GAMMA.fit(s)
    assert fit.converged
    assert fit.unit is None
    assert fit.customers == np.count_nonzero(s.usable)
    assert fit.log_likelihood == pytest.approx(GAMMA_GAMMA.log_likelihood(fit.parameters, s).sum())
    missed = as_array(fit.parameters) - as_array(TRUTH)
    assert (np.abs(missed) < 3 * np.array(list(fit.standard_errors.values()))).all()


def test_a_large_sample_is_scouted_and_still_climbed_to_the_top():
    s = simulated(500_000)
    fit = GAMMA_GAMMA.fit(s)
    assert fit.converged
    assert fit.customers > 200_000
    for factors in 0.9 + 0.2 * np.eye(3):
        near = GammaGammaParameters(*(as_array(fit.parameters) * factors))
        assert GAMMA_GAMMA.log_likelihood(near, s).sum() < fit.log_likelihood


def test_a_fit_does_not_mind_the_order():
    s = simulated(3000)
    backwards = SpendHistories.from_columns(s.repeats[::-1], s.mean_value[::-1])
    assert GAMMA_GAMMA.fit(backwards).parameters == GAMMA_GAMMA.fit(s).parameters


def test_money_in_another_currency_changes_gamma_alone():
    s = simulated(2000)
    one = GAMMA_GAMMA.fit(s)
    other = GAMMA_GAMMA.fit(SpendHistories.from_columns(s.repeats, 700 * s.mean_value))
    expected = as_array(one.parameters) * [1, 1, 700]
    np.testing.assert_allclose(as_array(other.parameters), expected, rtol=1e-7)


@pytest.mark.parametrize(
    "spend",
    [
        ([3] * 30, [20.0] * 30),  # everybody spends the same
        ([2] * 30, list(np.exp(np.linspace(-12, 12, 30)))),  # spending over ten orders of magnitude
    ],
)
def test_a_verdict_does_not_lie_about_poor_data(spend):
    fit = GAMMA_GAMMA.fit(SpendHistories.from_columns(*spend))
    assert np.isfinite([*as_array(fit.parameters), fit.log_likelihood]).all()
    said = str(fit.verdict)
    assert said.startswith("Not converged: ") or "is not above 1" in said
    assert fit.converged == (not said.startswith("Not converged"))
    if fit.converged:
        assert fit.parameters.population_mean == np.inf


positive = st.floats(-4, 4).map(np.exp)


@given(
    p=positive, q=positive, gamma=positive, x=st.integers(0, 500), mean=st.floats(1e-3, 1e6), more=st.floats(1.01, 9)
)
def test_expected_value_lies_between_own_mean_and_everybodys(p, q, gamma, x, mean, more):
    parameters = GammaGammaParameters(p, q, gamma)
    s = SpendHistories.from_columns([x, x], [mean, mean * more])
    value, larger = GAMMA_GAMMA.expected_value(parameters, s)
    assert value > 0
    assert np.isfinite(GAMMA_GAMMA.log_likelihood(parameters, s)).all()
    if p * x + q <= 1:
        assert value == np.inf
    elif x > 0:
        assert larger > value
    if x > 0 and q > 1:
        low, high = sorted([mean, parameters.population_mean])
        assert low * (1 - 1e-12) <= value <= high * (1 + 1e-12)


def test_the_likelihood_is_a_density():
    def density(mean):
        return np.exp(GAMMA_GAMMA.log_likelihood(TRUTH, SpendHistories.from_columns([3], [mean]))[0])

    assert quad(density, 0, 50)[0] + quad(density, 50, np.inf)[0] == pytest.approx(1.0, rel=1e-7)


@pytest.mark.parametrize("form", ["numpy", "compiled"])
def test_drawn_totals_agree_with_the_expected_value(form):
    times, draws = 500, 80
    s = SpendHistories.from_columns(np.tile([0, 1, 2, 7, 3], times), np.tile([0, 35, 22.35, 73.74, -5], times))
    purchases = np.tile(np.array([3, 1, 40, 5, 0], dtype=np.int32), (draws, times))
    totals = GAMMA_GAMMA.draw_totals(TRUTH, s, purchases, seed=2, form=form)
    assert totals.shape == purchases.shape
    expected = (purchases[0] * GAMMA_GAMMA.expected_value(TRUTH, s))[:5]
    got = totals.reshape(-1, 5)
    assert (got[:, 4] == 0).all()
    assert (np.abs(got.mean(axis=0) - expected) <= 4 * got.std(axis=0) / np.sqrt(len(got))).all()
    again = GAMMA_GAMMA.draw_totals(TRUTH, s, purchases[:20], seed=2, first_draw=60, form=form)
    np.testing.assert_array_equal(again, totals[60:])


def test_so_heavy_a_tail_that_the_mean_runs_away_is_recovered_nevertheless():
    rng = np.random.default_rng(5)
    x = rng.integers(1, 20, 900).astype(float)
    rate = rng.gamma(0.4, 1 / 10.0, x.size)
    spent = SpendHistories.from_columns(x, rng.gamma(4.0 * x) / x / rate)
    fit = GAMMA_GAMMA.fit(spent)
    assert fit.converged
    assert spent.mean_value.mean() > 1e5 * 10
    assert fit.parameters.q == pytest.approx(0.4, rel=0.1)
    assert fit.log_likelihood > GAMMA_GAMMA.log_likelihood(GammaGammaParameters(4.0, 0.4, 10.0), spent).sum()
    assert "no finite mean" in str(fit.verdict)
