"""Which column is taken for what, and when it cannot be told."""

import pytest

from keyworth.errors import MappingUnclear, OptionRefused
from keyworth.ledger.columns import FIELDS, propose_mapping
from keyworth.ledger.columns.names import plain
from keyworth.ledger.columns.statuses import kind_of


def options(opened, header, *rows, **chosen):
    return opened("\n".join([header, *rows]) + "\n").mapping(**chosen).as_options()


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (
            "订单号,客户ID,下单时间,实付金额,退款金额",
            "A1,007,2024-03-05,12,0",
            {
                "order": "订单号", "customer": "客户ID", "date": "下单时间", "amount": "实付金额",
                "refund_amount": "退款金额",
            },
        ),
        (
            "会员卡号,消费日期,消费额,用餐人数,市别,桌号,门店,服务员,推荐人",
            "007,2024-03-05,12,4,午市,A3,一店,小王,008",
            {
                "customer": "会员卡号", "date": "消费日期", "amount": "消费额", "party_size": "用餐人数",
                "sitting": "市别", "table": "桌号", "store": "门店", "staff": "服务员", "referrer": "推荐人",
            },
        ),
        (
            "Invoice,StockCode,Quantity,InvoiceDate,Price,Customer ID",
            "1,A,6,2010-12-01,2.5,13085.0",
            {
                "order": "Invoice", "customer": "Customer ID", "date": "InvoiceDate", "price": "Price",
                "quantity": "Quantity", "item": "StockCode",
            },
        ),
        ("Id,Date,Price", "a,2024-03-05,1.5", {"customer": "Id", "date": "Date", "amount": "Price"}),
        ("CUST,ＤＡＴＥ,amt", "a,2024-03-05,1.5", {"customer": "CUST", "date": "ＤＡＴＥ", "amount": "amt"}),
        ("user_id,timestamp", "a,2024-03-05", {"customer": "user_id", "date": "timestamp"}),
        (
            "手机号,日期,时间,实付金额（元）,应收金额",
            "138,2024-03-05,12:30,9,10",
            {"customer": "手机号", "date": "日期", "time": "时间", "amount": "实付金额（元）"},
        ),
        (
            "member no,sale date,dollar_value,qty,cost",
            "a,2024-03-05,9,2,3",
            {"customer": "member no", "date": "sale date", "amount": "dollar_value", "quantity": "qty", "cost": "cost"},
        ),
        ("客户名称,客户ID,日期", "曾惠,1,2024-03-05", {"customer": "客户ID", "date": "日期"}),
        (
            "訂單號碼,客戶編號,訂單成立日期,買家總支付金額,數量,單價,品項,門市,退款金額",
            "A1,007,2024-03-05,12,2,6,茶,一店,0",
            {
                "order": "訂單號碼", "customer": "客戶編號", "date": "訂單成立日期", "amount": "買家總支付金額",
                "quantity": "數量", "price": "單價", "item": "品項", "store": "門市", "refund_amount": "退款金額",
            },
        ),
        (
            "帳單編號,會員帳號,結帳時間,實收金額,檯號,推薦人,會員姓名",
            "A1,007,2024-03-05,12,3,008,陳怡君",
            {
                "order": "帳單編號", "customer": "會員帳號", "date": "結帳時間", "amount": "實收金額",
                "table": "檯號", "referrer": "推薦人",
            },
        ),
    ],
)  # fmt: skip
def test_known_headers(opened, header, row, expected):
    assert options(opened, header, row) == expected


def test_a_lone_id_that_comes_again_on_other_dates_is_the_customer(opened):
    rows = ["k1,2024-03-05,1", "k2,2024-03-05,1", "k1,2024-03-07,1"]
    assert options(opened, "code,date,amount", *rows)["customer"] == "code"
    assert options(opened, "order no,date,amount", *rows)["customer"] == "order no"


def test_a_known_name_whose_values_cannot_be_it_is_passed_over(opened):
    rows = ["k1,yes,2024-03-05,1", "k2,no,2024-03-06,2"]
    assert "amount" not in options(opened, "customer,sale,date,weight", *rows)


def test_without_a_header_by_value(opened):
    rows = [
        "00004,0001,19970101,2,29.33",
        "00004,0001,19970118,2,29.73",
        "00021,0002,19970101,3,63.34",
        "00021,0002,19970113,1,11.77",
    ]
    assert options(opened, rows[0], *rows[1:]) == {"customer": "1", "date": "3", "amount": "5", "quantity": "4"}


def test_what_is_unclear_is_refused_with_every_way_to_settle_it(opened):
    rows = ["x1,y1,2024-03-05,1", "x2,y1,2024-03-06,1", "x1,y2,2024-03-07,1"]
    with pytest.raises(MappingUnclear) as refused:
        options(opened, "red code,blue code,date,amount", *rows)
    assert "holds the customer cannot be told" in str(refused.value)
    assert "--map customer='red code', --map customer='blue code'" in str(refused.value)


def test_no_dates_at_all(opened):
    with pytest.raises(MappingUnclear, match=r"holds the date cannot be told"):
        options(opened, "customer,amount", "a,1", "b,2")


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"customer": "红"}, "红"),
        ({"customer": "2"}, "蓝"),
        ({"customer": "会员号", "order": "红"}, "会员号"),
    ],
)
def test_a_person_decides(opened, chosen, expected):
    assert options(opened, "红,蓝,会员号,日期", "a,b,c,2024-03-05", **chosen)["customer"] == expected


def test_a_field_may_be_left_out(opened):
    chosen = options(opened, "cust,date,amount,qty", "a,2024-03-05,1,2", quantity="-")
    assert chosen == {"customer": "cust", "date": "date", "amount": "amount", "quantity": "-"}


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"custmer": "cust"}, "no field called 'custmer'. Did you mean customer"),
        ({"客户": "cust"}, "no field called '客户'. Did you mean customer"),
        ({"customer": "csut"}, "has no column 'csut'. Did you mean cust"),
        ({"customer": "9"}, "has no column '9'"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(opened, chosen, sentence):
    with pytest.raises(OptionRefused) as refused:
        options(opened, "cust,date,amount", "a,2024-03-05,1", **chosen)
    assert sentence in str(refused.value)


def test_what_the_book_remembers_holds_where_the_column_is_there(opened):
    file = opened("cust,client,date,amount\na,b,2024-03-05,1\n")
    saved = {"customer": "client", "amount": "gone"}
    mapping = propose_mapping(file.connection, file.source, saved=saved)
    assert mapping.as_options() == {"customer": "client", "date": "date", "amount": "amount"}


def test_a_mapping_proposed_again_from_its_own_options_is_the_same(opened):
    file = opened("红,蓝,日期,金额,数量\na,b,2024-03-05,1,2\n")
    first = file.mapping(customer="蓝", quantity="-")
    assert propose_mapping(file.connection, file.source, saved=first.as_options()).as_options() == first.as_options()


def test_no_name_stands_for_two_fields():
    seen = {}
    for field in FIELDS.values():
        for synonym in {plain(word) for word in field.synonyms}:
            assert seen.setdefault(synonym, field.name) == field.name, synonym


def test_of_two_unknown_columns_the_one_that_comes_again_on_other_dates(opened):
    rows = ["k1,s1,2024-03-05,1", "k2,s1,2024-03-05,1", "k1,s2,2024-03-07,1", "k2,s2,2024-03-07,1"]
    assert options(opened, "code,lot,date,amount", *rows)["customer"] == "code"


@pytest.mark.parametrize(
    ("header", "hint"),
    [
        ("customer,date,customer,amount", "--map customer=1, --map customer=3"),
        ("Date,customer,DATE,amount", "--map date=1, --map date=3"),
        ("customer,Order ID,date,order_id,amount", "--map order=2, --map order=4"),
        ("customer,amount,date,amount", "--map amount=2, --map amount=4"),
    ],
)
def test_columns_of_one_name_are_never_chosen_between(opened, header, hint):
    names = header.split(",")
    rows = [
        ",".join(
            f"2024-01-{n + p + 1:02}" if "date" in name.lower() else str(n + p * 10) for p, name in enumerate(names)
        )
        for n in range(4)
    ]
    file = opened("\n".join([header, *rows]))
    with pytest.raises(MappingUnclear) as refusal:
        file.mapping()
    assert hint in str(refusal.value.hint)
    field, _, number = hint.split(", ")[1].removeprefix("--map ").partition("=")
    mapping = file.mapping(**{field: number})
    assert mapping.columns[field] == int(number) - 1
    assert propose_mapping(file.connection, file.source, saved=mapping.as_options()).columns == mapping.columns


def test_columns_of_one_name_that_hold_the_same_or_nothing_need_no_choice(opened):
    assert (
        opened("customer,customer,date,amount\nA,A,2024-01-01,5\nB,B,2024-01-02,6\n").mapping().columns["customer"] == 0
    )
    assert (
        opened("customer,customer,date,amount\n,A,2024-01-01,5\n,B,2024-01-02,6\n").mapping().columns["customer"] == 1
    )


def test_statuses_are_known_in_either_script():
    assert [kind_of(word) for word in ("已付款", "已簽收", "退貨", "交易關閉", "待付款")] == [
        "sale", "sale", "refund", "none", "none",
    ]  # fmt: skip
