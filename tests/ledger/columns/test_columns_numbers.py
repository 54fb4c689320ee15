"""Every way in which amounts are written."""

from decimal import Decimal

import pytest


def amounts(staged, *texts):
    lines = "".join(f'c{number};2024-03-05;"{text}"\n' for number, text in enumerate(texts))
    return [
        row["amount"] if row["problem"] is None else row["problem"] for row in staged("customer;date;amount\n" + lines)
    ]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1234.5", "1234.5"),
        ("1,234.50", "1234.5"),
        ("1.234,56", "1234.56"),
        ("12,5", "12.5"),
        ("1234,56", "1234.56"),
        ("1,234", "1234"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1'234.50", "1234.5"),
        ("1’234.50", "1234.5"),
        ("1 234,50", "1234.5"),
        ("1\u00a0234,50", "1234.5"),
        ("1,23,456.78", "123456.78"),
        ("¥1,234", "1234"),
        ("￥１，２３４．５０", "1234.5"),
        ("1234元", "1234"),
        ("RMB 12.50", "12.5"),
        ("$1,234.50", "1234.5"),
        ("-$5.00", "-5"),
        ("$-5.00", "-5"),
        ("€ 1.234,56", "1234.56"),
        ("1.234,56 €", "1234.56"),
        ("£12", "12"),
        ("HK$12", "12"),
        ("(12.00)", "-12"),
        ("($1,200.00)", "-1200"),
        ("12.00-", "-12"),
        ("−12", "-12"),
        ("+12", "12"),
        ("1e3", "1000"),
        ("0", "0"),
        (".5", "0.5"),
    ],
)
def test_one_way(staged, text, meant):
    assert amounts(staged, text) == [Decimal(meant)]


def test_the_column_decides_what_a_single_mark_means(staged):
    assert amounts(staged, "1.234", "1.234,56") == [Decimal(1234), Decimal("1234.56")]
    assert amounts(staged, "1,234", "1,234.56") == [Decimal(1234), Decimal("1234.56")]
    assert amounts(staged, "1.234", "5.6") == [Decimal("1.234"), Decimal("5.6")]


def test_two_ways_in_one_column(staged):
    assert amounts(staged, "1.234,56", "1,234.56", "12.50", "12,50") == [
        Decimal("1234.56"),
        Decimal("1234.56"),
        Decimal("12.5"),
        Decimal("12.5"),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "amount_missing"),
        ("  ", "amount_missing"),
        ("free", "amount_unreadable"),
        ("12 pieces", "amount_unreadable"),
        ("#DIV/0!", "amount_unreadable"),
        ("NaN", "amount_unreadable"),
        ("--", "amount_unreadable"),
        ("999999999999999", "amount_too_large"),
        ("¥999,999,999,999,999.00", "amount_too_large"),
    ],
)
def test_what_is_no_amount(staged, text, problem):
    assert amounts(staged, "1", text) == [Decimal(1), problem]


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        (("¥1", "￥2", "3元", "4"), ["CNY"] * 4),
        (("$1", "€2", "3"), ["USD", "EUR", None]),
        (("HK$1", "NT$2"), ["HKD", "TWD"]),
        (("1", "2"), [None, None]),
    ],
)
def test_the_currency_written_in_the_amount(staged, texts, codes):
    lines = "".join(f"c,2024-03-05,{text}\n" for text in texts)
    assert [row["currency"] for row in staged("customer,date,amount\n" + lines)] == codes


@pytest.mark.parametrize(
    ("written", "code"), [("usd", "USD"), ("人民币", "CNY"), ("RMB", "CNY"), ("€", "EUR"), ("", None)]
)
def test_a_column_of_currencies(staged, written, code):
    assert staged(f"customer,date,amount,currency\nc,2024-03-05,1,{written}\n")[0]["currency"] == code


def test_a_price_times_a_quantity_that_is_too_large(staged):
    rows = staged("customer,date,price,quantity\nc,2024-03-05,9999999999,9999999999\n")
    assert rows[0]["problem"] == "amount_too_large"
