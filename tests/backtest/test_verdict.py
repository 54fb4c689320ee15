"""Simple rules, and saying so when one of them is better."""

from datetime import date

import numpy as np
import pytest

from keyworth.backtest import (
    MEASURES,
    OriginTotal,
    last_year_again,
    last_year_days,
    same_rate,
    score,
    verdict,
    verdict_on_totals,
)
from keyworth.backtest.verdict import does_better
from keyworth.value import Interval
from keyworth.words import Message, say


def test_the_same_rate_goes_on():
    rule = same_rate([0, 2, 3], [30.0, 20.0, 0.0], 10.0, mean_value=[0.0, 50.0, 9.0])
    assert list(rule.purchases) == [0, 1, 0]
    assert list(rule.spend) == [0, 50, 0]
    assert same_rate([1], [1.0], 1.0).spend is None


def test_who_bought_once_has_no_mean_repeat_value_and_nothing_is_expected_of_them():
    assert list(same_rate([0, 1], [30.0, 10.0], 10.0, mean_value=[np.nan, 7.0]).spend) == [0, 7]


def test_a_ledger_younger_than_a_year_has_no_whole_last_year():
    assert (last_year_days(200), last_year_days(800)) == (200, 365)


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
    assert message.values["measures"] == (MEASURES["bias"].label,)
    assert say(message, "zh") == (
        "购买次数：简单规则“按以往频率”在总量偏差上更好，模型在平均绝对误差、均方根误差、排序相关系数、"
        "归一化基尼系数、排序一致率上更好。"
    )


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


def total(actual, expected=100.0, widened_by=0):
    sure, surer = Interval(expected - 10, expected + 10), Interval(expected - 20, expected + 20)
    return OriginTotal(date(2024, 1, 1), date(2024, 12, 31), 5, expected, actual, sure, surer, widened_by)


def test_a_total_knows_whether_it_came_as_expected():
    assert [(one.inside_80, one.inside_95) for one in map(total, (110.0, 120.0, 121.0))] == [
        (True, True),
        (False, True),
        (False, False),
    ]
    assert total(80.0).bias == pytest.approx(0.25)
    assert total(0.0).bias is None


def test_totals_inside_their_intervals_need_no_word():
    assert verdict_on_totals([total(85.0), total(120.0)]) == ()


@pytest.mark.parametrize(("actual", "sentence"), [(128.0, "came 28% above"), (71.0, "came 29% below")])
def test_one_total_outside_is_said_plainly_and_that_one_past_day_teaches_little(actual, sentence):
    first, second = verdict_on_totals([total(actual)])
    assert sentence in str(first)
    assert "outside the 95% interval" in str(first)
    assert "too narrow" in str(second)


def test_totals_outside_are_counted_over_all_past_days():
    (only,) = verdict_on_totals([total(150.0), total(100.0), total(50.0)])
    assert str(only).startswith("The total came outside the 95% interval at 2 of 3 past days")


def test_covering_more_is_not_better_in_itself():
    wide, narrow = ([0.0] * 5, [99.0] * 5), ([4.0] * 5, [5.0] * 5)
    assert does_better(score(ACTUAL, GOOD, interval_80=wide), score(ACTUAL, GOOD, interval_80=narrow)) == ()
