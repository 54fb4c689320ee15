"""Figures that others published about two cohorts of contracts, from tests/reference/behaviour.toml."""

import numpy as np
import pytest

from keyworth.behaviour import CONTRACT_MODELS, SBG, SbgParameters, Survivors
from keyworth.behaviour.contract_likelihood import ContractLikelihood
from keyworth.behaviour.newton import maximise
from keyworth.behaviour.parameters import as_dict

TEN_PER_CENT = np.log(1.1)


@pytest.mark.parametrize("row", range(5))
def test_fits_of_both_cohorts(figures, row):  # S6.1, S6.2, S6.4, S6.5, S6.6
    row = figures["contracts"]["fit"][row]
    model = CONTRACT_MODELS[row["model"]]
    fit = model.fit(Survivors.from_columns(figures["contracts"][row["cohort"]]).until(row["until"]))
    assert fit.converged
    assert fit.customers == 1000
    assert as_dict(fit.parameters) == pytest.approx(row["parameters"], abs=row["parameters_tol"])
    assert fit.log_likelihood == pytest.approx(row["log_likelihood"], abs=row["log_likelihood_tol"])
    periods = row["survival_from"] + np.arange(len(row["survival"]))
    percent = 100 * model.survival(fit.parameters, periods)
    assert percent == pytest.approx(row["survival"], abs=row["survival_tol"])
    if "mean_churn" in row:
        assert fit.parameters.mean_churn == pytest.approx(row["mean_churn"], abs=0.005)


def test_from_bad_starts_the_climb_ends_at_the_top(figures):  # S6.3
    row = figures["contracts"]["bad_starts"]
    seen = Survivors.from_columns(figures["contracts"]["high_end"]).until(7).tenures()
    objective, far = ContractLikelihood(SBG, seen), np.full(2, 20.0)
    for start, expected in zip(row["starts"], row["log_likelihood"], strict=True):
        assert objective(np.log(start)).value == pytest.approx(expected, abs=row["tol"])
        top = maximise(objective, np.log(start), -far, far)
        assert top.value == pytest.approx(row["both_end_at"], abs=row["tol"])
        np.testing.assert_allclose(top.gradient, 0.0, atol=1e-6)


def test_curves_through_the_points_miss_what_the_model_meets(figures):  # S6.1, S6.2, S6.7
    row, t = figures["contracts"]["failing_curves"], np.arange(8)

    def curves(survivors):
        known, log = survivors[:8], np.log(survivors[:8])
        fitted = {
            "linear": np.poly1d(np.polyfit(t, known, 1)),
            "exponential": lambda when: np.exp(np.polyval(np.polyfit(t, log, 1), when)),
            "quadratic": np.poly1d(np.polyfit(t, known, 2)),
        }
        missed = {name: curve(12) / survivors[12] - 1 for name, curve in fitted.items()}
        spread = ((known - known.mean()) ** 2).sum()
        return missed, {name: 1 - ((known - curve(t)) ** 2).sum() / spread for name, curve in fitted.items()}

    for cohort in ("high_end", "regular"):
        survivors = np.array(figures["contracts"][cohort], dtype=float)
        missed, explained = curves(survivors)
        assert {name: missed[name] for name in row[cohort]} == pytest.approx(row[cohort], abs=row["tol"])
        if cohort == "high_end":
            assert explained == pytest.approx(row["r_squared"], abs=row["r_squared_tol"])
        fit = SBG.fit(Survivors.from_columns(survivors).until(7))
        ours = 1000 * SBG.survival(fit.parameters, 12) / survivors[12] - 1
        assert -0.05 < ours < -0.01


def test_what_a_customer_is_worth_after_some_periods(figures):  # S6.9
    row = figures["contracts"]["residual"]
    p = SbgParameters(**row["parameters"])
    for period, worth in zip(row["periods"], row["worth"], strict=True):
        got = 100 * SBG.discounted_residual(p, TEN_PER_CENT, renewed=period - 1)
        assert got == pytest.approx(worth, abs=row["tol"])
    rate = row["constant_retention"]
    assert 100 * rate / (1 - rate / 1.1) == pytest.approx(row["constant_worth"], abs=1)


def test_what_a_customer_is_worth_who_has_just_signed(figures):  # S6.10
    row = figures["contracts"]["new_customer"]
    for values, payments in zip(row["parameters"], row["payments"], strict=True):
        got = SBG.discounted_lifetime(SbgParameters(**values), TEN_PER_CENT)
        assert got == pytest.approx(payments, rel=row["rel"])
