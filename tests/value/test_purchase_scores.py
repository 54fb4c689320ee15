"""Scores of purchases: as the model answers, with intervals that hold what they promise."""

from dataclasses import replace

import numpy as np
import pytest

from keyworth.behaviour import MBG_NBD, MODELS, MbgNbdParameters, Posterior, PurchaseHistories
from keyworth.value import score_purchases
from keyworth.words import Message

TRUTH = MbgNbdParameters(0.6, 6.0, 0.9, 2.0)


def by_day(h):
    last = np.minimum(np.ceil(h.last_repeat * 7), h.observed_for * 7)
    return PurchaseHistories.from_columns(h.repeats, np.rint(last) / 7, np.rint(h.observed_for * 7) / 7)


@pytest.fixture(scope="module")
def histories():
    ends = np.random.default_rng(5).integers(189, 274, 6000) / 7
    return by_day(MBG_NBD.simulate(TRUTH, ends, seed=5))


@pytest.mark.parametrize("name", ["bg-nbd", "mbg-nbd", "pareto-nbd"])
def test_scores_are_the_models_own_answers_customer_by_customer(histories, name):
    model = MODELS[name]
    few = histories.rows(np.arange(600))
    fit = model.fit(few)
    scores = score_purchases(fit, few, 26.0)
    assert len(scores.expected) < len(few)
    np.testing.assert_allclose(scores.each(scores.expected), model.expected_purchases(fit.parameters, few, 26.0))
    np.testing.assert_allclose(scores.each(scores.chance_alive), model.chance_alive(fit.parameters, few))
    low, high = scores.quantiles.interval(80)
    assert (low <= high).all()
    again = score_purchases(fit, few, 26.0)
    np.testing.assert_array_equal(again.quantiles.values, scores.quantiles.values)


def test_intervals_hold_as_many_customers_as_they_promise(histories):
    fit = MBG_NBD.fit(histories)
    scores = score_purchases(fit, histories, 39.0)
    later = MBG_NBD.draw_ahead(TRUTH, histories, 39.0, seed=9).purchases[0]
    for per_cent in (80, 95):
        low, high = (scores.each(end) for end in scores.quantiles.interval(per_cent))
        # Counts are whole, so an interval holds at least what it promises.
        assert np.mean((later >= low) & (later <= high)) >= per_cent / 100 - 0.01


def test_draws_of_a_posterior_take_the_place_of_the_normal_approximation(histories):
    fit = MBG_NBD.fit(histories)
    wide = np.tile([0.6, 6.0, 0.9, 2.0], (4, 50, 1)) * np.exp(np.random.default_rng(1).normal(0, 0.5, (4, 50, 4)))
    drawn = Posterior("mbg-nbd", wide, MBG_NBD.parameter_names, {}, {}, 0, True, Message("drawn"))
    plain, unsure = score_purchases(fit, histories, 39.0), score_purchases(fit, histories, 39.0, posterior=drawn)
    low, high = plain.quantiles.interval(95)
    low_, high_ = unsure.quantiles.interval(95)
    assert (high_ - low_).mean() > (high - low).mean()
    np.testing.assert_array_equal(unsure.expected, plain.expected)


def test_a_fit_that_knows_no_errors_is_scored_in_one_world_only(histories):
    fit = replace(MBG_NBD.fit(histories), covariance=None)
    scores = score_purchases(fit, histories, 39.0)
    assert np.isfinite(scores.quantiles.values).all()
