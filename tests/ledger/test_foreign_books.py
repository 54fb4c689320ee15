"""A book of another shape is refused in words, never half read."""

import json
import re
from datetime import UTC, datetime

import duckdb
import pytest

from keyworth.errors import BookDamaged, NotEnoughHistory
from keyworth.ledger import Ledger, ReadingOptions, import_orders
from keyworth.ledger.columns import KnownWriting
from keyworth.ledger.import_record import FileRecord, file_records, records_as_json
from keyworth.words import say


@pytest.fixture
def book(tmp_path):
    (tmp_path / "orders.csv").write_text("customer,date,amount\nA,2024-01-01,10\n", encoding="utf-8")
    import_orders(tmp_path / "book", [tmp_path / "orders.csv"], ReadingOptions(), at=datetime(2026, 1, 1, tzinfo=UTC))
    return tmp_path / "book"


def without_refunds(content):
    del content["tables"]["refunds"]


def without_refunds_once(content):
    content["earlier"]["0"].pop("refunds")


def with_wishes(content):
    content["tables"]["wishes"] = 1


def of_tomorrow(content):
    content["format"] = 2


@pytest.mark.parametrize("changed", [without_refunds, without_refunds_once, with_wishes, of_tomorrow])
def test_a_book_of_other_tables_or_format_is_refused(book, changed):
    file = book / "book.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    changed(content)
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(
        BookDamaged, match=r"cannot be understood: its (tables differ: refunds|tables differ: wishes|format is 2)"
    ) as refused:
        Ledger.open(book)
    assert "another version of Keyworth" in str(refused.value.hint)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[1, 2]", "it is not laid out as Keyworth writes it"),
        ('{"ledger_version": 1,\n "tab', "it is no JSON from line 2, column 2 on"),
        ('{"ledger_version": 1, "tables": 7}', "it is not laid out as Keyworth writes it"),
        ('{"ledger_version": 1, "tables": {}, "currency": 7}', "it is not laid out as Keyworth writes it"),
    ],
)
def test_a_damaged_book_file_is_told_of_in_our_own_words(book, text, reason):
    (book / "book.json").write_text(text, encoding="utf-8")
    with pytest.raises(BookDamaged) as refused:
        Ledger.open(book)
    assert str(refused.value.message).endswith(f"book.json cannot be understood: {reason}.")
    assert not re.search("[a-z]{5}", say(refused.value.message, "zh").split("book.json")[1].replace("JSON", ""))


def test_a_ledger_of_refunds_alone_says_so(tmp_path):
    (tmp_path / "refunds.csv").write_text("customer,date,amount\nA,2024-01-01,-10\nB,2024-01-02,-5\n", encoding="utf-8")
    import_orders(tmp_path / "book", [tmp_path / "refunds.csv"], ReadingOptions(), at=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(NotEnoughHistory, match="all that was imported is refunds"):
        _ = Ledger.open(tmp_path / "book").last_day


def imports_of(kept):
    connection = duckdb.connect()
    connection.execute('CREATE TABLE kept_imports ("import" BIGINT, mapping VARCHAR)')
    connection.execute("INSERT INTO kept_imports VALUES (7, ?)", [kept])
    return connection


def test_what_is_remembered_of_a_file_comes_back():
    record = FileRecord("a.csv", {"customer": "会员"}, KnownWriting(day_first=True), 3, 4, ["amount"])
    (found,) = file_records(imports_of(records_as_json([record], first_order=10, first_refund=20)))
    assert (found.orders_from, found.refunds_from, found.by_import) == (13, 24, 7)
    assert (found.file, found.columns, found.writing, found.told) == (
        "a.csv",
        {"customer": "会员"},
        record.writing,
        ["amount"],
    )


@pytest.mark.parametrize(
    "kept", ['{"a.csv": {"customer": "1"}}', '[{"file": "a.csv", "columns": {}, "writing": {}}]', "["]
)
def test_what_is_remembered_in_another_shape_is_refused(kept):
    with pytest.raises(BookDamaged, match="imports cannot be understood"):
        file_records(imports_of(kept))
