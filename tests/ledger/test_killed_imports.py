"""An import that is killed leaves the book as before or as after, and nothing in the way of the next one.

A forked process imports and kills itself, as `kill -9` would, at one moment of many; the book is looked at
from here.
"""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from keyworth.errors import BookBusy, BookDamaged, BookMissing, BookUnwritable, OptionRefused
from keyworth.ledger import Ledger, ReadingOptions, import_orders
from keyworth.ledger.lock import writer_lock
from keyworth.ledger.tables import TABLES

pytestmark = pytest.mark.slow  # a minute together; what they try changes rarely

AT = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = "order_id,customer,date,amount,item,quantity\n1,A,2026-01-01,10,tea,1\n2,B,2026-01-02,20,tea,2\n"
SECOND = (
    "order_id,customer,date,amount,item,quantity\n1,A,2026-01-01,11,tea,1\n3,A,2026-01-05,30,tea,1\n"
    "R1,A,2026-01-05,-5,tea,-1\n4,,2026-01-07,1,tea,1\n5,C,never,1,tea,1\n"
)
BEFORE = {"A": (1, 10.0), "B": (1, 20.0)}
AFTER = {"A": (2, 36.0), "B": (1, 20.0)}

# Forks before any engine is started, so that a child begins as a fresh process would, without its start-up time.
CHILD = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
import keyworth.ledger.book_file as book_file
import keyworth.ledger.compaction as compaction
import keyworth.ledger.importing as importing
import keyworth.ledger.tables as tables
from keyworth.ledger import ReadingOptions

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def killed_at(moment, function, when):
    calls = 0
    def call(*arguments, **named):
        nonlocal calls
        calls += 1
        if when == "before" and calls == moment:
            die()
        result = function(*arguments, **named)
        if when == "after" and calls == moment:
            die()
        return result
    return call

book, file = Path(sys.argv[1]), Path(sys.argv[2])
if sys.argv[3] == "tidying":
    compaction.FAN_IN, tables._CHECKPOINT_EVERY = 2, 1
for place in sys.argv[4:]:
    where, when, moment = place.split(":")
    child = os.fork()
    if child == 0:
        module, name = {"stage": (importing, "stage"), "table": (importing, "add"), "flush": (tables, "flush"),
            "log": (tables, "flush_log"), "orders": (importing, "resolve_orders"), "worn": (tables, "worn_out"),
            "sum": (tables, "_checkpoint"), "book": (importing, "replace_book_file"),
            "mark": (importing, "mark_first_import"), "tables": (importing, "create_tables"),
            "rename": (book_file, "flush")}[where]
        setattr(module, name, killed_at(int(moment), getattr(module, name), when))
        importing.import_orders(book / place, [file], ReadingOptions(), at=datetime.now(UTC))
        os._exit(0)
    os.waitpid(child, 0)
"""


def bring(book: Path, text: str) -> Any:
    file = book.parent / "orders.csv"
    file.write_text(text, encoding="utf-8")
    return import_orders(book, [file], ReadingOptions(), at=AT)


def spent(book: Path) -> dict[str, tuple[int, float]]:
    found = Ledger.open(book).customers()
    amounts = [round(amount, 2) for amount in found.amount.tolist()]
    return dict(zip(found.customers.to_pylist(), zip((found.repeats + 1).tolist(), amounts, strict=True), strict=True))


def kill_imports(folder: Path, places: list[str], *, first: bool, tidying: bool = False) -> None:
    """Leave `folder/<place>`, a book whose second (or first) import was killed there, for each place.

    `tidying` makes that import write small files anew and sum up the log in every table, as it rarely would.
    """
    file = folder / "orders.csv"
    for place in places:
        if not first:
            bring(folder / place, FIRST)
    file.write_text(SECOND, encoding="utf-8")
    how = "tidying" if tidying else "as usual"
    subprocess.run([sys.executable, "-c", CHILD, str(folder), str(file), how, *places], check=True)


def leftovers(book: Path) -> set[str]:
    """Parquet files that no version of the book names, and anything that is not part of a book."""
    content = json.loads((book / "book.json").read_text(encoding="utf-8"))
    versions = [content["tables"], *content["earlier"].values()]
    named = {
        Path(file).name
        for version in versions
        for name, number in version.items()
        for file in _files(book / "ledger", name, number)
    }
    there = {path.name for path in (book / "ledger").glob("*/*.parquet")}
    summed_up = {
        path.name
        for name, version in content["tables"].items()
        for path in (book / "ledger" / name / "_delta_log").glob("*.checkpoint.parquet")
        if int(path.name.split(".")[0]) > version
    }
    return (there - named) | summed_up | ({path.name for path in book.iterdir()} - {"book.json", ".lock", "ledger"})


def _files(folder: Path, name: str, version: int) -> list[str]:
    from keyworth.ledger.tables import files

    return files(folder, name, version)


SOME = ["table:after:2", "log:before:3", "rename:before:1"]
ALL = [f"{where}:{when}:{moment}" for where, when, upto in (
    ("stage", "before", 1), ("stage", "after", 1), ("orders", "after", 1), ("table", "before", 9),
    ("table", "after", 9), ("flush", "before", 9), ("log", "before", 8), ("book", "before", 1),
    ("rename", "before", 1), ("book", "after", 1)) for moment in range(1, upto + 1)]  # fmt: skip
DONE = {"rename:before:1", "book:after:1"}


TIDYING = ["worn:after:2", "sum:before:2", "sum:after:2"]


@pytest.mark.parametrize(
    ("places", "tidying"),
    [
        pytest.param(SOME, False),
        pytest.param(TIDYING, True),
        pytest.param(ALL[::4], False),
        pytest.param([*ALL, *TIDYING], True),  # as usual, only more happens between two places
    ],
    ids=["some", "some, tidying", "every fourth", "all, tidying"],
)
def test_killed_anywhere_the_book_is_as_before_or_as_after_and_takes_the_next_import(
    tmp_path: Path, places: list[str], tidying: bool
) -> None:
    kill_imports(tmp_path, places, first=False, tidying=tidying)
    for place in places:
        book = tmp_path / place
        assert spent(book) == (AFTER if place in DONE else BEFORE), place
        report = bring(book, SECOND)
        assert report.orders_added == (0 if place in DONE else 1), place
        assert spent(book) == AFTER, place
        assert Ledger.open(book, version=1).orders == 2
        assert Ledger.open(book).set_aside("refused").num_rows == 1
        assert leftovers(book) == set(), place


def test_a_first_import_that_is_killed_leaves_no_book_and_the_next_makes_it(tmp_path: Path) -> None:
    places = ["mark:after:1", "tables:after:1", "table:after:3", "book:before:1"]
    kill_imports(tmp_path, places, first=True)
    for place in places:
        book = tmp_path / place
        assert not (book / "book.json").exists()
        with pytest.raises(BookMissing, match="There is no book"):
            Ledger.open(book)
        bring(book, SECOND)
        assert spent(book) == {"A": (2, 36.0)}
        assert leftovers(book) == set(), place


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("imports", [1, 2])
def test_a_book_that_lost_its_book_file_is_damaged_and_not_one_file_of_it_goes(tmp_path: Path, imports: int) -> None:
    book = tmp_path / "book"
    for text in (FIRST, SECOND)[:imports]:
        bring(book, text)
    (book / "book.json").unlink()
    (book / ".lock").unlink()
    before = everything(book)
    with pytest.raises(BookDamaged, match=r"book\.json is missing"):
        Ledger.open(book)
    with pytest.raises(BookDamaged, match=r"book\.json is missing"):
        bring(book, SECOND)
    assert everything(book) == before


def test_killed_between_its_book_file_and_its_mark_a_first_import_is_done(tmp_path: Path) -> None:
    kill_imports(tmp_path, ["book:after:1"], first=True)
    book = tmp_path / "book:after:1"
    bring(book, SECOND)
    assert {path.name for path in (book / "ledger").iterdir()} == set(TABLES)
    (book / "book.json").unlink()
    with pytest.raises(BookDamaged, match=r"book\.json is missing"):
        bring(book, SECOND)


def test_beside_value_books_a_mark_removes_nothing(tmp_path: Path) -> None:
    kill_imports(tmp_path, ["book:before:1"], first=True)
    book = tmp_path / "book:before:1"
    (book / "values").mkdir()
    with pytest.raises(BookDamaged, match=r"book\.json is missing"):
        bring(book, SECOND)


def test_a_folder_of_other_things_takes_no_book(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "2024.txt").write_text("mine")
    (tmp_path / "orders.csv").write_text(FIRST)
    with pytest.raises(OptionRefused, match=r"2 other things, ledger, orders\.csv") as refused:
        bring(tmp_path, FIRST)
    assert str(tmp_path / "book") in str(refused.value)
    with pytest.raises(BookMissing):
        Ledger.open(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} >= {"ledger", "orders.csv"}
    assert not (tmp_path / ".lock").exists()
    hidden = tmp_path / "new"
    hidden.mkdir()
    (hidden / ".DS_Store").write_bytes(b"")
    assert bring(hidden, FIRST).orders_added == 2


def test_a_log_entry_torn_by_a_power_cut_is_taken_away(tmp_path: Path) -> None:
    book = tmp_path / "book"
    bring(book, FIRST)
    log = book / "ledger" / "orders" / "_delta_log"
    (log / f"{2:020}.json").write_bytes(b'{"add":')
    bring(book, SECOND)
    assert spent(book) == AFTER


def test_a_refused_import_leaves_what_was_there(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="empty"):
        bring(tmp_path / "new", "")
    assert not (tmp_path / "new").exists()
    other = tmp_path / "other"
    other.mkdir()
    (other / "notes.txt").write_text("mine")
    with pytest.raises(OptionRefused, match="is not empty"):
        bring(other, FIRST)
    assert [path.name for path in other.iterdir()] == ["notes.txt"]


def test_two_imports_at_once_one_is_refused(tmp_path: Path) -> None:
    book = tmp_path / "book"
    bring(book, FIRST)
    with writer_lock(book), pytest.raises(BookBusy, match=f"process {os.getpid()}"):
        bring(book, SECOND)
    bring(book, SECOND)
    assert spent(book) == AFTER


def test_a_reader_keeps_its_version_while_an_import_runs(tmp_path: Path) -> None:
    book = tmp_path / "book"
    bring(book, FIRST)
    early, untouched = Ledger.open(book), Ledger.open(book)
    assert early.orders == 2
    bring(book, SECOND)
    assert untouched.customers().amount.tolist() == early.customers().amount.tolist() == [10.0, 20.0]


def test_where_writing_fails_half_way_what_was_written_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyworth.ledger.importing as importing

    book = tmp_path / "book"
    bring(book, FIRST)
    before = (book / "book.json").read_bytes()
    real = importing.add

    def add(connection: Any, folder: Path, name: str, query: str, **named: Any) -> int:
        if name == "superseded":
            raise OSError(28, "No space left on device")
        return real(connection, folder, name, query, **named)

    monkeypatch.setattr(importing, "add", add)
    with pytest.raises(BookUnwritable, match="No space left"):
        bring(book, SECOND)
    assert (book / "book.json").read_bytes() == before
    assert leftovers(book) == set()
    with pytest.raises(BookUnwritable):
        bring(tmp_path / "new", SECOND)
    assert not (tmp_path / "new").exists()


def test_a_full_disk_and_a_read_only_one_leave_the_book_intact(small_disk: Path, tmp_path: Path) -> None:
    book = small_disk / "book"
    file = tmp_path / "orders.csv"
    file.write_text(FIRST, encoding="utf-8")
    import_orders(book, [file], ReadingOptions(), at=AT)
    file.write_text(SECOND + "".join(f"x{n},c{n},2026-01-01,{n}.5,tea,1\n" for n in range(300_000)), encoding="utf-8")
    with pytest.raises(BookUnwritable, match="No space left"):
        import_orders(book, [file], ReadingOptions(), at=AT)
    assert spent(book) == BEFORE
    assert leftovers(book) == set()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(BookUnwritable, match="Read-only"):
        import_orders(book, [file], ReadingOptions(), at=AT)
    assert spent(book) == BEFORE
