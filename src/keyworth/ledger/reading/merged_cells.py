"""Cells of a sheet that are merged over several rows: only the first of them holds the value.

A person sees one tall cell and reads its value beside every row; a program sees a value and then nothing. What
is merged stands in the workbook: in `.xlsx` as `<mergeCell ref="A2:A5"/>` after the sheet's rows, in `.xls` as
MERGEDCELLS records of the sheet's part of the `Workbook` stream.
"""

import html
import re
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keyworth.ledger.reading.compound_file import stream_of

_CHUNK = 1 << 20
_LONGEST_ELEMENT = 1 << 10
_MERGE = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})[\"']"
)
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_BOUNDSHEET, _MERGEDCELLS, _END = 0x0085, 0x00E5, 0x000A  # record types of BIFF8


@dataclass(frozen=True, slots=True)
class TallCell:
    """Rows and column of the sheet, from 0, both rows included; of a range over several columns, the first."""

    column: int
    first: int
    last: int


def tall_cells(content: Path, sheet: str) -> list[TallCell]:
    """The cells of one sheet that are merged over several rows; none where the format is not understood.

    `.xlsb` and `.ods` are not: there the import's warning about rows without a customer has to do.
    """
    found = _in_xlsx(content, sheet) if zipfile.is_zipfile(content) else _in_xls(content, sheet)
    return sorted(found, key=lambda cell: (cell.column, cell.first))


def filled_down(
    table: pa.Table, cells: Sequence[TallCell], *, column_offset: int, row_offset: int
) -> tuple[pa.Table, dict[int, pa.Array]]:
    """The table with each tall cell's value in all its rows, and for each column touched, which rows were filled.

    The offsets are the sheet's row and column at which the table begins. A cell that holds something of its own
    under the merged one keeps it: whoever merges by copying the format alone leaves the data in place.
    """
    filled: dict[int, pa.Array] = {}
    for place in sorted({cell.column - column_offset for cell in cells}):
        if not 0 <= place < table.num_columns:
            continue
        comes_from = np.arange(table.num_rows)
        reached = 0  # merged cells cannot overlap; where a file says so all the same, the first one holds
        for cell in cells:
            first, last = cell.first - row_offset, min(cell.last - row_offset, table.num_rows - 1)
            if cell.column - column_offset == place and reached <= first < last:
                comes_from[first + 1 : last + 1] = first
                reached = last + 1
        column = table.column(place).combine_chunks()
        below = pc.and_(pa.array(comes_from != np.arange(table.num_rows)), pc.is_null(_blank_as_null(column)))
        value = column.take(pa.array(comes_from))
        below = pc.and_(below, pc.is_valid(_blank_as_null(value)))
        if pc.any(below).as_py():
            table = table.set_column(place, table.column_names[place], pc.if_else(below, value, column))
            filled[place] = below
    return table, filled


def _blank_as_null(column: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(column), ""), None, column)


def _in_xlsx(content: Path, sheet: str) -> Iterator[TallCell]:
    with zipfile.ZipFile(content) as archive:
        part = _part_of(archive, sheet)
        if part is None:
            return
        kept = b""
        with archive.open(part) as xml:
            while chunk := xml.read(_CHUNK):
                kept += chunk
                end = 0
                for match in _MERGE.finditer(kept):
                    end = match.end()
                    left, first, _, last = match.groups()
                    if int(last) > int(first):
                        yield TallCell(_column(left), int(first) - 1, int(last) - 1)
                kept = kept[max(end, len(kept) - _LONGEST_ELEMENT) :]


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    try:
        workbook = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
    except KeyError:
        return None
    ids = {_attribute(tag, "name"): _attribute(tag, r"\w+:id") for tag in _SHEET.findall(workbook)}
    targets = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in _RELATION.findall(relations)}
    target = targets.get(ids.get(sheet))
    if target is None:
        return None
    part = str(PurePosixPath(target.lstrip("/")) if target.startswith("/") else PurePosixPath("xl") / target)
    return part if part in archive.namelist() else None


def _attribute(tag: str, name: str) -> str | None:
    found = re.search(rf"\s{name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return html.unescape(found[1] if found[1] is not None else found[2]) if found else None


def _column(letters: bytes) -> int:
    """A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place - 1


def _in_xls(content: Path, sheet: str) -> Iterator[TallCell]:
    stream = stream_of(content, ("Workbook", "Book"))
    start = next((start for name, start in _xls_sheets(stream) if name == sheet), None)
    if start is None:
        return
    for kind, record in _records(stream, start):
        if kind == _MERGEDCELLS:
            ranges = struct.unpack_from(f"<{(len(record) - 2) // 8 * 4}H", record, 2)
            for first, last, left, _ in zip(*(iter(ranges),) * 4, strict=True):
                if last > first:
                    yield TallCell(left, first, last)


def _xls_sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    for kind, record in _records(stream, 0):
        if kind == _BOUNDSHEET and len(record) >= 8:
            start, length, wide = int.from_bytes(record[:4], "little"), record[6], record[7] & 1
            raw = record[8 : 8 + length * (1 + wide)]
            yield raw.decode("utf-16-le" if wide else "latin-1", errors="replace"), start


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records from an offset to the end of their part of the stream."""
    while start + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, start)
        if kind == _END:
            return
        yield kind, stream[start + 4 : start + 4 + size]
        start += 4 + size
