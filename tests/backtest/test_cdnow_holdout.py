"""The published hold-out figures of BG/NBD, MBG/NBD and Pareto/NBD on the CDNOW sample, through our own scores.

Reference values S1.15, S3.5, section 8; S2.17b for what an incremental track shows and a cumulative one hides.
"""

import numpy as np
import pandas as pd
import pytest

from keyworth.backtest import (
    SpendForecast,
    by_past_repeats,
    decile_table,
    last_year_again,
    same_rate,
    score,
    score_whole_forecasts,
    tracking,
    verdict,
    with_distributions,
)
from keyworth.behaviour import MODELS, PurchaseHistories
from keyworth.behaviour.spending.gamma_gamma import GAMMA_GAMMA
from keyworth.behaviour.spending.spend_histories import SpendHistories
from keyworth.units import Discount
from keyworth.value import SpendInput, ValueOptions, value_customers
from keyworth.value.spend_law import GammaGammaLaw
from keyworth.words import Message
from reference.held import held

pytestmark = pytest.mark.reference

START, ORIGIN = pd.Timestamp("1997-01-01"), pd.Timestamp("1997-09-30")


@pytest.fixture(scope="module")
def cdnow(shared):
    rows = pd.read_csv(
        shared / "data/cdnow/CDNOW_sample.txt",
        sep=r"\s+",
        header=None,
        names=["master", "id", "date", "cds", "value"],
        dtype={"date": str},
    )
    rows["date"] = pd.to_datetime(rows["date"], format="%Y%m%d")
    days = rows.groupby(["id", "date"], as_index=False)["value"].sum()
    known, held = days[days["date"] <= ORIGIN], days[days["date"] > ORIGIN]
    first = known.groupby("id")["date"].min()
    days["repeat"] = days["date"] > days["id"].map(first)
    again = days[days["repeat"] & (days["date"] <= ORIGIN)]
    x = again.groupby("id").size().reindex(first.index, fill_value=0)
    observed = (ORIGIN - first).dt.days / 7
    last = (known.groupby("id")["date"].max() - first).dt.days / 7
    mean = again.groupby("id")["value"].mean().reindex(first.index, fill_value=0.0)
    first_value = known[~known.index.isin(again.index)].groupby("id")["value"].sum().reindex(first.index)
    return {
        "histories": PurchaseHistories.from_columns(x, last, observed),
        "spend": SpendHistories.from_columns(x, mean),
        "first_value": first_value.to_numpy(),
        "bought": held.groupby("id").size().reindex(first.index, fill_value=0).to_numpy(float),
        "spent": held.groupby("id")["value"].sum().reindex(first.index, fill_value=0.0).to_numpy(),
        "so_far": known.groupby("id").size().to_numpy(float),
        "spent_so_far": known.groupby("id")["value"].sum().to_numpy(),
        "first_days": (first - START).dt.days.to_numpy(),
        "repeat_days": (days.loc[days["repeat"], "date"] - START).dt.days.to_numpy(),
    }


@pytest.fixture(scope="module", params=["bg-nbd", "mbg-nbd", "pareto-nbd"])
def found(request, cdnow):
    spend = SpendInput(cdnow["spend"], cdnow["first_value"], GAMMA_GAMMA.fit(cdnow["spend"]))
    fit = MODELS[request.param].fit(cdnow["histories"])
    options = ValueOptions(horizon_days=273, discount=Discount(0.15), ledger_days=273)
    return request.param, fit, value_customers(cdnow["histories"], fit, options, spend=spend)


COUNT = {
    "bg-nbd": {"expected": 1653.4, "mae": 0.78545, "rmse": 1.60798, "pearson": 0.62565, "spearman": 0.44929,
               "gini": 0.66238, "top_tenth": 0.4671},
    "mbg-nbd": {"expected": 1576.7, "mae": 0.76478, "rmse": 1.60718, "pearson": 0.62725, "spearman": 0.45005},
    "pareto-nbd": {"expected": 1665.5, "mae": 0.75452, "rmse": 1.60285, "pearson": 0.63022, "spearman": 0.45973,
                   "gini": 0.67259, "top_tenth": 0.4702},
}  # fmt: skip
BIAS = {"bg-nbd": -0.121, "mbg-nbd": -0.162, "pareto-nbd": -0.115}
SPEND = {
    "bg-nbd": {"expected": 59931.7, "mae": 30.408, "rmse": 72.299, "spearman": 0.4264, "gini": 0.6379,
               "top_tenth": 0.5020},
    "pareto-nbd": {"expected": 60455.7, "mae": 29.455, "rmse": 72.183, "spearman": 0.4451, "gini": 0.6593,
                   "top_tenth": 0.5032},
}  # fmt: skip


def measured(actual, expected, measures):
    """The scores of these names; and of the most expected tenth of customers, what it brought of the whole."""
    scores, most = score(actual, expected), np.argsort(-expected, kind="stable")[: expected.size // 10]
    more = {
        "top_tenth": actual[most].sum() / scores.actual,
        "pearson": np.corrcoef(actual, expected)[0, 1],
    }
    return {measure: more[measure] if measure in more else getattr(scores, measure) for measure in measures}


def test_counts_score_as_published(cdnow, found):
    name, _, valuation = found
    expected = valuation.customers.expected_purchases
    title = MODELS[name].title
    held("S8", "purchases in 39 weeks that came", cdnow["bought"].sum(), 1882)
    held(
        "S8",
        f"{title}, purchases in 39 weeks",
        measured(cdnow["bought"], expected, COUNT[name]),
        COUNT[name],
        rtol=1e-3,
    )
    bias = score(cdnow["bought"], expected).bias
    held("S8", f"{title}, purchases in 39 weeks: bias", bias, BIAS[name], atol=5e-4)


def test_spend_scores_as_published(cdnow, found):
    name, _, valuation = found
    held("S8", "spend in 39 weeks that came", cdnow["spent"].sum(), 70976.39, atol=0.01)
    got, what = valuation.customers.expected_spend, f"{MODELS[name].title} and Gamma-Gamma, spend in 39 weeks"
    if name in SPEND:
        held("S8", what, measured(cdnow["spent"], got, SPEND[name]), SPEND[name], rtol=1e-3)


# Of whole distributions nothing is published: these are ours, each customer's by the slow definition in
# `test_whole_forecasts.py`. The chances of purchases hold what they claim; those of amounts are a little too sure.
WHOLE = {
    "bg-nbd": ({"log_score": -0.98446, "crps": 0.51037}, {"log_score": -2.0828, "crps": 20.399}),
    "mbg-nbd": ({"log_score": -0.98211, "crps": 0.51003}, {"log_score": -2.0813, "crps": 20.375}),
    "pareto-nbd": ({"log_score": -0.98719, "crps": 0.51066}, {"log_score": -2.0845, "crps": 20.371}),
}


# How far the purchases of Pareto/NBD are from honest, and how few its intervals may hold; the others do better.
MOST_PIT_KS = {"bg-nbd": 0.05, "mbg-nbd": 0.05, "pareto-nbd": 0.055}
LEAST_COVERED = {"bg-nbd": 0.9, "mbg-nbd": 0.9, "pareto-nbd": 0.88}


def test_whole_distributions_are_scored_and_found_honest_about_purchases(cdnow, found):
    name, fit, valuation = found
    money, customers = valuation.spending.parameters, valuation.customers
    whole = score_whole_forecasts(
        fit,
        cdnow["histories"].unique(),
        39.0,
        cdnow["bought"],
        rng=np.random.default_rng(1),
        spend=SpendForecast(GammaGammaLaw(money.p, money.q, 1.0), customers.per_purchase),
        spent=cdnow["spent"],
    )
    count = with_distributions(score(cdnow["bought"], customers.expected_purchases), whole.purchases)
    spend = with_distributions(score(cdnow["spent"], customers.value), whole.spend.scores, whole.spend.given_purchase)
    for scores, figures in zip((count, spend), WHOLE[name], strict=True):
        for measure, value in figures.items():
            assert getattr(scores, measure) == pytest.approx(value, rel=2e-4), measure
    assert count.crps < count.mae
    assert count.pit_ks < MOST_PIT_KS[name]
    for level, inside in ((0.8, count.calibration_80), (0.9, count.calibration_90), (0.95, count.calibration_95)):
        assert inside == pytest.approx(level, abs=0.02)
    assert spend.calibration_customers == (cdnow["spent"] > 0).sum()
    assert 0.7 < spend.calibration_80 < 0.8


def test_intervals_cover_although_the_total_is_missed(cdnow, found):
    c = found[2].customers
    count = score(
        cdnow["bought"],
        c.expected_purchases,
        interval_80=c.purchase_quantiles.interval(80),
        interval_95=c.purchase_quantiles.interval(95),
    )
    assert count.coverage_80 > LEAST_COVERED[found[0]]
    assert count.coverage_95 > 0.96
    # CDNOW's last quarter was better than its first three: the model alone is too sure of the total. Pareto/NBD, whose
    # parameters are less certain, is so with its narrower interval only.
    total = found[2].base
    narrow = total.interval_80 if found[0] == "pareto-nbd" else total.interval_95
    assert cdnow["spent"].sum() > narrow.high


def test_tables_add_up_and_the_best_tenth_carries_nearly_half(cdnow, found):
    expected = found[2].customers.expected_purchases
    deciles = decile_table(cdnow["bought"], expected)
    assert sum(row.actual for row in deciles) == 1882
    assert deciles[0].actual / 1882 == pytest.approx(0.467, abs=0.02)
    by_x = by_past_repeats(cdnow["histories"].repeats, cdnow["bought"], expected)
    assert by_x[0].customers == 1411
    assert sum(row.expected for row in by_x) == pytest.approx(expected.sum())


def test_the_incremental_track_shows_the_miss_that_the_cumulative_one_hides(cdnow, found):
    name, fit, _ = found
    model = MODELS[name]
    track = tracking(
        cdnow["first_days"],
        cdnow["repeat_days"],
        lambda t: model.expected_from_start(fit.parameters, t),
        days=545,
    )
    assert track.ends.size == 78
    assert track.cumulative_actual[38] == 2457
    assert track.cumulative_actual[-1] == 2457 + 1882
    cumulative = track.cumulative_expected[-1] / 4339 - 1
    incremental = track.expected[39:].sum() / 1882 - 1
    assert abs(cumulative) < 0.08
    assert incremental < -0.05
    assert incremental < cumulative - 0.03


def test_naive_rules_are_scored_and_the_verdict_is_plain(cdnow, found):
    h = cdnow["histories"]
    rate = same_rate(h.repeats, h.observed_for, 39.0, mean_value=cdnow["spend"].mean_value)
    year = last_year_again(cdnow["so_far"], 273, 273, spend=cdnow["spent_so_far"])
    model = score(cdnow["bought"], found[2].customers.expected_purchases)
    rules = {rule.name: score(cdnow["bought"], rule.purchases) for rule in (rate, year)}
    said = verdict(model, rules, what=Message("purchases"))
    assert len(said) == 2
    assert model.mae < min(scores.mae for scores in rules.values())
    assert all("rule" in str(sentence) or "every measure" in str(sentence) for sentence in said)
    assert np.isfinite(rate.spend).all()
