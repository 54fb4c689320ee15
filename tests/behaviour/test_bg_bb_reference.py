"""BG/BB on the donations of its paper: figures that others published, from tests/reference/behaviour.toml."""

import csv

import numpy as np
import pytest

from keyworth.behaviour.occasions.bg_bb import BG_BB, BgBbParameters
from keyworth.behaviour.occasions.occasion_histories import OccasionHistories
from keyworth.behaviour.parameters import as_dict
from reference.held import held

PUBLISHED = BgBbParameters(1.204, 0.750, 0.657, 2.783)


@pytest.fixture(scope="module")
def donations(figures):
    return figures["bg-bb"]["donations"]


@pytest.fixture(scope="module")
def donors(donations):
    x, last, customers = np.transpose(donations["cells"])
    return OccasionHistories.from_columns(x, last, np.full(len(x), donations["years"]), customers)


@pytest.fixture(scope="module")
def fit(donors):
    return BG_BB.fit(donors)


def told(rows):
    return OccasionHistories.from_columns(*np.transpose(rows))


def test_the_fit(donations, fit):  # S5.1, S5.2
    assert fit.converged
    found, more, top = as_dict(fit.parameters), donations["parameters_more"], donations["log_likelihood"]
    held("S5.1", "BG/BB, parameters", found, donations["parameters"], atol=donations["parameters_tol"])
    held("S5.1", "BG/BB, parameters to more digits", found, more, atol=donations["parameters_more_tol"])
    held("S5.2", "BG/BB, log-likelihood", fit.log_likelihood, top, atol=donations["log_likelihood_tol"])
    assert (fit.customers, fit.unique_histories) == (11_104, 22)


def test_growth_of_a_new_donor(donations, fit):  # S5.3
    got = BG_BB.expected_from_start(fit.parameters, np.arange(1.0, 12.0))
    held("S5.3", "BG/BB, gifts of a new donor in 1 to 11 years", got, donations["growth"], rtol=donations["growth_rel"])


def test_chances_to_be_a_donor_in_2002(figures):  # S5.4
    row = figures["bg-bb"]["alive"]
    got = BG_BB.chance_alive(PUBLISHED, told(row["rows"]))
    held("S5.4", "BG/BB, chance to be a donor in 2002", got, row["chance_alive"], atol=row["tol"])


def test_all_donations_of_the_next_five_years(donations, donors, fit):  # S5.5
    ahead = BG_BB.expected_purchases(fit.parameters, donors, 5) * donors.customers
    expected = donations["expected_2002_2006"]
    held("S5.5", "BG/BB, gifts of all in 2002 to 2006", ahead.sum(), expected, atol=donations["donors_tol"])


def test_donors_with_none_and_with_six_repeats(donations, donors, fit):  # S5.6
    counts = donors.customers.sum() * BG_BB.count_distribution(fit.parameters, 6, 6)
    expected = donations["with_none_and_six"]
    held("S5.6", "BG/BB, donors with none and with six repeats", counts[[0, 6]], expected, atol=donations["donors_tol"])


def test_log_likelihood_of_one_donor(figures):  # S5.7
    row = figures["bg-bb"]["single"]
    got = BG_BB.log_likelihood(PUBLISHED, told(row["rows"]))
    held("S5.7", "BG/BB, log-likelihood of one donor", got, row["log_likelihood"], rtol=row["rel"])
    held("S5.7", "the same, as recomputed", got, row["recomputed"], rtol=row["recomputed_rel"])


def test_chances_and_donations_of_one_donor(figures, fit):  # S5.8
    row = figures["bg-bb"]["futures"]
    h = told(row["rows"])
    alive, ahead = BG_BB.chance_alive(fit.parameters, h), BG_BB.expected_purchases(fit.parameters, h, 5)
    held("S5.8", "BG/BB, chance to be a donor", alive, row["chance_alive"], rtol=row["rel"])
    held("S5.8", "BG/BB, gifts in five years", ahead, row["expected"], rtol=row["rel"])


def test_all_the_future_of_one_donor_discounted(figures, fit):  # S5.9
    row = figures["bg-bb"]["discounted"]
    h = told(row["rows"])
    if_alive = BG_BB.discounted_if_alive(fit.parameters, h, np.log1p(row["rate"]))
    worth = BG_BB.chance_alive(fit.parameters, h) * if_alive
    held("S5.9", "BG/BB, discounted gifts to come", worth, row["expected"], rtol=row["rel"])


@pytest.mark.reference
def test_the_shared_donations_and_what_came_of_them(shared, donations, donors, fit):
    with (shared / "data/donations/donations_rf_with_holdout_totals.csv").open(encoding="utf-8") as file:
        rows = [
            [float(row[name]) for name in ("x", "t_x", "n_cal", "custs", "x_star_total")]
            for row in csv.DictReader(file)
        ]
    x, last, years, customers, later = np.transpose(rows)
    h = OccasionHistories.from_columns(x, last, years, customers)
    same, own = h.distinct(), donors.distinct()
    for name in ("repeats", "last_repeat", "occasions", "customers"):
        np.testing.assert_array_equal(getattr(same, name), getattr(own, name))
    assert BG_BB.fit(h).log_likelihood == fit.log_likelihood
    ahead = BG_BB.expected_purchases(fit.parameters, h, 5) * customers
    assert later.sum() == donations["actual_2002_2006"]
    assert ahead.sum() / later.sum() - 1 == pytest.approx(donations["bias"], abs=0.001)
    # Too high for those who gave in the last year, too low for the long silent.
    lately = last == 6
    assert ahead[lately].sum() / later[lately].sum() - 1 == pytest.approx(donations["bias_of_last_years"], abs=0.001)

    with (shared / "data/donations/annual_repeat_transactions_1996_2006.csv").open(encoding="utf-8") as file:
        by_year = np.array([float(row["repeat_transactions"]) for row in csv.DictReader(file)])
    grown = customers.sum() * np.diff(BG_BB.expected_from_start(fit.parameters, np.arange(12.0)))
    assert by_year[:6].sum() == (x * customers).sum()
    assert grown[:6].sum() == pytest.approx(by_year[:6].sum(), rel=0.002)
    np.testing.assert_allclose(grown, by_year, rtol=donations["worst_year"])
