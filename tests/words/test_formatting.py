"""Section 3 of the design, figure by figure, in both languages."""

import math
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyworth.words import formatting as f

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (3864, "¥3,860", "¥3.9k"),
        (564_300, "¥56.4 万", "¥564k"),
        (64_760_000, "¥6,476 万", "¥64.8m"),
        (129_000_000, "¥1.29 亿", "¥129m"),
        (9_996, "¥1.0 万", "¥10.0k"),
        (99_960_000, "¥1.00 亿", "¥100m"),
        (-21_400, "−¥2.1 万", "−¥21.4k"),
        (42.4, "¥42", "¥42"),
        (3.44, "¥3.4", "¥3.4"),
        (0.004, "不足 ¥0.1", "under ¥0.1"),
        (0.0, "¥0", "¥0"),
        (None, "—", "—"),
        (math.nan, "—", "—"),
        (3.2e13, "¥320,000 亿", "¥32,000bn"),
    ],
)
def test_an_estimate_shows_what_is_known(value: float | None, chinese: str, english: str) -> None:
    assert f.estimate(value, "CNY", "zh") == chinese
    assert f.estimate(value, "CNY", "en") == english


def test_a_wide_estimate_has_one_figure() -> None:
    assert f.estimate(6200, "CNY", "zh", (1500, 15_000)) == "约 ¥0.6 万"
    assert f.estimate(6200, "CNY", "en", (1500, 15_000)) == "about ¥6k"
    assert f.estimate(6200, "CNY", "zh", (3100, 15_000)) == "¥6,200"


def test_an_estimate_that_may_be_nothing_says_under() -> None:
    assert f.estimate(900, "CNY", "zh", (0, 2600)) == "不足 ¥0.3 万"
    assert f.estimate(900, "CNY", "en", (0, 2600)) == "under ¥3k"
    assert f.estimate(30, "CNY", "zh", (0, 80)) == "不足 ¥80"
    assert f.estimate(500, "CNY", "en", (0, 1_100)) == "under ¥1.5k"
    assert f.estimate(500, "CNY", "zh", (0, 1_500)) == "不足 ¥0.15 万"
    assert f.estimate(9e5, "CNY", "zh", (0, 1.2e8)) == "不足 ¥1.5 亿"
    assert f.estimate(0, "CNY", "zh", (0, 0)) == "¥0"


def test_both_ends_of_a_range_carry_their_unit() -> None:
    assert f.money_range(330_000, 885_000, "CNY", "zh") == "33.0 万～88.5 万"
    assert f.money_range(330_000, 885_000, "CNY", "en") == "¥330k–885k"
    assert f.money_range(8_600, 12_000, "CNY", "zh") == "8,600～1.2 万"
    assert f.money_range(None, 3, "CNY", "zh") == "—"
    assert f.number_range(1480.2, 1833.9, "zh") == "1,480～1,834"


def test_exact_money_is_always_full() -> None:
    assert f.exact_money(3264, "CNY", "zh") == f.exact_money(3264, "CNY", "en") == "¥3,264"
    assert f.exact_money(Decimal("86000.50"), "CNY", "zh") == "¥86,000.50"
    assert f.exact_money(-50, "CNY", "en") == "−¥50"
    assert f.exact_money(3264, "XXX", "en") == "3,264"
    assert f.exact_money(3264, "USD", "zh") == "US$3,264"
    assert f.exact_money(None, "CNY", "zh") == "—"


def test_a_change_carries_its_sign_and_not_a_hyphen() -> None:
    assert f.money_change(43_000, "CNY", "zh") == "+4.3 万"
    assert f.money_change(43_000, "CNY", "en") == "+¥43k"
    assert f.money_change(-21_000, "CNY", "zh") == "−2.1 万"
    assert f.rate_change(-0.12) == "−12%"
    assert f.rate_change(0.0) == "0%"


def test_a_rate_never_rounds_to_certainty() -> None:
    assert [f.rate(v, "zh") for v in (0.24, 0.004, 0.0002, 0.9997, 1.0)] == [
        "24%",
        "0.4%",
        "不足 0.1%",
        "超过 99.9%",
        "100%",
    ]
    assert f.rate(0.9962, "en") == "99.6%"
    assert f.rate(None, "en") == "—"


def test_dates() -> None:
    assert (f.day(date(2026, 11, 18), "zh"), f.day(date(2026, 11, 18), "en")) == ("11 月 18 日", "18 Nov")
    assert f.day(date(2026, 11, 18), "zh", year=True) == "2026 年 11 月 18 日"
    assert f.day(None, "en") == "—"


def test_without_a_currency_purchases_are_counted() -> None:
    assert f.estimate(1480.6, None, "zh") == f.estimate(1480.6, None, "en") == "1,481"
    assert f.money_range(1480.2, 1833.9, None, "zh") == "1,480～1,834"
    assert (f.money_change(-12.4, None, "en"), f.money_change(0.2, None, "en")) == ("−12", "0")


def test_a_statistic_has_three_figures() -> None:
    assert [f.measure(v) for v in (0.24259, 4.4136, 12345.0, -0.5, 0.0, None)] == [
        "0.243",
        "4.41",
        "12,345",
        "−0.500",
        "0",
        "—",
    ]


def test_a_part_too_small_for_the_step_is_not_called_nothing() -> None:
    parts, whole = f.estimates_adding_up([64_758_000, 2_000], "CNY", "zh")
    assert (parts, whole) == (["¥6,476 万", "不足 ¥1 万"], "¥6,476 万")


def test_nothing_is_plainly_nothing_among_parts() -> None:
    assert f.estimates_adding_up([27_400, 0], "CNY", "en") == (["¥27.4k", "¥0"], "¥27.4k")


def shown_tenths(text: str) -> int:
    return round(10 * float(text.replace("¥", "").replace(",", "").replace(" 万", "").replace("−", "-")))


@given(st.lists(st.floats(1e4, 9e5), min_size=2, max_size=12))
def test_rounded_parts_add_up_to_the_rounded_sum(parts: list[float]) -> None:
    shown, whole = f.estimates_adding_up(parts, "CNY", "zh")
    said = [text for text in shown if "不足" not in text]
    assert sum(map(shown_tenths, said)) == shown_tenths(whole)
    assert whole == f.estimate(sum(parts), "CNY", "zh")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9).filter(lambda parts: sum(parts) > 0))
def test_shares_of_a_whole_add_up_to_a_hundred(parts: list[float]) -> None:
    shown = f.rates_adding_up([part / sum(parts) for part in parts], "en")
    assert sum(int(text.removesuffix("%")) for text in shown if "<" not in text) == 100


def test_a_number_is_grouped_and_carries_a_minus_and_no_hyphen() -> None:
    assert [f.number(v, "zh") for v in (1234567, -5681.17374, 0.1 + 0.2, Decimal("2.50"), -1e-9, float("nan"))] == [
        "1,234,567",
        "−5,681.17374",
        "0.3",
        "2.5",
        "0",
        "—",
    ]
