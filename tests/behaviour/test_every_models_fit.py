"""What the fit of every buying model keeps: a maximum, near the truth, the same in any order, form and unit."""

from dataclasses import replace

import numpy as np
import pytest
from every_model import CASES, EVERY, drawn, example, made, told

from keyworth.behaviour import MODELS, PurchaseHistories, UniqueHistories
from keyworth.behaviour.parameters import as_dict, climbed
from keyworth.errors import NotEnoughHistory
from keyworth.units import TimeUnit

pytestmark = pytest.mark.parametrize("name", EVERY)


def test_the_fit_is_a_maximum_with_exact_curvature(name):
    model = MODELS[name]
    n = CASES[name].sample
    h = made(name, n)
    fit = model.fit(h)
    assert fit.converged, fit.verdict
    assert fit.model == name
    assert fit.unit is TimeUnit.WEEK
    assert fit.customers == n
    assert fit.log_likelihood == pytest.approx(model.log_likelihood(fit.parameters, h).sum(), rel=1e-12)
    k = len(model.parameter_names)
    assert fit.aic == pytest.approx(2 * k - 2 * fit.log_likelihood)
    assert fit.bic == pytest.approx(k * np.log(n) - 2 * fit.log_likelihood)

    free = climbed(model.parameter_kind)
    at, step = np.log([getattr(fit.parameters, each) for each in free]), 1e-3

    def value(logs):
        moved = replace(fit.parameters, **dict(zip(free, np.exp(logs).tolist(), strict=True)))
        return float(model.log_likelihood(moved, h).sum())

    eye = np.eye(len(free)) * step
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
    assert list(fit.standard_errors) == list(free)
    moves = [model.parameter_names.index(each) for each in free]
    covariance = fit.covariance[np.ix_(moves, moves)]
    assert np.count_nonzero(fit.covariance) == np.count_nonzero(covariance)
    np.testing.assert_allclose(fit.root @ fit.root.T, fit.covariance, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(np.linalg.inv(covariance), -curve, rtol=2e-3, atol=0.5)
    np.testing.assert_allclose(slope, 0, atol=0.01)
    by_delta = np.sqrt(np.diag(covariance)) * np.exp(at)
    np.testing.assert_allclose(list(fit.standard_errors.values()), by_delta, rtol=1e-6)
    for away in np.eye(len(free)) * 0.3:
        assert max(value(at + away), value(at - away)) < fit.log_likelihood


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))])
def test_a_fit_recovers_the_truth_within_three_standard_errors(name, seed):
    model, truth = example(name)
    fit = model.fit(made(name, 10_000, seed))
    assert fit.converged
    for each in model.parameter_names:
        missed = abs(getattr(fit.parameters, each) - getattr(truth, each))
        assert missed <= 3 * fit.standard_errors.get(each, 0.0), each


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))])
def test_a_fit_recovers_the_truth_of_the_models_own_inventions(name, seed):
    model, truth = example(name)
    ends = np.random.default_rng(seed).integers(189, 274, size=10_000) / 7
    own, told = model.simulate(truth, ends, seed=seed), made(name, 10_000, seed)
    PurchaseHistories.from_columns(own.repeats, own.last_repeat, own.observed_for, own.unit, own.log_gaps)
    np.testing.assert_array_equal(own.observed_for, ends)
    for mine, theirs in (
        (own.repeats, told.repeats),
        (own.last_repeat, told.last_repeat),
        (own.log_gaps, told.log_gaps),
    ):
        error = np.hypot(mine.std(), theirs.std()) / np.sqrt(len(mine))
        assert abs(mine.mean() - theirs.mean()) < 4 * error
    again = model.simulate(truth, ends, seed=seed)
    np.testing.assert_array_equal(own.last_repeat, again.last_repeat)
    assert not np.array_equal(own.last_repeat, model.simulate(truth, ends, seed=seed + 1).last_repeat)


def test_a_richer_model_never_explains_less(name):
    simpler = CASES[name].never_below
    if simpler is None:
        return
    for source in (name, simpler):
        h = made(source, 1500, seed=4)
        assert MODELS[name].fit(h).log_likelihood >= MODELS[simpler].fit(h).log_likelihood - 0.01


def test_a_fit_counts_weights_and_does_not_mind_the_order_or_the_unit(name):
    model = MODELS[name]
    h = made(name, 2000)
    x, last, observed, gaps = h.repeats, h.last_repeat, h.observed_for, h.log_gaps
    plain = model.fit(h)
    reversed_ = model.fit(h.rows(np.arange(1999, -1, -1)))
    assert reversed_.parameters == plain.parameters
    columns = np.array([x, last, observed, np.ones(2000), gaps])
    forwards, backwards = (
        model.fit(UniqueHistories.from_columns(*c[:4], log_gaps=c[4])) for c in (columns, columns[:, ::-1])
    )
    assert backwards.parameters == forwards.parameters
    assert backwards.log_likelihood == forwards.log_likelihood
    tripled = model.fit(UniqueHistories.from_columns(x, last, observed, np.full(2000, 3.0), log_gaps=gaps))
    assert as_dict(tripled.parameters) == pytest.approx(as_dict(plain.parameters), rel=1e-9)
    assert tripled.customers == 6000
    assert tripled.log_likelihood == pytest.approx(3 * plain.log_likelihood, rel=1e-12)
    in_days = model.fit(PurchaseHistories.from_columns(x, last * 7, observed * 7, TimeUnit.DAY, gaps + x * np.log(7.0)))
    scaled = {each: 7.0**power for each, power in CASES[name].scales.items()}
    expected = {each: value * scaled.get(each, 1.0) for each, value in as_dict(plain.parameters).items()}
    assert as_dict(in_days.parameters) == pytest.approx(expected, rel=1e-8)
    assert in_days.unit is TimeUnit.DAY


def test_both_forms_of_the_fit_agree(name):
    model = MODELS[name]
    unique = made(name, 5000).unique()
    plain, compiled = (model.fit(unique, form=form) for form in ("numpy", "compiled"))
    assert compiled.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)
    assert as_dict(compiled.parameters) == pytest.approx(as_dict(plain.parameters), rel=1e-10)


def test_too_little_history_is_said_in_words(name):
    model = MODELS[name]
    with pytest.raises(NotEnoughHistory, match="None of 30 customers has bought on a second day"):
        model.fit(told([0] * 30, [0] * 30, [20] * 30))
    with pytest.raises(NotEnoughHistory, match="1 customer is too few"):
        model.fit(told([3], [10], [20]))


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
    fit = MODELS[name].fit(told(*DEGENERATE[data]))
    assert np.isfinite([*as_dict(fit.parameters).values(), fit.log_likelihood, fit.aic, fit.bic]).all()
    if fit.converged:
        assert np.isfinite(list(fit.standard_errors.values())).all()
        moving = np.diag(fit.covariance) > 0
        assert moving.sum() == len(fit.standard_errors)
        assert set(climbed(MODELS[name].parameter_kind)) - set(fit.standard_errors) <= {CASES[name].limited}
        assert (np.linalg.eigvalsh(fit.covariance[np.ix_(moving, moving)]) > 0).all()
    else:
        assert str(fit.verdict).startswith("Not converged: ")
    if data in {"all alike", "nobody ever leaves"}:
        assert "ran to the edge of the range searched" in str(fit.verdict)
        assert fit.standard_errors is fit.covariance is None


def test_no_start_is_better_than_the_end(name):
    """Also where the surface is hard: few customers, of whom few come back."""
    model = MODELS[name]
    rng = np.random.default_rng(7)
    for seed in range(4):
        h = made(name, 60, seed=100 + seed)
        if not (h.repeats > 0).any():
            continue
        fit = model.fit(h)
        for logs in rng.uniform(-4, 6, size=(150, len(model.parameter_names))):
            _, start = drawn(name, np.exp(logs))
            assert model.log_likelihood(start, h).sum() <= fit.log_likelihood + 1e-9
