"""The climb itself, on surfaces whose top is known."""

import numpy as np
import pytest

from keyworth.behaviour.newton import Evaluation, maximise

FAR = np.full(2, 50.0)


def valley(at):
    """Rosenbrock's curved valley, upside down: its top is at (1, 1), its Hessian indefinite on the way."""
    x, y = at
    gradient = -np.array([-400 * x * (y - x**2) - 2 * (1 - x), 200 * (y - x**2)])
    hessian = -np.array([[1200 * x**2 - 400 * y + 2, -400 * x], [-400 * x, 200.0]])
    return Evaluation(-(100 * (y - x**2) ** 2 + (1 - x) ** 2), gradient, hessian)


@pytest.mark.parametrize("start", [(-1.2, 1.0), (5.0, -20.0), (0.0, 40.0)])
def test_a_curved_valley_is_climbed_to_its_top(start):
    top = maximise(valley, np.array(start), -FAR, FAR)
    np.testing.assert_allclose(top.at, [1, 1], rtol=1e-7)
    assert top.edges == ()
    assert top.steps < 60


def test_a_top_outside_the_box_is_sought_along_its_edge():
    top = maximise(valley, np.array([-1.0, 0.5]), -FAR, np.array([0.5, 50.0]))
    np.testing.assert_allclose(top.at, [0.5, 0.25], rtol=1e-7)
    assert top.edges == (0,)


def test_a_climb_never_ends_below_its_start_even_where_the_surface_breaks_off():
    def broken(at):
        here = valley(at)
        return here if at[0] < 0.5 else here._replace(value=np.nan)

    start = np.array([-1.0, 0.5])
    top = maximise(broken, start, -FAR, FAR)
    assert np.isfinite(top.value)
    assert valley(start).value < top.value
