"""A book that takes a small file every evening: few files to open, every former version still there."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from keyworth.ledger import Ledger, ReadingOptions, compaction, import_orders, tables
from keyworth.ledger.compaction import worn_out

AT = datetime(2026, 1, 1, tzinfo=UTC)


def evening(book: Path, number: int) -> None:
    day = date(2025, 1, 1) + timedelta(days=number)
    file = book.parent / "till.csv"
    rows = [f"{number},C{number % 3},{day},tea,1,10", f"R{number},C{number % 3},{day},tea,-1,-1", f",,{day},pie,1,2"]
    file.write_text("\n".join(["order,customer,date,item,quantity,amount", *rows]), encoding="utf-8")
    import_orders(book, [file], ReadingOptions(), at=AT)


def spent(ledger: Ledger) -> float:
    return float(sum(order["amount"] for order in ledger.order_table().to_pylist()))


@pytest.mark.slow
def test_small_files_become_one_and_every_version_can_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "FAN_IN", 3)
    monkeypatch.setattr(tables, "_CHECKPOINT_EVERY", 3)
    book = tmp_path / "book"
    evening(book, 0)
    early = Ledger.open(book)
    assert early.orders == 1
    for number in range(1, 9):
        evening(book, number)
    assert len(tables.files(book / "ledger", "orders", 9)) < 5
    for version in range(1, 10):
        ledger = Ledger.open(book, version=version)
        assert (ledger.orders, spent(ledger)) == (version, 10.0 * version)
        assert ledger.set_aside("apart").num_rows == version
        assert ledger.refunds_by_rule(date(2026, 1, 1)) == {"item": float(version)}
    assert spent(early) == 10.0


@pytest.mark.slow
def test_entries_of_the_log_outlive_the_month_after_which_delta_deletes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = tables.DeltaTable.create
    often = {"delta.checkpointInterval": "2"}
    monkeypatch.setattr(tables.DeltaTable, "create", lambda place, schema: make(place, schema, configuration=often))
    book = tmp_path / "book"
    for number in range(5):
        evening(book, number)
        long_ago = time.time() - 90 * 86_400
        for path in (book / "ledger").rglob("*.json"):
            os.utime(path, (long_ago, long_ago))
    assert len(list((book / "ledger" / "orders" / "_delta_log").glob("0*.json"))) == 6
    assert [Ledger.open(book, version=version).orders for version in range(1, 6)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("rows", [[1] * 700, [120] * 700, [10_000_000, *[10_000] * 200], list(range(1, 400))])
def test_there_are_few_files_and_no_row_is_written_often(rows: list[int]) -> None:
    files: dict[str, int] = {}
    written = 0
    for number, added in enumerate(rows):
        worn = worn_out(files, added)
        files[str(number)] = added + sum(files.pop(name) for name in worn)
        written += files[str(number)]
        assert len(files) <= 30
    assert sum(files.values()) == sum(rows)
    assert written < 4.5 * sum(rows)
