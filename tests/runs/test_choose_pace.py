"""The pace of purchases: learnt at earlier past days, tried on the latest, and 1 wherever that gains nothing."""

from datetime import date, timedelta

import numpy as np
import pytest

from keyworth.backtest import CandidateForecasts, Origin, OriginForecasts, score_whole_forecasts
from keyworth.behaviour import MBG_NBD, MbgNbdParameters, SpendHistories
from keyworth.runs.choose_pace import choose_pace
from keyworth.runs.choose_spend import KnownByOrigin
from keyworth.units import TimeUnit

TRUTH, PEOPLE = MbgNbdParameters(r=0.8, alpha=6.0, a=0.9, b=3.0), 400


def past_days(times, days=3):
    """Customers of MBG/NBD on some past days, who then buy `times` as often in half a year as it foretells."""
    known, seen = [], []
    for number in range(days):
        rng = np.random.default_rng(number)
        histories = MBG_NBD.simulate(TRUTH, rng.uniform(20, 60, PEOPLE), seed=number)
        unique, fit = histories.unique(), MBG_NBD.fit(histories)
        came = MBG_NBD.draw_ahead(TRUTH, histories, 26.0 * times, seed=10 + number).purchases[0].astype(float)
        expected = MBG_NBD.expected_purchases(fit.parameters, unique.histories, 26.0)[unique.inverse]
        # The dice that `choose_pace` throws, so that only the pace differs.
        dice = np.random.Generator(np.random.PCG64([1, 1]))
        scores = score_whole_forecasts(fit, unique, 26.0, came, rng=dice).purchases
        start = date(2022, 1, 1) + timedelta(days=182 * number)
        origin, who = Origin(start, start + timedelta(days=182), 182, 400), np.arange(PEOPLE)
        spend = SpendHistories(histories.repeats, np.zeros(PEOPLE))
        known.append(KnownByOrigin(origin, who, unique, spend, np.zeros(PEOPLE), fit))
        told = CandidateForecasts(expected, scores.log_score, scores.crps, scores.pit)
        seen.append(OriginForecasts(origin, who, came, {"mbg-nbd": told}))
    return known, seen


def test_a_shop_that_grows_past_day_after_past_day_is_asked_further_ahead() -> None:
    pace, why = choose_pace(*past_days(1.8), TimeUnit.WEEK, seed=1)
    assert pace == pytest.approx(1.8, abs=0.35)
    assert str(why[0]).startswith("Past day after past day purchases came at another pace than foretold: MBG/NBD")


def test_a_shop_as_the_model_tells_it_keeps_its_pace() -> None:
    assert choose_pace(*past_days(1.0), TimeUnit.WEEK, seed=1) == (1.0, ())


def test_two_past_days_are_no_trend() -> None:
    assert choose_pace(*past_days(1.8, days=2), TimeUnit.WEEK, seed=1) == (1.0, ())
