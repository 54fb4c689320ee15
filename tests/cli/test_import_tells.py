"""What an import tells a person and a machine: counts that add up, notes once, warnings."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from keyworth.cli.main import main

MESSY = (
    "customer,date,amount,status\n"
    "A,2024-01-01,10,\nA,2024-01-05,-4,\nB,2024-01-05,6,cancelled\n,2024-01-06,7,\n"
    ",2031-02-30,8,\n,2024-01-06,7,cancelled\nC,2024-01-07,ten,\n,,,\nD,2024-01-09\n"
)
PARTS = ("rows_of_orders", "rows_of_refunds", "rows_not_orders", "rows_without_customer", "rows_refused")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(MESSY, encoding="utf-8")
    return path


def machine(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert main([*map(str, arguments), "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_the_counts_of_rows_add_up(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = machine(capsys, "import", file, "--into", file.parent / "book")
    assert {name: told[name] for name in PARTS} == dict(zip(PARTS, (1, 1, 1, 4, 4), strict=True))
    assert told["rows_refused_without_customer"] == 2
    assert told["rows_read"] == 9 == sum(told[name] for name in PARTS) - told["rows_refused_without_customer"]


@pytest.mark.parametrize(("what", "count", "lines"), [
    ("refused", "rows_refused", ["6", "8", "9", "10"]), ("apart", "rows_without_customer", ["5", "6", "7", "9"]),
])  # fmt: skip
def test_each_export_holds_every_row_of_its_count(
    file: Path, capsys: pytest.CaptureFixture[str], what: str, count: str, lines: list[str]
) -> None:
    told = machine(capsys, "import", file, "--into", file.parent / "book")
    out = file.parent / f"{what}.csv"
    machine(capsys, "export", file.parent / "book", "--what", what, "-o", out)
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["from line"] for row in rows] == lines
    assert len(rows) == told[count]


@pytest.mark.slow
def test_a_row_in_both_comes_back_once(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = file.parent / "book"
    machine(capsys, "import", file, "--into", book)
    for what in ("refused", "apart"):
        out = file.parent / f"{what}.csv"
        machine(capsys, "export", book, "--what", what, "-o", out)
        out.write_text(out.read_text(encoding="utf-8-sig").replace('"","2031-02-30"', '"E","2024-02-03"'))
        if '"E"' not in out.read_text():
            out.write_text(out.read_text(encoding="utf-8-sig").replace(',"2031-02-30"', '"E","2024-02-03"'))
    assert machine(capsys, "import", file.parent / "refused.csv", "--into", book)["orders_added"] == 1
    assert machine(capsys, "import", file.parent / "apart.csv", "--into", book)["orders_added"] == 0
    for what, left in (("refused", 3), ("apart", 3)):
        out = file.parent / "again.csv"
        machine(capsys, "export", book, "--what", what, "-o", out)
        assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 1 + left


def test_a_note_is_told_once_and_a_warning_last(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes("会员号,下单时间,实付金额\n张三,2024-01-01,5\n,2024-01-02,6\n".encode("gb18030"))
    assert main(["import", str(file), "--into", str(file.parent / "book")]) == 0
    told = capsys.readouterr()
    assert told.err.count("GB18030") == 1
    assert told.err.splitlines()[-1].startswith("Warning: orders.csv: 1 of 2 rows (50%) names no customer")
    assert "rows in both of these counts" not in told.out
