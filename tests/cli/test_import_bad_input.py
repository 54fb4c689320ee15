"""Bad input through the command line: one JSON object, exit 2 or a right result, and nothing half-written."""

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from keyworth.cli.main import main

H = "customer,date,amount\n"
GOOD = H + "A,2024-01-01,10\nA,2024-02-01,20\nB,2024-01-05,6\n"


@pytest.fixture
def keyworth(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command with --json: its exit code and the one object it printed."""

    def run(*arguments: object) -> tuple[int, dict[str, Any]]:
        code = main([*map(str, arguments), "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def workbook_of(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", content)
    return packed.getvalue()


REFUSED: dict[str, tuple[str, bytes, list[str], str, dict[str, int]]] = {
    "empty": ("o.csv", b"", [], "file_unreadable", {}),
    "header only": ("o.csv", H.encode(), [], "ledger_refused", {"rows_read": 0}),
    "two customers": ("o.csv", b"customer,date,customer,amount\nA,2024-01-01,B,5\nA,2024-01-02,C,5\n", [],
        "mapping_unclear", {"rows_read": 2}),
    "duplicate headers": ("o.csv", b"customer,date,amount,amount\nA,2024-01-01,5,6\nA,2024-02-01,5,6\n", [],
        "mapping_unclear", {"rows_read": 2}),
    "wrong delimiter": ("o.csv", GOOD.encode(), ["--delimiter", "|"], "file_unreadable", {}),
    "GBK declared as UTF-8": ("o.csv", "会员号,下单时间,实付金额\n张三,2024-01-01,5\n".encode("gbk"),
        ["--encoding", "utf-8"], "file_unreadable", {}),
    "a million columns": ("o.csv", b",".join([b"c"] * 1_000_000) + b"\n", [], "file_unreadable", {}),
    "a zip bomb": ("o.csv.gz", gzip.compress(bytes(80 << 20)), [], "file_unreadable", {}),
    "a workbook bomb": ("o.xlsx", workbook_of(bytes(80 << 20)), [], "file_unreadable", {}),
    "NUL bytes only": ("o.csv", bytes(5_000), [], "file_unreadable", {}),
    "ids in scientific notation": ("o.csv", (H + "1.38E+10,2024-01-01,5\n").encode(), [], "ledger_refused",
        {"rows_read": 1, "rows_refused": 1, "rows_without_customer": 0}),
    "no such date anywhere": ("o.csv", (H + "A,2031-02-30,5\n,2031-02-30,5\n").encode(), [], "ledger_refused",
        {"rows_read": 2, "rows_refused": 2, "rows_without_customer": 1}),
    "no customer to be told": ("o.csv", b"x,date,y\n1.5,2024-01-01,2.5\n1.7,2024-01-02,2.7\n", [],
        "mapping_unclear", {"rows_read": 2}),
    "no rate": ("o.csv", b"customer,date,amount,currency\nA,2024-01-01,5,CNY\nA,2024-01-02,5,CNY\nB,2024-01-01,5,HKD\n",
        [], "rate_missing", {"rows_read": 3, "rows_refused": 0, "rows_without_customer": 0}),
    "no such time zone": ("o.csv", GOOD.encode(), ["--time-zone", "Mars/X"], "option_refused", {}),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_it_is_refused_with_a_reason_and_nothing_is_left(keyworth: Any, tmp_path: Path, case: Any) -> None:
    name, content, options, code, counts = case
    file, book = tmp_path / name, tmp_path / "book"
    file.write_bytes(content)
    exit_code, told = keyworth("import", file, "--into", book, *options)
    assert (exit_code, told["error"]["code"]) == (2, code)
    assert counts.items() <= told.items()
    assert not book.exists()


READ: dict[str, tuple[str, list[str], dict[str, int], dict[str, int] | None]] = {
    "an impossible date": (H + "A,2031-02-30,5\nA,2024-01-05,7\n", [], {"rows_refused": 1, "orders_added": 1},
        {"customers": 1, "repeats": 0}),
    "decimal commas": (H + 'A,2024-01-01,"1.234,56"\nA,2024-01-05,"7,5"\n', [], {"rows_refused": 0},
        {"customers": 1, "repeats": 1}),
    "yen signs": (H + 'A,2024-01-01,"¥1,234"\nA,2024-01-05,¥5\n', [], {"rows_refused": 0},
        {"customers": 1, "repeats": 1}),
    "formulas": (H + "A,2024-01-01,=1+1\nB,2024-01-05,6\nC,2024-01-05,6\n", [], {"rows_refused": 1, "orders_added": 2},
        {"customers": 2, "repeats": 0}),
    "amounts that are no numbers": (H + "A,2024-01-01,inf\nA,2024-01-05,nan\nA,2024-01-06,7\n", [],
        {"rows_refused": 2, "orders_added": 1}, {"customers": 1, "repeats": 0}),
    "all refunds": (H + "A,2024-01-01,-5\nB,2024-01-05,-6\n", [], {"refunds_added": 2, "customers": 2}, None),
    "everybody bought once": (H + "A,2024-01-01,5\nB,2024-01-05,6\n", [], {"orders_added": 2},
        {"customers": 2, "zero_repeaters": 2}),
    "ten thousand purchases": (H + "".join(f"A,{2000 + n // 336}-{1 + n % 336 // 28:02}-{1 + n % 28:02},5\n"
        for n in range(10_000)), [], {"orders_added": 10_000}, {"customers": 1, "repeats": 9_999}),
    "a negative total": (H + "A,2024-01-01,5\nA,2024-01-05,-50\nA,2024-02-01,5\n", [], {"refunds_added": 1},
        {"customers": 1, "repeats": 1}),
    "times across midnight": (H + "A,2024-01-01T15:59:59Z,5\nA,2024-01-01T16:00:00Z,7\nA,2024-01-02T15:00:00Z,7\n",
        ["--time-zone", "Asia/Shanghai"], {"orders_added": 3}, {"customers": 1, "repeats": 1}),
}  # fmt: skip


@pytest.mark.parametrize("case", READ.values(), ids=READ)
def test_it_is_read_as_it_should_be(keyworth: Any, tmp_path: Path, case: Any) -> None:
    text, options, imported, summarised = case
    file, book = tmp_path / "orders.csv", tmp_path / "book"
    file.write_text(text, encoding="utf-8")
    code, told = keyworth("import", file, "--into", book, *options)
    assert (code, imported.items() <= told.items()) == (0, True), told
    code, told = keyworth("summary", book)
    if summarised is None:
        assert (code, told["error"]["code"]) == (2, "not_enough_history")
    else:
        assert (code, summarised.items() <= told.items()) == (0, True), told


def test_a_refused_file_leaves_a_book_that_is_there_byte_for_byte(keyworth: Any, tmp_path: Path) -> None:
    file, book = tmp_path / "orders.csv", tmp_path / "book"
    file.write_text(GOOD, encoding="utf-8")
    keyworth("import", file, "--into", book, "--currency", "CNY", "--time-zone", "Asia/Shanghai")
    before = {path.relative_to(book): path.read_bytes() for path in book.rglob("*") if path.is_file()}
    for options in (["--currency", "USD"], ["--time-zone", "UTC"], ["--map", "customer=nobody"]):
        code, told = keyworth("import", file, "--into", book, *options)
        assert (code, told["error"]["code"]) == (2, "option_refused")
    assert {path.relative_to(book): path.read_bytes() for path in book.rglob("*") if path.is_file()} == before


def test_orders_after_the_day_asked_for_do_not_count(keyworth: Any, tmp_path: Path) -> None:
    file, book = tmp_path / "orders.csv", tmp_path / "book"
    file.write_text(GOOD, encoding="utf-8")
    keyworth("import", file, "--into", book)
    assert keyworth("summary", book, "--until", "2024-01-04")[1]["customers"] == 1
    assert keyworth("summary", book, "--until", "2023-12-31")[1]["error"]["code"] == "not_enough_history"
