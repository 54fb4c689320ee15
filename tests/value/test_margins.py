"""The margin of a customer: from what their orders earned, or from what was said of product categories."""

import numpy as np
import pytest

from keyworth.errors import OptionRefused
from keyworth.value import CategorySpend, margin_rates_given, margin_rates_seen, margin_that_came, refuse_margins


def test_few_orders_say_little_of_a_customers_margin():
    revenue = np.array([0.0, 100.0, 100.0, 10_000.0])
    margin = np.array([0.0, 50.0, 30.0, 3_000.0])
    none, high, same, much = margin_rates_seen(margin, revenue)
    firm = 3_080 / 10_200
    assert none == pytest.approx(firm)
    assert high == pytest.approx((50 + firm * 100) / 200)  # half way: as much again as they spent themselves
    assert same == pytest.approx(firm, abs=1e-2)
    assert much == pytest.approx(0.3, abs=1e-3)


def test_a_rate_stays_within_nothing_and_all():
    rates = margin_rates_seen(np.array([-500.0, 900.0, 50.0]), np.array([100.0, 100.0, 100.0]))
    assert rates.min() == 0.0
    assert rates.max() == 1.0


def test_orders_that_tell_no_margin_give_no_rate():
    assert margin_rates_seen(np.full(3, np.nan), np.full(3, np.nan)) is None


def spend(*rows):
    customer, category, amount = zip(*rows, strict=True)
    return CategorySpend(np.array(customer), np.array(category, dtype=object), np.array(amount, dtype=np.float64))


def test_a_customers_rate_is_that_of_what_they_bought():
    bought = spend((0, "wine", 100.0), (0, "tea", 300.0), (1, "wine", 50.0), (2, "", 80.0), (3, "tea", -20.0))
    rates = margin_rates_given({"wine": 0.6, "": 0.2}, bought, 5)
    assert rates[:3] == pytest.approx([0.3, 0.6, 0.2])
    assert rates[3:] == pytest.approx((0.6 * 150 + 0.2 * 380) / 530)  # gave back, or bought nothing: everybody's


def test_every_category_needs_a_rate_and_every_rate_a_category():
    with pytest.raises(OptionRefused, match=r"no product category beer.*Its categories are: tea, wine"):
        refuse_margins({"beer": 0.5, "": 0.2}, ["wine", "", "tea", "wine"])
    with pytest.raises(OptionRefused, match=r"No margin is given for tea.*everything else"):
        refuse_margins({"wine": 0.5}, ["wine", "tea"])
    with pytest.raises(OptionRefused, match="names no categories at all"):
        refuse_margins({"wine": 0.5}, [""])
    refuse_margins({"wine": 0.5}, ["wine", ""])


def test_margins_that_came_are_those_of_the_orders():
    came = margin_that_came(np.array([100.0, 40.0, 0.0]), np.array([30.0, -8.0, 0.0]), np.array([100.0, 40.0, 0.0]))
    assert came == pytest.approx([30.0, -8.0, 0.0])


def test_a_refund_takes_of_the_margin_in_proportion():
    # Sold for 100 at a margin of 30, and 20 of it given back; a second one gave back what was bought long before.
    came = margin_that_came(np.array([80.0, -50.0]), np.array([30.0, 0.0]), np.array([100.0, 0.0]))
    assert came == pytest.approx([24.0, -15.0])


def test_orders_that_tell_no_margin_earn_at_the_rate_of_those_that_do():
    came = margin_that_came(np.array([100.0, 60.0]), np.array([30.0, np.nan]), np.array([60.0, np.nan]))
    assert came == pytest.approx([30.0 + 40.0 * 0.5, 30.0])
    assert margin_that_came(np.array([100.0]), np.array([np.nan]), np.array([np.nan])) is None
