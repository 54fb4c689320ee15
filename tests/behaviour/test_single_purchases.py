"""Single purchases at the gate of calendar time, and rhythms that are none."""

from datetime import date

import numpy as np
import pytest

from keyworth.behaviour.calendar_time import DatedHistories, OwnHistories, rhythms
from keyworth.errors import HistoryRefused, ParametersRefused
from keyworth.words import say

AS_OF = date(2024, 6, 1)
DAYS = ["2024-01-01", "2024-02-01", "2024-03-05"]


@pytest.mark.parametrize("kind", [DatedHistories, OwnHistories])
@pytest.mark.parametrize(
    ("customers", "days", "said"),
    [
        (["a", "b", "a"], DAYS[:2], "A customer and a day for each purchase were expected; got shapes (3,), (2,)."),
        ([None, "b", "a"], DAYS, "the customer is missing (1 time, in row 1)"),
        ([1.0, np.nan, 2.0], DAYS, "the customer is missing (1 time, in row 2)"),
        (["a", "b", "a"], [*DAYS[:2], "NaT"], "the day is missing (1 time, in row 3)"),
        (["a", "b", "a"], [*DAYS[:2], "in May"], "A column of days was expected; one of its values is no day."),
        (["a"], ["2024-06-02"], "There is no purchase by"),
    ],
)
def test_what_is_no_purchase_is_refused_in_words(kind, customers, days, said):
    with pytest.raises(HistoryRefused) as refused:
        kind.from_purchases(customers, days, AS_OF)
    assert said in str(refused.value)
    assert say(refused.value.message, "zh") != str(refused.value.message)


def test_purchases_of_a_day_are_one_and_those_to_come_are_left_out():
    found = DatedHistories.from_purchases(["b", "a", "b", "b", "c"], [*DAYS, DAYS[2], "2025-01-01"], AS_OF)
    own = OwnHistories.from_purchases(["b", "a", "b", "b", "c"], [*DAYS, DAYS[2], "2025-01-01"], AS_OF)
    assert own.customers.tolist() == ["a", "b"]
    assert own.repeats.tolist() == found.repeats[found.inverse].tolist() == [0.0, 1.0]
    assert own.on.tolist() == found.purchase_days.tolist() == [date(2024, 3, 5)]


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: rhythms.season(0), "a whole number of waves, 1 or more; got 0."),
        (lambda: rhythms.season(1.5), "a whole number of waves, 1 or more; got 1.5."),
        (
            lambda: rhythms.promotion("sale", [(date(2024, 3, 1), date(2024, 2, 1))]),
            "sale ends before it begins: 2024-03-01 to 2024-02-01.",
        ),
    ],
)
def test_a_rhythm_that_is_none_is_refused_in_words(ask, said):
    with pytest.raises(ParametersRefused) as refused:
        ask()
    assert said in str(refused.value)
