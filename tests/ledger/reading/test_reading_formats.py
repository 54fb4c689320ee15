"""Workbooks, Parquet, JSON, frames, folders: the same rows, whatever carries them."""

import gzip
import io
import json
from datetime import date, datetime

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlwt

from keyworth.ledger.columns import decide_conventions, propose_mapping, staging_query
from keyworth.ledger.reading import from_frame, open_sources

FRAME = {
    "会员号": ["007", "008", None],
    "下单时间": [datetime(2024, 3, 5, 12, 30), datetime(2024, 3, 6), datetime(2024, 3, 7)],
    "实付金额": [12.5, 100.0, 3.0],
}
STAGED = [
    ("007", datetime(2024, 3, 5, 12, 30), 12.5),
    ("008", datetime(2024, 3, 6), 100.0),
    (None, datetime(2024, 3, 7), 3.0),
]


@pytest.fixture
def staged_from(connection):
    def staged(source):
        mapping = propose_mapping(connection, source)
        query = staging_query(source, mapping, decide_conventions(connection, source, mapping))
        found = connection.execute(f'SELECT customer, "at", CAST(amount AS DOUBLE), problem FROM ({query})').fetchall()
        assert all(problem is None for *_, problem in found), found
        return [row[:3] for row in found]

    return staged


def workbook(*rows, title="订单", others=()):
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name in others:
        book.create_sheet(name, 0).append(["nothing", "here"])
    book.save(content)
    return content.getvalue()


def table():
    return [tuple(FRAME), *zip(*FRAME.values(), strict=True)]


def test_xlsx(open_bytes, staged_from):
    assert staged_from(open_bytes(workbook(*table()), "orders.xlsx")) == STAGED


def test_xlsx_with_a_title_above_and_another_sheet_before(open_bytes, staged_from):
    source = open_bytes(workbook(["2024年订单"], [], *table(), others=["readme"]), "orders.xlsx")
    assert (source.first_line, source.headers) == (4, tuple(FRAME))
    assert "has 2 sheets; 订单 was read" in str(source.notes[0])
    assert staged_from(source) == STAGED


def test_other_sheets_that_look_like_orders_are_warned_of(open_bytes):
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "说明"
    book.active.append(["customer", "see below"])
    for name, rows in (("2023", 1), ("2024", 3), ("2025", 2)):
        sheet = book.create_sheet(name)
        for row in table()[: rows + 1]:
            sheet.append(row)
    book.save(content)
    source = open_bytes(content.getvalue(), "orders.xlsx")
    (warning,) = source.warnings
    assert "only 2024 was read; 2023, 2025 look like orders too" in str(warning)
    assert "--sheet 2023" in str(warning)
    assert open_bytes(content.getvalue(), "orders.xlsx", sheet="2023").warnings == ()
    assert open_bytes(workbook(*table(), others=["readme"]), "orders.xlsx").warnings == ()


@pytest.mark.parametrize("sheet", ["readme", "1"])
def test_a_sheet_may_be_chosen(open_bytes, sheet):
    assert open_bytes(workbook(*table(), others=["readme"]), "orders.xlsx", sheet=sheet).headers == ("nothing", "here")


def test_an_error_in_a_cell_refuses_its_row_only_where_it_matters(connection, open_bytes):
    rows = [
        ("cust", "date", "amount", "remark"),
        ("a", date(2024, 3, 5), "#DIV/0!", "x"),
        ("b", date(2024, 3, 5), 1, "#N/A"),
    ]
    source = open_bytes(workbook(*rows), "orders.xlsx")
    mapping = propose_mapping(connection, source)
    query = staging_query(source, mapping, decide_conventions(connection, source, mapping))
    found = connection.execute(f"SELECT customer, problem, problem_value FROM ({query})").fetchall()
    assert found == [("a", "amount_unreadable", "#DIV/0!"), ("b", None, None)]


def test_xls(open_bytes, staged_from):
    book, content = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("订单")
    style = xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM")
    for row_no, row in enumerate(table()):
        for column_no, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write(row_no, column_no, cell, style)
            elif cell is not None:
                sheet.write(row_no, column_no, cell)
    book.save(content)
    assert staged_from(open_bytes(content.getvalue(), "orders.xls")) == STAGED


@pytest.mark.parametrize("name", ["orders.parquet", "orders[1].parquet", "orders.csv"])
def test_parquet_under_any_name(open_bytes, staged_from, name):
    content = io.BytesIO()
    pq.write_table(pa.table(FRAME), content)
    assert staged_from(open_bytes(content.getvalue(), name)) == STAGED


def lines():
    return [
        json.dumps(dict(zip(FRAME, map(str, row), strict=True)), ensure_ascii=False)
        for row in zip(*FRAME.values(), strict=True)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig"])
@pytest.mark.parametrize("name", ["orders.jsonl", "orders.ndjson", "orders.json", "orders.txt"])
def test_json_lines(open_bytes, staged_from, name, encoding):
    assert staged_from(open_bytes("\n".join(lines()).encode(encoding), name))[:2] == STAGED[:2]


def test_json_lines_gzipped(open_bytes, staged_from):
    assert staged_from(open_bytes(gzip.compress("\n".join(lines()).encode()), "orders.jsonl.gz"))[:2] == STAGED[:2]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_of_objects(open_bytes, staged_from, indent):
    content = json.dumps([json.loads(line) for line in lines()], indent=indent)
    assert staged_from(open_bytes(content, "orders.json"))[:2] == STAGED[:2]


def test_keys_may_come_and_go_and_hold_anything(open_bytes, rows_of, faults_of):
    content = '{"a/b": 17850.0, "c.d": "x"}\nnot json\n[1]\n{"c.d": null, "e\'\\"": {"f": 1}}\n'
    source = open_bytes(content, "orders.jsonl")
    assert set(source.headers) == {"a/b", "c.d", "e'\""}
    by_header = [dict(zip(source.headers, row, strict=True)) for row in rows_of(source)]
    assert by_header[0] == {"a/b": "17850.0", "c.d": "x", "e'\"": None}
    assert by_header[1] == {"a/b": None, "c.d": None, "e'\"": '{"f":1}'}
    assert [(line, problem) for line, problem, _, _ in faults_of(source)] == [(2, "json_broken"), (3, "json_broken")]


FRAMES = {
    "pandas": lambda: pd.DataFrame(FRAME),
    "pandas, categories": lambda: pd.DataFrame(FRAME).astype({"会员号": "category"}),
    "polars": lambda: pl.DataFrame(FRAME),
    "polars, lazy": lambda: pl.LazyFrame(FRAME),
    "pyarrow": lambda: pa.table(FRAME),
    "duckdb": lambda: duckdb.from_arrow(pa.table(FRAME)),
    "pandas, text": lambda: pd.DataFrame(FRAME).astype({"下单时间": str, "实付金额": str}),
}


@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame(connection, scratch, staged_from, kind):
    source = from_frame(FRAMES[kind](), connection=connection, scratch=scratch, name="orders")
    assert source.headers == tuple(FRAME)
    assert staged_from(source) == STAGED


def test_a_frame_with_floats_for_ids_and_zoned_times(connection, scratch):
    frame = pd.DataFrame(
        {
            "customer": [17850.0, None],
            "date": pd.to_datetime(["2024-03-05T18:30Z", "2024-03-06T00:00Z"]),
            "amount": [1, 2],
        }
    )
    source = from_frame(frame, connection=connection, scratch=scratch, name="orders")
    mapping = propose_mapping(connection, source)
    conventions = decide_conventions(connection, source, mapping, time_zone="Asia/Shanghai")
    query = staging_query(source, mapping, conventions)
    assert connection.execute(f'SELECT customer, "at" FROM ({query})').fetchall() == [
        ("17850", datetime(2024, 3, 6, 2, 30)),
        (None, datetime(2024, 3, 6, 8)),
    ]


def test_a_folder_gives_its_files_by_name_and_skips_what_is_hidden(connection, scratch, tmp_path):
    folder = tmp_path / "orders"
    (folder / "2024").mkdir(parents=True)
    for name in ["b.csv", "a.csv", ".hidden.csv", "~$a.xlsx", "readme.md", "2024/c.csv"]:
        (folder / name).write_text("customer,date,amount\na,2024-03-05,1\n")
    sources = open_sources([folder], connection=connection, scratch=scratch)
    assert [source.name for source in sources] == ["2024/c.csv", "a.csv", "b.csv"]
