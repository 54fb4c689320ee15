"""Value if kept against churn risk."""

import numpy as np
import pytest

from keyworth.value import (
    KINDS,
    STRATEGIES,
    Thresholds,
    churn_split,
    most_at_stake,
    quadrants,
    reasons,
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
        ("high_value_high_risk", 2, 30),
        ("high_value_low_risk", 1, 30),
        ("low_value_high_risk", 1, 1),
        ("low_value_low_risk", 1, 2),
    ]


def test_the_three_parts_of_the_base_add_up():
    split = churn_split([10, 20], [0.2, 0.5], [0.3, 0.1])
    assert (split.gone, split.leaving, split.staying) == pytest.approx((0.7, 0.4, 0.9))
    assert split.value_gone + split.value_leaving + split.value_staying == pytest.approx(30)
    assert split.value_gone == pytest.approx(12)


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


def test_evens_are_called_here_by_map_and_reason_alike():
    even = np.array([0.5])
    chosen = strategies([100.0], even, np.array([0.4]), Thresholds(50.0, 0.5))
    assert STRATEGIES[chosen[0]] == "prevent"
    told = reasons(np.array([3.0]), np.array([300.0]), np.array([310.0]), 1 - even)
    assert KINDS[told.kind[0]] != "gone"
