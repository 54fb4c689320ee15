"""The whole's spend: its variance and how it moves with the spend model's parameters."""

from dataclasses import replace

import numpy as np
import pytest
from shop_of_known_truth import valued

from keyworth.behaviour import MBG_NBD
from keyworth.behaviour.spending.gamma_gamma import GAMMA_GAMMA, GammaGammaParameters
from keyworth.units import Discount
from keyworth.value import ValueOptions
from keyworth.value.buying_view import BuyingView
from keyworth.value.draw_plan import parameter_draws
from keyworth.value.spend_view import SpendView
from keyworth.value.whole_spend import SpendWorlds


def test_each_world_is_everybody_valued_with_its_own_parameters(shop, valuation):
    c, fit, spend = valuation.customers, shop.spend.fit, shop.spend.histories
    margin = np.where(np.arange(len(c)) % 2, 0.5, 0.25)
    p = fit.parameters
    view = BuyingView.of(shop.histories, valuation.buying, ValueOptions(182, Discount(0.1), 729))
    worlds = SpendWorlds(view, SpendView.of(shop.spend, margin), c.expected_purchases)
    found = worlds(np.random.default_rng(3), 50)
    drawn = parameter_draws(fit, 50, np.random.default_rng(3))
    usual = c.expected_purchases * margin @ GAMMA_GAMMA.expected_value(p, spend)
    for factor, world in zip(found, drawn, strict=True):
        each = GAMMA_GAMMA.expected_value(GammaGammaParameters(*world), spend)
        assert factor == pytest.approx(c.expected_purchases * margin @ each / usual)


def test_a_spend_model_known_less_well_makes_the_total_less_sure(shop, valuation):
    vague = replace(shop.spend.fit, covariance=shop.spend.fit.covariance * 25)
    assert valued(shop, spend=replace(shop.spend, fit=vague)).base.model_sd > 1.05 * valuation.base.model_sd


def test_a_buying_model_known_less_well_does_so_too(shop, valuation):
    vague = replace(valuation.buying, covariance=valuation.buying.covariance * 9)
    assert valued(shop, buying=vague).base.model_sd > 1.2 * valuation.base.model_sd


def test_customers_own_randomness_is_that_of_drawn_futures(shop, valuation):
    """Parameters taken as known, so that only chance is left."""
    certain = replace(valuation.buying, covariance=None)
    spend = replace(shop.spend, fit=replace(shop.spend.fit, covariance=None))
    found = valued(shop, buying=certain, spend=spend).base.model_sd
    totals = [
        GAMMA_GAMMA.draw_totals(
            shop.spend.fit.parameters,
            shop.spend.histories,
            MBG_NBD.draw_ahead(valuation.buying.parameters, shop.histories, 26.0, seed=k, form="numpy").purchases,
            seed=k,
            form="numpy",
        ).sum()
        for k in range(400)
    ]
    assert found == pytest.approx(np.std(totals), rel=0.12)
