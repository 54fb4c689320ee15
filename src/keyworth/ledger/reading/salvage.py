"""The careful way through a damaged text file: line by line, keeping every row that can be kept."""

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

import duckdb

from keyworth.ledger.reading.dialect import Dialect
from keyworth.ledger.sql import identifier

MOST_LINES_IN_A_CELL = 100
MOST_CHARACTERS_IN_A_LINE = 600_000  # in UTF-8 under the two million bytes that DuckDB takes
_SHOWN = 4_000
_AT_ONCE = 5_000

Fault = tuple[int, str, str, str]  # line, problem, problem_value, text


class Record(NamedTuple):
    line: int
    cells: list[str]


def salvage(
    connection: duckdb.DuckDBPyConnection, text: Path, target: Path, dialect: Dialect, fault_table: str
) -> tuple[Path, int]:
    """Write the rows that can be read to `target` as plain CSV, each with its line, and the others to the fault table.

    A quotation mark that is never closed costs its own line only: reading goes on with the next one, as it
    does when a cell seems to run over more than a hundred lines. Returns (target, rows written).
    """
    name = identifier(fault_table)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} (line BIGINT, problem VARCHAR, problem_value VARCHAR, text VARCHAR)"
    )
    written = 0
    held: list[Fault] = []
    with (
        text.open(encoding="utf-8-sig", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out, lineterminator="\n")
        for _ in range(dialect.first_line - 1):
            source.readline()
        for row in _records(source, dialect):
            if isinstance(row, Record):
                writer.writerow([*row.cells, row.line])
                written += 1
                continue
            held.append(row)
            if len(held) >= _AT_ONCE:
                connection.executemany(f"INSERT INTO {name} VALUES (?, ?, ?, ?)", held)
                held.clear()
    if held:
        connection.executemany(f"INSERT INTO {name} VALUES (?, ?, ?, ?)", held)
    return target, written


def _records(source: TextIO, dialect: Dialect) -> Iterator[Record | Fault]:
    waiting: deque[str] = deque()
    line_no = dialect.first_line - 1
    while True:
        line = waiting.popleft() if waiting else source.readline(MOST_CHARACTERS_IN_A_LINE)
        if not line:
            return
        line_no += 1
        if not line.strip():
            continue
        if len(line) >= MOST_CHARACTERS_IN_A_LINE and not line.endswith("\n"):
            while line and not line.endswith("\n"):  # leave the rest of the line unread
                rest = source.readline(MOST_CHARACTERS_IN_A_LINE)
                if not rest:
                    break
                line = line[:_SHOWN] + rest[-1:]
            yield line_no, "line_too_long", "", line[:_SHOWN]
            continue
        taken = [line]
        row = _split(taken, dialect.delimiter)
        while row is None and len(taken) < MOST_LINES_IN_A_CELL:
            following = waiting.popleft() if waiting else source.readline(MOST_CHARACTERS_IN_A_LINE)
            if not following:
                break
            taken.append(following)
            row = _split(taken, dialect.delimiter)
        if isinstance(row, list) and len(row) == dialect.width:
            yield Record(line_no, row)
            line_no += len(taken) - 1
            continue
        waiting.extendleft(reversed(taken[1:]))
        yield line_no, *_fault(row, dialect.width), line.rstrip("\r\n")[:_SHOWN]


def _split(lines: list[str], delimiter: str) -> list[str] | str | None:
    """The row's cells, or "broken" where quotation marks make no sense, or None where a cell goes on."""
    if len(lines) > 1 and '"' not in lines[-1]:
        return None  # what was open stays open
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return None if "unexpected end of data" in str(error) else "broken"
    return rows[0] if len(rows) == 1 else "broken"


def _fault(row: list[str] | str | None, width: int) -> tuple[str, str]:
    if isinstance(row, list):
        return ("columns_missing" if len(row) < width else "columns_extra"), str(len(row))
    return ("quotes_open" if row is None else "quotes_broken"), ""
