"""A sheet of a workbook becomes a Source: text throughout, formulas by their values, errors as they show."""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from keyworth.errors import FileUnreadable, OptionRefused
from keyworth.ledger.columns.names import field_named, near
from keyworth.ledger.reading.headers import header_note, header_row, shown_headers
from keyworth.ledger.reading.merged_cells import filled_down, tall_cells
from keyworth.ledger.reading.scratch import Scratch
from keyworth.ledger.reading.source import Source
from keyworth.ledger.reading.typed import typed_source
from keyworth.ledger.reading.unpacking import check_workbook
from keyworth.ledger.sql import identifier
from keyworth.words import Message, Quoted

_LOOKED_AT = 60
_NEEDED = {"customer", "date"}  # fields without which no sheet is one of orders
_ERRORS = {
    "Div0": "#DIV/0!", "NA": "#N/A", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!",
    "Value": "#VALUE!", "GettingData": "#GETTING_DATA",
}  # fmt: skip


def read_workbook(
    connection: duckdb.DuckDBPyConnection,
    scratch: Scratch,
    content: Path,
    *,
    name: str,
    path: Path,
    sheet: str | None = None,
    header: bool | None = None,
) -> Source:
    """Read one sheet: the one asked for (by name or number), else the one whose header we know best.

    A cell that holds an error is read as the error's text, so that it spoils its row only where the column is
    used. Cells merged over several rows are read in each of them. Raises FileUnreadable for a damaged or locked
    workbook and one without rows, OptionRefused for a sheet that is not there.
    """
    import fastexcel

    if zipfile.is_zipfile(content):
        _refuse_other_zips(content, name)
        check_workbook(content, name=name)
    try:
        book = fastexcel.read_excel(content.read_bytes())
        chosen, others = _sheet(book, sheet, name)
        # From the very first row: rows are told by their number in the sheet.
        loaded = book.load_sheet(chosen, header_row=None, dtypes="string", skip_rows=0)
        table, errors = loaded.to_arrow_with_errors()
    except fastexcel.FastExcelError:
        raise FileUnreadable(
            Message("{file} is damaged or locked with a password.", file=name),
            hint=Message("Open it in Excel and save it anew, without a password."),
        ) from None
    table = pa.Table.from_batches([table])
    if not table.num_rows or not table.num_columns:
        raise FileUnreadable(Message("The sheet {sheet} of {file} is empty.", sheet=chosen, file=name))
    if errors is not None:
        table = _with_errors_shown(table, errors.errors)
    blank = _blank_rows_above(table)
    table = table.slice(blank)
    left = min(column.absolute_index for column in loaded.available_columns())
    cells = tall_cells(content, chosen)
    top, _ = filled_down(table.slice(0, _LOOKED_AT), cells, column_offset=left, row_offset=blank)
    start = [tuple(row.values()) for row in top.to_pylist()]
    above, found = header_row(start)
    has_header = found if header is None else header
    headers, _ = shown_headers(start[above] if has_header else None, table.num_columns)
    # Cells that begin in the header or above it are no row's.
    begins = blank + above + has_header
    cells = [cell for cell in cells if cell.first >= begins]
    table = table.slice(above + has_header).rename_columns([f"c{place}" for place in range(1, table.num_columns + 1)])
    table, merged = filled_down(table, cells, column_offset=left, row_offset=begins)
    for place, below in merged.items():
        table = table.append_column(f"b{place + 1}", below)
    relation = scratch.table("sheet")
    connection.register(relation, table)
    notes: tuple[Message, ...] = ()
    if len(book.sheet_names) > 1:
        notes = (
            Message(
                "{file} has {count} sheets; {sheet} was read.", file=name, count=len(book.sheet_names), sheet=chosen
            ),
        )
    if has_header and above:
        notes += (header_note(name, blank + above + 1),)
    if merged:
        notes += (
            Message(
                "{file}: cells of {columns} are merged over several rows; each of these rows was read with the value "
                "that its block shows ({count} {count:cell|cells}).",
                file=name,
                columns=[headers[place] for place in merged],
                count=sum(below.true_count for below in merged.values()),
            ),
        )
    return typed_source(
        connection,
        identifier(relation),
        headers=headers,
        name=name,
        path=path,
        has_header=has_header,
        first_line=blank + above + has_header + 1,
        merged={place: f"b{place + 1}" for place in merged},
        notes=notes,
        warnings=_of_other_sheets(name, chosen, others),
    )


def _of_other_sheets(name: str, chosen: str, others: list[str]) -> tuple[Message, ...]:
    if not others:
        return ()
    return (
        Message(
            "{file}: of its sheets only {sheet} was read; {others} {count:looks|look} like orders too. To import "
            "{count:that one|one of them} as well: --sheet {first}",
            file=name,
            sheet=chosen,
            others=others,
            count=len(others),
            first=others[0],
        ),
    )


def _blank_rows_above(table: pa.Table) -> int:
    """Rows without a single cell before the first that has one."""
    filled = [np.flatnonzero(column.is_valid().to_numpy()) for column in table.columns]
    return int(min((rows[0] for rows in filled if rows.size), default=0))


def _refuse_other_zips(content: Path, name: str) -> None:
    try:
        with zipfile.ZipFile(content) as archive:
            inside = archive.namelist()
    except zipfile.BadZipFile:
        return  # said better by check_workbook
    if not any(part.startswith("xl/") or part == "content.xml" for part in inside):
        raise FileUnreadable(
            Message("{file} is a zip archive, not a workbook.", file=name),
            hint=Message("Unpack it and import what is inside; a whole folder can be named."),
        )


def _sheet(book: object, asked: str | None, name: str) -> tuple[str, list[str]]:
    """The sheet to read, and the others that could be read as orders too if nobody asked for this one."""
    names: list[str] = list(book.sheet_names)  # type: ignore[attr-defined]
    if asked is not None:
        if asked in names:
            return asked, []
        if asked.isdecimal() and 1 <= int(asked) <= len(names):
            return names[int(asked) - 1], []
        raise OptionRefused(
            Message("{file} has no sheet called {sheet}.", file=name, sheet=Quoted(asked)),
            hint=Message("Its sheets are {names}.", names=near(asked, names) or names[:20]),
        )
    if len(names) == 1:
        return names[0], []
    tops = {}
    for sheet in names:
        top = book.load_sheet(sheet, header_row=None, dtypes="string", n_rows=10)  # type: ignore[attr-defined]
        cells = {cell for row in top.to_arrow().to_pylist() for cell in row.values() if cell}
        tops[sheet] = [named[0] for cell in cells if (named := field_named(cell))], top.total_height
    best = max(names, key=lambda sheet: (len(tops[sheet][0]), tops[sheet][1]))
    return best, [
        sheet
        for sheet in names
        if sheet != best and set(tops[sheet][0]) >= _NEEDED and set(tops[best][0]) >= _NEEDED and tops[sheet][1] > 1
    ]


def _with_errors_shown(table: object, errors: Sequence[object]) -> object:
    """The table with each error's text where the workbook shows it."""
    by_column: dict[int, dict[int, str]] = {}
    for error in errors:
        row, column = error.offset_position  # type: ignore[attr-defined]
        kind = re.search(r"Error\((\w+)\)", str(error.detail))  # type: ignore[attr-defined]
        by_column.setdefault(column, {})[row] = _ERRORS.get(kind[1] if kind else "", "#ERROR!")
    for column, cells in by_column.items():
        values = table.column(column).to_pylist()  # type: ignore[attr-defined]
        for row, text in cells.items():
            values[row] = text
        table = table.set_column(column, table.column_names[column], pa.array(values, pa.string()))  # type: ignore[attr-defined]
    return table
