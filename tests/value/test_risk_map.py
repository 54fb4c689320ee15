"""Value if kept against churn risk."""

import numpy as np
import pytest

from keyworth.value import (
    STRATEGIES,
    Thresholds,
    churn_split,
    hexagons,
    most_at_stake,
    quadrants,
    strategies,
    thresholds_by_share,
)


def test_the_valuable_are_the_fewest_who_carry_four_fifths():
    limits = thresholds_by_share([50, 30, 10, 6, 4])
    assert limits.value == 30
    assert thresholds_by_share([0, 0]).value == 0
    assert thresholds_by_share([]).value == 0


def test_each_corner_has_its_strategy():
    kept = [100, 100, 100, 1, 1]
    gone = [0.1, 0.8, 0.1, 0.8, 0.0]
    leaving = [0.6, 0.1, 0.1, 0.1, 0.1]
    limits = thresholds_by_share(kept)
    chosen = [STRATEGIES[code] for code in strategies(kept, gone, leaving, limits)]
    assert chosen == ["prevent", "win_back", "monitor", "ignore", "ignore"]
    corners = quadrants(kept, np.add(gone, leaving), [10, 20, 30, 1, 2], limits)
    assert [(q.name, q.customers, q.value) for q in corners] == [
        ("prevent", 2, 30),
        ("monitor", 1, 30),
        ("watch", 1, 1),
        ("ignore", 1, 2),
    ]


def test_the_three_parts_of_the_base_add_up():
    split = churn_split([10, 20], [0.2, 0.5], [0.3, 0.1])
    assert (split.gone, split.leaving, split.staying) == pytest.approx((0.7, 0.4, 0.9))
    assert split.value_gone + split.value_leaving + split.value_staying == pytest.approx(30)
    assert split.value_gone == pytest.approx(12)


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


def test_who_is_listed_as_at_risk_is_who_the_strategy_names():
    kept = np.array([1000.0, 900, 10, 500, 800, 0])
    gone = np.array([0.99, 0.1, 0.1, 0.3, 0.4, 0.2])
    leaving = np.array([0.01, 0.1, 0.1, 0.4, 0.5, 0.1])
    limits = Thresholds(400.0, 0.5)
    prevent, win_back = most_at_stake(kept, gone, leaving, limits, each=2)
    assert (prevent.tolist(), win_back.tolist()) == ([4, 3], [0])
    chosen = strategies(kept, gone, leaving, limits)
    assert {STRATEGIES[chosen[row]] for row in prevent} == {"prevent"}
    assert {STRATEGIES[chosen[row]] for row in win_back} == {"win_back"}
