"""What cannot be invented, and the sentence that says so."""

from datetime import date

import pytest

from keyworth.errors import OptionRefused, ParametersRefused
from keyworth.sample import Population, make_business
from keyworth.words import say


@pytest.mark.parametrize(
    ("options", "sentence", "chinese"),
    [
        ({"customers": 0}, "at least one customer; got 0", "至少要有一位客户"),
        ({"seed": -1}, "from 0 up; got −1", "不小于 0 的整数"),
        ({"years": 0}, "at least one day", "不短于一天"),
        ({"years": float("nan")}, "at least one day", "不短于一天"),
        ({"years": 1e9}, "at most a hundred years", "不超过一百年"),
        ({"end": date(2022, 12, 31)}, "at least one day", "不短于一天"),
        ({"opened": date(2023, 1, 2)}, "cannot open on 2023-01-02", "不能晚于"),
        ({"lang": "fr"}, "one of en, zh; got fr", "en、zh"),
        ({"start": date(1999, 1, 1)}, "known from 2000 to 2040", "2000 年至 2040 年"),
        ({"years": 18}, "known from 2000 to 2040", "2000 年至 2040 年"),
        (
            {"start": date(2024, 2, 9), "end": date(2024, 2, 11)},
            "closed on every day from 2024-02-09 to 2024-02-11",
            "正值春节",
        ),
    ],
)
def test_a_business_that_cannot_be(options, sentence, chinese):
    with pytest.raises(OptionRefused, match=sentence) as refused:
        make_business(**{"customers": 5, **options})
    assert chinese in say(refused.value.message, "zh")


def test_beyond_the_table_the_seasons_can_be_left_out():
    assert make_business(customers=5, start=date(1990, 1, 1), seasons=False).orders.num_rows >= 5


@pytest.mark.parametrize("wrong", [{"alpha": 0.0}, {"a": -1.0}, {"gamma": float("inf")}])
def test_a_population_that_cannot_be(wrong):
    with pytest.raises(ParametersRefused, match=next(iter(wrong))):
        Population(**wrong)


def test_spend_without_a_mean_is_refused():
    with pytest.raises(ParametersRefused, match="q must be above 1"):
        Population(q=1.0)
