"""What leaving the perhaps older customers out of a fit changes, in one sentence."""

from datetime import date

import numpy as np
import pytest

from keyworth.backtest import BornAfter, JudgedFit, OriginTotal, score
from keyworth.value import Interval
from keyworth.words import say

ACTUAL = np.array([0.0, 1, 2, 5, 9])


def judged(expected):
    purchases = score(ACTUAL, expected)
    ends = Interval(0.0, 50.0)
    total = OriginTotal(date(2024, 1, 1), date(2024, 12, 31), 5, purchases.expected, purchases.actual, ends, ends)
    return JudgedFit({"r": 0.5}, purchases, None, total)


GOOD, HIGH, REVERSED, FLAT = ACTUAL * 1.001, ACTUAL * 1.2, ACTUAL[::-1] + 1.0, np.full(5, 3.4)


@pytest.mark.parametrize(
    ("on_all", "on_some", "change"),
    [
        (GOOD, GOOD, "neither better nor worse"),
        (HIGH, GOOD, "better on bias of the total, mean absolute error, root mean square error"),
        (GOOD, HIGH, "worse on bias of the total, mean absolute error, root mean square error"),
        (HIGH, FLAT, "better on bias of the total and worse on mean absolute error, root mean square error, rank"),
    ],
)
def test_one_sentence_says_what_it_changes(on_all, on_some, change):
    found = BornAfter(date(2023, 3, 19), 5, 1059, judged(on_all), judged(on_some))
    assert f"makes the forecast of purchases {change}" in str(found.verdict)
    assert "1,059 customers first seen by 2023-03-19" in str(found.verdict)


def test_it_says_how_far_the_total_is_off_either_way():
    found = BornAfter(date(2023, 3, 19), 5, 7, judged(HIGH), judged(ACTUAL * 0.9))
    assert str(found.verdict).endswith("the total is off by −10% instead of +20%.")
    assert say(found.verdict, "zh").endswith("总量偏差由 +20% 变为 −10%。")
