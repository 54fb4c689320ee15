"""Do intervals hold what they promise? Futures simulated purchase by purchase, valued without knowing them.

Counts and spend have an atom at 0, so an interval may cover more than its level; the probability integral
transform, with places inside an atom drawn at random, has to be even.
"""

import numpy as np
import pytest
from shop_of_known_truth import open_shop, valued

from keyworth.backtest import coverage
from keyworth.behaviour import MBG_NBD
from keyworth.value.draw_plan import draw_plan
from keyworth.value.futures import spent
from keyworth.value.spend_law import law_of
from keyworth.value.spend_ratio import spend_tables

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def big_shop():
    return open_shop(20_000, seed=21)


@pytest.fixture(scope="module")
def big(big_shop):
    return valued(big_shop).customers


def test_customer_intervals_cover_at_least_their_level_and_not_needlessly(big_shop, big):
    for actual, quantiles in (
        (big_shop.future_purchases, big.purchase_quantiles),
        (big_shop.future_spend, big.value_quantiles),
    ):
        for level in (80, 95):
            assert coverage(actual, quantiles.interval(level)) >= level / 100 - 0.01
    # Among those who are all but sure to buy there is no atom at 0 to help: coverage is the level itself.
    low, high = big.value_quantiles.interval(80)
    sure = low > 0
    assert sure.sum() > 300
    assert coverage(big_shop.future_spend[sure], (low[sure], high[sure])) == pytest.approx(0.8, abs=0.06)


def test_the_integral_transform_of_spend_is_even(big_shop):
    fit = MBG_NBD.fit(big_shop.histories)
    plan = draw_plan(fit, big_shop.spend.fit, 400, seed=1)
    some = np.arange(0, 20_000, 5)
    h = big_shop.histories.rows(some)
    distinct, row = np.unique(h.repeats, return_inverse=True)
    tables = spend_tables(plan, law_of(big_shop.spend.fit), distinct)
    counts = MBG_NBD.counts_ahead(plan.buying, h, 26.0, form="numpy")(0, len(h))
    ratio = spent(counts, tables, row)
    s = big_shop.spend
    scale = s.fit.parameters.gamma + s.histories.total[some]
    actual = (big_shop.future_spend[some] / scale)[:, None]
    rng = np.random.default_rng(1)
    below, equal = (ratio < actual).mean(axis=1), (ratio == actual).mean(axis=1)
    places = below + rng.random(some.size) * equal
    heads = np.bincount((places * 10).astype(int).clip(0, 9), minlength=10) / some.size
    assert np.abs(heads - 0.1).max() < 0.02
    assert np.abs(np.sort(places) - (np.arange(some.size) + 0.5) / some.size).max() < 0.03


def test_chance_of_being_a_customer_is_right_on_average(big_shop, big):
    stays = 1 - big.churn_risk
    assert stays.mean() == pytest.approx(big_shop.still_customer.mean(), abs=0.01)
    for part in np.array_split(np.argsort(stays), 5):
        assert stays[part].mean() == pytest.approx(big_shop.still_customer[part].mean(), abs=0.03)


def test_the_interval_of_the_total_covers_at_its_level():
    inside = {80: 0, 95: 0}
    shops = 100
    for seed in range(shops):
        shop = open_shop(600, seed=1000 + seed)
        base, actual = valued(shop).base, shop.future_spend.sum()
        inside[80] += base.interval_80.low <= actual <= base.interval_80.high
        inside[95] += base.interval_95.low <= actual <= base.interval_95.high
    # Two standard errors of a share of 100 shops are 8 and 4.4 points.
    assert 0.70 <= inside[80] / shops <= 0.90
    assert inside[95] / shops >= 0.89
