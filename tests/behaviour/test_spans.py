"""Nonsense spans of time, counts and seeds are refused by every model, in words, never answered."""

import math

import numpy as np
import pytest
from every_model import CASES

from keyworth.behaviour import BG_BB, MODELS, PARETO_GGG, BgBbParameters, OccasionHistories, PurchaseHistories
from keyworth.behaviour import time_to_next_purchase as next_purchase
from keyworth.behaviour.parameters import from_array
from keyworth.errors import HistoryRefused, ParametersRefused

ONE = PurchaseHistories.from_columns([2.0], [30.0], [39.0])
GAPS = PurchaseHistories.from_columns([2.0], [30.0], [39.0], log_gaps=[5.0])
TAKEN = OccasionHistories.from_columns([2], [4], [6])
ALL = {
    **{
        name: (MODELS[name], from_array(MODELS[name].parameter_kind, np.array(CASES[name].example)), ONE)
        for name in CASES
    },
    "pareto-ggg": (PARETO_GGG, PARETO_GGG.parameter_kind(1.2, 10.0, 0.5, 12.0, 2.0, 1.0), GAPS),
    "bg-bb": (BG_BB, BgBbParameters(1.2, 0.7, 0.7, 2.8), TAKEN),
}
NO_TIME = (-1.0, -50.0, math.nan, math.inf)


@pytest.mark.parametrize("name", ALL)
def test_no_model_answers_nonsense(name):
    model, p, h = ALL[name]
    asked = [
        *(lambda ahead=ahead, of=of: of(p, h, ahead) for ahead in NO_TIME for of in (
            model.expected_purchases, model.expected_purchases_if_alive, model.chance_leaves_if_alive
        )),
        *(lambda ahead=ahead: model.count_distribution_ahead(p, h, ahead, 3) for ahead in NO_TIME),
        *(lambda ahead=ahead: model.discounted_if_alive(p, h, 0.01, ahead) for ahead in NO_TIME),
        *(lambda ahead=ahead: model.draw_ahead(p, h, ahead, seed=1) for ahead in NO_TIME),
        *(lambda t=t: model.expected_from_start(p, t) for t in (*NO_TIME, np.array([1.0, -1.0]))),
        *(lambda t=t: model.count_distribution(p, t, 3) for t in NO_TIME),
        *(lambda t=t: model.count_distribution(p, 5, 3, after=t) for t in NO_TIME),
        *(lambda n=n: model.count_distribution(p, 5, n) for n in (-1, 2.5)),
        *(lambda n=n: model.count_distribution_ahead(p, h, 5, n) for n in (-1, 2.5)),
        *(lambda t=t: model.simulate(p, np.array([5.0, t]), seed=1) for t in NO_TIME),
        lambda: model.simulate(p, np.array([5.0]), seed=-1),
        lambda: model.draw_ahead(p, h, 5, seed=-1),
    ]  # fmt: skip
    for ask in asked:
        with pytest.raises((ParametersRefused, HistoryRefused)):
            ask()


@pytest.mark.parametrize("name", MODELS)
def test_no_time_at_all_is_a_time(name):
    model, p, h = ALL[name]
    assert model.expected_purchases(p, h, 0.0) == pytest.approx([0.0], abs=1e-12)
    assert model.expected_from_start(p, 0.0) == pytest.approx(0.0, abs=1e-12)
    assert model.count_distribution_ahead(p, h, 0.0, 2)[0] == pytest.approx([1.0, 0.0, 0.0], abs=1e-12)


@pytest.mark.parametrize(
    ("share", "within"), [(2.0, 52.0), (math.nan, 52.0), (0.0, 52.0), (0.5, -5.0), (0.5, math.nan), (0.5, math.inf)]
)
def test_the_next_purchase_is_asked_for_by_a_chance_and_within_a_time(share, within):
    model, p, h = ALL["mbg-nbd"]
    with pytest.raises(ParametersRefused, match="expected; got"):
        next_purchase(model, p, h, share, within=within)
