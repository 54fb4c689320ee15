"""Intervals from drawn samples: as wide as theory says where it holds, and the same for the same seed."""

import numpy as np
import pytest

from keyworth.behaviour import BG_NBD, SBG, SbgParameters, Survivors, Tenures, refits
from keyworth.errors import NotEnoughHistory, ParametersRefused

TENURES = Survivors.from_columns([1000, 631, 468, 382, 326, 289, 262, 241]).tenures()


@pytest.fixture(scope="module")
def cohort():
    return refits(SBG, TENURES, seed=1, samples=150)


def test_drawn_samples_scatter_as_the_standard_errors_say(cohort):
    assert (cohort.too_thin, cohort.not_converged) == (0, 0)
    logs = np.log([[p.alpha, p.beta] for p in cohort.drawn])
    np.testing.assert_allclose(np.cov(logs.T), cohort.fit.covariance, rtol=0.35)


def test_a_share_that_is_counted_directly_has_the_interval_of_counting(cohort):
    first = cohort.interval(lambda p: float(SBG.survival(p, 1)), level=0.8)
    assert first.low < first.estimate < first.high
    assert first.level == 0.8
    # The first renewal is known from 1,000 decisions, and a little better from all the others.
    alone = 2 * 1.2816 * np.sqrt(0.631 * 0.369 / 1000)
    assert 0.7 * alone < first.high - first.low < 1.1 * alone
    wider = cohort.interval(lambda p: float(SBG.survival(p, 1)), level=0.95)
    assert wider.low < first.low < first.high < wider.high


def test_an_interval_of_what_may_be_infinite_ends_there(cohort):
    found = cohort.interval(SBG.expected_renewals)
    assert found.high == found.estimate == np.inf
    assert not np.isnan(found.low)


def test_the_same_seed_draws_the_same_samples_in_whatever_blocks():
    whole = refits(SBG, TENURES, seed=7, samples=6)
    parts = [refits(SBG, TENURES, seed=7, samples=3, first_sample=first) for first in (0, 3)]
    assert whole.drawn == parts[0].drawn + parts[1].drawn
    assert refits(SBG, TENURES, seed=8, samples=6).drawn != whole.drawn


def test_histories_of_purchases_are_drawn_with_their_weights(simulate):
    h = simulate(600, 0.5, 5.0, 0.8, 2.4, 0)
    days = np.maximum(np.ceil(h.last_repeat * 7), h.repeats > 0)
    unique = (
        type(h)
        .from_columns(h.repeats, np.minimum(days, np.rint(h.observed_for * 7)) / 7, np.rint(h.observed_for * 7) / 7)
        .unique()
    )
    found = refits(BG_NBD, unique, seed=1, samples=20)
    assert found.fit.customers == 600
    rates = found.interval(lambda p: p.r / p.alpha, level=0.9)
    assert rates.low < rates.estimate < rates.high
    error = np.std([p.r / p.alpha for p in found.drawn])
    assert 0.02 < error / rates.estimate < 0.2


def test_samples_too_thin_to_fit_are_counted():
    few = Tenures.from_columns([1, 2, 2], [True, True, False], [1, 1, 4])
    found = refits(SBG, few, seed=3, samples=15)
    assert found.too_thin > 0
    assert len(found.drawn) + found.too_thin == 15
    with pytest.raises(NotEnoughHistory):
        refits(SBG, Tenures.from_columns([3], [False], [9]), seed=1)


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0])
def test_a_level_is_between_0_and_1(cohort, level):
    with pytest.raises(ParametersRefused, match="a level between 0 and 1"):
        cohort.interval(lambda p: p.alpha, level=level)


def test_no_sample_no_interval():
    with pytest.raises(ParametersRefused, match="a sample that could be fitted"):
        refits(SBG, TENURES, seed=1, samples=0).interval(lambda p: p.alpha)


@pytest.mark.slow
def test_intervals_cover_the_truth_as_often_as_they_say():
    truth, covered = SbgParameters(0.8, 2.5), 0
    for seed in range(40):
        seen = SBG.simulate(truth, np.full(1500, 8), seed=seed)
        found = refits(SBG, Survivors.from_columns(seen.stayed).tenures(), seed=seed, samples=60)
        interval = found.interval(lambda p: SBG.discounted_lifetime(p, 0.1), level=0.8)
        covered += interval.low <= SBG.discounted_lifetime(truth, 0.1) <= interval.high
    assert 24 <= covered <= 39
