"""Money given back: after its purchase, never more than it, and findable the way each row allows."""

import pandas as pd
import pytest


@pytest.fixture(scope="module")
def refunds(orders):
    return orders[orders.amount < 0]


@pytest.fixture(scope="module")
def with_their_orders(business, sales):
    truth = business.refund_truth.to_pandas()
    truth["amount"] = (truth.amount.astype(float) * 100).round().astype(int)
    joined = truth.merge(sales, on="order", suffixes=("", "_sold"))
    assert len(joined) == len(truth)
    return joined


@pytest.mark.slow
def test_a_sensible_share_is_given_back(refunds, sales):
    assert 0.012 < len(refunds) / len(sales) < 0.02
    assert 0.005 < -refunds.amount.sum() / sales.amount.sum() < 0.02
    assert set(refunds.kind) == {"退款"}
    assert set(sales.kind) == {"销售"}


def test_every_refund_follows_its_purchase_and_is_never_more(with_their_orders):
    assert (with_their_orders["at"] > with_their_orders["at_sold"]).all()
    assert (with_their_orders.amount <= with_their_orders.amount_sold).all()
    assert (with_their_orders.amount > 0).all()
    assert (with_their_orders.amount == with_their_orders.amount_sold).mean() > 0.3


def test_each_row_names_only_what_it_should(refunds, with_their_orders):
    ways = with_their_orders.found_by.value_counts(normalize=True)
    assert ways["order"] > 0.6
    assert ways["item"] > 0.05
    assert ways["customer"] > 0.1

    numbered = refunds[refunds.order.notna()]
    assert set(numbered.order) == set(with_their_orders.order[with_their_orders.found_by == "order"])
    unnumbered = refunds[refunds.order.isna()]
    assert unnumbered.customer.notna().all()
    by_item = unnumbered[unnumbered.item.notna()]
    assert (by_item.quantity < 0).all()
    assert set(by_item.channel) == {"门店零售"}
    assert len(by_item) == (with_their_orders.found_by == "item").sum()


def test_goods_come_back_with_an_earlier_purchase_of_the_same_product(refunds, sales):
    by_item = refunds[refunds.order.isna() & refunds.item.notna()]
    bought = by_item.reset_index().merge(sales, on=["customer", "item"], suffixes=("", "_sold"))
    earlier = bought[bought["at_sold"] < bought["at"]]
    assert set(earlier["index"]) == set(by_item.index)
    enough = earlier.groupby("index").quantity_sold.sum()
    assert (enough >= -by_item.quantity.loc[enough.index]).all()


def test_no_refund_is_paid_while_closed(refunds):
    closed = pd.to_datetime(["2024-02-09", "2024-02-10", "2024-02-11", "2025-01-28", "2025-01-29", "2025-01-30"])
    assert not refunds.day.isin(closed).any()
