from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from keyworth.ledger.refund_matching import Offset, PurchasedLine, Refund, match_refunds


def day(number: int) -> datetime:
    return datetime(2026, 1, number)


def line(order_no: int, on: int, amount: str | None, **more: Any) -> PurchasedLine:
    defaults: dict[str, Any] = {
        "order_ref": None,
        "customer_no": 1,
        "currency": "CNY",
        "item": None,
        "quantity": None,
    }
    money = None if amount is None else Decimal(amount)
    return PurchasedLine(**(defaults | {"order_no": order_no, "ordered_at": day(on), "amount": money} | more))


def refund(on: int, amount: str | None, **more: Any) -> Refund:
    defaults: dict[str, Any] = {
        "refund_no": on,
        "reference": None,
        "customer_no": 1,
        "currency": "CNY",
        "item": None,
        "quantity": None,
    }
    money = None if amount is None else Decimal(amount)
    return Refund(**(defaults | {"refunded_at": day(on), "amount": money} | more))


def shape(offsets: list[Offset]) -> list[tuple[int | None, int, str, bool, str]]:
    return [(o.order_no, o.day.day, str(o.amount), o.voids, o.how) for o in offsets]


def test_a_refund_that_names_its_order_lowers_that_order_from_its_own_day() -> None:
    lines = [line(1, 1, "100", order_ref="A"), line(2, 5, "80", order_ref="B")]
    assert shape(match_refunds(lines, [refund(9, "30", reference="A")])) == [(1, 9, "30", False, "reference")]


def test_an_order_whose_money_is_all_back_is_void_from_the_refund_that_completes_it() -> None:
    lines = [line(1, 1, "100", order_ref="A")]
    offsets = match_refunds(lines, [refund(3, "60", reference="A"), refund(4, "40", reference="A")])
    assert shape(offsets) == [(1, 3, "60", False, "reference"), (1, 4, "40", True, "reference")]


def test_returned_goods_come_off_the_latest_earlier_purchases_of_the_same_item() -> None:
    lines = [
        line(1, 1, "30", item="tea", quantity=Decimal(3)),
        line(2, 2, "20", item="tea", quantity=Decimal(2)),
        line(3, 3, "50", item="cake", quantity=Decimal(1)),
        line(4, 8, "90", item="tea", quantity=Decimal(9)),
    ]
    offsets = match_refunds(lines, [refund(5, "30", item="tea", quantity=Decimal(3))])
    assert shape(offsets) == [(2, 5, "20.0000", True, "item"), (1, 5, "10.0000", False, "item")]


def test_goods_cannot_be_returned_twice() -> None:
    lines = [line(1, 1, "20", item="tea", quantity=Decimal(2))]
    back = [refund(d, "20", item="tea", quantity=Decimal(2)) for d in (3, 4)]
    assert [(o.order_no, o.how) for o in match_refunds(lines, back)] == [(1, "item"), (None, "date")]


def test_a_refund_with_nothing_to_match_lowers_the_spend_on_its_own_day() -> None:
    assert shape(match_refunds([line(1, 1, "100")], [refund(9, "15")])) == [(None, 9, "15", False, "date")]


def test_a_refund_larger_than_its_order_takes_the_rest_from_its_own_day() -> None:
    offsets = match_refunds([line(1, 1, "100", order_ref="A")], [refund(9, "130", reference="A")])
    assert shape(offsets) == [(1, 9, "100", True, "reference"), (None, 9, "30", False, "date")]


def test_a_refund_dated_before_its_order_acts_from_the_order() -> None:
    offsets = match_refunds([line(1, 7, "100", order_ref="A")], [refund(2, "10", reference="A")])
    assert shape(offsets) == [(1, 7, "10", False, "reference")]


def test_another_customers_order_and_another_currency_are_not_touched() -> None:
    lines = [
        line(1, 1, "100", order_ref="A", customer_no=2),
        line(2, 1, "100", order_ref="B", currency="HKD"),
    ]
    offsets = match_refunds(lines, [refund(3, "10", reference="A"), refund(4, "10", reference="B")])
    assert [o.order_no for o in offsets] == [None, None]


def test_a_free_order_is_void_when_all_its_units_are_back() -> None:
    lines = [line(1, 1, "0", item="gift", quantity=Decimal(2))]
    back = [refund(d, "0", item="gift", quantity=Decimal(1)) for d in (3, 4)]
    assert shape(match_refunds(lines, back)) == [(1, 4, "0", True, "item")]


amounts = st.integers(0, 500).map(lambda cents: str(Decimal(cents) / 100))


@given(
    st.lists(st.tuples(st.integers(1, 20), amounts, st.sampled_from("ab"), st.integers(1, 4)), max_size=8),
    st.lists(st.tuples(st.integers(1, 20), amounts, st.sampled_from("ab"), st.integers(1, 4)), max_size=8),
)
def test_what_is_taken_adds_up_and_no_order_gives_more_than_it_had(
    bought: list[tuple[int, str, str, int]], back: list[tuple[int, str, str, int]]
) -> None:
    lines = [line(n, d, a, item=i, quantity=Decimal(q)) for n, (d, a, i, q) in enumerate(bought)]
    refunds = [refund(d, a, item=i, quantity=Decimal(q), refund_no=n) for n, (d, a, i, q) in enumerate(back)]
    offsets = match_refunds(lines, refunds)
    assert sum(o.amount for o in offsets) == sum(r.amount or 0 for r in refunds)
    for bought_line in lines:
        taken = sum(o.amount for o in offsets if o.order_no == bought_line.order_no)
        assert taken <= (bought_line.amount or 0)
    assert all(o.order_no is None or o.day >= o.order_day for o in offsets)
    voided = [o.order_no for o in offsets if o.voids]
    assert len(voided) == len(set(voided))
