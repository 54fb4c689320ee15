"""Which mark sets off decimals: the whole column decides, and what it cannot decide is told with its lines."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keyworth.ledger.columns import KnownWriting
from keyworth.words import say

HEADER = "customer", "date", "amount"
UNDECIDED = (
    "amount: before three digits, a comma was read as thousands and a point as decimals; --decimal-comma reads them "
    "the other way."
)


def csv(texts: list[str]) -> bytes:
    lines = "".join(f'c{number},2024-03-05,"{text}"\n' for number, text in enumerate(texts))
    return f"{','.join(HEADER)}\n{lines}".encode()


def xlsx(texts: list[str]) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in (HEADER, *((f"c{number}", "2024-03-05", text) for number, text in enumerate(texts))):
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def parquet(texts: list[str]) -> bytes:
    columns = [f"c{number}" for number in range(len(texts))], ["2024-03-05"] * len(texts), texts
    content = io.BytesIO()
    pq.write_table(pa.table(dict(zip(HEADER, columns, strict=True))), content)
    return content.getvalue()


@pytest.fixture
def read(opened: Any) -> Callable[..., tuple[list[Any], tuple[Any, ...], tuple[Any, ...]]]:
    """The amounts of a column (a refused one by its code), the notes and the warnings about it."""

    def amounts(texts: list[str], kind: str = "csv", comma: bool | None = None) -> Any:
        file = opened({"csv": csv, "xlsx": xlsx, "parquet": parquet}[kind](texts), f"orders.{kind}")
        known = KnownWriting(comma_everywhere=comma)
        found = file.conventions(file.mapping(), known=known)
        rows = file.staged(known=known)
        return [str(row["problem"] or row["amount"].normalize()) for row in rows], found.notes, found.warnings

    return amounts


@pytest.mark.parametrize(("texts", "meant", "note"), [
    (["1.234", "1.234,56", "2.500"], ["1234", "1234.56", "2500"],
     "amount: the comma is the decimal mark, as 1.234,56 shows; so 1.234 was read as 1234 (2 values of this form)."),
    (["1.234", "12,5"], ["1234", "12.5"],
     "amount: the comma is the decimal mark, as 12,5 shows; so 1.234 was read as 1234 (1 value of this form)."),
    (["1.234", "1.234.567"], ["1234", "1234567"],
     "amount: the comma is the decimal mark, as 1.234.567 shows; so 1.234 was read as 1234 (1 value of this form)."),
    (["1,234", "12.5"], ["1234", "12.5"],
     "amount: the point is the decimal mark, as 12.5 shows; so 1,234 was read as 1234 (1 value of this form)."),
    (["1,234", "1 234.567"], ["1234", "1234.567"],
     "amount: the point is the decimal mark, as 1 234.567 shows; so 1,234 was read as 1234 (1 value of this form)."),
    (["1,234", "5,678.901"], ["1234", "5678.901"],
     "amount: the point is the decimal mark, as 5,678.901 shows; so 1,234 was read as 1234 (1 value of this form)."),
    (["12,5", "7"], ["12.5", "7"], "amount: the comma is the decimal mark (1.234,56)."),
    (["1,234", "5.678"], ["1234", "5.678"],
     UNDECIDED),
    (["1.234", "12.5", "0.125"], ["1.234", "12.5", "0.125"], None),
    (["¥1,234.50", "¥12"], ["1234.5", "12"], "Amounts are written with the sign of CNY."),
])  # fmt: skip
def test_what_one_kind_of_value_shows_holds_for_the_whole_column(
    read: Any, texts: list[str], meant: list[str], note: str | None
) -> None:
    amounts, notes, warnings = read(texts)
    assert [Decimal(amount) for amount in amounts] == [Decimal(number) for number in meant]
    assert [str(one) for one in notes] == ([note] if note else [])
    assert all(say(one, "zh") != str(one) for one in notes)
    assert warnings == ()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_a_column_with_both_is_told_line_by_line(read: Any, kind: str) -> None:
    amounts, notes, warnings = read(["1.234,56", "1.234", "12.5", "7,50", "3"], kind)
    assert [Decimal(amount) for amount in amounts] == [Decimal(n) for n in ("1234.56", "1234", "12.5", "7.5", "3")]
    assert notes == ()
    at = 1 if kind == "parquet" else 2  # a table has rows, from 1, and no header among them
    file = f"orders.{kind}"
    assert [str(one) for one in warnings] == [
        (
            f"{file}, amount: 2 values need the comma as decimal mark (line {at}: 1.234,56 → 1234.56, "
            f"{at + 3}: 7,50 → 7.5), 1 the point (line {at + 2}: 12.5 → 12.5); each was read by its own form. "
            f"1 value could be either and was read as most of the others suggest (line {at + 1}: 1.234 → 1234): if "
            "that is wrong, it is wrong a thousandfold. Give the rows of each system a file of its own, or import "
            "into a new book with --decimal-comma or --decimal-point."
        )
    ]
    assert f"（行 {at + 1}: 1.234 → 1234）" in say(warnings[0], "zh")


@pytest.mark.parametrize(("texts", "doubtful"), [
    (["1.234,56", "12.5", "1.234"], "1234"),  # as many of either: both marks weigh more
    (["1,234.56", "12,5", "1.234"], "1.234"),
    (["1,234.56", "1.234,56", "1.234"], "1.234"),
    (["1.234,56", "12.5", "13.5", "1.234"], "1.234"),
])  # fmt: skip
def test_the_doubtful_follow_the_majority(read: Any, texts: list[str], doubtful: str) -> None:
    amounts, _, warnings = read(texts)
    assert Decimal(amounts[-1]) == Decimal(doubtful)
    assert f": 1.234 → {doubtful})" in str(warnings[0])


def test_where_nothing_is_in_doubt_that_is_said(read: Any) -> None:
    _, _, (warning,) = read(["1.234,56", "12.5", "7"])
    assert str(warning).endswith("each was read by its own form. No other value is in doubt.")
    assert say(warning, "zh").endswith("其余的数没有疑问。")


@pytest.mark.parametrize(("comma", "doubtful"), [(True, ["1234", "1.234"]), (False, ["1.234", "1234"])])
def test_whoever_says_which_it_is_is_believed(read: Any, comma: bool, doubtful: list[str]) -> None:
    amounts, _, warnings = read(["1.234,56", "12.5", "1.234", "1,234"], comma=comma)
    assert [Decimal(amount) for amount in amounts] == [Decimal("1234.56"), Decimal("12.5"), *map(Decimal, doubtful)]
    assert not any("either" in str(warning) for warning in warnings)


@pytest.mark.parametrize(("text", "under_point", "under_comma"), [
    ("1,234.567", "1234.567", "1234.567"),
    ("1.234,567", "1234.567", "1234.567"),
    ("0,125", "0.125", "0.125"),
    (",5", "0.5", "0.5"),
    ("1234.567", "1234.567", "1234.567"),
    ("1,5E+03", "1500", "1500"),
    ("12,-", "12", "12"),
    ("-12,- €", "-12", "-12"),
    ("Fr. 12.50", "12.5", "12.5"),
    ("Fr. 1.234", "1.234", "1234"),
    ("12.05.2024", "amount_unreadable", "amount_unreadable"),
    ("1,2,3", "amount_unreadable", "amount_unreadable"),
])  # fmt: skip
def test_a_form_that_can_only_be_one_is_read_so_in_any_column(
    read: Any, text: str, under_point: str, under_comma: str
) -> None:
    for comma, meant in ((False, under_point), (True, under_comma)):
        amount = read(["1", text], comma=comma)[0][1]
        assert amount == meant if "_" in meant else Decimal(amount) == Decimal(meant)


@pytest.mark.parametrize(
    ("comma", "texts", "meant", "said"),
    [
        (False, ["1.234,56", "1.234", "12.5"], ["1234.56", "1.234", "12.5"], "1 value needs the comma as decimal mark"),
        (True, ["1.234,56", "1.234", "12.5"], ["1234.56", "1234", "12.5"], "1 value needs the point as decimal mark"),
    ],
)
def test_what_goes_against_the_mark_that_was_named_is_warned_of(
    read: Any, comma: bool, texts: list[str], meant: list[str], said: str
) -> None:
    amounts, _, warnings = read(texts, comma=comma)
    assert amounts == meant
    assert said in str(warnings[0])
    assert f"(line {4 if comma else 2}" in str(warnings[0])
