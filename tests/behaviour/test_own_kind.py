"""A model is asked with what it has learnt itself, about histories that it knows; all else is refused in words."""

import numpy as np
import pytest
from every_model import CASES

from keyworth.behaviour import (
    BG_BB,
    BG_NBD,
    CONTRACT_MODELS,
    GAMMA_GAMMA,
    MBG_NBD,
    MODELS,
    PARETO_GGG,
    PARETO_NBD,
    ROOT_GAMMA_GAMMA,
    SBG,
    BdwParameters,
    BgBbParameters,
    BgNbdParameters,
    GammaGammaParameters,
    MbgNbdParameters,
    OccasionHistories,
    ParetoNbdParameters,
    PurchaseHistories,
    RootGammaGammaParameters,
    SbgParameters,
    SpendHistories,
    Tenures,
    chance_of_purchase,
)
from keyworth.behaviour.calendar_time.calendar_model import CALENDAR_MODELS
from keyworth.behaviour.calendar_time.own_fit import OWN_COLUMNS_MODELS
from keyworth.behaviour.parameters import from_array
from keyworth.errors import HistoryRefused, ParametersRefused
from keyworth.words import say

H = PurchaseHistories.from_columns([2.0], [30.0], [39.0])
BG, MBG = BgNbdParameters(0.3, 5.0, 0.8, 2.4), MbgNbdParameters(0.3, 5.0, 0.8, 2.4)
PARETO = ParetoNbdParameters(0.6, 10.0, 0.6, 12.0)


@pytest.mark.parametrize("name", MODELS)
def test_what_another_model_has_learnt_is_refused_by_every_question(name):
    model = MODELS[name]
    other = PARETO if model.parameter_kind is BgNbdParameters else BG
    for ask in (
        lambda: model.log_likelihood(other, H),
        lambda: model.chance_alive(other, H),
        lambda: model.expected_purchases(other, H, 4),
        lambda: model.expected_purchases_if_alive(other, H, 4),
        lambda: model.chance_leaves_if_alive(other, H, 4),
        lambda: model.discounted_if_alive(other, H, 0.01),
        lambda: model.expected_from_start(other, 4),
        lambda: model.count_distribution(p=other, t=4, up_to=3),
        lambda: model.count_distribution_ahead(other, h=H, ahead=4, up_to=3),
        lambda: model.simulate(other, np.array([4.0]), seed=1),
        lambda: model.draw_ahead(other, H, 4, seed=1),
        lambda: model.objective(H.unique(), other),
        lambda: model.fit(H, start=other),
        lambda: chance_of_purchase(model, other, H, 4),
    ):
        with pytest.raises(ParametersRefused, match=model.parameter_kind.__name__) as refused:
            ask()
        assert say(refused.value.message, "zh") != str(refused.value.message)


def test_the_refusal_names_the_model_what_it_expects_what_came_and_what_to_do():
    with pytest.raises(ParametersRefused) as refused:
        BG_NBD.expected_purchases(PARETO, H, 4)
    assert str(refused.value) == (
        "BG/NBD is asked with what it has learnt, BgNbdParameters; got ParetoNbdParameters, which Pareto/NBD has "
        "learnt. Ask the model that the fit names, as fit.model, or fit BG/NBD."
    )
    with pytest.raises(ParametersRefused) as refused:
        BG_NBD.chance_alive(H, BG)
    assert str(refused.value) == (
        "BG/NBD is asked with what it has learnt, BgNbdParameters; got PurchaseHistories. "
        "Fit BG/NBD first and give fit.parameters."
    )


@pytest.mark.parametrize(("model", "p"), [(BG_NBD, MBG), (MBG_NBD, BG), (SBG, BdwParameters(1.0, 2.0, 1.0))])
def test_parameters_of_the_same_names_are_not_the_same(model, p):
    with pytest.raises(ParametersRefused, match=r"which (MBG/NBD|BG/NBD|BdW) has learnt"):
        model.survival(p, 3) if model is SBG else model.chance_alive(p, H)


def test_models_of_spending_contracts_occasions_and_rhythms_are_as_strict():
    s = SpendHistories.from_columns([2], [30.0])
    for ask in (
        lambda: GAMMA_GAMMA.expected_value(RootGammaGammaParameters(3, 4, 10, 1, 1, 1), s),
        lambda: ROOT_GAMMA_GAMMA.quantile(GammaGammaParameters(3, 4, 10), s, 0.5),
        lambda: CONTRACT_MODELS["bdw"].simulate(SbgParameters(1, 2), [3], seed=1),
        lambda: SBG.log_likelihood(BG, Tenures.from_columns([1], [True])),
        lambda: BG_BB.next_purchase(BG, OccasionHistories.from_columns([2], [4], [6]), 3),
        lambda: PARETO_GGG.chance_alive(PARETO, H),
        lambda: CALENDAR_MODELS["bg-nbd"].chance_alive(PARETO, None, None),
        lambda: OWN_COLUMNS_MODELS["bg-nbd"]._told(PARETO, None, None, None),
    ):
        with pytest.raises(ParametersRefused, match="is asked with what it has learnt"):
            ask()


def test_histories_of_another_kind_are_refused():
    s = SpendHistories.from_columns([2], [30.0])
    for ask, said in (
        (lambda: PARETO_NBD.chance_alive(PARETO, s), "Pareto/NBD is asked about PurchaseHistories; got SpendHistories"),
        (lambda: BG_NBD.expected_purchases(BG, ahead=4, h=None), "asked about PurchaseHistories; got NoneType"),
        (lambda: GAMMA_GAMMA.expected_value(GammaGammaParameters(3, 4, 10), H), "about SpendHistories; got Purchase"),
        (lambda: BG_BB.chance_alive(BgBbParameters(1, 1, 1, 1), H), "about OccasionHistories; got PurchaseHistories"),
        (lambda: SBG.log_likelihood(SbgParameters(1, 2), H), "sBG is asked about Tenures; got PurchaseHistories"),
    ):
        with pytest.raises(HistoryRefused) as refused:
            ask()
        assert said in str(refused.value)
        assert say(refused.value.message, "zh") != str(refused.value.message)


@pytest.mark.parametrize("name", CASES)
def test_its_own_are_answered_and_keep_their_names(name):
    model = MODELS[name]
    p = from_array(model.parameter_kind, np.array(CASES[name].example))
    assert model.expected_purchases(p=p, h=H, ahead=4)[0] > 0
    assert type(model).chance_alive.__name__ == "chance_alive"
