"""The truth agrees with the orders, and with the theory that made it."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from scipy import stats
from scipy.special import betaln

from keyworth.sample import headers

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["business", "level"])
def told(request):
    """Sales and truth of a business with seasons and of one without, and sales of the year after."""
    business = request.getfixturevalue(request.param)
    titles = headers.titles(headers.ORDERS, business.lang)

    def known_sales(table):
        frame = table.to_pandas().rename(columns={title: key for key, title in titles.items()})
        frame = frame[(frame.kind == "销售") & frame.customer.notna()]
        return frame.assign(day=frame["at"].dt.normalize(), amount=frame.amount.astype(float))

    truth = business.truth.to_pandas().set_index("customer")
    for column in ("first_on", "left_on"):
        truth[column] = pd.to_datetime(truth[column])
    return known_sales(business.orders), truth, known_sales(business.future)


def test_nobody_buys_before_they_come_or_after_they_have_left(told):
    sales, truth, future = told
    everything = pd.concat([sales, future]).groupby("customer").day.agg(["min", "max"])
    assert (everything["min"] == truth.first_on[everything.index]).all()
    gone = truth.left_on.dropna()
    assert len(gone) > 5_000
    assert (everything["max"][gone.index] == gone).all()
    assert set(future.customer) <= set(truth.index[truth.alive])


def test_the_truth_counts_purchase_days(told):
    sales, truth, future = told
    for shown, column in ((sales, "purchases"), (future, "purchases_ahead")):
        days = shown.groupby("customer").day.nunique().reindex(truth.index, fill_value=0)
        assert (days == truth[column]).all()


def test_alive_means_not_yet_left(told):
    sales, truth, _ = told
    left_by_then = truth.left_on <= sales.day.max()  # never to leave, NaT, is not earlier than anything
    assert (truth.alive == ~left_by_then).all()
    assert (truth.expected_ahead[~truth.alive] == 0).all()
    assert 0.25 < truth.alive.mean() < 0.45


def test_spend_is_worth_what_the_truth_says_in_yuan(told):
    sales, truth, _ = told
    worth_of_yuan = sales[sales.currency == "CNY"].groupby("customer").amount.sum()
    only_yuan = truth.index.difference(sales.customer[sales.currency != "CNY"])
    assert len(only_yuan) > 10_000
    spent = truth.spent.astype(float)[only_yuan]
    assert np.allclose(worth_of_yuan[only_yuan], spent, atol=0.001)


def test_what_hong_kong_charges_is_worth_what_the_truth_says(business, sales):
    """Turned back into yuan at the rate of its day, a charge is off by its rounding and no more."""
    rates = business.rates.to_pandas().rename(columns={"日期": "day", "币种": "currency", "汇率": "rate"})
    rates = rates.astype({"rate": float}).assign(day=pd.to_datetime(rates.day))
    dollars = rates[rates.currency == "HKD"][["day", "rate"]]
    known = pd.merge_asof(sales.dropna(subset="customer").sort_values("day"), dollars, on="day")
    assert known.rate.notna().all()
    worth = known.amount * np.where(known.currency == "HKD", known.rate, 1.0)
    by_customer = worth.groupby(known.customer).sum()
    spent = business.truth.to_pandas().set_index("customer").spent.astype(float)[by_customer.index] * 100
    assert ((by_customer - spent).abs() <= 0.51 * known.groupby("customer").size()).all()
    assert (known.currency == "HKD").mean() > 0.05


def test_the_future_is_that_of_known_customers_alone(business):
    assert business.future["会员号"].null_count == 0
    assert set(business.future["会员号"].unique().to_pylist()) <= set(business.truth["customer"].to_pylist())
    days = business.future["下单时间"].cast(pa.date32())
    assert pc.min(days).as_py() > business.end
    assert pc.max(days).as_py() <= business.future_end


def test_what_then_happened_is_what_was_truly_to_be_expected(told):
    _, truth, _ = told
    alive = truth[truth.alive]
    for _, group in alive.groupby(pd.qcut(alive.expected_ahead, 5)):
        missed = group.purchases_ahead - group.expected_ahead
        assert abs(missed.sum()) < 3.5 * np.sqrt((missed**2).sum())
    spend_missed = truth.spent_ahead.astype(float) - truth.expected_spend_ahead
    assert abs(spend_missed.sum()) < 3.5 * np.sqrt((spend_missed**2).sum())


def test_repeat_purchases_follow_mbg_nbd(level):
    """P(X = n) of MBG/NBD, summed over each customer's own time, against the customers counted.

    n repeats need n survivals; then either the n-th repeat was the last, or nothing more has come yet.
    """
    population, truth = level.population, level.truth.to_pandas()
    # A first purchase falls, on average, in the middle of its day.
    days = np.array([(level.end - first).days for first in truth.first_on]) + 0.5
    edges = [0, 1, 2, 3, 4, 5, 6, 8, 11, 16, 26, 51, 101]
    n = np.arange(edges[-1])[:, None]
    lengths, customers = np.unique(days, return_counts=True)
    counted = stats.nbinom(population.r, population.alpha / (population.alpha + lengths))
    a, b = population.a, population.b
    leaves_now = np.exp(betaln(a + 1, b + n) - betaln(a, b))
    stays = np.exp(betaln(a, b + n + 1) - betaln(a, b))
    chance = ((leaves_now * counted.sf(n - 1) + stays * counted.pmf(n)) * customers).sum(axis=1)
    expected = np.add.reduceat(chance, edges[:-1])
    expected = np.append(expected, len(truth) - expected.sum())
    found = np.histogram(truth.purchases - 1, [*edges, np.inf])[0]
    assert stats.chisquare(found, expected).pvalue > 0.001


def test_who_has_left_follows_mbg_nbd(level):
    truth = level.truth.to_pandas()
    days = np.array([(level.end - first).days for first in truth.first_on]) + 0.5
    still_here = (1 - truth.leaves) * np.exp(-truth.rate * truth.leaves * days)
    spread = np.sqrt((still_here * (1 - still_here)).sum())
    assert abs(truth.alive.sum() - still_here.sum()) < 3.5 * spread


def test_spend_follows_gamma_gamma(level):
    population, truth = level.population, level.truth.to_pandas()
    scaled = truth.spent.astype(float) / truth.mean_spend
    # The sum of k purchases of Gamma(p, v) is Gamma(p k, v), whoever the customer is.
    uniform = stats.gamma(population.p * truth.purchases, scale=1 / population.p).cdf(scaled)
    assert stats.kstest(uniform, "uniform").pvalue > 0.001
    v = population.p / truth.mean_spend
    assert stats.kstest(v, stats.gamma(population.q, scale=1 / population.gamma).cdf).pvalue > 0.001


def test_customers_differ_as_the_population_says(level):
    population, truth = level.population, level.truth.to_pandas()
    rates = stats.gamma(population.r, scale=1 / population.alpha)
    assert stats.kstest(truth.rate, rates.cdf).pvalue > 0.001
    assert stats.kstest(truth.leaves, stats.beta(population.a, population.b).cdf).pvalue > 0.001
    assert np.mean(truth.rate) == pytest.approx(population.mean_rate, rel=0.03)
    assert np.mean(truth.mean_spend) == pytest.approx(population.mean_spend, rel=0.03)


def test_more_customers_come_every_year(business):
    years = pd.to_datetime(business.truth.to_pandas().first_on).dt.year.value_counts().sort_index()
    assert years.is_monotonic_increasing
    assert years.iloc[-1] / years.iloc[0] == pytest.approx(1.4, abs=0.1)
