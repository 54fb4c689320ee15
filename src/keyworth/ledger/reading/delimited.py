"""A clean UTF-8 text file becomes a Source that DuckDB reads in parallel."""

import itertools
import re
from dataclasses import replace
from pathlib import Path

import duckdb

from keyworth.errors import FileUnreadable
from keyworth.ledger.reading.dialect import WHITESPACE, Dialect, judge
from keyworth.ledger.reading.headers import header_note, shown_headers
from keyworth.ledger.reading.line_numbers import locator
from keyworth.ledger.reading.rewriting import single_delimiter
from keyworth.ledger.reading.salvage import salvage
from keyworth.ledger.reading.scratch import Scratch
from keyworth.ledger.reading.source import Source
from keyworth.ledger.reading.survey import Survey, survey
from keyworth.ledger.sql import identifier, literal
from keyworth.words import Message

HEAD = 1 << 18
_HEAD_AT_MOST = 1 << 23


def read_delimited(
    connection: duckdb.DuckDBPyConnection,
    scratch: Scratch,
    text: Path,
    seen: Survey,
    *,
    name: str,
    path: Path | None,
    encoding: str,
    delimiter: str | None,
    header: bool | None,
    notes: tuple[Message, ...] = (),
) -> Source:
    """Open `text`, which is UTF-8 without NUL bytes and ends its lines in one way.

    A row with too few or too many cells is a fault and the others are kept. The rows that DuckDB gives are
    counted against the line ends in the file: where a stray quotation mark makes it lose rows, the file is
    gone through again line by line, so that nothing is dropped in silence.
    """
    head, whole = _head(text, seen.size)
    dialect = judge(head, name=name, whole=whole, delimiter=delimiter, header=header)
    if not dialect.width:
        raise FileUnreadable(
            Message("{file} holds nothing but blank lines.", file=name), hint=Message("Was it exported to the end?")
        )
    shown, first_line = dialect.delimiter, dialect.first_line
    if dialect.delimiter == WHITESPACE:
        text = single_delimiter(text, scratch.file(".tsv"))
        seen = survey(text)
        head, whole = _head(text, seen.size)
        dialect = judge(head, name=name, whole=whole, delimiter="\t", header=header)
    headers, repeated = shown_headers(dialect.rows[0] if dialect.has_header else None, dialect.width)
    notes += tuple(
        Message("{file}: {count} columns are called {name}; they are numbered.", file=name, name=header_, count=count)
        for header_, count in repeated
    )
    if dialect.titles and dialect.has_header:
        notes += (header_note(name, first_line - 1),)
    fault_table = scratch.table("faults")
    relation = _read_csv(text, dialect)
    rows, trusted = _count(connection, text, dialect, fault_table, seen)
    line, locate = None, None
    if not trusted:
        text, rows = salvage(connection, text, scratch.file(".csv"), dialect, fault_table)
        salvaged = replace(dialect, delimiter=",", above=0, width=dialect.width + 1)
        relation, line = _read_csv(text, salvaged), f"c{salvaged.width}::BIGINT"
    elif rows != seen.newlines + (not seen.ends_with_newline) - (first_line - 1):
        at_fault = connection.execute(f"SELECT line FROM {identifier(fault_table)}").fetchall()
        locate = locator(text, dialect.delimiter, first_line, {place for (place,) in at_fault})
    fault_rows = _number(connection, f"SELECT count(*) FROM {identifier(fault_table)}")
    first = dialect.rows[1:] if dialect.has_header else dialect.rows
    return Source(
        name=name,
        path=path,
        relation=relation,
        headers=headers,
        types=("VARCHAR",) * dialect.width,
        rows=rows,
        has_header=dialect.has_header,
        encoding=encoding,
        delimiter=shown,
        first_line=first_line,
        first_rows=tuple(tuple(cell or None for cell in row[: dialect.width]) for row in first[:5]),
        faults=identifier(fault_table) if fault_rows else None,
        fault_rows=fault_rows,
        line=line,
        locate=locate,
        notes=notes,
    )


def _head(text: Path, size: int) -> tuple[str, bool]:
    """The first lines of a UTF-8 file, and whether that is the whole of it.

    Read on while there is no line end (a cell of megabytes), but not without end.
    """
    wanted = HEAD
    while True:
        with text.open("rb") as file:
            head = file.read(wanted)
        if b"\n" in head or b"\r" in head or wanted >= min(size, _HEAD_AT_MOST):
            break
        wanted *= 2
    return head.decode("utf-8", errors="ignore").removeprefix("\ufeff"), len(head) == size


def _read_csv(text: Path, dialect: Dialect, *, rejects: str | None = None) -> str:
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(1, dialect.width + 1))
    bad = (
        f"store_rejects=true, rejects_limit=0, rejects_table={literal(rejects)},"
        f" rejects_scan={literal(rejects + '_scan')}"
        if rejects
        else "ignore_errors=true"
    )
    return (
        f"read_csv({literal(str(text))}, auto_detect=false, header=false, skip={dialect.above},"
        f" delim={literal(dialect.delimiter)}, quote='\"', escape='\"', columns={{{columns}}}, {bad})"
    )


def _count(
    connection: duckdb.DuckDBPyConnection, text: Path, dialect: Dialect, fault_table: str, seen: Survey
) -> tuple[int, bool]:
    """How many rows DuckDB finds, with the rest in the fault table; and whether that accounts for every line."""
    rejects = fault_table + "_rejects"
    rows = _number(connection, f"SELECT count(*) FROM {_read_csv(text, dialect, rejects=rejects)}")
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {identifier(fault_table)} AS
        SELECT any_value(line)::BIGINT AS line,
               CASE any_value(error_type)::VARCHAR
                 WHEN 'MISSING COLUMNS' THEN 'columns_missing' WHEN 'TOO MANY COLUMNS' THEN 'columns_extra'
                 WHEN 'LINE SIZE OVER MAXIMUM' THEN 'line_too_long' ELSE 'quotes_broken' END AS problem,
               coalesce(regexp_extract(any_value(error_message), 'Found: (\\d+)', 1), '') AS problem_value,
               left(any_value(ltrim(csv_line, chr(10))), 4000) AS text
        FROM {identifier(rejects)} GROUP BY line_byte_position ORDER BY line_byte_position"""
    )
    connection.execute(f"DROP TABLE {identifier(rejects)}; DROP TABLE {identifier(rejects + '_scan')}")
    faults, broken = connection.execute(
        "SELECT count(*), count_if(problem = 'quotes_broken' OR contains(text, chr(10)))"
        f" FROM {identifier(fault_table)}"
    ).fetchall()[0]
    breaks_in_cells = seen.newlines != seen.newlines_outside_quotes
    if broken or seen.ends_inside_quotes or (faults and breaks_in_cells):  # DuckDB numbers records, not lines
        return rows, False
    accounted = rows + faults + dialect.above
    if dialect.width == 1 or accounted == seen.records:
        return rows, True
    return rows, accounted + _blank_lines(text, dialect.first_line - 1) == seen.records


def _blank_lines(text: Path, above: int) -> int:
    """Blank lines within the table, which give no row."""
    blank = re.compile(rb"[\r\n]*")
    with text.open("rb") as file:
        return sum(1 for line in itertools.islice(file, above, None) if blank.fullmatch(line))


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])
