"""The pace of purchases: learnt at earlier past days, tried on the latest, and 1 wherever that gains nothing."""

from datetime import date, timedelta

import numpy as np
import pytest

from keyworth.backtest import CandidateForecasts, Origin, OriginForecasts, score_whole_forecasts
from keyworth.behaviour import MBG_NBD, MbgNbdParameters, PurchaseHistories, SpendHistories
from keyworth.runs.choose_pace import choose_pace
from keyworth.runs.choose_spend import KnownByOrigin
from keyworth.runs.pace import Pace
from keyworth.units import TimeUnit

TRUTH, PEOPLE = MbgNbdParameters(r=0.8, alpha=6.0, a=0.9, b=3.0), 400


def past_days(times, days=3):
    """Customers of MBG/NBD on some past days, who then buy `times` as often in half a year as it foretells.

    `times` may be a function of their histories.
    """
    known, seen = [], []
    for number in range(days):
        rng = np.random.default_rng([number, 7])
        histories = MBG_NBD.simulate(TRUTH, rng.uniform(20, 60, PEOPLE), seed=number)
        unique, fit = histories.unique(), MBG_NBD.fit(histories)
        own = np.broadcast_to(times(histories) if callable(times) else times, PEOPLE)
        came = np.zeros(PEOPLE)
        for one in np.unique(own):
            came[own == one] = MBG_NBD.draw_ahead(TRUTH, histories, 26.0 * one, seed=10 + number).purchases[0][
                own == one
            ]
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
    chosen = choose_pace(*past_days(1.8), TimeUnit.WEEK, seed=1)
    assert chosen.factor == pytest.approx(1.8, abs=0.35)
    assert chosen.table is None
    assert str(*chosen.why).startswith("Past day after past day purchases came at another pace than foretold: MBG/NBD")


def test_a_shop_as_the_model_tells_it_keeps_its_pace() -> None:
    chosen = choose_pace(*past_days(1.0), TimeUnit.WEEK, seed=1)
    assert (chosen.factor, chosen.table, chosen.why) == (1.0, None, ())


def test_customers_who_come_back_by_what_they_did_are_each_asked_at_their_own_pace() -> None:
    """Who was away for a quarter comes back three times as often as foretold, the others less often."""
    chosen = choose_pace(
        *past_days(lambda h: np.where(h.observed_for - h.last_repeat > 12, 3.0, 0.4)), TimeUnit.WEEK, 1
    )
    h = PurchaseHistories.from_columns([3, 3], [20, 38], [40, 40])
    long_away, seen_lately = chosen.table.of(h)
    assert long_away > 1.5
    assert seen_lately < 0.7
    assert tuple(chosen.without) == chosen.origins
    assert str(*chosen.why).startswith("Past day after past day customers came back at another pace than foretold")


@pytest.mark.parametrize("times", [1.8, lambda h: np.where(h.observed_for - h.last_repeat > 12, 3.0, 0.4)])
def test_two_past_days_are_no_trend(times) -> None:
    assert choose_pace(*past_days(times, days=2), TimeUnit.WEEK, seed=1) == Pace()
