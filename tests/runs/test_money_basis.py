"""What customers brought in some time, in revenue or in margin, refunds and all."""

from datetime import UTC, date, datetime

import pytest

from keyworth.errors import OptionRefused
from keyworth.ledger import Ledger
from keyworth.runs.money_basis import margin_rates, money_between, refuse_wrong_margins

ORDERS = """order,customer,date,amount,cost,category
1,Ann,2024-01-05,100,60,wine
2,Bob,2024-01-06,200,180,tea
3,Cid,2024-01-07,50,,tea
4,Ann,2024-07-01,80,32,wine
5,Ann,2024-07-02,120,48,tea
6,Bob,2024-07-03,300,270,tea
7,Dan,2024-08-01,999,1,wine
6,Bob,2024-07-20,-100,,tea
"""
ORIGIN, END = date(2024, 6, 30), date(2024, 12, 31)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    folder = tmp_path_factory.mktemp("money_basis")
    (folder / "orders.csv").write_text(ORDERS, encoding="utf-8")
    Ledger.create(folder / "book", folder / "orders.csv", at=datetime(2025, 1, 1, tzinfo=UTC), currency="CNY")
    return Ledger.open(folder / "book")


def test_revenue_is_net_of_refunds_and_of_those_known_only(ledger: Ledger) -> None:
    known = ledger.customers(ORIGIN)
    assert known.customers.to_pylist() == ["Ann", "Bob", "Cid"]
    purchases, money = money_between(ledger, known, ORIGIN, END, margin_rate=None)
    assert purchases.tolist() == [2, 1, 0]
    assert money.tolist() == [200, 200, 0]


def test_margin_is_what_the_orders_tell_and_a_refund_takes_its_part(ledger: Ledger) -> None:
    known = ledger.customers(ORIGIN)
    rate = margin_rates(ledger, known, {})
    _, money = money_between(ledger, known, ORIGIN, END, margin_rate=rate)
    assert money == pytest.approx([120, 30 * 200 / 300, 0])  # a third of Bob's order came back
    gathered = Ledger.open(ledger.folder)
    gathered.gather_days()
    assert money_between(gathered, known, ORIGIN, END, margin_rate=rate)[1] == pytest.approx(money)


def test_margin_by_what_they_were_known_by_where_a_time_tells_none(ledger: Ledger) -> None:
    known = ledger.customers(ORIGIN)
    _, money = money_between(ledger, known, date(2024, 1, 6), date(2024, 1, 31), margin_rate=0.3)
    assert money == pytest.approx([0, 0, 15])  # Cid's order, whose cost is not known


def test_margins_given_are_of_what_was_bought_in_that_time(ledger: Ledger) -> None:
    known, given = ledger.customers(ORIGIN), {"wine": 0.5, "": 0.1}
    assert margin_rates(ledger, known, given) == pytest.approx([0.5, 0.1, 0.1])
    _, money = money_between(ledger, known, ORIGIN, END, margin_rate=0.5, margins=given)
    assert money == pytest.approx([80 * 0.5 + 120 * 0.1, 200 * 0.1, 0])
    _, money = money_between(ledger, known, ORIGIN, END, margin_rate=0.5, margins={"": 0.25})
    assert money == pytest.approx([50, 50, 0])


def test_margins_that_do_not_fit_the_orders_are_refused_once(ledger: Ledger) -> None:
    refuse_wrong_margins(ledger, {"wine": 0.5, "tea": 0.1}, END)
    with pytest.raises(OptionRefused, match="No margin is given for tea"):
        refuse_wrong_margins(ledger, {"wine": 0.5}, END)
    with pytest.raises(OptionRefused, match="no product category beer"):
        refuse_wrong_margins(ledger, {"beer": 0.5, "": 0.1}, END)
