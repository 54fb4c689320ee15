"""Simple rules, and saying so when one of them is better."""

import numpy as np
import pytest

from keyworth.backtest import does_better, last_year_again, same_rate, score, verdict
from keyworth.words import Message, say


def test_the_same_rate_goes_on():
    rule = same_rate([0, 2, 3], [30.0, 20.0, 0.0], 10.0, mean_value=[0.0, 50.0, 9.0])
    assert list(rule.purchases) == [0, 1, 0]
    assert list(rule.spend) == [0, 50, 0]
    assert same_rate([1], [1.0], 1.0).spend is None


def test_last_year_is_scaled_to_the_horizon():
    rule = last_year_again([4, 0], 273, 365, spend=[100.0, 0.0])
    assert rule.purchases == pytest.approx([4 * 273 / 365, 0])
    assert rule.spend == pytest.approx([100 * 273 / 365, 0])


ACTUAL = np.array([0.0, 1, 2, 5, 9])
GOOD, FLAT, REVERSED = ACTUAL + 0.1, np.full(5, 3.4), ACTUAL[::-1] + 0.0


def said(model, rule):
    rules = {Message("same rate as so far"): score(ACTUAL, rule)}
    return verdict(score(ACTUAL, model), rules, what=Message("purchases"))[0]


def test_a_model_that_is_beaten_everywhere_is_told_so():
    sentence = str(said(REVERSED, GOOD))
    assert "does better on mean absolute error, root mean square error, rank correlation" in sentence
    assert said(REVERSED + 0.5, GOOD).key.endswith("use the rule.")


def test_a_model_that_wins_everywhere_is_told_so():
    assert "at least as well" in str(said(GOOD, REVERSED + 0.5))


def test_each_wins_something():
    message = said(GOOD, FLAT)
    assert message.values["measures"] == (Message("total"),)
    assert "检验" in say(message, "zh") or "总" in say(message, "zh")


def test_no_order_at_all_is_worse_than_an_order():
    assert does_better(score(ACTUAL, GOOD), score(ACTUAL, FLAT)) == (
        "mae",
        "rmse",
        "spearman",
        "gini",
        "concordance",
    )


def test_half_a_per_cent_is_level():
    assert does_better(score(ACTUAL, ACTUAL * 1.001), score(ACTUAL, ACTUAL * 1.002))[:1] == ("mae",)
    assert "bias" not in does_better(score(ACTUAL, ACTUAL * 1.001), score(ACTUAL, ACTUAL * 1.002))
