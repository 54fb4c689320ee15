"""Figures that others published about two cohorts of contracts, from tests/reference/behaviour.toml."""

import numpy as np
import pytest

from keyworth.behaviour import CONTRACT_MODELS, SBG, SbgParameters, Survivors
from keyworth.behaviour.contracts.likelihood import ContractLikelihood
from keyworth.behaviour.newton import maximise
from keyworth.behaviour.parameters import as_dict
from reference.held import held

TEN_PER_CENT = np.log(1.1)


@pytest.mark.parametrize("row", range(5))
def test_fits_of_both_cohorts(figures, row):  # S6.1, S6.2, S6.4, S6.5, S6.6
    told_in, row = ("S6.1", "S6.2", "S6.4", "S6.5", "S6.6")[row], figures["contracts"]["fit"][row]
    model = CONTRACT_MODELS[row["model"]]
    fit = model.fit(Survivors.from_columns(figures["contracts"][row["cohort"]]).until(row["until"]))
    assert fit.converged
    assert fit.customers == 1000
    what = f"{model.title}, {row['cohort'].replace('_', ' ')} to year {row['until']}"
    found, top = as_dict(fit.parameters), row["log_likelihood"]
    held(told_in, f"{what}: parameters", found, row["parameters"], atol=row["parameters_tol"])
    held(told_in, f"{what}: log-likelihood", fit.log_likelihood, top, atol=row["log_likelihood_tol"])
    periods = row["survival_from"] + np.arange(len(row["survival"]))
    percent = 100 * model.survival(fit.parameters, periods)
    held(told_in, f"{what}: survival, %", percent, row["survival"], atol=row["survival_tol"])
    if "mean_churn" in row:
        held(told_in, f"{what}: mean churn", fit.parameters.mean_churn, row["mean_churn"], atol=0.005)


def test_from_bad_starts_the_climb_ends_at_the_top(figures):  # S6.3
    row = figures["contracts"]["bad_starts"]
    seen = Survivors.from_columns(figures["contracts"]["high_end"]).until(7).tenures()
    objective, far = ContractLikelihood(SBG, seen), np.full(2, 20.0)
    for start, expected in zip(row["starts"], row["log_likelihood"], strict=True):
        what = f"sBG, log-likelihood at {start[0]:g}, {start[1]:g}"
        held("S6.3", what, objective(np.log(start)).value, expected, atol=row["tol"])
        top = maximise(objective, np.log(start), -far, far)
        what = f"sBG, where a climb from {start[0]:g}, {start[1]:g} ends"
        held("S6.3", what, top.value, row["both_end_at"], atol=row["tol"])
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
        got = {name: missed[name] for name in row[cohort]}
        what = f"curves, {cohort.replace('_', ' ')}: error at year 12"
        held("S6.7", what, got, row[cohort], atol=row["tol"])
        if cohort == "high_end":
            held("S6.7", "curves, high end: R²", explained, row["r_squared"], atol=row["r_squared_tol"])
        fit = SBG.fit(Survivors.from_columns(survivors).until(7))
        ours = 1000 * SBG.survival(fit.parameters, 12) / survivors[12] - 1
        assert -0.05 < ours < -0.01


def test_what_a_customer_is_worth_after_some_periods(figures):  # S6.9
    row = figures["contracts"]["residual"]
    p = SbgParameters(**row["parameters"])
    got = [100 * SBG.discounted_residual(p, TEN_PER_CENT, renewed=period - 1) for period in row["periods"]]
    held("S6.9", "sBG, residual value after 1, 2, 5 periods", got, row["worth"], atol=row["tol"])
    rate = row["constant_retention"]
    got = 100 * rate / (1 - rate / 1.1)
    held("S6.9", "the same at a constant rate of retention", got, row["constant_worth"], atol=1)


def test_what_a_customer_is_worth_who_has_just_signed(figures):  # S6.10
    row = figures["contracts"]["new_customer"]
    got = [SBG.discounted_lifetime(SbgParameters(**values), TEN_PER_CENT) for values in row["parameters"]]
    held("S6.10", "sBG, payments of who has just signed", got, row["payments"], rtol=row["rel"])
