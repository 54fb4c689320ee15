"""Pareto/GGG under the contract of buying models, as far as it keeps it, and what the CDNOW sample says of it."""

from datetime import date

import numpy as np
import pytest
from every_model import told

from keyworth.behaviour import MODELS, PARETO_GGG, PARETO_NBD, RHYTHM_MODELS, ParetoGggParameters, Worlds
from keyworth.behaviour.histories import PurchaseHistories
from keyworth.behaviour.parameters import as_array
from keyworth.errors import ParametersRefused

GROCER = ParetoGggParameters(6.0, 2.2, 1.5, 6.0, 0.6, 20.0)
H = told([0, 1, 3, 8], [0, 5, 30, 38], [30, 39, 39, 39], uneven=0.2)


def test_it_is_fitted_and_asked_but_values_no_base():
    assert RHYTHM_MODELS["pareto-ggg"] is PARETO_GGG
    assert "pareto-ggg" not in MODELS
    assert set(PARETO_GGG.time_powers) <= set(PARETO_GGG.parameter_names)


def test_the_objective_is_the_likelihood_and_the_quick_curvature_falls():
    from keyworth.behaviour.own_rhythm.pareto_ggg_fit import RhythmLikelihood

    unique, logs = H.unique(), np.log(as_array(GROCER))
    PARETO_GGG.make_ready(unique)
    here = PARETO_GGG.objective(unique, GROCER)(logs)
    assert here.value == pytest.approx(PARETO_GGG.log_likelihood(GROCER, H).sum(), rel=1e-12)
    quick = RhythmLikelihood(unique, quick=True)(logs)
    assert quick.value == here.value
    np.testing.assert_array_equal(quick.gradient, here.gradient)
    assert np.linalg.eigvalsh(quick.hessian).max() < 1e-9
    # Of one history the outer product of the gradient with itself, once for each customer who has it.
    alone = PARETO_GGG.objective(H.rows(slice(1, 2)).unique(), GROCER)(logs).gradient
    twice = RhythmLikelihood(H.rows(np.array([1, 1])).unique(), quick=True)(logs)
    np.testing.assert_allclose(twice.hessian, -2 * np.outer(alone, alone), rtol=1e-10, atol=1e-12)


@pytest.mark.slow
def test_counts_ahead_in_many_worlds_are_drawn():
    h, worlds = H.rows(slice(2, 4)), Worlds(np.tile(as_array(GROCER), (150, 1)), np.linspace(0.01, 0.99, 150), seed=3)
    counts = PARETO_GGG.counts_ahead(worlds, h, 26.0, form="numpy")(0, 2)
    assert counts.shape == (2, 150)
    error = counts.std(axis=1) / np.sqrt(150)
    assert (np.abs(counts.mean(axis=1) - PARETO_GGG.expected_purchases(GROCER, h, 26.0)) < 4 * error).all()


def test_a_later_interval_of_a_new_customer_is_refused_in_words():
    with pytest.raises(ParametersRefused, match="from the first day on"):
        PARETO_GGG.count_distribution(GROCER, 10.0, 5, after=3.0)


@pytest.mark.slow
@pytest.mark.reference
def test_cdnow_asks_for_no_rhythm_and_is_explained_no_worse_than_by_pareto_nbd(shared):
    """Everybody's k is one number near 1, as by the rows of regularity: t runs to its edge, and the verdict says so."""
    days: dict[str, set[int]] = {}
    until = date(1997, 9, 30).toordinal()
    for line in (shared / "data/cdnow/CDNOW_sample.txt").read_text().splitlines():
        _, customer, day, *_ = line.split()
        if (at := date(int(day[:4]), int(day[4:6]), int(day[6:])).toordinal()) <= until:
            days.setdefault(customer, set()).add(at)
    seen = [np.array(sorted(each)) for each in days.values()]
    h = PurchaseHistories.from_columns(
        [len(each) - 1 for each in seen],
        [(each[-1] - each[0]) / 7 for each in seen],
        [(until - each[0]) / 7 for each in seen],
        log_gaps=[np.log(np.diff(each) / 7).sum() for each in seen],
    )
    fit, steady = PARETO_GGG.fit(h), PARETO_NBD.fit(h)
    assert steady.log_likelihood < fit.log_likelihood < steady.log_likelihood + 1.0
    assert fit.parameters.t / fit.parameters.gamma == pytest.approx(1.027, abs=0.005)
    assert not fit.converged
    assert "t ran to the edge" in str(fit.verdict)
    assert fit.parameters.alpha == pytest.approx(steady.parameters.alpha, rel=0.01)
