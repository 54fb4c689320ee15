"""A verdict on the end of a climb: each way to be wrong, and the one way to be right."""

import numpy as np
import pytest

from keyworth.behaviour import (
    BG_BB,
    GAMMA_GAMMA,
    MODELS,
    BgNbdParameters,
    OccasionHistories,
    PurchaseHistories,
    SpendHistories,
    load_fit,
    save_fit,
)
from keyworth.behaviour.edges import meanings
from keyworth.behaviour.fit import fit_from
from keyworth.behaviour.newton import Maximum
from keyworth.units import TimeUnit
from keyworth.words import say

SHARP = -np.diag([400.0, 300.0, 50.0, 20.0])
FLAT = -np.array([[400.0, 0, 0, 0], [0, 300.0, 0, 0], [0, 0, 50.0, -50.0], [0, 0, -50.0, 50.0]])
HILL = np.diag([-400.0, -300.0, -50.0, 20.0])


def verdict(gradient=0.0, hessian=SHARP, edges=()):
    maximum = Maximum(np.log([0.3, 5.0, 0.8, 2.4]), -100.0, np.full(4, gradient), hessian, edges, 9)
    return fit_from(maximum, BgNbdParameters, model="bg-nbd", unit=TimeUnit.WEEK, customers=50.0, unique_histories=20)


def test_a_sharp_top_is_a_maximum():
    fit = verdict()
    assert fit.converged
    assert str(fit.verdict).startswith("Converged in 9 steps")
    assert fit.standard_errors["r"] == pytest.approx(0.3 / 20)
    np.testing.assert_allclose(fit.covariance, np.linalg.inv(-SHARP))


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"edges": (2, 3)}, "a, b ran to the edge of the range searched"),
        ({"hessian": FLAT}, "the likelihood is a ridge, a, b can move together"),
        ({"hessian": HILL}, "the likelihood is a ridge, b can move together"),
        ({"gradient": 1.0}, "stopped after 9 steps, 0.28 standard errors short of the maximum"),
    ],
)
def test_anything_else_is_said(what, said):
    fit = verdict(**what)
    assert not fit.converged
    assert said in str(fit.verdict)
    assert say(fit.verdict, "zh").startswith("未收敛：")
    assert (fit.standard_errors is None) == ("hessian" in what or "edges" in what)


ALIKE = PurchaseHistories.from_columns([12.0] * 60, [38.0] * 60, [39.0] * 60)


@pytest.mark.parametrize(
    ("model", "at_edges", "said", "in_chinese"),
    [
        ("bg-nbd", {"r": 1e5, "a": 1e-5, "b": 1e5}, "customers all buy at one rate, nobody leaves", "无人流失"),
        ("pareto-nbd", {"r": 1e5, "s": 1e-5, "beta": 39e5}, "customers all buy at one rate, nobody leaves", "都一样"),
    ],
)
def test_of_customers_who_are_all_alike_edges_are_round_and_say_what_they_mean(model, at_edges, said, in_chinese):
    fit = MODELS[model].fit(ALIKE)
    assert {name: getattr(fit.parameters, name) for name in at_edges} == at_edges
    assert str(fit.verdict).endswith(f"As far as this shows, {said}.")
    assert in_chinese in say(fit.verdict, "zh")
    assert load_fit(save_fit(fit)).verdict == fit.verdict


def test_of_spending_and_of_occasions_too():
    spent = GAMMA_GAMMA.fit(SpendHistories.from_columns([3] * 60, [50.0] * 60))
    assert (spent.parameters.p, spent.parameters.q) == (1e5, 1e5)
    assert "the purchases of a customer all bring the same, customers all spend alike" in str(spent.verdict)
    taken = BG_BB.fit(OccasionHistories.from_columns([6] * 60, [6] * 60, [6] * 60))
    assert "everybody who is there takes every occasion, nobody leaves" in str(taken.verdict)


def test_an_edge_that_says_nothing_plain_of_customers_is_left_at_that():
    maximum = Maximum(np.log([0.3, 5e5, 0.8, 2.4]), -100.0, np.zeros(4), SHARP, (1,), 9)
    assert meanings(maximum, ("r", "alpha", "a", "b")) == []
