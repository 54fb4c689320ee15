"""The law that stands for a spend model: exact where it can be, and near what the story draws where it cannot."""

import numpy as np
import pytest
from shop_of_known_truth import Shop, open_shop

from keyworth.behaviour import GAMMA_GAMMA, MBG_NBD, ROOT_GAMMA_GAMMA, RootGammaGammaParameters, SpendSums
from keyworth.behaviour.spending.gamma_gamma import GammaGammaParameters
from keyworth.units import Discount
from keyworth.value import SpendInput, ValueOptions, value_customers
from keyworth.value.spend_law import GammaGammaLaw, RootGammaGammaLaw, law_of

X = np.array([0.0, 1.0, 6.0])


def root(p, q, gamma, net=1.0, k=1):
    return RootGammaGammaLaw(np.array([[p, q, gamma, 1.0, net, k]]))


def test_without_a_root_it_is_gamma_gamma_that_heard_the_first_purchase():
    law, plain = root(4.0, 3.5, 90.0), GammaGammaLaw(4.0, 3.5, 90.0)
    assert law.p == pytest.approx(4.0)
    assert law.shape(X) == pytest.approx(plain.shape(X + 1))
    drawn = np.array([[4.4, 3.2, 80.0, 1.0, 1.0, 1.0]])
    _, shape, scale = law.in_worlds(drawn, X)
    told = plain.in_worlds(drawn[:, :3], X + 1)
    assert shape == pytest.approx(told[1])
    assert scale == pytest.approx(told[2])


@pytest.mark.parametrize(("x", "purchases"), [(0, 2), (3, 1), (3, 8)])
def test_with_a_root_its_intervals_are_those_of_the_story(x, purchases):
    p, q, gamma, k = 57.0, 33.0, 77.0, 4  # about CDNOW's
    law, rng = root(p, q, gamma, k=k), np.random.default_rng(1)
    level = rng.gamma(q + p * (x + 1), 1 / (gamma + (x + 1) * p * gamma / (q - 1)), 60_000)
    drawn = ((rng.gamma(p, size=(purchases, level.size)) / level) ** k).sum(axis=0)
    at = np.array([float(x)])
    shape = law.shape(at)[0]
    scale = law.means(law.estimate, at)[0, 0] * (shape - 1) / law.p
    told = scale * rng.gamma(law.p * purchases, size=level.size) / rng.gamma(shape, size=level.size)
    assert told.mean() == pytest.approx(drawn.mean(), rel=0.02)
    assert told.std() == pytest.approx(drawn.std(), rel=0.04)
    assert np.quantile(told, [0.5, 0.9, 0.975]) == pytest.approx(np.quantile(drawn, [0.5, 0.9, 0.975]), rel=0.04)
    assert np.quantile(told, 0.1) == pytest.approx(np.quantile(drawn, 0.1), rel=0.12)


def test_amounts_and_levels_that_hardly_scatter_do_so_a_little():
    law = root(3e9, 1e12, 90.0, k=4)
    assert law.p == pytest.approx(3e9 / 16, rel=1e-6)
    assert law.shape(X) == pytest.approx((1e12 + 3e9 * (X + 1)) / 16, rel=1e-6)
    near, far = root(9_999.9, 5.0, 90.0, k=4), root(10_000.1, 5.0, 90.0, k=4)
    assert near.p == pytest.approx(far.p, rel=1e-4)


def test_where_a_level_has_no_variance_the_tail_is_as_heavy():
    law = root(1.0, 5.0, 10.0, k=4)
    assert law.shape(np.array([0.0])) == pytest.approx([6.0 / 4])
    assert law.shape(np.array([2.0])) == pytest.approx([2.0], abs=1e-3)
    assert law.shape(np.array([2.1]))[0] > 2.0


@pytest.fixture(scope="module")
def shop() -> Shop:
    return open_shop(600, seed=4)


def valued(shop, spend):
    options = ValueOptions(horizon_days=182, discount=Discount(0.1), ledger_days=729, draws=200)
    return value_customers(shop.histories, MBG_NBD.fit(shop.histories), options, spend=spend)


@pytest.mark.slow
def test_a_shop_is_worth_about_as_much_by_either_model(shop: Shop):
    plain = shop.spend
    n = plain.histories.repeats
    mean = np.where(n > 0, plain.histories.mean_value, 0.0)
    # Of these customers only means are known: every repeat is taken to have brought its customer's.
    roots = np.column_stack([n * mean ** (1 / k) for k in (1, 2, 3, 4)])
    logs = n * np.log(np.where(n > 0, mean, 1.0))
    sums = SpendSums.from_columns(n, roots, logs, plain.first_value)
    root_fit = ROOT_GAMMA_GAMMA.fit(sums)
    one, other = valued(shop, plain), valued(shop, SpendInput(plain.histories, plain.first_value, root_fit, sums))
    assert other.spending.model == "root-gamma-gamma"
    assert other.base.expected == pytest.approx(one.base.expected, rel=0.06)
    for figure in (one, other):
        low, high = figure.base.interval_95.low, figure.base.interval_95.high
        assert low < shop.future_spend.sum() < high
    low, high = other.customers.value_quantiles.interval(80)
    inside = (low <= shop.future_spend) & (shop.future_spend <= high)
    assert 0.72 < inside.mean() < 0.97
    assert other.customers.per_purchase == pytest.approx(ROOT_GAMMA_GAMMA.expected_value(root_fit.parameters, sums))


def test_every_spend_model_has_its_law(shop: Shop):
    fit = shop.spend.fit
    assert law_of(fit) == GammaGammaLaw(fit.parameters.p, fit.parameters.q, fit.parameters.gamma)
    assert isinstance(fit.parameters, GammaGammaParameters)
    assert GAMMA_GAMMA.name == fit.model
    assert RootGammaGammaParameters(2.0, 3.0, 4.0, 1.0, 1.0, 2).k == 2
