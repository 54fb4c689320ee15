"""Figures that others published, from tests/reference/behaviour.toml; those marked `reference` need the data."""

import csv

import numpy as np
import pytest
from scipy.stats import skew

from keyworth.behaviour import (
    BG_NBD,
    GAMMA_GAMMA,
    GAMMA_GOMPERTZ_NBD,
    MBG_NBD,
    MODELS,
    PARETO_NBD,
    BgNbdParameters,
    GammaGammaParameters,
    ParetoNbdParameters,
    PurchaseHistories,
    SpendHistories,
)
from keyworth.behaviour.newton import maximise
from keyworth.behaviour.parameters import as_dict
from reference.held import held

PUBLISHED = BgNbdParameters(0.243, 4.414, 0.793, 2.426)


def test_growth_of_a_new_bg_nbd_customer(figures):  # S1.6
    row = figures["bg-nbd"]["growth"]
    p = BgNbdParameters(**figures["bg-nbd"]["cdnow"]["parameters_more"])
    got = BG_NBD.expected_from_start(p, np.array(row["weeks"]))
    held("S1.6", "BG/NBD, a new customer's repeats in six spans", got, row["expected"], atol=row["tol"])


def test_bg_nbd_counts_in_39_30_and_2_weeks(figures):  # S1.10 to S1.13
    counts = figures["bg-nbd"]
    row = counts["counts_39"]
    got = BG_NBD.count_distribution(PUBLISHED, 39, 7)
    held("S1.11", "BG/NBD, chances of 0 to 7 repeats in 39 weeks", got, row["chances"], atol=row["tol"])
    held("S1.10", "BG/NBD, chance of no repeat in 39 weeks", got[0], row["none"], atol=row["none_tol"])
    row = counts["counts_30"]
    got = BG_NBD.count_distribution(PUBLISHED, 30, 20)[row["first"] :]
    held("S1.12", "BG/NBD, chances of 11 to 20 repeats in 30 weeks", got, row["chances"], atol=row["tol"])
    row = counts["counts_2"]
    got = BG_NBD.count_distribution(PUBLISHED, 2, 10)[10]
    held("S1.13", "BG/NBD, chance of 10 repeats in 2 weeks", got, row["ten"], rtol=row["rel"])


@pytest.mark.parametrize("name", ["bg-nbd", "mbg-nbd"])
def test_log_likelihood_of_one_customer(figures, name):  # S1.14, S3.3
    model, row = MODELS[name], figures[name]["single"]
    h = PurchaseHistories.from_columns(*np.transpose(row["rows"]))
    got = model.log_likelihood(model.parameter_kind(**row["parameters"]), h)
    told_in = {"bg-nbd": "S1.14", "mbg-nbd": "S3.3"}[name]
    held(told_in, f"{model.title}, log-likelihood of one customer", got, row["log_likelihood"], atol=row["tol"])


def test_who_never_came_back_is_for_bg_nbd_a_customer_for_ever():  # S1.9
    h = PurchaseHistories.from_columns([0, 0], [0, 0], [1, 5000])
    held("S1.9", "BG/NBD, chance active without a repeat", BG_NBD.chance_alive(PUBLISHED, h), [1.0, 1.0])
    assert not BG_NBD.loses_one_time_buyers
    assert MBG_NBD.loses_one_time_buyers


def told(rows):
    return PurchaseHistories.from_columns(*np.transpose(rows))


def test_answers_of_pareto_nbd_at_the_parameters_of_btyd(figures):  # S2.4 to S2.10, S2.12, S2.14
    row = figures["pareto-nbd"]["btyd"]
    p = ParetoNbdParameters(**row["parameters"])
    year, weeks = PARETO_NBD.expected_from_start(p, 52.0), PARETO_NBD.expected_from_start(p, np.arange(10.0))
    held("S2.4", "Pareto/NBD, a new customer's repeats in 52 weeks", year, row["year"], rtol=1e-4)
    held("S2.5", "Pareto/NBD, a new customer's repeats in 0 to 9 weeks", weeks, row["weeks"], rtol=row["weeks_rel"])
    busy, h = row["busy"], told([row["busy"]["history"]])
    alive, ahead = PARETO_NBD.chance_alive(p, h), PARETO_NBD.expected_purchases(p, h, 52.0)
    held("S2.6", "Pareto/NBD, chance active after 26 repeats", alive, [busy["chance_alive"]], atol=1e-3)
    held("S2.6", "Pareto/NBD, purchases in 52 weeks after 26 repeats", ahead, [busy["expected_52"]], atol=0.01)
    ahead = PARETO_NBD.expected_purchases(p, told(row["expected_rows"]), 52.0)
    held("S2.7", "Pareto/NBD, purchases in 52 weeks of the silent", ahead, row["expected_52"], rtol=row["rel"])
    alive = PARETO_NBD.chance_alive(p, told(row["alive_rows"]))
    for told_in, repeats, some in (("S2.8", 1, slice(0, 3)), ("S2.9", 5, slice(3, 6)), ("S2.10", 0, slice(6, 7))):
        what = f"Pareto/NBD, chance active at 39 weeks, x = {repeats}"
        held(told_in, what, alive[some], row["chance_alive"][some], rtol=row["rel"])
    counts = PARETO_NBD.count_distribution(p, 39.0, 7)
    held(
        "S2.12", "Pareto/NBD, chances of 0 to 7 repeats in 39 weeks", counts, row["counts_39"],
        atol=row["counts_tol"], note="the parameters are printed to five digits only; the list allows 1e-6",
    )  # fmt: skip
    h = told(row["discounted_rows"])
    worth = PARETO_NBD.chance_alive(p, h) * PARETO_NBD.discounted_if_alive(p, h, 0.0027)
    held("S2.14", "Pareto/NBD, discounted purchases to come", worth, row["discounted"], rtol=row["rel"])


def test_pareto_nbd_keeps_its_digits_among_the_busiest(figures):  # S2.15, S2.16
    row = figures["pareto-nbd"]["busiest"]
    p = ParetoNbdParameters(**row["parameters"])
    ahead = PARETO_NBD.expected_purchases(p, told(row["rows"]), 10.0)
    held("S2.15", "Pareto/NBD, purchases in 10 weeks after 132 and 133", ahead, row["expected_10"], rtol=row["rel"])
    hard, h = ParetoNbdParameters(**row["hard"]), told(row["hard_rows"])
    finite = np.isfinite(PARETO_NBD.log_likelihood(hard, h))
    held("S2.16", "Pareto/NBD, log-likelihood is finite (1: yes)", finite, [1, 1, 1])
    assert (PARETO_NBD.chance_alive(hard, h) < 1).all()


def test_answers_at_the_parameters_of_other_shops(figures):  # S3.11, S3.12, S7.5
    row = figures["pareto-nbd"]["grocery"]
    p, h = ParetoNbdParameters(**row["parameters"]), told(row["rows"])
    ahead, alive = PARETO_NBD.expected_purchases(p, h, 52.0), PARETO_NBD.chance_alive(p, h)
    held("S3.11", "Pareto/NBD, grocery: purchases in 52 weeks", ahead, row["expected_52"], rtol=row["rel"])
    held("S3.12", "Pareto/NBD, grocery: chance active", alive, row["chance_alive"], rtol=row["rel"])
    for model in (PARETO_NBD, BG_NBD):
        row = figures[model.name]["apparel"]
        year = model.expected_from_start(model.parameter_kind(**row["parameters"]), 52.0)
        what = f"{model.title}, apparel: a new customer's repeats in 52 weeks"
        held("S7.5", what, year, row["new_customer_52_weeks"], rtol=row["rel"])


@pytest.mark.parametrize("which", ["ten_customers", "exact"])
def test_expected_value_of_a_purchase(figures, which):  # S4.5, S4.6
    row = figures["gamma-gamma"][which]
    s = SpendHistories.from_columns(row["repeats"], row["mean_value"])
    got = GAMMA_GAMMA.expected_value(GammaGammaParameters(6.25, 3.74, 15.44), s)
    told_in = {"ten_customers": "S4.5", "exact": "S4.6"}[which]
    what = "Gamma-Gamma, expected value of a purchase"
    held(told_in, what, got, row["expected"], atol=row.get("tol", 0), rtol=row.get("rel", 0))


@pytest.mark.reference
def test_bg_nbd_on_cdnow(figures, cdnow):  # S1.1 to S1.5, S1.15, S1.16
    row = figures["bg-nbd"]["cdnow"]
    fit = BG_NBD.fit(cdnow.histories)
    assert fit.converged
    found, more = as_dict(fit.parameters), row["parameters_more"]
    held("S1.1", "BG/NBD, parameters", found, row["parameters"], atol=row["parameters_tol"])
    held("S1.2", "BG/NBD, parameters to more digits", found, more, rtol=row["parameters_more_rel"])
    held("S1.3", "BG/NBD, log-likelihood", fit.log_likelihood, row["log_likelihood"], atol=row["log_likelihood_tol"])
    errors = row["standard_errors"]
    held("S1.4", "BG/NBD, standard errors", fit.standard_errors, errors, rtol=row["standard_errors_rel"])
    held("S1.5", "BG/NBD, AIC and BIC", [fit.aic, fit.bic], [row["aic"], row["bic"]], atol=row["criteria_tol"])
    assert fit.customers == 2357
    ahead = BG_NBD.expected_purchases(fit.parameters, cdnow.histories, row["holdout_weeks"]).sum()
    held("S1.15", "BG/NBD, purchases in 39 weeks, all", ahead, row["holdout_expected"], rtol=row["holdout_rel"])
    held("S1.15", "purchases in 39 weeks that came", cdnow.bought_later.sum(), row["holdout_actual"])
    year = BG_NBD.expected_from_start(fit.parameters, 52.0)
    what = "BG/NBD, a new customer's repeats in 52 weeks"
    held("S1.16", what, year, row["new_customer_52_weeks"], atol=row["new_customer_tol"])


@pytest.mark.reference
def test_bg_nbd_on_one_cdnow_customer(figures, cdnow):  # S1.7, S1.8
    row = figures["bg-nbd"]["one_customer"]
    p = BG_NBD.fit(cdnow.histories).parameters
    h = PurchaseHistories.from_columns(*np.transpose([row["history"]]))
    ahead, alive = BG_NBD.expected_purchases(p, h, 39), BG_NBD.chance_alive(p, h)
    held("S1.7", "BG/NBD, purchases in 39 weeks of one", ahead, [row["expected_39_weeks"]], atol=row["tol"])
    held("S1.8", "BG/NBD, chance active of one", alive, [row["chance_alive"]], atol=row["tol"])


@pytest.mark.reference
def test_mbg_nbd_on_cdnow(figures, cdnow):  # S3.1, S3.2, S3.4, S3.5
    row = figures["mbg-nbd"]["cdnow"]
    fit = MBG_NBD.fit(cdnow.histories)
    assert fit.converged
    held("S3.1", "MBG/NBD, parameters", as_dict(fit.parameters), row["parameters"], atol=row["parameters_tol"])
    held("S3.2", "MBG/NBD, log-likelihood", fit.log_likelihood, row["log_likelihood"], atol=row["log_likelihood_tol"])
    alive = MBG_NBD.chance_alive(fit.parameters, told(row["rows"]))
    held("S3.4", "MBG/NBD, chance active", alive, row["chance_alive"], rtol=row["chance_rel"])
    ahead = MBG_NBD.expected_purchases(fit.parameters, cdnow.histories, row["holdout_weeks"])
    missed = ahead - cdnow.bought_later
    got = {"expected": ahead.sum(), "mae": np.abs(missed).mean(), "rmse": np.sqrt((missed**2).mean())}
    expected = {measure: row[f"holdout_{measure}"] for measure in got}
    held("S3.5", "MBG/NBD, 39 weeks ahead", got, expected, rtol=row["holdout_rel"])


@pytest.mark.reference
def test_pareto_nbd_on_cdnow(figures, cdnow):  # S2.1 to S2.3, S2.11, S2.13, S2.17, S2.17b
    row, h = figures["pareto-nbd"]["cdnow"], cdnow.histories
    fit = PARETO_NBD.fit(h)
    p = fit.parameters
    assert fit.converged
    held("S2.1", "Pareto/NBD, parameters", as_dict(p), row["parameters"], rtol=row["parameters_rel"])
    for tool, theirs in row["parameters_of_tools"].items():
        held("S2.2", f"Pareto/NBD, parameters of {tool}", as_dict(p), theirs, rtol=row["parameters_rel"])
    top = row["log_likelihood"]
    held("S2.3", "Pareto/NBD, log-likelihood", fit.log_likelihood, top, atol=row["log_likelihood_tol"])
    alive, theirs = PARETO_NBD.chance_alive(p, h).mean(), row["mean_chance_alive"]
    held("S2.11", "Pareto/NBD, mean chance active", alive, theirs, atol=row["mean_chance_alive_tol"])
    ends, customers = np.unique(h.observed_for, return_counts=True)
    counts = sum(n * PARETO_NBD.count_distribution(p, t, 7) for t, n in zip(ends, customers, strict=True))
    what = "Pareto/NBD, customers with 0 to 7 repeats"
    held("S2.13", what, counts, row["expected_by_count"], rtol=row["expected_by_count_rel"])
    ahead = PARETO_NBD.expected_purchases(p, h, row["holdout_weeks"])
    what = "Pareto/NBD, purchases in 39 weeks, all"
    held("S2.17", what, ahead.sum(), row["holdout_expected"], rtol=row["holdout_rel"])
    so_far = PARETO_NBD.expected_from_start(p, h.observed_for).sum()
    later = PARETO_NBD.expected_from_start(p, h.observed_for + row["holdout_weeks"]).sum()
    what = "Pareto/NBD, of customers not yet known: repeats in 39 weeks, in 78, between"
    held("S2.17b", what, [so_far, later, later - so_far], row["unconditional"], rtol=row["unconditional_rel"])


@pytest.mark.reference
def test_every_start_climbs_to_the_top_of_pareto_nbd_on_cdnow(figures, cdnow):  # S2.2, S2.3
    row, unique = figures["pareto-nbd"]["cdnow"], cdnow.histories.unique().in_order()
    objective = PARETO_NBD.objective(unique, ParetoNbdParameters(**row["parameters"]))
    middle = np.log([1.0, 33.0, 1.0, 33.0])
    for start in np.random.default_rng(1).uniform(-4, 4, (8, 4)):
        top = maximise(objective, middle + start, middle - np.log(1e5), middle + np.log(1e5))
        assert top.value == pytest.approx(row["log_likelihood"], abs=row["log_likelihood_tol"])


@pytest.mark.reference
def test_cdnow_does_not_age(cdnow):
    """Gamma-Gompertz/NBD ends where Pareto/NBD does, and says that it ran to the edge."""
    simpler, richer = PARETO_NBD.fit(cdnow.histories), GAMMA_GOMPERTZ_NBD.fit(cdnow.histories)
    assert richer.log_likelihood == pytest.approx(simpler.log_likelihood, abs=1e-3)
    assert not richer.converged
    assert "ran to the edge" in str(richer.verdict)
    np.testing.assert_allclose(
        GAMMA_GOMPERTZ_NBD.expected_purchases(richer.parameters, cdnow.histories, 39.0),
        PARETO_NBD.expected_purchases(simpler.parameters, cdnow.histories, 39.0),
        rtol=1e-3,
    )


@pytest.mark.reference
def test_pareto_nbd_of_the_first_cdnow_customer_and_of_all(figures, cdnow):  # S2.18, S2.19
    row, p, spend = figures["pareto-nbd"]["cdnow"], PARETO_NBD.fit(cdnow.histories).parameters, cdnow.spend
    first, force, money = told([row["first_customer"]]), row["weekly_force"], GAMMA_GAMMA.fit(spend).parameters
    alive = PARETO_NBD.chance_alive(p, first)[0]
    worth = alive * PARETO_NBD.discounted_if_alive(p, first, force)[0]
    got = {
        "chance_alive": alive,
        "expected": PARETO_NBD.expected_purchases(p, first, 39.0)[0],
        "discounted": worth,
    }
    held("S2.18", "Pareto/NBD, customer 1", got, row["first_customer_is"], rtol=row["customer_rel"])
    value = GAMMA_GAMMA.expected_value(money, SpendHistories.from_columns([2], [row["first_customer_mean"]]))[0]
    got = {"spend": value, "clv": worth * value}
    what = "Pareto/NBD and Gamma-Gamma, customer 1"
    held("S2.18", what, got, row["first_customer_spends"], rtol=row["customer_spends_rel"])
    h = cdnow.histories
    worth = PARETO_NBD.chance_alive(p, h) * PARETO_NBD.discounted_if_alive(p, h, force)
    values = GAMMA_GAMMA.expected_value(money, spend)
    got = {"discounted": worth.sum(), "spend": values.sum(), "clv": (worth * values).sum()}
    held("S2.19", "Pareto/NBD and Gamma-Gamma, all customers", got, row["sums"], rtol=row["sums_rel"])


@pytest.mark.reference
def test_what_rounding_to_two_decimals_does_to_a_fit(figures, shared):  # S0.3
    with (shared / "data/cdnow/cdnow_customers_summary_with_transactions.csv").open(encoding="utf-8") as file:
        rows = np.array([[float(row[name]) for name in ("x", "t_x", "T", "zbar")] for row in csv.DictReader(file)])
    h, row = told(rows[:, :3]), figures["rounded"]
    got = {model.name: model.fit(h).log_likelihood for model in (BG_NBD, PARETO_NBD)}
    got["gamma-gamma"] = GAMMA_GAMMA.fit(SpendHistories.from_columns(rows[:, 0], rows[:, 3])).log_likelihood
    held("S0.3", "log-likelihoods of the copied summary", got, row["log_likelihood"], atol=row["tol"])


@pytest.mark.reference
def test_gamma_gamma_on_cdnow(figures, cdnow):  # S4.1 to S4.4, S4.7, S4.8
    row = figures["gamma-gamma"]["cdnow"]
    fit = GAMMA_GAMMA.fit(cdnow.spend)
    assert fit.converged
    assert fit.customers == 946
    held("S4.1", "Gamma-Gamma, parameters", as_dict(fit.parameters), row["parameters"], atol=row["parameters_tol"])
    top = row["log_likelihood"]
    held("S4.2", "Gamma-Gamma, log-likelihood", fit.log_likelihood, top, atol=row["log_likelihood_tol"])
    errors = row["standard_errors"]
    held("S4.3", "Gamma-Gamma, standard errors", fit.standard_errors, errors, rtol=row["standard_errors_rel"])
    mean, theirs = fit.parameters.population_mean, row["population_mean"]
    held("S4.4", "Gamma-Gamma, mean value of all", mean, theirs, atol=row["population_mean_tol"])

    x, spent = cdnow.spend.repeats[cdnow.spend.usable], cdnow.spend.mean_value[cdnow.spend.usable]
    z = (spent - spent.mean()) / spent.std()
    whole = np.rint(spent).astype(int)
    got = {
        "min": spent.min(),
        "q1": np.quantile(spent, 0.25),
        "median": np.median(spent),
        "mean": spent.mean(),
        "q3": np.quantile(spent, 0.75),
        "max": spent.max(),
        "sd": spent.std(ddof=1),
        "mode": np.bincount(whole).argmax(),
        "kurtosis": (z**4).mean() - 3,  # in excess of the normal distribution
    }
    held("S4.7", "mean spend of the 946", got, row["spend"], atol=0.51)
    why = "the same 946 values meet all the other figures of this row"
    held("S4.7", "its skewness", skew(spent), row["skewness"], atol=0.51, source_errs=True, note=why)
    together = np.corrcoef(x, spent)[0, 1]
    held("S4.8", "correlation of mean spend and repeats", together, row["correlation"], atol=0.005)
    without = spent < spent.max()
    together = np.corrcoef(x[without], spent[without])[0, 1]
    held("S4.8", "the same without the outlier", together, row["correlation_without_outlier"], atol=0.005)
