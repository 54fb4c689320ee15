from decimal import Decimal

import pytest

from keyworth.errors import OptionRefused
from keyworth.units import UNSTATED, Discount, Money, Share, TimeUnit, parse_share
from reference.held import held


def test_fifteen_per_cent_a_year_is_the_papers_rate_a_week() -> None:
    # The paper's 0.0027 a week.
    got = Discount.parse("15%").continuous(TimeUnit.WEEK)
    held("S0.4", "15% a year, as a force a week", got, 0.0026785, rtol=1e-4)


def test_a_month_is_a_twelfth_of_a_year() -> None:
    held("S0.6", "days of a month", TimeUnit.MONTH.days, 30.4375)


@pytest.mark.parametrize(("text", "share"), [("30%", 0.3), ("0.3", 0.3), ("12.5 %", 0.125), ("0", 0.0), ("100％", 1.0)])
def test_a_share_is_a_percentage_or_a_fraction(text: str, share: float) -> None:
    assert parse_share(text) == share


@pytest.mark.parametrize("text", ["", "abc", "130%", "-5%", "30", "1e-3"])
def test_other_shares_are_refused(text: str) -> None:
    with pytest.raises(OptionRefused, match="from 0% to 100%"):
        parse_share(text)


def test_money_is_said_with_its_currency() -> None:
    assert Money(Decimal("3264.5"), "CNY").said("zh") == "¥3,264.50"
    assert Money(Decimal("3264.5"), "USD").said("en") == "$3,264.50"
    assert Money(Decimal("3264.5"), UNSTATED).said("en") == "3,264.50"
    assert Share(0.24).said("zh") == "24%"
