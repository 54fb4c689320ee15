"""Customers in a honeycomb."""

import numpy as np
import pytest

from keyworth.value import hexagons


def test_every_customer_with_a_value_stands_in_one_hexagon_near_them():
    rng = np.random.default_rng(1)
    value, risk = rng.gamma(0.5, 100, 5000), rng.random(5000)
    value[:7] = 0
    found = hexagons(value, risk)
    assert found.customers.sum() == 4993
    assert found.undrawn == 7
    assert found.risk.min() >= 0


def test_each_customer_counts_in_the_nearest_hexagon():
    rng = np.random.default_rng(3)
    value, risk = np.exp(rng.uniform(0, 6, 300)), rng.random(300)
    found = hexagons(value, risk)
    across = (np.log(value)[:, None] - np.log(found.value)) / np.log(found.value_ratio)
    upwards = (risk[:, None] - found.risk) / found.risk_step
    nearest = np.argmin(across**2 + 0.75 * upwards**2, axis=1)
    assert list(np.bincount(nearest, minlength=found.value.size)) == list(found.customers)


def test_mean_position_is_kept():
    rng = np.random.default_rng(2)
    value, risk = np.exp(rng.normal(5, 1, 20_000)), rng.beta(2, 3, 20_000)
    found = hexagons(value, risk)
    weights = found.customers / found.customers.sum()
    assert weights @ found.risk == pytest.approx(risk.mean(), abs=0.01)
    assert weights @ np.log(found.value) == pytest.approx(np.log(value).mean(), abs=0.02)


def test_a_base_worth_nothing_has_no_hexagons():
    assert hexagons([0.0, 0.0], [0.1, 0.2]).undrawn == 2
    assert hexagons([5.0], [0.5]).customers.sum() == 1
