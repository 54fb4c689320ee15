"""What the fit of every buying model keeps: a maximum, near the truth, the same in any order, form and unit."""

import numpy as np
import pytest
from every_model import EXAMPLES, FIRST_CHANCE, made

from keyworth.behaviour import MODELS, PurchaseHistories, UniqueHistories
from keyworth.behaviour.parameters import as_array, as_dict, from_array
from keyworth.errors import NotEnoughHistory
from keyworth.units import TimeUnit

pytestmark = pytest.mark.parametrize("name", MODELS)


def test_the_fit_is_a_maximum_with_exact_curvature(name, simulate):
    model = MODELS[name]
    h = made(simulate, name, 4000)
    fit = model.fit(h)
    assert fit.converged, fit.verdict
    assert fit.model == name
    assert fit.unit is TimeUnit.WEEK
    assert fit.customers == 4000
    assert fit.log_likelihood == pytest.approx(model.log_likelihood(fit.parameters, h).sum(), rel=1e-12)
    k = len(model.parameter_names)
    assert fit.aic == pytest.approx(2 * k - 2 * fit.log_likelihood)
    assert fit.bic == pytest.approx(k * np.log(4000) - 2 * fit.log_likelihood)

    at, step = np.log(as_array(fit.parameters)), 1e-3

    def value(logs):
        return float(model.log_likelihood(from_array(model.parameter_kind, np.exp(logs)), h).sum())

    eye = np.eye(k) * step
    slope = [(value(at + e) - value(at - e)) / (2 * step) for e in eye]
    curve = np.array(
        [
            [
                (value(at + e + d) - value(at + e - d) - value(at - e + d) + value(at - e - d)) / (4 * step**2)
                for d in eye
            ]
            for e in eye
        ]
    )
    np.testing.assert_allclose(np.linalg.inv(fit.covariance), -curve, rtol=2e-3, atol=0.5)
    np.testing.assert_allclose(slope, 0, atol=0.01)
    by_delta = np.sqrt(np.diag(fit.covariance)) * as_array(fit.parameters)
    np.testing.assert_allclose(list(fit.standard_errors.values()), by_delta, rtol=1e-6)
    for away in np.eye(k) * 0.3:
        assert max(value(at + away), value(at - away)) < fit.log_likelihood


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fit_recovers_the_truth_within_three_standard_errors(name, simulate, seed):
    model = MODELS[name]
    fit = model.fit(made(simulate, name, 10_000, seed))
    assert fit.converged
    missed = as_array(fit.parameters) - EXAMPLES[name]
    assert (np.abs(missed) < 3 * np.array(list(fit.standard_errors.values()))).all(), missed


def test_a_fit_counts_weights_and_does_not_mind_the_order_or_the_unit(name, simulate):
    model = MODELS[name]
    h = made(simulate, name, 2000)
    x, last, observed = h.repeats, h.last_repeat, h.observed_for
    plain = model.fit(h)
    reversed_ = model.fit(PurchaseHistories.from_columns(x[::-1], last[::-1], observed[::-1]))
    assert reversed_.parameters == plain.parameters
    columns = np.array([x, last, observed, np.ones(2000)])
    forwards, backwards = (model.fit(UniqueHistories.from_columns(*c)) for c in (columns, columns[:, ::-1]))
    assert backwards.parameters == forwards.parameters
    assert backwards.log_likelihood == forwards.log_likelihood
    tripled = model.fit(UniqueHistories.from_columns(x, last, observed, np.full(2000, 3.0)))
    assert as_dict(tripled.parameters) == pytest.approx(as_dict(plain.parameters), rel=1e-9)
    assert tripled.customers == 6000
    assert tripled.log_likelihood == pytest.approx(3 * plain.log_likelihood, rel=1e-12)
    in_days = model.fit(PurchaseHistories.from_columns(x, last * 7, observed * 7, unit=TimeUnit.DAY))
    expected = as_dict(plain.parameters) | {"alpha": 7 * plain.parameters.alpha}
    assert as_dict(in_days.parameters) == pytest.approx(expected, rel=1e-8)
    assert in_days.unit is TimeUnit.DAY


def test_both_forms_of_the_fit_agree(name, simulate):
    model = MODELS[name]
    unique = made(simulate, name, 5000).unique()
    plain, compiled = (model.fit(unique, form=form) for form in ("numpy", "compiled"))
    assert compiled.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)
    assert as_dict(compiled.parameters) == pytest.approx(as_dict(plain.parameters), rel=1e-10)


def test_too_little_history_is_said_in_words(name):
    model = MODELS[name]
    with pytest.raises(NotEnoughHistory, match="None of 30 customers has bought on a second day"):
        model.fit(PurchaseHistories.from_columns([0] * 30, [0] * 30, [20] * 30))
    with pytest.raises(NotEnoughHistory, match="1 customer is too few"):
        model.fit(PurchaseHistories.from_columns([3], [10], [20]))


DEGENERATE = {
    "all alike": ([3] * 50, [15] * 50, [20] * 50),
    "nobody ever leaves": ([4] * 60 + [5] * 60, [39.9] * 120, [40] * 120),
    "one repeat in all": ([0] * 99 + [1], [0] * 99 + [5], [20] * 100),
    "five customers": ([1, 2, 0, 4, 1], [3, 9, 0, 18, 1], [20, 20, 20, 20, 20]),
    "everybody left at once": ([1] * 80, [0.5] * 80, [50] * 80),
    "one bought ten thousand times": ([0] * 40 + [1, 10_000], [0] * 40 + [3, 1999], [2000] * 42),
}


@pytest.mark.parametrize("data", DEGENERATE)
def test_a_verdict_does_not_lie_about_poor_data(name, data):
    fit = MODELS[name].fit(PurchaseHistories.from_columns(*DEGENERATE[data]))
    assert np.isfinite([*as_dict(fit.parameters).values(), fit.log_likelihood, fit.aic, fit.bic]).all()
    if fit.converged:
        assert np.isfinite(list(fit.standard_errors.values())).all()
        assert (np.linalg.eigvalsh(fit.covariance) > 0).all()
    else:
        assert str(fit.verdict).startswith("Not converged: ")
    if data in {"all alike", "nobody ever leaves"}:
        assert "ran to the edge of the range searched" in str(fit.verdict)
        assert fit.standard_errors is fit.covariance is None


def test_no_start_is_better_than_the_end(name, simulate):
    """Also where the surface is hard: few customers, of whom few come back."""
    model = MODELS[name]
    rng = np.random.default_rng(7)
    for seed in range(4):
        h = simulate(60, *EXAMPLES[name], FIRST_CHANCE[name], seed=100 + seed)
        if not (h.repeats > 0).any():
            continue
        fit = model.fit(h)
        for logs in rng.uniform(-4, 6, size=(150, len(model.parameter_names))):
            start = from_array(model.parameter_kind, np.exp(logs))
            assert model.log_likelihood(start, h).sum() <= fit.log_likelihood + 1e-9
