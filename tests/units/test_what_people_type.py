"""What a person types is read in one place, and refused in one sentence that names the option."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from keyworth.errors import OptionRefused
from keyworth.units import Discount, Horizon, TimeUnit, parse_currency, parse_day, parse_language, parse_share
from keyworth.words import say


@pytest.mark.parametrize(
    "given",
    ["2026-01-05", " 2026/1/5 ", "2026.01.05", "2026年1月5日", "20260105", date(2026, 1, 5), datetime(2026, 1, 5, 23)],
)
def test_a_day_however_it_is_written(given: str | date) -> None:
    day = parse_day(given, "until")
    assert (type(day), day) == (date, date(2026, 1, 5))


@pytest.mark.parametrize("given", ["week", "Weeks", " WEEK ", TimeUnit.WEEK])
def test_a_unit_however_it_is_written(given: str | TimeUnit) -> None:
    assert TimeUnit.parse(given) is TimeUnit.WEEK


@pytest.mark.parametrize(
    ("tag", "lang"), [("zh", "zh"), ("zh-CN", "zh"), ("ZH_tw.UTF-8", "zh"), ("en", "en"), ("en_GB@euro", "en")]
)
def test_a_language_by_its_tag(tag: str, lang: str) -> None:
    assert parse_language(tag) == lang


def test_a_share_may_be_a_number_and_nothing_may_stay_nothing() -> None:
    assert parse_share(0.25) == parse_share("25%") == Discount.parse(0.25).annual == 0.25
    assert parse_day(None, "until") is None
    assert parse_currency(None) is None
    assert parse_currency(" hkd") == "HKD"


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (parse_day, "31/12/2026"),
        (parse_day, "2026-02-30"),
        (parse_day, "2026-W01-1"),
        (parse_day, ""),
        (TimeUnit.parse, "fortnight"),
        (Horizon.parse, "soon"),
        (parse_share, "130%"),
        (Discount.parse, "a tenth"),
        (parse_currency, "yuan"),
        (parse_language, "fr"),
        (parse_language, "english"),
    ],
)
@pytest.mark.parametrize("option", ["--so-called", "so_called"])
def test_what_does_not_parse_is_refused_by_the_name_of_its_option(
    read: Callable[[str, str], object], text: str, option: str
) -> None:
    with pytest.raises(OptionRefused) as refused:
        read(text, option)
    message, hint = refused.value.message, refused.value.hint
    assert str(message).startswith(f"{option} expects a") or str(message).startswith(f"{option} expects day")
    assert str(message).endswith(f"got {text!r}.")
    assert say(message, "zh").startswith(f"{option} 应为")
    assert hint is not None
    assert say(hint, "zh") != str(hint)
