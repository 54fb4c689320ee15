"""Sheets with cells merged over several rows, and text files saved from them."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from keyworth.ledger import ImportReport, Ledger, ReadingOptions, import_orders

pytestmark = pytest.mark.slow

AT = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = ["customer", "order", "date", "dish", "amount"]
Merge = tuple[int, int, int]  # column, first row, last row; from 0


def bring(book: Path, content: bytes, name: str, **options: Any) -> ImportReport:
    file = book.parent / name
    file.write_bytes(content)
    return import_orders(book, [file], ReadingOptions(**options), at=AT)


def spent(book: Path) -> dict[str, tuple[int, float]]:
    """Each customer's orders and money."""
    found: dict[str, tuple[int, float]] = {}
    for order in Ledger.open(book).order_table().to_pylist():
        orders, amount = found.get(order["customer"], (0, 0.0))
        found[order["customer"]] = orders + 1, amount + float(order["amount"])
    return found


def xlsx(rows: list[list[Any]], merges: list[Merge], *, down: int = 0, right: int = 0) -> bytes:
    workbook, content = openpyxl.Workbook(), io.BytesIO()
    workbook.active.title = "第 1 页 & 更多"
    workbook.create_sheet("other").append(["nothing"])
    for row_no, row in enumerate(rows, start=1 + down):
        for column_no, cell in enumerate(row, start=1 + right):
            workbook.active.cell(row_no, column_no, cell)
    for column, first, last in merges:
        at = {"start_column": column + 1 + right, "end_column": column + 1 + right}
        workbook.active.merge_cells(start_row=first + 1 + down, end_row=last + 1 + down, **at)
    workbook.save(content)
    return content.getvalue()


def xls(rows: list[list[Any]], merges: list[Merge], *, down: int = 0, right: int = 0) -> bytes:
    workbook, content = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    sheet = workbook.add_sheet("第 1 页 & 更多")
    workbook.add_sheet("other").write(0, 0, "nothing")
    tall = {(first, column): last for column, first, last in merges}
    for row_no, row in enumerate(rows):
        for column_no, cell in enumerate(row):
            if (row_no, column_no) in tall:
                last = tall[row_no, column_no]
                sheet.write_merge(row_no + down, last + down, column_no + right, column_no + right, cell)
            elif cell is not None:
                sheet.write(row_no + down, column_no + right, cell)
    workbook.save(content)
    return content.getvalue()


def blocks(count: int = 40, size: int = 3) -> tuple[list[list[Any]], list[Merge]]:
    """A customer, an order and a date over several rows each, as a person lays a table out."""
    rows: list[list[Any]] = [HEADER]
    merges: list[Merge] = []
    for number in range(count):
        first = len(rows)
        merges += [(column, first, first + size - 1) for column in (0, 1, 2)]
        for line in range(size):
            above = [f"C{number % 10}", f"O{number}", f"2025-01-{number % 28 + 1:02}"] if line == 0 else [None] * 3
            rows.append([*above, f"dish {line}", 10 + line])
    return rows, merges


@pytest.mark.parametrize(("down", "right"), [(0, 0), (2, 1)])
@pytest.mark.parametrize(("write", "ending"), [(xlsx, "xlsx"), (xls, "xls")])
def test_every_row_of_a_block_is_the_customers(
    tmp_path: Path, write: Callable[..., bytes], ending: str, down: int, right: int
) -> None:
    report = bring(tmp_path / "book", write(*blocks(), down=down, right=right), f"orders.{ending}")
    assert (report.orders_added, report.rows_without_customer, report.rows_refused) == (40, 0, 0)
    assert spent(tmp_path / "book") == {f"C{number}": (4, 4 * 33.0) for number in range(10)}
    told = [str(note) for note in report.notes if "merged over several rows" in str(note)]
    assert len(told) == 1
    assert "240 cells" in told[0]
    assert "customer, order, date" in told[0]


def test_money_of_a_merged_cell_counts_once(tmp_path: Path) -> None:
    rows: list[list[Any]] = [HEADER, ["A", "1", "2025-01-01", "tea", 30], *[[None] * 3 + ["pie", None]] * 2]
    merges = [(column, 1, 3) for column in (0, 1, 2, 4)]
    report = bring(tmp_path / "book", xlsx(rows, merges), "orders.xlsx")
    assert report.rows_refused == 0
    assert spent(tmp_path / "book") == {"A": (1, 30.0)}
    assert any("amount counts once" in str(note) for note in report.notes)


def test_a_unit_price_of_a_merged_cell_is_each_rows(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["customer", "date", "unit price", "quantity"], ["A", "2025-01-01", 5, 1], [None, None, None, 3]
    ]  # fmt: skip
    bring(tmp_path / "book", xlsx(rows, [(0, 1, 2), (1, 1, 2), (2, 1, 2)]), "orders.xlsx")
    assert spent(tmp_path / "book") == {"A": (2, 20.0)}


def test_what_lies_under_a_merged_cell_is_kept(tmp_path: Path) -> None:
    rows: list[list[Any]] = [HEADER, ["A", "1", "2025-01-01", "tea", 30], ["A", "2", "2025-01-02", "pie", 12]]
    content = xls(rows, [])  # xlwt writes both, so the second is hidden once the cells are merged
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("x")
    for row_no, row in enumerate(rows):
        for column_no, cell in enumerate(row):
            sheet.write(row_no, column_no, cell)
    sheet.merged_ranges.append((1, 2, 4, 4))
    stream = io.BytesIO()
    workbook.save(stream)
    assert stream.getvalue() != content
    bring(tmp_path / "book", stream.getvalue(), "orders.xls")
    assert spent(tmp_path / "book") == {"A": (2, 42.0)}


def test_a_title_over_the_whole_width_fills_nothing(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Orders of 2025"], [None], HEADER, ["A", "1", "2025-01-01", "tea", 30]]
    report = bring(tmp_path / "book", xlsx(rows, [(0, 0, 1)]), "orders.xlsx")
    assert spent(tmp_path / "book") == {"A": (1, 30.0)}
    assert not any("merged" in str(note) for note in report.notes)
    assert any("row 3 names the columns" in str(note) for note in report.notes)


def test_a_header_of_two_floors(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["客户ID", "订单号", "时间", "金额", None],
        [None, None, "下单日期", "应付金额", "实付金额"],
        ["A", "1", "2025-01-01", 40, 30],
        ["B", "2", "2025-01-02", 50, 50],
    ]
    report = bring(tmp_path / "book", xlsx(rows, [(0, 0, 1), (1, 0, 1)]), "orders.xlsx")
    assert report.rows_refused == 0
    assert spent(tmp_path / "book") == {"A": (1, 30.0), "B": (1, 50.0)}


def as_text(rows: list[list[Any]]) -> bytes:
    return "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows).encode()


def test_a_text_file_saved_from_such_a_sheet_is_not_guessed_at(tmp_path: Path) -> None:
    report = bring(tmp_path / "book", as_text(blocks()[0]), "orders.csv")
    assert report.rows_without_customer == 80
    apart, cause = (str(warning) for warning in report.warnings)
    assert "80 of 120 rows (67%) name no customer" in apart
    assert "merged" in cause
    assert "lines 3, 4, 6, 7, 9 …" in cause


def test_many_walk_ins_are_a_warning_that_names_their_money(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["customer", "date", "amount"]]
    rows += [[None if day % 3 == 0 else f"C{day % 5}", f"2025-01-{day:02}", 10] for day in range(1, 29)]
    report = bring(tmp_path / "book", as_text(rows), "orders.csv")
    (warning,) = (str(warning) for warning in report.warnings)
    assert "9 of 28 rows (32%) name no customer and are kept apart, and with them 32% of the file's sales" in warning


def test_a_few_walk_ins_are_no_warning(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["customer", "date", "amount"]]
    rows += [[None if day % 6 == 0 else f"C{day % 5}", f"2025-01-{day:02}", 10] for day in range(1, 29)]
    report = bring(tmp_path / "book", as_text(rows), "orders.csv")
    assert (report.rows_without_customer, report.warnings) == (4, ())


@pytest.mark.parametrize("cut", [600, 1500, 3000])
def test_a_damaged_container_is_no_merged_cell(tmp_path: Path, cut: int) -> None:
    from keyworth.ledger.reading.merged_cells import tall_cells

    file = tmp_path / "orders.xls"
    file.write_bytes(xls(*blocks())[:cut])
    assert tall_cells(file, "第 1 页 & 更多") == []


def test_a_cell_that_begins_in_the_header_names_no_customer(tmp_path: Path) -> None:
    rows: list[list[Any]] = [HEADER, [None, "1", "2025-01-01", "tea", 30], ["A", "2", "2025-01-02", "tea", 40]]
    report = bring(tmp_path / "book", xlsx(rows, [(0, 0, 1)]), "orders.xlsx")
    assert (report.customers, report.rows_without_customer) == (1, 1)
