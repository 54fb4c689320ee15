"""A disk that refuses and a file that is broken are told as such, whichever class the engine raises for it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from deltalake.exceptions import CommitFailedError

from keyworth.errors import BookDamaged, BookUnwritable
from keyworth.ledger import Ledger, ReadingOptions, import_orders
from keyworth.ledger.engine import workshop

FULL = "Failed to commit: Could not write file: No space left on device"
ROWS = "".join(f"c{n % 70},2024-01-{n % 28 + 1:02},{n}.5\n" for n in range(700))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    add(tmp_path / "book", "customer,date,amount\n" + ROWS)
    return tmp_path / "book"


def add(book: Path, text: str) -> None:
    file = book.parent / "orders.csv"
    file.write_text(text, encoding="utf-8")
    import_orders(book, [file], ReadingOptions(), at=datetime(2026, 1, 1, tzinfo=UTC))


def parquet_of(book: Path, table: str) -> Path:
    (file,) = (book / "ledger" / table).glob("part-*.parquet")
    return file


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"), duckdb.IOException(FULL), duckdb.TransactionException(FULL),
        duckdb.InternalException(FULL), duckdb.Error(FULL), duckdb.OutOfMemoryException("max_temp_directory_size"),
        CommitFailedError("Generic LocalFileSystem error"), duckdb.InvalidInputException("x: Read-only file system"),
    ],
)  # fmt: skip
def test_a_disk_that_refuses_is_told_whatever_is_raised(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(BookUnwritable) as refused, workshop(tmp_path):
        raise error
    assert str(error).splitlines()[0] in str(refused.value)


def test_a_fault_of_ours_is_not_laid_on_the_disk(tmp_path: Path) -> None:
    with pytest.raises(duckdb.BinderException), workshop(tmp_path) as (connection, _):
        connection.execute("SELECT nothing_there")


def test_a_disk_that_fills_up_while_the_workshop_commits(small_disk: Path) -> None:
    with pytest.raises(BookUnwritable, match="No space left"), workshop(small_disk) as (connection, _):
        connection.execute("CREATE TABLE much AS SELECT hash(range) AS h, hash(-range) AS g FROM range(2_000_000)")


def cut_short(file: Path) -> str:
    file.write_bytes(file.read_bytes()[:500])
    return r"orders/part-000001-\w+\.parquet has 500 bytes, and [\d,]+ were written"


def emptied(file: Path) -> str:
    file.write_bytes(b"")
    return r"orders/part-000001-\w+\.parquet has 0 bytes"


def deleted(file: Path) -> str:
    file.unlink()
    return r"orders/part-000001-\w+\.parquet is missing"


def overwritten(file: Path) -> str:
    content = bytearray(file.read_bytes())
    content[-400:-8] = bytes(392)
    file.write_bytes(content)
    return r"(part-000001-\w+\.parquet|a file in its ledger) cannot be read"


@pytest.mark.parametrize("broken", [cut_short, emptied, deleted, overwritten])
def test_a_broken_file_of_the_ledger_is_named(book: Path, broken: Callable[[Path], str]) -> None:
    said = broken(parquet_of(book, "orders"))
    for ask in (lambda: Ledger.open(book).customers(), lambda: add(book, "customer,date,amount\nz,2024-01-01,1\n")):
        with pytest.raises(BookDamaged, match=said) as refused:
            ask()
        assert "SELECT" not in str(refused.value)
        assert "Restore the folder" in str(refused.value)


def test_a_broken_row_group_is_told_where_it_is_read(book: Path) -> None:
    file = parquet_of(book, "orders")
    content = bytearray(file.read_bytes())
    content[4:400] = bytes(255 for _ in range(396))
    file.write_bytes(content)

    def read_all() -> Any:
        found = Ledger.open(book)
        return found.customers(), found.order_table()

    with pytest.raises(BookDamaged, match="cannot be read"):
        read_all()
