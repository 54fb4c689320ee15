"""What is asked of fits, samples and curves of staying: what is none of them is refused in words."""

import numpy as np
import pytest
from every_model import CASES

from keyworth.behaviour import (
    BG_BB,
    BG_NBD,
    GAMMA_GAMMA,
    MODELS,
    ROOT_GAMMA_GAMMA,
    SBG,
    BgNbdParameters,
    PurchaseHistories,
    RootGammaGammaParameters,
    SbgParameters,
    SpendHistories,
    SpendSums,
    Survivors,
    Tenures,
    drift,
    likelihood_ratio,
    refits,
    sample_posterior,
    save_fit,
    update,
)
from keyworth.behaviour.parameters import from_array
from keyworth.errors import HistoryRefused, ParametersRefused
from keyworth.words import say

H = PurchaseHistories.from_columns([2, 0, 1, 3, 0, 5], [30, 0, 9, 20, 0, 38], [39.0] * 6)
STAYED = Survivors.from_columns([1000, 869, 743, 653, 593])
P, CURVE = BgNbdParameters(0.3, 5.0, 0.8, 2.4), SbgParameters(0.9, 5.0)
S = SpendHistories.from_columns([2, 1, 3, 4], [30.0, 20.0, 10.0, 25.0])


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: save_fit(P), "A fit was expected, Fit; got BgNbdParameters."),
        (lambda: update(None, H), "A fit was expected, Fit; got NoneType."),
        (lambda: drift(P, H, H), "A fit was expected, Fit; got BgNbdParameters."),
        (lambda: sample_posterior(BG_NBD, H, P, seed=1), "A fit was expected, Fit; got BgNbdParameters."),
        (lambda: likelihood_ratio(SBG.fit(STAYED), P), "A fit was expected, Fit; got BgNbdParameters."),
        (lambda: sample_posterior(BG_NBD, H, SBG.fit(STAYED), seed=-1), "0 or more, was expected as a seed; got -1."),
        (lambda: sample_posterior(BG_NBD, H, SBG.fit(STAYED), seed=1, draws=0), "draws should be a whole number, 1"),
        (lambda: refits(BG_NBD, H, seed=1, samples=2.5), "samples should be a whole number, 1 or more; got 2.5."),
        (lambda: refits(SBG, STAYED, seed=-1), "0 or more, was expected as a seed; got -1."),
        (lambda: SBG.survival(CURVE, -1), "Times that are 0 or more and end were expected; got -1."),
        (lambda: SBG.retention_rate(CURVE, [1.0, np.nan]), "The ends of periods are counted from 1; got nan."),
        (lambda: SBG.retention_rate(CURVE, 0), "The ends of periods are counted from 1; got 0."),
        (lambda: SBG.discounted_lifetime(CURVE, np.nan), "A force of interest that is a number was expected; got nan."),
        (
            lambda: SBG.discounted_residual(CURVE, 0.1, renewed=1.5),
            "Periods are counted from 0, in whole numbers; got 1",
        ),
        (lambda: SBG.expected_renewals(CURVE, ahead=np.inf), "Periods are counted from 0, in whole numbers; got inf"),
        (
            lambda: BG_NBD.discounted_if_alive(P, H, np.inf),
            "A force of interest that is a number was expected; got inf.",
        ),
        (
            lambda: BG_NBD.expected_purchases(P, H, "26"),
            "A time ahead that is 0 or more and ends was expected; got 26.",
        ),
        (lambda: SBG.simulate(CURVE, [3], seed=-1), "0 or more, was expected as a seed; got -1."),
        (lambda: GAMMA_GAMMA.draw_totals(GAMMA_GAMMA.fit(S).parameters, S, np.ones((1, 4)), seed=-1), "as a seed"),
    ],
)
def test_questions_that_are_none_are_refused_in_words(ask, said):
    with pytest.raises(ParametersRefused) as refused:
        ask()
    assert said in str(refused.value)
    assert say(refused.value.message, "zh") != str(refused.value.message)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: GAMMA_GAMMA.fit(H), "Gamma-Gamma is asked about SpendHistories; got PurchaseHistories."),
        (lambda: ROOT_GAMMA_GAMMA.fit(S), "Root Gamma-Gamma is asked about SpendSums; got SpendHistories."),
        (lambda: BG_BB.fit(H), "BG/BB is asked about OccasionHistories; got PurchaseHistories."),
        (lambda: SBG.fit([1000, 869]), "sBG is asked about Tenures; got list."),
        (lambda: refits(GAMMA_GAMMA, S, seed=1), "Purchase histories were expected; got SpendHistories."),
        (lambda: drift(BG_NBD.fit(H), H, [1]), "Purchase histories were expected; got list."),
        (lambda: update(BG_NBD.fit(H), np.ones(3)), "Purchase histories were expected; got ndarray."),
        (lambda: Survivors.from_columns([1e300, 8e299]), "period 0: 1e+300 is more than any cohort has"),
        (lambda: Survivors.from_columns([1.0, 0.8], cohort=1e38), "A cohort has a size above zero, and up to 1,000,"),
        (lambda: Tenures.from_columns([1], [True], [1e300]), "the weight is above 1,000,000,000,000"),
    ],
)
def test_what_no_model_can_learn_from_is_refused_in_words(ask, said):
    with pytest.raises(HistoryRefused) as refused:
        ask()
    assert said in str(refused.value)
    assert say(refused.value.message, "zh") != str(refused.value.message)


def test_samples_are_drawn_from_whatever_a_model_is_fitted_to():
    plain = refits(SBG, STAYED, seed=1, samples=3)
    assert plain.drawn == refits(SBG, STAYED.tenures(), seed=1, samples=3).drawn
    h = BG_NBD.simulate(P, np.full(60, 39.0), seed=3)
    assert refits(BG_NBD, h, seed=1, samples=2).drawn == refits(BG_NBD, h.unique(), seed=1, samples=2).drawn


@pytest.mark.parametrize("name", list(MODELS))
def test_nothing_is_bought_in_no_time(name):
    model = MODELS[name]
    p = from_array(model.parameter_kind, CASES[name].example)
    assert (model.discounted_if_alive(p, H, 0.01, 0.0) == 0.0).all()


def test_parameters_may_be_whole_numbers_and_no_words():
    told = SpendSums.from_purchases([0, 0, 1], [10.0, 20.0, 30.0], [True, False, True])
    whole, same = (RootGammaGammaParameters(*values, k=4) for values in ((2, 15, 3, 1, 1), (2.0, 15.0, 3.0, 1.0, 1.0)))
    assert (ROOT_GAMMA_GAMMA.expected_value(whole, told) == ROOT_GAMMA_GAMMA.expected_value(same, told)).all()
    with pytest.raises(ParametersRefused, match="Parameters must be finite and above zero; got r = 1"):
        BgNbdParameters("1", 1.0, 1.0, 1.0)
