"""What a file's rows become."""

from datetime import datetime
from decimal import Decimal


def test_a_plain_file_is_typed(staged):
    rows = staged("cust,date,amount,order id\n007,2024-03-05,12.50,A1\n,2024-03-06 10:30,3,A2\n")
    assert [(row["customer"], row["at"], row["amount"], row["order_ref"]) for row in rows] == [
        ("007", datetime(2024, 3, 5), Decimal("12.5"), "A1"),
        (None, datetime(2024, 3, 6, 10, 30), Decimal(3), "A2"),
    ]
    assert all(row["problem"] is None and row["is_sale"] and not row["is_refund"] for row in rows)


def test_chinese_headers_are_known(staged):
    rows = staged('订单号,会员号,下单时间,实付金额\nA1,007,2024年3月5日 18时30分,"¥1,234.50"\n')
    assert (rows[0]["customer"], rows[0]["at"], rows[0]["amount"], rows[0]["currency"]) == (
        "007",
        datetime(2024, 3, 5, 18, 30),
        Decimal("1234.5"),
        "CNY",
    )


def test_price_times_quantity_is_the_amount_and_a_negative_quantity_gives_it_back(staged):
    rows = staged(
        "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
        "1,A,6,2010-12-01 08:26:00,2.55,17850.0\nC2,A,-2,2010-12-02 08:26:00,2.55,17850.0\n",
    )
    assert [(row["customer"], row["amount"], row["quantity"], row["is_refund"]) for row in rows] == [
        ("17850", Decimal("15.3"), Decimal(6), False),
        ("17850", Decimal("-5.1"), Decimal(-2), True),
    ]
