"""Fitting BG/BB: the truth comes back, derivatives are right, and what cannot be fitted is refused in a sentence."""

import numpy as np
import pytest

from keyworth.behaviour.occasions.bg_bb import BG_BB, BgBbParameters
from keyworth.behaviour.occasions.bg_bb_likelihood import BgBbLikelihood
from keyworth.behaviour.occasions.occasion_histories import OccasionHistories
from keyworth.behaviour.parameters import as_array
from keyworth.errors import NotEnoughHistory
from keyworth.units import TimeUnit

TRUTH = BgBbParameters(1.2, 0.75, 0.66, 2.8)


def by_coins(p, occasions, seed):
    """The story with everybody's own two chances, coin by coin."""
    rng = np.random.default_rng(seed)
    x, last = np.zeros(len(occasions)), np.zeros(len(occasions))
    buy, leave = rng.beta(p.alpha, p.beta, len(occasions)), rng.beta(p.gamma, p.delta, len(occasions))
    here = np.ones(len(occasions), dtype=bool)
    for i in range(1, int(occasions.max()) + 1):
        here &= rng.random(len(occasions)) >= leave
        bought = here & (i <= occasions) & (rng.random(len(occasions)) < buy)
        x, last = x + bought, np.where(bought, i, last)
    return OccasionHistories.from_columns(x, last, occasions, unit=TimeUnit.YEAR)


@pytest.fixture(scope="module")
def donors():
    occasions = np.random.default_rng(6).integers(0, 13, 20_000).astype(float)
    return by_coins(TRUTH, occasions, seed=5)


@pytest.fixture(scope="module")
def fit(donors):
    return BG_BB.fit(donors)


def test_the_truth_that_made_the_customers_comes_back(fit, donors):
    assert fit.converged
    assert (fit.model, fit.unit, fit.customers) == ("bg-bb", TimeUnit.YEAR, 20_000)
    apart = np.log(as_array(fit.parameters) / as_array(TRUTH))
    assert float(apart @ np.linalg.solve(fit.covariance, apart)) < 18.5  # χ² with 4 degrees, one in a thousand
    assert fit.log_likelihood >= BG_BB.log_likelihood(TRUTH, donors).sum()
    assert fit.log_likelihood == pytest.approx(BG_BB.log_likelihood(fit.parameters, donors).sum(), rel=1e-12)


def test_counts_and_order_do_not_matter(fit, donors):
    order = np.random.default_rng(1).permutation(len(donors))
    for again in (donors.distinct(), donors.rows(order)):
        other = BG_BB.fit(again)
        np.testing.assert_array_equal(as_array(other.parameters), as_array(fit.parameters))
        assert other.log_likelihood == fit.log_likelihood
        assert other.unique_histories == fit.unique_histories == len(donors.distinct())


def test_who_has_had_no_occasion_yet_teaches_nothing(fit, donors):
    waited = BG_BB.fit(donors.rows(donors.occasions > 0))
    np.testing.assert_array_equal(as_array(waited.parameters), as_array(fit.parameters))
    assert waited.customers < fit.customers


def test_a_large_sample_ends_where_any_start_does():
    h = BG_BB.simulate(TRUTH, np.random.default_rng(3).integers(1, 80, 60_000).astype(float), seed=4).distinct()
    assert len(h) > 10_000
    fit = BG_BB.fit(h)
    assert fit.converged
    objective = BgBbLikelihood(h, BgBbParameters)
    assert fit.log_likelihood == pytest.approx(objective(np.log(as_array(fit.parameters))).value, rel=1e-13)
    assert fit.log_likelihood >= objective(np.log(as_array(TRUTH))).value


def differences(function, at, step=1e-4):
    """Central differences of a scalar function, with one step of Richardson's extrapolation."""
    eye = np.eye(len(at))

    def slope(h):
        return np.array([(function(at + h * e) - function(at - h * e)) / (2 * h) for e in eye])

    return (4 * slope(step / 2) - slope(step)) / 3


@pytest.mark.parametrize("at", [(1.2, 0.75, 0.66, 2.8), (0.02, 0.5, 30.0, 400.0), (50.0, 3.0, 0.05, 0.3)])
def test_derivatives_are_those_of_the_likelihood(at):
    h = OccasionHistories.from_columns(
        [0, 0, 1, 1, 2, 6, 3, 40, 500], [0, 0, 1, 4, 4, 6, 5, 80, 500], [0, 6, 3, 6, 6, 6, 11, 90, 500],
        [1, 2, 0.5, 3, 1, 7, 2, 1, 1],
    )  # fmt: skip
    objective, logs = BgBbLikelihood(h, BgBbParameters), np.log(at)
    here = objective(logs)
    summed = (BG_BB.log_likelihood(BgBbParameters(*at), h) * h.customers).sum()
    assert here.value == pytest.approx(summed, rel=1e-12)
    np.testing.assert_allclose(here.gradient, differences(lambda to: objective(to).value, logs), rtol=1e-7, atol=1e-6)
    for k in range(4):
        curve = differences(lambda to, k=k: objective(to).gradient[k], logs)
        np.testing.assert_allclose(here.hessian[k], curve, rtol=1e-7, atol=1e-6)


@pytest.mark.parametrize("logs", [np.full(4, -11.5), np.full(4, 11.5), np.array([11.5, -11.5, 11.5, -11.5])])
def test_derivatives_are_finite_at_the_edge_of_the_range(logs):
    h = OccasionHistories.from_columns([0, 500, 1, 0], [0, 500, 1, 0], [500, 500, 700, 0])
    for part in BgBbLikelihood(h, BgBbParameters)(logs):
        assert np.isfinite(part).all()


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (([0, 1], [0, 2], [6, 6], [1, 3]), "4 customers are too few to tell how customers differ"),
        (([0, 0], [0, 0], [6, 4], [70, 3]), "None of 73 customers has bought again on a later occasion"),
        (([0, 1, 2], [0, 2, 2], [2, 2, 2], [50, 9, 9]), "Nobody has had more than 2 occasions after the one of"),
        (([0], [0], [0], [50]), "Nobody has had more than 0 occasions"),
    ],
)
def test_too_little_is_refused_in_a_sentence(columns, sentence):
    with pytest.raises(NotEnoughHistory, match=sentence) as refused:
        BG_BB.fit(OccasionHistories.from_columns(*columns))
    assert refused.value.hint is not None
    assert refused.value.counts["customers"] == sum(columns[3])


def test_customers_who_never_miss_leave_nothing_to_estimate_and_the_fit_says_so():
    always = BG_BB.fit(OccasionHistories.from_columns([6], [6], [6], [500]))
    assert not always.converged
    assert "ran to the edge" in str(always.verdict) or "ridge" in str(always.verdict)
    assert np.isfinite(as_array(always.parameters)).all()


def test_customers_who_are_all_alike_are_not_told_apart():
    rng = np.random.default_rng(2)
    bought = rng.random((4000, 8)) < 0.4  # one chance for everybody, and nobody leaves
    last = np.where(bought.any(axis=1), 8 - np.argmax(bought[:, ::-1], axis=1), 0)
    fit = BG_BB.fit(OccasionHistories.from_columns(bought.sum(axis=1), last, np.full(4000, 8)))
    assert not fit.converged
    assert fit.parameters.mean_buying == pytest.approx(0.4, abs=0.01)
    assert fit.parameters.mean_leaving < 0.002
