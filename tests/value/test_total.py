"""The total alone is the total of the whole valuation."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from shop_of_known_truth import open_shop, valued

from keyworth.behaviour import BG_NBD, MBG_NBD
from keyworth.errors import OptionRefused
from keyworth.units import Discount, TimeUnit
from keyworth.value import PastMiss, ValueOptions, value_total

OPTIONS = ValueOptions(horizon_days=182, discount=Discount(0.1), ledger_days=729)


def total(shop, **changes):
    arguments = {"buying": MBG_NBD.fit(shop.histories), "options": OPTIONS, "spend": shop.spend} | changes
    return value_total(shop.histories, **arguments)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"spend": None},
        {"margin_rate": 0.3},
        {"margin_rate": np.where(np.arange(900) % 2, 0.5, 0.2)},
        {
            "past_misses": [
                PastMiss(date(2023, 12, 31), 130, 100, 0.03, False),
                PastMiss(date(2024, 12, 31), 80, 100, 0.03, True),
            ]
        },
    ],
)
def test_few_histories_give_the_very_same_figure(shop, changes):
    whole = valued(shop, **changes).base
    assert total(shop, **changes) == replace(whole, residual_value=None, beyond_ledger=None)


def test_so_does_a_model_that_keeps_one_time_buyers(shop):
    fit = BG_NBD.fit(shop.histories)
    whole = valued(shop, buying=fit).base
    assert total(shop, buying=fit) == replace(whole, residual_value=None, beyond_ledger=None)


@pytest.mark.parametrize("money", [True, False])
def test_a_sample_of_many_histories_tells_the_same_spread(monkeypatch, money):
    shop = open_shop(6_000, seed=3)
    # What customers' own chance adds, parameters taken as known: this alone comes from the sample.
    certain = replace(MBG_NBD.fit(shop.histories), covariance=None)
    spend = replace(shop.spend, fit=replace(shop.spend.fit, covariance=None)) if money else None
    whole = total(shop, buying=certain, spend=spend)
    monkeypatch.setattr("keyworth.value.total._SIMULATED", 1_000)
    few = total(shop, buying=certain, spend=spend)
    assert few.expected == whole.expected
    assert few.expected_purchases == whole.expected_purchases
    assert few.model_sd != whole.model_sd
    assert few.model_sd == pytest.approx(whole.model_sd, rel=0.02)
    assert few.interval_95.high == pytest.approx(whole.interval_95.high, rel=2e-3)


def test_the_total_of_a_model_in_another_unit_is_refused(shop):
    with pytest.raises(OptionRefused, match="must agree"):
        total(shop, options=replace(OPTIONS, unit=TimeUnit.DAY))
