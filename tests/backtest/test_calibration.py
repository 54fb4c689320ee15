"""Whether chances are what they claim: places spread evenly, intervals that hold, and one sentence that says so."""

import numpy as np
import pytest
from scipy.stats import kstest, nbinom

from keyworth.backtest import (
    DistributionScores,
    calibration_verdict,
    count_scores,
    inside,
    pit_ks,
    score,
    with_distributions,
)
from keyworth.words import Message, say

N = 4000


def judged(chances, actual, mean, seed=1):
    """Everybody has one distribution."""
    rng = np.random.default_rng(seed)
    found = count_scores(
        np.atleast_2d(chances), np.zeros(len(actual), np.intp), actual, rng.random(len(actual)),
        expected=np.array([mean]),
    )  # fmt: skip
    return with_distributions(score(actual, np.full(len(actual), mean)), found)


@pytest.fixture(scope="module")
def counts():
    return np.random.default_rng(7).negative_binomial(0.5, 0.25, N)


def test_the_distance_is_kolmogorovs():
    places = np.random.default_rng(3).beta(1.2, 0.9, 200)
    assert pit_ks(places) == pytest.approx(kstest(places, "uniform").statistic)
    assert pit_ks([0.5]) == 0.5


def test_the_middle_of_a_distribution_holds_both_its_ends():
    assert inside([0.1, 0.5, 0.9, 0.95], 0.8) == 0.75


def test_nobody_has_no_calibration():
    assert pit_ks([]) is None
    assert inside([], 0.8) is None
    nothing = with_distributions(score([], []), DistributionScores(*np.zeros((3, 0))))
    assert (nothing.log_score, nothing.crps, nothing.pit_ks, nothing.calibration_80) == (None, None, None, None)
    assert calibration_verdict(nothing, what=Message("purchases")) == ()
    assert calibration_verdict(score([1, 2], [1, 1]), what=Message("purchases")) == ()


def test_the_truth_is_calibrated_although_counts_are_whole(counts):
    found = judged(nbinom.pmf(np.arange(300), 0.5, 0.25), counts, 1.5)
    assert found.pit_ks < 1.36 / N**0.5
    for level, held in ((0.8, found.calibration_80), (0.9, found.calibration_90), (0.95, found.calibration_95)):
        assert held == pytest.approx(level, abs=0.02)
    (said,) = calibration_verdict(found, what=Message("purchases"))
    assert str(said).startswith("purchases: the model's chances can be relied on: 80, 90 and 95% intervals held 8")
    assert "of 4,000 customers" in str(said)


@pytest.mark.parametrize(
    ("shape", "word", "chinese"), [(3.0, "too sure of itself", "过于自信"), (0.15, "more careful than", "过于保守")]
)
def test_too_sure_and_too_careful_are_caught(counts, shape, word, chinese):
    wrong = judged(nbinom.pmf(np.arange(2000), shape, shape / (shape + 1.5)), counts, 1.5)
    right = judged(nbinom.pmf(np.arange(300), 0.5, 0.25), counts, 1.5)
    assert wrong.pit_ks > 3 * right.pit_ks
    # Both scores are proper: nobody wins by claiming anything but the truth.
    assert wrong.log_score < right.log_score
    assert wrong.crps > right.crps
    (said,) = calibration_verdict(wrong, what=Message("purchases"))
    assert word in str(said)
    assert chinese in say(said, "zh")


def test_what_may_be_luck_is_not_held_against_a_forecast():
    def said(customers):
        """A quarter stand outside of 80, 90 and 95%, whoever is asked."""
        places = np.tile([0.01, 0.4, 0.5, 0.6], customers // 4)
        found = DistributionScores(np.zeros(customers), np.zeros(customers), places)
        return str(calibration_verdict(with_distributions(score(places, places), found), what=Message("purchases"))[0])

    assert "too sure" in said(4000)
    assert "too sure" in said(40)  # of 95% that is far too many even for so few
    assert "can be relied on" in said(4)


def test_intervals_of_spend_are_tried_on_those_who_bought():
    all_of_them = DistributionScores(np.zeros(4), np.zeros(4), np.array([0.1, 0.2, 0.3, 0.4]))
    found = with_distributions(score(np.zeros(4), np.zeros(4)), all_of_them, np.array([0.5, 0.02]))
    assert (found.calibration_customers, found.calibration_80) == (2, 0.5)
    assert found.pit_ks == pit_ks(all_of_them.pit)
    (said,) = calibration_verdict(found, what=Message("margin"), of_buyers=True)
    assert "of the 2 who bought" in str(said)
