"""What an import says of order numbers that stand on more than one day."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from keyworth.ledger import Ledger, ReadingOptions, import_orders
from keyworth.ledger.order_days import DaysApart, say_several_days, warn_of_moved
from keyworth.runs.export import export_table
from keyworth.words import say

AT = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "order,customer,date,amount\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "book"


def bring(book: Path, *texts: str, **chosen: str) -> Any:
    files = []
    for number, text in enumerate(texts):
        files.append(book.parent / f"{number}.csv")
        files[-1].write_text(text if text.startswith("\ufeff") else HEADER + text, encoding="utf-8")
    return import_orders(book, files, ReadingOptions(chosen=chosen), at=AT)


def told(report: Any) -> tuple[DaysApart | None, DaysApart | None]:
    assert [str(note) for note in report.notes if "more than one day" in str(note)] == [
        str(note) for note in say_several_days(report.orders_on_several_days)
    ]
    assert report.warnings == warn_of_moved(report.orders_moved)
    return report.orders_on_several_days, report.orders_moved


@pytest.mark.slow
@pytest.mark.parametrize(("text", "found"), [
    ("1,A,2024-01-01,5\n1,A,2024-01-01,6\n2,A,2024-01-02,7\n2,A,2024-01-05,-7\n", None),  # given back, not bought
    ("1,A,2024-01-01 23:59,5\n1,A,2024-01-02 00:01,6\n", DaysApart(1, 1, ("1",))),
    ("1,A,2024-01-01,5\n1,B,2024-01-09,6\n1,B,2024-01-04,6\n", DaysApart(1, 5, ("1",))),  # each customer's part
    ("".join(f"{n},A,2024-01-01,5\n{n},A,2024-01-{n + 1:02},6\n" for n in range(1, 8)),
     DaysApart(7, 7, ("7", "6", "5"))),
])  # fmt: skip
def test_lines_of_one_number_on_several_days(book: Path, text: str, found: DaysApart | None) -> None:
    assert told(bring(book, text)) == (found, None)


def test_the_note_says_what_was_done_and_what_to_do(book: Path) -> None:
    text = "1,A,2024-01-01,5\n1,A,2024-03-01,6\n1,A,2024-03-01,6\n2,A,2024-01-01,7\n"
    note = bring(book, text).notes[-1]
    assert str(note).startswith("1 order has lines on more than one day, up to 60 days apart (for example 1): it is")
    assert "有 1 笔订单的各行不在同一天，最多相差 60 天（例如 1）" in say(note, "zh")
    assert "--map order=-" in str(note)
    assert "--map order=-" in say(note, "zh")
    assert Ledger.open(book).customers().repeats.tolist() == [0]
    bring(book.parent / "other", text, order="-")  # as the note advises
    assert Ledger.open(book.parent / "other").customers().repeats.tolist() == [1]


@pytest.mark.slow
def test_an_order_that_comes_again_is_told_of_once(book: Path) -> None:
    text = "1,A,2024-01-01,5\n1,A,2024-03-01,6\n"
    bring(book, text)
    assert told(bring(book, text)) == (None, None)
    assert told(bring(book, text + "2,A,2024-04-01,5\n2,A,2024-04-03,6\n")) == (DaysApart(1, 2, ("2",)), None)


@pytest.mark.slow
@pytest.mark.parametrize("at_once", [True, False])
def test_orders_of_a_later_file_that_take_the_place_of_some_from_another_day(book: Path, at_once: bool) -> None:
    before = "1,A,2024-01-01,5\n2,A,2024-01-02,7\n3,A,2024-01-03,7\n4,A,2024-01-04,7\n"
    later = "1,A,2024-01-01,12\n2,A,2024-02-07,7\n3,B,2024-02-01,5\n4,A,2024-01-04,7\n5,A,2024-01-09,7\n"
    if not at_once:
        bring(book, before)
        before = later
    report = bring(book, *dict.fromkeys((before, later)))
    assert told(report) == (None, DaysApart(2, 36, ("2", "3")))
    assert "有 2 笔订单取代了单号相同、日期不同的订单，最多相差 36 天" in say(report.warnings[0], "zh")


@pytest.mark.slow
def test_a_mended_line_of_another_day_joins_its_order(book: Path) -> None:
    bring(book, "1,A,2024-01-03,5\n1,A,2024-13-09,6\n2,A,2024-01-02,7\n")
    mended = book.parent / "refused.csv"
    export_table(book, "refused", mended, "en")
    text = mended.read_text(encoding="utf-8").replace("2024-13-09", "2024-01-01")
    assert told(bring(book, text)) == (DaysApart(1, 2, ("1",)), None)


@pytest.mark.slow
@pytest.mark.reference
def test_six_numbers_of_the_superstore(book: Path, shared: Path) -> None:
    file = shared / "data/superstore_cn_gb18030/superstore_cn.csv"
    report = import_orders(book, [file], ReadingOptions(), at=AT)
    first = "CN-202022-3734004", "CN-202023-5591469", "CN-202023-5679752"
    assert told(report) == (DaysApart(6, 274, first), None)
