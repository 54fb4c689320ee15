"""The likelihood-ratio test: right on average where theory holds, silent where it does not."""

from dataclasses import replace

import numpy as np
import pytest

from keyworth.behaviour import BDW, SBG, BdwParameters, SbgParameters, Survivors, likelihood_ratio
from keyworth.errors import ParametersRefused
from keyworth.words import say

HIGH_END = Survivors.from_columns([1000, 869, 743, 653, 593, 551, 517, 491])


def test_two_fits_of_one_cohort():
    found = likelihood_ratio(SBG.fit(HIGH_END), BDW.fit(HIGH_END))
    assert found.statistic == pytest.approx(11.688, abs=1e-3)
    assert found.degrees == 1
    assert found.p_value == pytest.approx(0.000629, rel=1e-2)  # of chi-squared, from a table
    assert "chance alone would lift the likelihood of bdw" in str(found.because)
    assert "bdw" in say(found.because, "zh")


@pytest.mark.slow
def test_where_the_plain_model_is_true_small_p_values_are_rare():
    truth = SbgParameters(0.8, 2.5)
    values = []
    for seed in range(120):
        seen = SBG.simulate(truth, np.full(2000, 12), seed=seed)
        values.append(likelihood_ratio(SBG.fit(seen), BDW.fit(seen)).p_value)
    known = np.array([value for value in values if value is not None])
    assert len(known) > 110
    # Spread evenly: 120 of them leave this room to chance.
    assert abs((known < 0.1).mean() - 0.1) < 0.08
    assert abs((known < 0.5).mean() - 0.5) < 0.14


def test_what_is_truly_richer_is_seen():
    seen = BDW.simulate(BdwParameters(0.9, 3.0, 1.6), np.full(20_000, 12), seed=1)
    assert likelihood_ratio(SBG.fit(seen), BDW.fit(seen)).p_value < 1e-6


def test_at_the_edge_of_its_range_a_parameter_counts_half_the_time():
    plain = SBG.fit(HIGH_END)
    rich = BDW.fit(HIGH_END)
    inside, edge = (likelihood_ratio(plain, rich, at_edge=at_edge).p_value for at_edge in (False, True))
    assert edge == pytest.approx(inside / 2)
    level = replace(rich, log_likelihood=plain.log_likelihood)
    assert likelihood_ratio(plain, level).p_value == 1.0
    assert likelihood_ratio(plain, level, at_edge=True).p_value == 1.0


def test_without_a_best_value_no_theory_tells_how_much_chance_gains():
    alike = Survivors.from_columns(1000 * 0.8 ** np.arange(9.0))
    found = likelihood_ratio(SBG.fit(alike), BDW.fit(alike))
    assert found.p_value is None
    assert found.statistic == pytest.approx(0.0, abs=1e-3)
    assert "no theory tells" in str(found.because)
    assert "nothing shows that customers differ" in str(found.because)


def test_a_parameter_picked_among_whole_numbers_has_no_theory(simulate):
    from keyworth.behaviour import MODELS

    h = simulate(400, 0.5, 5.0, 0.8, 2.4, 0).unique()
    plain = MODELS["bg-nbd"].fit(h)
    rich = replace(plain, model="bg-cnbd-k", parameters=MODELS["bg-cnbd-k"].parameter_kind(0.5, 5.0, 0.8, 2.4, k=2))
    found = likelihood_ratio(plain, rich)
    assert found.p_value is None
    assert "picked among whole numbers" in str(found.because)


def test_what_cannot_be_nested_is_refused():
    plain, rich = SBG.fit(HIGH_END), BDW.fit(HIGH_END)
    for pair, said in (
        ((rich, plain), "sbg has no parameter more than bdw"),
        ((plain, replace(rich, customers=999)), "sbg was fitted to 1,000 customers, bdw to 999"),
        ((plain, replace(rich, log_likelihood=plain.log_likelihood - 1)), "is below that of sbg"),
    ):
        with pytest.raises(ParametersRefused, match=said):
            likelihood_ratio(*pair)


def test_models_of_which_neither_is_a_special_case_are_refused_however_likely():
    fit = SBG.fit(HIGH_END)
    plain = replace(fit, model="mbg-nbd")
    rich = replace(BDW.fit(HIGH_END), model="ggompertz-nbd", log_likelihood=fit.log_likelihood + 100)
    with pytest.raises(ParametersRefused, match="mbg-nbd is no special case of ggompertz-nbd"):
        likelihood_ratio(plain, rich)
    with pytest.raises(ParametersRefused, match="no special case of bdw"):
        likelihood_ratio(plain, BDW.fit(HIGH_END))
