"""Bases that hardly are one: refused in a sentence, or valued without a figure that is not a number."""

from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from shop_of_known_truth import valued

from keyworth.behaviour import BG_NBD, GAMMA_GAMMA, MBG_NBD, PurchaseHistories, SpendHistories
from keyworth.errors import NotEnoughHistory
from keyworth.units import Discount
from keyworth.value import SpendInput, ValueOptions, value_customers, value_total

OPTIONS = ValueOptions(horizon_days=182, discount=Discount(0.1), ledger_days=729)
BOTH = pytest.mark.parametrize("model", [MBG_NBD, BG_NBD], ids=["mbg-nbd", "bg-nbd"])


def endless(found, name=""):
    """The names of all figures that are not finite."""
    if isinstance(found, float | np.ndarray):
        numbers = np.asarray(found)
        return [name] if numbers.dtype.kind == "f" and not np.isfinite(numbers).all() else []
    if is_dataclass(found):
        return [bad for f in fields(found) for bad in endless(getattr(found, f.name), f"{name}.{f.name}")]
    return []


def value(model, columns, mean=None, first=None, fit=None, spend_fit=None):
    """From columns to a valuation, fitted on the way unless given; the total alone must agree."""
    histories = PurchaseHistories.from_columns(*columns)
    fit = model.fit(histories) if fit is None else fit
    spend = None
    if mean is not None:
        spent = SpendHistories.from_columns(columns[0], mean)
        spend = SpendInput(spent, np.asarray(first), GAMMA_GAMMA.fit(spent) if spend_fit is None else spend_fit)
    found = value_customers(histories, fit, OPTIONS, spend=spend)
    assert endless(found.customers) == endless(found.base) == []
    assert str(found.customers.reasons.sentence(0, "CNY"))
    whole = replace(found.base, residual_value=None, beyond_ledger=None)
    assert value_total(histories, fit, OPTIONS, spend=spend) == whole
    return found


def some_base(n=200):
    rng = np.random.default_rng(0)
    x, observed = rng.poisson(1, n).astype(float), rng.uniform(20, 100, n)
    last = np.where(x > 0, observed * rng.uniform(0.1, 0.9, n), 0.0)
    return x, last, observed


@BOTH
@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (([3], [20], [30]), "too few"),
        (([], [], []), "too few"),
        (([0] * 50, [0] * 50, np.arange(50) + 1), "None of 50 customers"),
        (([0] * 50, [0] * 50, [0] * 50), "None of 50 customers"),
    ],
    ids=["one customer", "nobody", "everybody once", "all on the first day"],
)
def test_what_nothing_can_be_learnt_from_is_refused_in_a_sentence(model, columns, sentence):
    with pytest.raises(NotEnoughHistory, match=sentence):
        value(model, columns)


@pytest.mark.parametrize(
    "columns",
    [([3], [20], [30]), ([0], [0], [0]), ([0] * 50, [0] * 50, np.arange(50)), ([0] * 9, [0] * 9, [0] * 9)],
    ids=["one customer", "one on the first day", "everybody once", "all on the first day"],
)
def test_with_parameters_learnt_elsewhere_they_are_valued(shop, valuation, columns):
    n = len(columns[0])
    spend_fit = shop.spend.fit
    found = value(MBG_NBD, columns, np.full(n, 10.0), np.full(n, 10.0), valuation.buying, spend_fit)
    assert found.base.expected > 0
    assert found.base.interval_95.low <= found.base.median <= found.base.interval_95.high
    if not any(columns[0]):  # of whom nothing is known but that they came, a purchase is worth what it is worth to all
        assert found.customers.per_purchase == pytest.approx(spend_fit.parameters.population_mean)


@BOTH
def test_one_who_bought_ten_thousand_times_is_valued_at_their_pace(model):
    x, last, observed = (np.append(c, more) for c, more in zip(some_base(), (10_000.0, 99.9, 100.0), strict=True))
    mean = 10 + np.random.default_rng(1).random(x.size)
    found = value(model, (x, last, observed), mean, mean)
    c = found.customers
    assert c.rank[-1] == 1
    low, high = (end[-1] for end in c.purchase_quantiles.interval(95))
    assert low <= c.purchase_quantiles.median[-1] <= high <= 26 * 110
    assert 0 < c.expected_purchases[-1] <= 26 * 101


def test_nothing_was_ever_paid(shop, valuation):
    columns = some_base()
    nothing = np.zeros(columns[0].size)
    with pytest.raises(NotEnoughHistory, match="too few to tell how spending differs"):
        value(MBG_NBD, columns, nothing, nothing)
    found = value(MBG_NBD, columns, nothing, nothing, valuation.buying, shop.spend.fit)
    again = columns[0] > 0
    assert not found.customers.value[again].any()
    assert found.left_out_of_spend == again.sum()


@BOTH
def test_fifty_with_one_and_the_same_history_go_on_as_they_did(model):
    found = value(model, ([2.0] * 50, [20.0] * 50, [30.0] * 50), [10.0] * 50, [10.0] * 50)
    assert not found.buying.converged
    assert found.customers.expected_purchases == pytest.approx(np.full(50, 26 * 2 / 30), rel=0.1)
    assert any("does not tell how uncertain" in str(note) for note in found.notes)


def heavy_tailed(shop, q, seed=5):
    """The shop's customers, with typical values of so heavy a tail that their mean is infinite where q ≤ 1."""
    rng = np.random.default_rng(seed)
    x = shop.histories.repeats
    rate = rng.gamma(q, 1 / 10.0, x.size)
    mean = rng.gamma(4.0 * np.maximum(x, 1)) / np.maximum(x, 1) / rate
    spent = SpendHistories.from_columns(x, mean)
    return SpendInput(spent, rng.gamma(4.0, 1 / rate), GAMMA_GAMMA.fit(spent))


@pytest.mark.parametrize("margin", [None, 0.3])
def test_spend_without_a_finite_mean_leaves_no_endless_figure(shop, margin):
    spend = heavy_tailed(shop, q=0.6)
    assert spend.fit.parameters.q < 1
    assert spend.fit.parameters.population_mean == np.inf
    found = valued(shop, spend=spend, margin_rate=margin)
    assert endless(found.customers) == endless(found.base) == []
    once = shop.histories.repeats == 0
    assert found.customers.per_purchase[once] == pytest.approx(spend.first_value[once])
    assert any("to have a mean" in str(note) and str(once.sum()) in str(note) for note in found.notes)
    assert value_total(shop.histories, found.buying, OPTIONS, spend=spend, margin_rate=margin).expected == (
        pytest.approx(found.base.expected)
    )


@pytest.mark.parametrize("q", [1.0, 1.001, 1.04])
def test_a_mean_that_is_finite_by_a_hair_is_not_believed_either(shop, q):
    fit = replace(shop.spend.fit, parameters=replace(shop.spend.fit.parameters, q=q))
    found = valued(shop, spend=replace(shop.spend, fit=fit))
    once = shop.histories.repeats == 0
    assert endless(found.customers) == endless(found.base) == []
    assert found.customers.per_purchase[once] == pytest.approx(shop.spend.first_value[once])
    assert any("to have a mean" in str(note) for note in found.notes)
