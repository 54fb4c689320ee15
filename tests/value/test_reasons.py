"""One honest sentence for each pattern, in both languages."""

import numpy as np
import pytest

from keyworth.value import KINDS, reasons
from keyworth.words import say


@pytest.fixture
def six():
    return reasons(
        repeats=np.array([0.0, 0, 4, 5, 3, 6]),
        last_repeat_days=np.array([0.0, 0, 80, 100, 60, 120]),
        observed_days=np.array([10.0, 300, 100, 115, 160, 500]),
        chance=np.array([0.7, 0.3, 0.9, 0.95, 0.6, 0.05]),
        per_purchase=np.array([20.0, 20, 20, 95.5, 20, 20]),
    )


def test_each_pattern_has_its_kind(six):
    assert [KINDS[kind] for kind in six.kind] == ["new", "one_time", "steady", "dear", "overdue", "gone"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (0, "First bought 10 days ago and not again yet; those who return take about 20 days"),
        (1, "Bought once, 300 days ago, and not since; chance of being a customer 30%."),
        (2, "Buys about every 20 days and last bought 20 days ago: in rhythm."),
        (3, "Buys about every 20 days, last 15 days ago, and spends about $95.50 each time, 2.9 times"),
        (4, "Buys about every 20 days, but last bought 100 days ago: overdue by their own rhythm; chance"),
        (5, "Bought about every 20 days, but not for 380 days: has probably left, chance of being a customer 5%."),
    ],
)
def test_the_sentence_says_what_was_seen(six, row, sentence):
    assert str(six.sentence(row, "USD")).startswith(sentence)
    assert "天" in say(six.sentence(row, "USD"), "zh")


def test_without_money_nobody_is_dear():
    one = np.array([3.0])
    found = reasons(one, one * 10, one * 12, np.array([0.9]))
    assert KINDS[found.kind[0]] == "steady"
    assert "in rhythm" in str(found.sentence(0, "XXX"))


def test_where_nobody_came_back_the_usual_gap_is_the_whole_time():
    found = reasons(np.zeros(2), np.zeros(2), np.array([5.0, 40.0]), np.array([0.5, 0.5]))
    assert found.usual_gap == 40
    assert [KINDS[kind] for kind in found.kind] == ["new", "new"]


def test_one_time_buyers_are_new_until_twice_the_usual_gap():
    found = reasons(
        repeats=np.array([4.0, 0, 0]),
        last_repeat_days=np.array([80.0, 0, 0]),
        observed_days=np.array([90.0, 40, 41]),
        chance=np.array([0.9, 0.6, 0.6]),
    )
    assert [KINDS[kind] for kind in found.kind] == ["steady", "new", "one_time"]


def test_who_bought_once_and_has_probably_left_is_not_called_too_early_to_tell():
    found = reasons(
        repeats=np.array([4.0, 0]),
        last_repeat_days=np.array([1600.0, 0]),
        observed_days=np.array([1700.0, 574]),
        chance=np.array([0.9, 0.36]),
    )
    assert KINDS[found.kind[1]] == "one_time"
    assert str(found.sentence(1, "USD")) == "Bought once, 574 days ago, and not since; chance of being a customer 36%."


def test_overdue_begins_after_twice_ones_own_rhythm():
    four = np.full(2, 4.0)
    found = reasons(four, four * 20, np.array([120.0, 121.0]), np.array([0.9, 0.9]))
    assert [KINDS[kind] for kind in found.kind] == ["steady", "overdue"]


def test_where_nobody_can_tell_who_has_left_no_chance_is_named_and_nobody_has_left(six):
    found = six.without_chances()
    assert [KINDS[kind] for kind in found.kind] == ["new", "one_time", "steady", "dear", "overdue", "overdue"]
    said = [str(found.sentence(row, "USD")) for row in range(6)]
    assert said[1] == "Bought once, 300 days ago, and not since."
    assert said[4].endswith("overdue by their own rhythm.")
    assert not [sentence for sentence in said if "chance" in sentence or "left" in sentence]
    assert not [row for row in range(6) if "概率" in say(found.sentence(row, "USD"), "zh")]


def test_without_chances_a_silence_of_ones_own_rhythm_is_no_delay():
    found = reasons(np.array([4.0]), np.array([80.0]), np.array([100.0]), np.array([0.2])).without_chances()
    assert KINDS[found.kind[0]] == "steady"
