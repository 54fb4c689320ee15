"""The book's arithmetic: what must hold between its figures, whatever the data."""

from dataclasses import replace

import numpy as np
import pytest
from shop_of_known_truth import open_shop, valued

from keyworth.behaviour import BG_NBD, MBG_NBD, MODELS, PurchaseHistories
from keyworth.behaviour.spending.gamma_gamma import GAMMA_GAMMA
from keyworth.behaviour.spending.spend_histories import SpendHistories
from keyworth.errors import OptionRefused
from keyworth.units import Discount, TimeUnit
from keyworth.value import SpendInput, ValueOptions, value_customers

USUAL = {"bg-nbd", "mbg-nbd"}


def test_residual_value_is_chance_times_value_if_kept(valuation):
    c = valuation.customers
    assert c.residual_value == pytest.approx(c.chance * c.value_if_kept, rel=1e-15)
    assert valuation.base.residual_value == pytest.approx(c.residual_value.sum())
    assert np.all(c.value_if_kept > 0)


def test_churn_risk_is_gone_and_leaving(shop, valuation):
    c, p = valuation.customers, valuation.buying.parameters
    assert c.gone == pytest.approx(1 - c.chance)
    assert c.leaving == pytest.approx(c.chance * MBG_NBD.chance_leaves_if_alive(p, shop.histories, 26.0))
    assert np.all((c.churn_risk >= 0) & (c.churn_risk <= 1))


def test_expected_spend_is_purchases_times_value_and_the_base_is_the_sum(shop, valuation):
    c = valuation.customers
    each = GAMMA_GAMMA.expected_value(shop.spend.fit.parameters, shop.spend.histories)
    assert c.expected_spend == pytest.approx(c.expected_purchases * each)
    assert valuation.base.expected == pytest.approx(c.value.sum())
    assert valuation.base.expected_purchases == pytest.approx(c.expected_purchases.sum())
    assert valuation.basis == "revenue"


def test_the_part_beyond_the_ledger_is_what_a_horizon_of_its_length_leaves_out(shop, valuation):
    c, p, force = valuation.customers, valuation.buying.parameters, Discount(0.1).continuous(TimeUnit.WEEK)
    within = MBG_NBD.discounted_if_alive(p, shop.histories, force, 729 / 7)
    whole = MBG_NBD.discounted_if_alive(p, shop.histories, force)
    assert c.beyond_ledger == pytest.approx(1 - within / whole)
    share = (c.beyond_ledger * c.residual_value).sum() / c.residual_value.sum()
    assert valuation.base.beyond_ledger == pytest.approx(share)
    assert 0 < share < 1


def test_shares_add_up_and_ranks_follow_value(valuation):
    c = valuation.customers
    assert c.share.sum() == pytest.approx(1)
    assert sorted(c.rank) == list(range(1, len(c) + 1))
    assert c.rank[np.argmax(c.value)] == 1
    assert np.all(np.diff(c.value[np.argsort(c.rank)]) <= 0)


def test_quantiles_rise_and_hold_the_median(valuation):
    for quantiles in (valuation.customers.purchase_quantiles, valuation.customers.value_quantiles):
        assert np.all(np.diff(quantiles.values, axis=0) >= 0)
        low, high = quantiles.interval(80)
        assert np.all((low <= quantiles.median) & (quantiles.median <= high))
    base = valuation.base
    assert base.interval_95.low < base.interval_80.low < base.median < base.interval_80.high < base.interval_95.high


def test_margin_multiplies_every_figure_but_the_spend(shop, valuation):
    rates = np.where(np.arange(900) % 2, 0.5, 0.2)
    whole, each = valuation.customers, valued(shop, margin_rate=rates)
    c = each.customers
    assert each.basis == "margin"
    assert c.value == pytest.approx(whole.value * rates)
    assert c.value_if_kept == pytest.approx(whole.value_if_kept * rates)
    assert c.value_quantiles.values == pytest.approx(whole.value_quantiles.values * rates)
    assert c.expected_spend == pytest.approx(whole.expected_spend)
    third = valued(shop, margin_rate=0.3).base
    assert third.expected == pytest.approx(0.3 * valuation.base.expected)
    assert third.interval_80.high == pytest.approx(0.3 * valuation.base.interval_80.high)


def test_without_money_only_purchases_are_valued(shop):
    counted = valued(shop, spend=None)
    c = counted.customers
    assert c.value is c.value_if_kept is c.residual_value is c.value_quantiles is c.expected_spend is None
    assert counted.base.expected == pytest.approx(c.expected_purchases.sum())
    assert counted.base.residual_value is None
    assert counted.base.interval_80.low < counted.base.expected < counted.base.interval_80.high
    assert c.share == pytest.approx(c.expected_purchases / c.expected_purchases.sum())


def test_chance_and_risk_never_come_from_a_model_that_keeps_one_time_buyers(shop, valuation):
    found = valued(shop, buying=BG_NBD.fit(shop.histories))
    assert (found.buying.model, found.risk.model) == ("bg-nbd", "mbg-nbd")
    assert found.customers.chance == pytest.approx(valuation.customers.chance)
    assert found.customers.residual_value == pytest.approx(valuation.customers.residual_value)
    assert found.customers.expected_purchases != pytest.approx(valuation.customers.expected_purchases)
    assert any("BG/NBD believes" in str(note) and "MBG/NBD" in str(note) for note in found.notes)
    assert not any("believes" in str(note) for note in valuation.notes)
    assert found.customers.chance[shop.histories.repeats == 0].max() < 1


def test_the_same_seed_gives_the_same_digits_and_another_seed_nearly_the_same(shop, valuation):
    again = valued(shop)
    assert np.array_equal(again.customers.value_quantiles.values, valuation.customers.value_quantiles.values)
    assert again.base == valuation.base
    options = ValueOptions(182, Discount(0.1), 729, seed=2)
    other = valued(shop, options=options)
    assert not np.array_equal(other.customers.value_quantiles.values, valuation.customers.value_quantiles.values)
    assert other.base.interval_80.low == pytest.approx(valuation.base.interval_80.low, rel=0.01)
    assert other.base.interval_80.high == pytest.approx(valuation.base.interval_80.high, rel=0.01)


def test_the_base_interval_is_the_spread_of_joint_worlds(shop, valuation):
    """Followed customer by customer in drawn worlds, with behaviour's own dice for counts and spend."""
    from keyworth.behaviour.spending.gamma_gamma import GammaGammaParameters
    from keyworth.value.draw_plan import parameter_draws

    rng = np.random.default_rng(8)
    buying, spending = (parameter_draws(fit, 300, rng) for fit in (valuation.buying, shop.spend.fit))
    totals = []
    for k in range(300):
        p = MBG_NBD.parameter_kind(*buying[k])
        counts = MBG_NBD.draw_ahead(p, shop.histories, 26.0, seed=k, form="numpy").purchases
        s = GammaGammaParameters(*spending[k])
        totals.append(GAMMA_GAMMA.draw_totals(s, shop.spend.histories, counts, seed=k, form="numpy").sum())
    assert np.mean(totals) == pytest.approx(valuation.base.expected, rel=0.01)
    assert np.std(totals) == pytest.approx(valuation.base.model_sd, rel=0.15)
    low, high = valuation.base.model_80.low, valuation.base.model_80.high
    assert np.mean([low <= total <= high for total in totals]) == pytest.approx(0.8, abs=0.08)


def test_too_many_customers_to_ask_give_the_same_figure(shop, valuation, monkeypatch):
    monkeypatch.setattr("keyworth.value.base_figure._ASKED", 300)
    few = valued(shop).base
    assert few.model_sd == pytest.approx(valuation.base.model_sd, rel=0.02)


def test_where_the_data_say_little_each_world_is_worked_out():
    small = open_shop(60, seed=4)
    found = valued(small, spend=None)
    assert np.isfinite(found.base.interval_95.high)
    assert found.base.interval_95.high > found.base.expected


def test_a_fit_without_curvature_is_said_to_leave_parameters_out(shop):
    fit = replace(MBG_NBD.fit(shop.histories), covariance=None)
    found = valued(shop, buying=fit)
    assert any("does not tell how uncertain" in str(note) for note in found.notes)
    assert found.base.model_sd < valued(shop).base.model_sd


def test_free_orders_are_left_out_of_the_spend_model_counted_and_given_their_own_mean(shop):
    mean = shop.spend.histories.mean_value.copy()
    free = np.flatnonzero(shop.histories.repeats >= 2)[:3]
    mean[free] = [0.0, 0.0, -5.0]
    first = shop.spend.first_value.copy()
    first[free] = [30.0, 0.0, 4.0]
    histories = SpendHistories.from_columns(shop.histories.repeats, mean)
    found = valued(shop, spend=SpendInput(histories, first, GAMMA_GAMMA.fit(histories)))
    x = shop.histories.repeats[free]
    assert found.left_out_of_spend == 3
    assert found.customers.per_purchase[free] == pytest.approx([30 / (1 + x[0]), 0.0, 0.0])
    expected = found.customers.expected_purchases[free[0]] * 30 / (1 + x[0])
    low, high = (end[free[0]] for end in found.customers.value_quantiles.interval(95))
    assert low <= expected <= high
    assert any("3 customers bought again but for nothing" in str(note) for note in found.notes)


def test_a_spend_without_a_mean_falls_back_on_the_first_purchase(shop):
    fit = replace(shop.spend.fit, parameters=replace(shop.spend.fit.parameters, q=0.9))
    found = valued(shop, spend=replace(shop.spend, fit=fit))
    once = shop.histories.repeats == 0
    assert found.customers.per_purchase[once] == pytest.approx(shop.spend.first_value[once])
    assert np.isfinite(found.base.interval_95.high)
    assert any("to have a mean" in str(note) for note in found.notes)


def test_frequency_and_spend_that_go_together_are_reported(shop):
    x = shop.histories.repeats
    histories = SpendHistories.from_columns(x, (x > 0) * (5 + 3.0 * x))
    found = valued(shop, spend=SpendInput(histories, np.full(x.size, 8.0), shop.spend.fit))
    assert found.spend_correlation == pytest.approx(1)
    assert any("correlation 1 over" in str(note) for note in found.notes)
    assert abs(valued(shop).spend_correlation) < 0.1


def test_a_model_in_another_unit_is_refused(shop):
    with pytest.raises(OptionRefused, match="must agree"):
        valued(shop, options=ValueOptions(182, Discount(0.1), 729, unit=TimeUnit.DAY))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"horizon_days": 0}, "at least one day"),
        ({"discount": Discount(0.0)}, "only when it is discounted"),
        ({"draws": 20}, "At least 100 draws"),
    ],
)
def test_options_that_make_no_sense_are_refused(changed, sentence):
    good = {"horizon_days": 365, "discount": Discount(0.1), "ledger_days": 700}
    with pytest.raises(OptionRefused, match=sentence):
        ValueOptions(**(good | changed))


def test_nothing_depends_on_the_order_of_customers_but_the_order(shop, valuation):
    turned = np.arange(900)[::-1]
    h, s = shop.histories, shop.spend.histories
    histories = PurchaseHistories(h.repeats[turned], h.last_repeat[turned], h.observed_for[turned])
    spend = SpendInput(
        SpendHistories(s.repeats[turned], s.mean_value[turned]), shop.spend.first_value[turned], shop.spend.fit
    )
    found = value_customers(histories, valuation.buying, ValueOptions(182, Discount(0.1), 729), spend=spend)
    assert np.array_equal(found.customers.value[turned], valuation.customers.value)
    assert np.array_equal(found.customers.value_quantiles.values[:, turned], valuation.customers.value_quantiles.values)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in USUAL else [pytest.mark.slow]) for name in sorted(MODELS)]
)
def test_every_model_can_be_valued(shop, name):
    h = shop.histories
    # The gaps of customers without any rhythm, for models that read them.
    uneven = np.where(h.repeats > 1, 0.577, 0.0)
    even = np.log(np.where(h.repeats > 0, h.last_repeat, 1.0) / np.maximum(h.repeats, 1.0))
    gaps = h.repeats * (even - uneven)
    known = PurchaseHistories.from_columns(h.repeats, h.last_repeat, h.observed_for, h.unit, log_gaps=gaps)
    found = valued(shop, buying=MODELS[name].fit(known))
    assert np.all(np.isfinite(found.customers.value_quantiles.values))
    assert found.base.interval_80.low < found.base.expected < found.base.interval_80.high


def test_progress_rises_to_everything(shop):
    shares = []
    valued(shop, progress=shares.append)
    assert shares == sorted(shares)
    assert len(shares) > 2
    assert (shares[0] > 0, shares[-1]) == (True, 1.0)
