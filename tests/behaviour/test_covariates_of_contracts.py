"""What is known of customers moves how readily they leave a contract, on tenures one by one and counted."""

import numpy as np
import pytest

from keyworth.behaviour import BDW, SBG, BdwParameters, SbgParameters, Tenures, pooled, with_covariates

pytest.importorskip("formulaic")

TRUTHS = [(SBG, SbgParameters(0.8, 2.5)), (BDW, BdwParameters(0.9, 3.0, 1.3))]
FORMULAS = {"leaving": "plan + age", "staying": "plan"}
MOVES = {"year": -0.4, "month": 0.4}


def signed(model, p, n, seed=1):
    """Renewals tossed one by one by customers whose plan and age move both parameters of the chance to leave."""
    rng = np.random.default_rng(seed)
    plan, age, pace = rng.choice(list(MOVES), n), rng.normal(size=n), getattr(p, "c", 1.0)
    effect = np.vectorize(MOVES.get)(plan)
    theta = rng.beta(p.alpha * np.exp(effect + 0.3 * age), p.beta * np.exp(-0.5 * effect))
    watched = rng.integers(4, 20, n)
    lived, ended = np.zeros(n), np.zeros(n, dtype=bool)
    for t in range(1, 20):
        deciding = ~ended & (watched >= t)
        lived[deciding] = t
        ended[deciding] = rng.random(deciding.sum()) >= (1.0 - theta[deciding]) ** (t**pace - (t - 1) ** pace)
    return Tenures.from_columns(lived, ended), {"plan": plan, "age": age}


@pytest.mark.parametrize(("model", "truth"), [TRUTHS[0], pytest.param(*TRUTHS[1], marks=pytest.mark.slow)])
def test_what_moves_leaving_is_found(model, truth):
    seen, table = signed(model, truth, 6000)
    fit = with_covariates(model, seen, table, FORMULAS, ridge=0.0)
    assert fit.converged
    assert fit.customers == 6000
    for process, name, value in (
        ("leaving", "plan[month]", 0.4),
        ("leaving", "age", 0.3),
        ("staying", "plan[month]", -0.2),
    ):
        found = fit.coefficient(process, name)
        assert abs(found.value - value) < 3 * found.standard_error
    assert fit.coefficient("leaving", "age").standard_error < 0.04
    for name, error in fit.standard_errors.items():
        assert abs(getattr(fit.parameters, name) - getattr(truth, name)) < 3 * error
    own = fit.customers_of(table)
    assert own.log_likelihood(seen).sum() == pytest.approx(fit.log_likelihood, rel=1e-11)
    first = fit.customers_of({name: column[:200] for name, column in table.items()})
    one_by_one = first.ask(seen.rows(slice(0, 200)), model.log_likelihood)
    assert own.log_likelihood(seen)[:200] == pytest.approx(one_by_one, rel=1e-9, abs=1e-12)
    assert fit.lift.p_value < 1e-10


def test_customers_may_be_counted_and_a_curve_is_told_for_each_sort():
    seen, table = signed(*TRUTHS[0], 2000)
    by_plan = {"leaving": "plan"}
    fit = with_covariates(SBG, seen, table, by_plan, ridge=0.0)
    rows, counts = np.unique(
        np.column_stack([seen.periods, seen.ended, table["plan"] == "year"]), axis=0, return_counts=True
    )
    counted = Tenures.from_columns(rows[:, 0], rows[:, 1], counts)
    again = with_covariates(SBG, counted, {"plan": np.where(rows[:, 2], "year", "month")}, by_plan, ridge=0.0)
    assert again.log_likelihood == pytest.approx(fit.log_likelihood, rel=1e-12)
    assert again.customers == 2000
    new = fit.customers_of({"plan": ["year", "month"]})
    p = new.parameters[new.which[0]]
    assert new.survival([1, 2, 5]).shape == (2, 3)
    assert new.survival([1, 2, 5])[0].tolist() == SBG.survival(p, [1, 2, 5]).tolist()
    assert (np.diff(new.retention_rate([1, 2, 5]), axis=1) > 0).all()
    worth = new.mean(lambda each: SBG.discounted_lifetime(each, 0.01, ahead=24))
    assert worth[0] > worth[1]
    odds = [each.alpha / each.beta for each in (new.parameters[at] for at in new.which)]
    assert odds[1] / odds[0] == pytest.approx(np.exp(2 * fit.coefficient("leaving", "plan[month]").value))


@pytest.mark.parametrize(("model", "truth"), TRUTHS, ids=["sbg", "bdw"])
def test_without_a_coefficient_it_is_the_fit_without_covariates(model, truth):
    seen, table = signed(model, truth, 1500)
    tight = with_covariates(model, seen, table, {"leaving": "plan + age"}, ridge=1e12)
    assert tight.log_likelihood == pytest.approx(tight.plain.log_likelihood, abs=1e-5)
    for name, error in tight.plain.standard_errors.items():
        assert getattr(tight.parameters, name) == pytest.approx(getattr(tight.plain.parameters, name), rel=1e-4)
        assert tight.standard_errors[name] == pytest.approx(error, rel=1e-3)


@pytest.mark.slow
def test_plans_borrow_from_one_another():
    rng = np.random.default_rng(2)
    parts, names = [], []
    for at, effect in enumerate(rng.normal(0.0, 0.5, 12)):
        watched = rng.integers(4, 20, 250)
        parts.append(SBG.simulate(SbgParameters(0.8 * np.exp(effect), 2.5), watched, seed=at))
        names += [f"plan {at:02}"] * 250
    fit = pooled(SBG, Tenures.together(*parts), names)
    assert fit.converged
    assert list(fit.spreads) == ["leaving"]
    assert 0.25 < fit.spreads["leaving"] < 0.9
    assert fit.lift.p_value < 0.001
