"""A verdict on the end of a climb: each way to be wrong, and the one way to be right."""

import numpy as np
import pytest

from keyworth.behaviour import BgNbdParameters
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
