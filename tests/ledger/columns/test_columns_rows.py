"""Ids, statuses, refunds and rows that cannot be used."""

from decimal import Decimal

import pytest


def customers(staged, *ids):
    return [row["customer"] for row in staged("customer,date\n" + "".join(f"{id_},2024-03-05\n" for id_ in ids))]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (("17850.0", "13085.0", ""), ["17850", "13085", None]),
        (("17850.0", "A13085.0"), ["17850.0", "A13085.0"]),  # not wholly numeric
        (("17850.5", "13085.0"), ["17850.5", "13085.0"]),
        (("17850.0", "nan"), ["17850", None]),
        (("007", "08"), ["007", "08"]),
        ((" a ", "b"), ["a", "b"]),
        (("a\t", "\tb"), ["a", "b"]),
        (('"=""00123"""', "b"), ["00123", "b"]),
        (("NULL", "None", "无", "b"), [None, None, None, "b"]),
        (("=1+1", "b"), ["=1+1", "b"]),
    ],
)
def test_ids_stay_text(staged, written, read):
    assert customers(staged, *written) == read


def test_an_id_whose_digits_a_spreadsheet_has_rounded_is_refused(opened):
    file = opened("customer,date\n1.38E+10,2024-03-05\n13800138000,2024-03-05\n")
    assert [(row["row"], row["problem"], row["cells"]) for row in file.exceptions()] == [
        (1, "customer_scientific", ["1.38E+10", "2024-03-05"])
    ]


def test_a_customer_that_is_a_spreadsheets_error_is_refused(staged):
    rows = staged("customer,date\n#REF!,2024-03-05\n#17,2024-03-05\n")
    assert [row["problem"] for row in rows] == ["customer_error", None]


def test_a_status_tells_sales_refunds_and_neither(staged):
    text = "customer,date,amount,quantity,订单状态\n" + "".join(
        f"a,{date},10,1,{status}\n"
        for date, status in [
            ("2024-03-05", "已完成"),
            ("2024-03-06", "退款"),
            ("2024-03-07", "已退款"),
            ("", "待付款"),
            ("2024-03-08", "神秘"),
        ]
    )
    assert [
        (row["is_sale"], row["is_refund"], row["amount"], row["quantity"], row["problem"]) for row in staged(text)
    ] == [
        (True, False, Decimal(10), Decimal(1), None),
        (False, True, Decimal(-10), Decimal(-1), None),
        (False, False, Decimal(10), Decimal(1), None),
        (False, False, Decimal(10), Decimal(1), None),
        (True, False, Decimal(10), Decimal(1), None),
    ]


def test_statuses_we_do_not_know_are_said(opened):
    file = opened("customer,date,status\na,2024-03-05,paid\nb,2024-03-05,mystery\nc,2024-03-05,cancelled\n")
    notes = [str(note) for note in file.conventions(file.mapping()).notes]
    assert notes == ["status: mystery were taken for sales.", "status: rows marked cancelled are no purchases."]


def test_a_refund_beside_a_purchase_and_alone(staged):
    rows = staged("customer,date,amount,refund amount\na,2024-03-05,10,4\na,2024-03-06,,3\na,2024-03-06,5,0\n")
    assert [(row["amount"], row["refund_amount"], row["is_refund"]) for row in rows] == [
        (Decimal(10), Decimal(4), False),
        (Decimal(-3), None, True),
        (Decimal(5), None, False),
    ]


def test_margin_is_given_or_amount_less_cost(staged):
    assert staged("customer,date,amount,cost\na,2024-03-05,10,4\n")[0]["margin"] == Decimal(6)
    assert staged("customer,date,amount,cost,margin\na,2024-03-05,10,4,5\n")[0]["margin"] == Decimal(5)


def test_everything_a_file_may_know(staged):
    row = staged(
        "customer,date,amount,party size,sitting,table no,store,waiter,channel,referred by,original order,"
        "category,sku\n"
        "a,2024-03-05,10,4,午市,A3,一店,小王,堂食,b,77,soup,s1\n"
    )[0]
    known = {
        "party_size": 4,
        "sitting": "午市",
        "table_no": "A3",
        "store": "一店",
        "staff": "小王",
        "channel": "堂食",
        "referrer": "b",
        "refund_of": "77",
        "category": "soup",
        "item": "s1",
    }
    assert {name: row[name] for name in known} == known


def test_a_file_without_money_or_quantity_is_counts_alone(staged):
    row = staged("customer,date\na,2024-03-05\n")[0]
    assert (row["amount"], row["is_sale"], row["problem"]) == (None, True, None)


def test_rows_that_need_a_person_are_numbered(opened):
    text = "customer,date,amount\na,2024-03-05,1\n,2024-03-05,2\nb,2031-02-30,3\nc,2024-03-05,\n,,\nd,2024-03-05,4\n"
    assert [(row["row"], row["problem"], row["problem_value"]) for row in opened(text).exceptions()] == [
        (2, None, None),
        (3, "date_impossible", "2031-02-30"),
        (4, "amount_missing", None),
        (5, "row_empty", None),
    ]


def test_a_sparse_query_leaves_out_what_is_not_known(opened):
    from keyworth.ledger.columns import STAGED, staging_query

    file = opened("customer,date\na,2024-03-05\n")
    mapping = file.mapping()
    conventions = file.conventions(mapping)
    full = file.dicts(staging_query(file.source, mapping, conventions))[0]
    sparse = file.dicts(staging_query(file.source, mapping, conventions, sparse=True))[0]
    assert list(full) == list(STAGED)
    assert sparse == {name: value for name, value in full.items() if name in sparse}
    assert "store" not in sparse
    assert all(full[name] is None for name in full.keys() - sparse.keys())
