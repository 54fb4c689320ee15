"""Figures that others published, from tests/reference/behaviour.toml; those marked `reference` need the data."""

import numpy as np
import pytest
from scipy.stats import spearmanr

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

PUBLISHED = BgNbdParameters(0.243, 4.414, 0.793, 2.426)


def close(got, expected, **tolerance):
    np.testing.assert_allclose(got, expected, **({"rtol": 0, "atol": 0} | tolerance))


def test_growth_of_a_new_bg_nbd_customer(figures):  # S1.6
    row = figures["bg-nbd"]["growth"]
    p = BgNbdParameters(**figures["bg-nbd"]["cdnow"]["parameters_more"])
    close(BG_NBD.expected_from_start(p, np.array(row["weeks"])), row["expected"], atol=row["tol"])


def test_bg_nbd_counts_in_39_30_and_2_weeks(figures):  # S1.10 to S1.13
    counts = figures["bg-nbd"]
    row = counts["counts_39"]
    got = BG_NBD.count_distribution(PUBLISHED, 39, 7)
    close(got, row["chances"], atol=row["tol"])
    close(got[0], row["none"], atol=row["none_tol"])
    row = counts["counts_30"]
    close(BG_NBD.count_distribution(PUBLISHED, 30, 20)[row["first"] :], row["chances"], atol=row["tol"])
    row = counts["counts_2"]
    close(BG_NBD.count_distribution(PUBLISHED, 2, 10)[10], row["ten"], rtol=row["rel"])


@pytest.mark.parametrize("name", ["bg-nbd", "mbg-nbd"])
def test_log_likelihood_of_one_customer(figures, name):  # S1.14, S3.3
    model, row = MODELS[name], figures[name]["single"]
    h = PurchaseHistories.from_columns(*np.transpose(row["rows"]))
    got = model.log_likelihood(model.parameter_kind(**row["parameters"]), h)
    close(got, row["log_likelihood"], atol=row["tol"])


def test_who_never_came_back_is_for_bg_nbd_a_customer_for_ever():  # S1.9
    h = PurchaseHistories.from_columns([0, 0], [0, 0], [1, 5000])
    assert BG_NBD.chance_alive(PUBLISHED, h).tolist() == [1.0, 1.0]
    assert not BG_NBD.loses_one_time_buyers
    assert MBG_NBD.loses_one_time_buyers


def told(rows):
    return PurchaseHistories.from_columns(*np.transpose(rows))


def test_answers_of_pareto_nbd_at_the_parameters_of_btyd(figures):  # S2.4 to S2.10, S2.12, S2.14
    row = figures["pareto-nbd"]["btyd"]
    p = ParetoNbdParameters(**row["parameters"])
    close(PARETO_NBD.expected_from_start(p, 52.0), row["year"], rtol=1e-4)
    close(PARETO_NBD.expected_from_start(p, np.arange(10.0)), row["weeks"], rtol=row["weeks_rel"])
    busy = told([row["busy"]["history"]])
    close(PARETO_NBD.chance_alive(p, busy), row["busy"]["chance_alive"], atol=1e-3)
    close(PARETO_NBD.expected_purchases(p, busy, 52.0), row["busy"]["expected_52"], atol=0.01)
    close(PARETO_NBD.expected_purchases(p, told(row["expected_rows"]), 52.0), row["expected_52"], rtol=row["rel"])
    close(PARETO_NBD.chance_alive(p, told(row["alive_rows"])), row["chance_alive"], rtol=row["rel"])
    close(PARETO_NBD.count_distribution(p, 39.0, 7), row["counts_39"], atol=row["counts_tol"])
    h = told(row["discounted_rows"])
    worth = PARETO_NBD.chance_alive(p, h) * PARETO_NBD.discounted_if_alive(p, h, 0.0027)
    close(worth, row["discounted"], rtol=row["rel"])


def test_pareto_nbd_keeps_its_digits_among_the_busiest(figures):  # S2.15, S2.16
    row = figures["pareto-nbd"]["busiest"]
    p = ParetoNbdParameters(**row["parameters"])
    close(PARETO_NBD.expected_purchases(p, told(row["rows"]), 10.0), row["expected_10"], rtol=row["rel"])
    hard, h = ParetoNbdParameters(**row["hard"]), told(row["hard_rows"])
    assert np.isfinite(PARETO_NBD.log_likelihood(hard, h)).all()
    assert (PARETO_NBD.chance_alive(hard, h) < 1).all()


def test_pareto_nbd_on_other_shops(figures):  # S3.11, S3.12, S7.5
    row = figures["pareto-nbd"]["grocery"]
    p, h = ParetoNbdParameters(**row["parameters"]), told(row["rows"])
    close(PARETO_NBD.expected_purchases(p, h, 52.0), row["expected_52"], rtol=row["rel"])
    close(PARETO_NBD.chance_alive(p, h), row["chance_alive"], rtol=row["rel"])
    row = figures["pareto-nbd"]["apparel"]
    p = ParetoNbdParameters(**row["parameters"])
    close(PARETO_NBD.expected_from_start(p, 52.0), row["new_customer_52_weeks"], rtol=row["rel"])


@pytest.mark.parametrize("which", ["ten_customers", "exact"])
def test_expected_value_of_a_purchase(figures, which):  # S4.5, S4.6
    row = figures["gamma-gamma"][which]
    s = SpendHistories.from_columns(row["repeats"], row["mean_value"])
    got = GAMMA_GAMMA.expected_value(GammaGammaParameters(6.25, 3.74, 15.44), s)
    close(got, row["expected"], atol=row.get("tol", 0), rtol=row.get("rel", 0))


@pytest.mark.reference
def test_bg_nbd_on_cdnow(figures, cdnow):  # S1.1 to S1.5, S1.15, S1.16
    row = figures["bg-nbd"]["cdnow"]
    fit = BG_NBD.fit(cdnow.histories)
    assert fit.converged
    found = as_dict(fit.parameters)
    assert found == pytest.approx(row["parameters"], abs=row["parameters_tol"])
    assert found == pytest.approx(row["parameters_more"], rel=row["parameters_more_rel"])
    assert fit.log_likelihood == pytest.approx(row["log_likelihood"], abs=row["log_likelihood_tol"])
    assert fit.standard_errors == pytest.approx(row["standard_errors"], rel=row["standard_errors_rel"])
    assert (fit.aic, fit.bic) == pytest.approx((row["aic"], row["bic"]), abs=row["criteria_tol"])
    assert fit.customers == 2357
    ahead = BG_NBD.expected_purchases(fit.parameters, cdnow.histories, row["holdout_weeks"])
    assert ahead.sum() == pytest.approx(row["holdout_expected"], rel=row["holdout_rel"])
    assert cdnow.bought_later.sum() == row["holdout_actual"]
    year = BG_NBD.expected_from_start(fit.parameters, 52.0)
    assert year == pytest.approx(row["new_customer_52_weeks"], abs=row["new_customer_tol"])


@pytest.mark.reference
def test_bg_nbd_on_one_cdnow_customer(figures, cdnow):  # S1.7, S1.8
    row = figures["bg-nbd"]["one_customer"]
    p = BG_NBD.fit(cdnow.histories).parameters
    h = PurchaseHistories.from_columns(*np.transpose([row["history"]]))
    close(BG_NBD.expected_purchases(p, h, 39), row["expected_39_weeks"], atol=row["tol"])
    close(BG_NBD.chance_alive(p, h), row["chance_alive"], atol=row["tol"])


@pytest.mark.reference
def test_mbg_nbd_on_cdnow(figures, cdnow):  # S3.1, S3.2, S3.4, S3.5
    row = figures["mbg-nbd"]["cdnow"]
    fit = MBG_NBD.fit(cdnow.histories)
    assert fit.converged
    assert as_dict(fit.parameters) == pytest.approx(row["parameters"], abs=row["parameters_tol"])
    assert fit.log_likelihood == pytest.approx(row["log_likelihood"], abs=row["log_likelihood_tol"])
    h = PurchaseHistories.from_columns(*np.transpose(row["rows"]))
    close(MBG_NBD.chance_alive(fit.parameters, h), row["chance_alive"], rtol=row["chance_rel"])
    ahead = MBG_NBD.expected_purchases(fit.parameters, cdnow.histories, row["holdout_weeks"])
    missed = ahead - cdnow.bought_later
    got = ahead.sum(), np.abs(missed).mean(), np.sqrt((missed**2).mean())
    expected = row["holdout_expected"], row["holdout_mae"], row["holdout_rmse"]
    assert got == pytest.approx(expected, rel=row["holdout_rel"])


@pytest.mark.reference
def test_pareto_nbd_on_cdnow(figures, cdnow):  # S2.1 to S2.3, S2.11, S2.13, S2.17, section 8
    row, h = figures["pareto-nbd"]["cdnow"], cdnow.histories
    fit = PARETO_NBD.fit(h)
    p = fit.parameters
    assert fit.converged
    assert as_dict(p) == pytest.approx(row["parameters"], rel=row["parameters_rel"])
    assert fit.log_likelihood == pytest.approx(row["log_likelihood"], abs=row["log_likelihood_tol"])
    alive = PARETO_NBD.chance_alive(p, h).mean()
    assert alive == pytest.approx(row["mean_chance_alive"], abs=row["mean_chance_alive_tol"])
    ends, customers = np.unique(h.observed_for, return_counts=True)
    counts = sum(n * PARETO_NBD.count_distribution(p, t, 7) for t, n in zip(ends, customers, strict=True))
    close(counts, row["expected_by_count"], rtol=row["expected_by_count_rel"])
    ahead = PARETO_NBD.expected_purchases(p, h, row["holdout_weeks"])
    missed = ahead - cdnow.bought_later
    got = [ahead.sum(), np.abs(missed).mean(), np.sqrt((missed**2).mean())]
    got += [np.corrcoef(ahead, cdnow.bought_later)[0, 1], spearmanr(ahead, cdnow.bought_later).statistic]
    expected = [row[f"holdout_{what}"] for what in ("expected", "mae", "rmse", "pearson", "spearman")]
    assert got == pytest.approx(expected, rel=row["holdout_rel"])
    so_far = PARETO_NBD.expected_from_start(p, h.observed_for).sum()
    later = PARETO_NBD.expected_from_start(p, h.observed_for + row["holdout_weeks"]).sum()
    close([so_far, later], row["unconditional"], rtol=row["unconditional_rel"])


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
    row, p = figures["pareto-nbd"]["cdnow"], PARETO_NBD.fit(cdnow.histories).parameters
    first, force = told([row["first_customer"]]), row["weekly_force"]
    alive = PARETO_NBD.chance_alive(p, first)
    got = {
        "chance_alive": alive[0],
        "expected": PARETO_NBD.expected_purchases(p, first, 39.0)[0],
        "discounted": (alive * PARETO_NBD.discounted_if_alive(p, first, force))[0],
    }
    assert got == pytest.approx(row["first_customer_is"], rel=row["customer_rel"])
    h = cdnow.histories
    worth = PARETO_NBD.chance_alive(p, h) * PARETO_NBD.discounted_if_alive(p, h, force)
    assert worth.sum() == pytest.approx(row["discounted_sum"], rel=row["customer_rel"])


@pytest.mark.reference
def test_gamma_gamma_on_cdnow(figures, cdnow):  # S4.1 to S4.4, S4.7, S4.8
    row = figures["gamma-gamma"]["cdnow"]
    fit = GAMMA_GAMMA.fit(cdnow.spend)
    assert fit.converged
    assert fit.customers == 946
    assert as_dict(fit.parameters) == pytest.approx(row["parameters"], abs=row["parameters_tol"])
    assert fit.log_likelihood == pytest.approx(row["log_likelihood"], abs=row["log_likelihood_tol"])
    assert fit.standard_errors == pytest.approx(row["standard_errors"], rel=row["standard_errors_rel"])
    mean = fit.parameters.population_mean
    assert mean == pytest.approx(row["population_mean"], abs=row["population_mean_tol"])

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
    assert got == pytest.approx(row["spend"], abs=0.51)
    assert np.corrcoef(x, spent)[0, 1] == pytest.approx(row["correlation"], abs=0.005)
    without = spent < spent.max()
    got_without = np.corrcoef(x[without], spent[without])[0, 1]
    assert got_without == pytest.approx(row["correlation_without_outlier"], abs=0.005)
