"""Files and frames into one table of rows, seen as `staged`, every row with its problem if it has one.

Also leaves `set_aside`: the rows that are refused, with the reason, and those kept apart because they name no
customer (no reason), each with its file, its line and what it said.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from keyworth.errors import KeyworthError, OptionRefused
from keyworth.ledger.book_file import BookFile
from keyworth.ledger.columns import (
    STAGED,
    ColumnMapping,
    Conventions,
    decide_conventions,
    problem_message,
    propose_mapping,
    staging_query,
)
from keyworth.ledger.engine import count, one_row
from keyworth.ledger.mended_rows import as_they_came, mapping_then
from keyworth.ledger.reading import Source, from_frame, open_sources
from keyworth.ledger.sql import identifier, literal
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """What a person may say about files before they are read; everything left out is found out.

    `chosen` maps fields to columns, by header or by number from 1. `agree` is asked before a mapping is used
    and may raise to stop the import.
    """

    chosen: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None
    time_zone: str | None = None
    agree: Callable[[Source, ColumnMapping], None] | None = None


@dataclass(frozen=True, slots=True)
class Staged:
    """What was read: counts, and how it was understood. `mappings` go by file, `saved_mappings` by headers."""

    rows_read: int
    rows_without_customer: int
    rows_refused: int
    rows_not_orders: int  # cancelled, unpaid, only looked at: read, understood, and no purchase
    has_items: bool
    has_money: bool
    time_zone: str | None
    files: tuple[str, ...]
    mended: tuple[int, ...]  # the numbers of the files whose rows had been set aside
    mappings: Mapping[str, Mapping[str, str]]
    saved_mappings: Mapping[str, Mapping[str, str]]
    notes: tuple[Message, ...]
    refusals: tuple[Message, ...]

    @property
    def counts(self) -> dict[str, int]:
        """What is known of the import from here on, whatever becomes of it."""
        return {
            "rows_read": self.rows_read,
            "rows_without_customer": self.rows_without_customer,
            "rows_refused": self.rows_refused,
        }


def stage(
    connection: duckdb.DuckDBPyConnection,
    scratch: Path,
    given: Sequence[Path | Any],
    options: ReadingOptions,
    book: BookFile,
) -> Staged:
    """Read everything given into `staged_rows` and `set_aside`; raises what opening and mapping raise.

    The views `kept_…` show the book's tables as they stand.
    """
    sources = [
        part
        for source in _open(connection, scratch, given, options)
        for part in as_they_came(connection, scratch, source)
    ]
    zone = _zone(options.time_zone, book)
    try:
        understood = [_understand(connection, source, options, book, zone) for source in sources]
    except KeyworthError as error:
        error.counts = {"rows_read": sum(source.rows + source.fault_rows for source in sources)} | error.counts
        raise
    if zone is None and any(conventions.moments for _, conventions in understood):
        zone = "UTC"
    fields = {name for mapping, _ in understood for name in mapping.columns}
    connection.execute(
        'CREATE TABLE set_aside (file_no BIGINT, file VARCHAR, row BIGINT, problem VARCHAR, "column" VARCHAR, '
        "value VARCHAR, apart BOOLEAN, text VARCHAR)"
    )
    connection.execute("CREATE TABLE brought_back (file VARCHAR, row BIGINT)")
    refusals: list[Message] = []
    parts: list[str] = []
    rows_before = 0
    for file_no, (source, (mapping, conventions)) in enumerate(zip(sources, understood, strict=True)):
        # Sparse: what the file knows nothing of is NULL in every row, and is not written only to be read again.
        query = staging_query(source, mapping, conventions, sparse=True)
        part = literal(str(scratch / f"staged-{file_no}.parquet"))
        # A Parquet file is written on all cores and read back by column: half the time of a table (measured).
        connection.execute(f"COPY ({query}) TO {part} (FORMAT parquet, COMPRESSION snappy)")
        rows = (
            f"SELECT {file_no} AS file_no, {rows_before} + file_row_number AS staged_row, * EXCLUDE (file_row_number) "
            f"FROM read_parquet({part}, file_row_number = true)"
        )
        if source.mended:
            connection.execute(
                f"INSERT INTO brought_back SELECT file, line FROM {source.relation} WHERE line IS NOT NULL"
            )
        refusals += _set_aside(connection, file_no, source, mapping, f"({rows})", rows_before)
        parts.append(rows)
        rows_before += count(connection, f"SELECT count(*) FROM read_parquet({part})")
    connection.execute(f"CREATE VIEW staged_rows AS {' UNION ALL BY NAME '.join(parts)}")
    rows_staged, apart, refused, not_orders = one_row(
        connection,
        "SELECT count(*), count(*) FILTER (customer IS NULL), count(*) FILTER (problem IS NOT NULL), "
        "count(*) FILTER (problem IS NULL AND NOT is_sale AND NOT is_refund) FROM staged_rows",
    )
    faults = sum(source.fault_rows for source in sources)
    mappings = {source.name: mapping.as_options() for source, (mapping, _) in zip(sources, understood, strict=True)}
    notes = [
        note
        for source, (mapping, conventions) in zip(sources, understood, strict=True)
        for note in (*source.notes, *mapping.notes, *conventions.notes)
    ]
    notes += [
        Message("{file} has a header and no rows.", file=source.name)
        for source in sources
        if not source.rows + source.fault_rows
    ]
    return Staged(
        rows_read=rows_staged + faults,
        rows_without_customer=apart,
        rows_refused=refused + faults,
        rows_not_orders=not_orders,
        has_items=bool(fields & {"item", "category"}),
        has_money=bool(fields & {"amount", "price"}),
        time_zone=zone,
        files=tuple(source.name for source in sources),
        mended=tuple(number for number, source in enumerate(sources) if source.mended),
        mappings=mappings,
        saved_mappings={_signature(source): mappings[source.name] for source in sources if not source.mended},
        notes=tuple(dict.fromkeys(notes)),
        refusals=tuple(refusals),
    )


def see_staged(connection: duckdb.DuckDBPyConnection, currency: str) -> None:
    """Make the view `staged`: every column there can be, `staged_row` to tell rows apart, and a currency."""
    stored = {name for (name, *_) in connection.execute("DESCRIBE staged_rows").fetchall()}
    columns = {name: identifier(name) if name in stored else f"NULL::{kind}" for name, kind in STAGED.items()}
    columns["currency"] = f"coalesce({columns['currency']}, {literal(currency)})"
    named = ", ".join(f"{sql} AS {'ordered_at' if name == 'at' else identifier(name)}" for name, sql in columns.items())
    connection.execute(f"CREATE VIEW staged_read AS SELECT staged_row, file_no, {named} FROM staged_rows")
    connection.execute("CREATE VIEW staged AS SELECT * FROM staged_read")


def staged_currencies(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The currencies that the files name, the commonest first."""
    stored = {name for (name, *_) in connection.execute("DESCRIBE staged_rows").fetchall()}
    if "currency" not in stored:
        return []
    found = connection.execute(
        "SELECT currency FROM staged_rows WHERE currency IS NOT NULL GROUP BY currency ORDER BY count(*) DESC, currency"
    ).fetchall()
    return [currency for (currency,) in found]


def _zone(asked: str | None, book: BookFile) -> str | None:
    if asked is not None and book.time_zone not in {None, asked}:
        raise OptionRefused(
            Message("The book counts its days in {kept}, not in {asked}.", kept=book.time_zone, asked=asked),
            hint=Message("Leave --time-zone out, or import into another book."),
        )
    return asked or book.time_zone


def _understand(
    connection: duckdb.DuckDBPyConnection, source: Source, options: ReadingOptions, book: BookFile, zone: str | None
) -> tuple[ColumnMapping, Conventions]:
    saved = mapping_then(connection, source) if source.mended else book.mappings.get(_signature(source), {})
    mapping = propose_mapping(connection, source, chosen=options.chosen, saved=saved)
    if options.agree is not None:
        options.agree(source, mapping)
    return mapping, decide_conventions(connection, source, mapping, time_zone=zone)


def _signature(source: Source) -> str:
    """What a remembered mapping goes by: the headers, whatever the file is called."""
    return json.dumps(list(source.headers), ensure_ascii=False)


def _open(
    connection: duckdb.DuckDBPyConnection, scratch: Path, given: Sequence[Path | Any], options: ReadingOptions
) -> list[Source]:
    sources: list[Source] = []
    for one in given:
        if isinstance(one, Path):
            sources += open_sources(
                [one],
                connection=connection,
                scratch=scratch,
                encoding=options.encoding,
                delimiter=options.delimiter,
                header=options.header,
                sheet=options.sheet,
            )
        else:
            name = str(Message("data frame {number}", number=len(sources) + 1))
            sources.append(from_frame(one, connection=connection, scratch=scratch, name=name))
    return sources


def _set_aside(
    connection: duckdb.DuckDBPyConnection,
    file_no: int,
    source: Source,
    mapping: ColumnMapping,
    rows: str,
    rows_before: int,
) -> tuple[Message, ...]:
    """Keep the rows of one source that cannot be used: only those are read once more, for what they said.

    Returns a message for each kind of refusal, with its first lines and how many there are.
    """
    aside = "problem IS NOT NULL OR customer IS NULL"
    about = f"SELECT {file_no}, {literal(source.name)}"
    if count(connection, f"SELECT count(*) FROM (SELECT 1 FROM {rows} WHERE {aside} LIMIT 1)"):
        cells = ", ".join(
            f"{literal(header)}: {column}::VARCHAR"
            for header, column in zip(source.headers, source.columns, strict=True)
        )
        line = source.line or "NULL::BIGINT"
        _locate(connection, source, f"SELECT staged_row - {rows_before} + 1 FROM {rows} WHERE {aside}")
        said = (
            f"SELECT row_number() OVER () AS place, {line} AS line, to_json({{{cells}}})::VARCHAR AS text "
            f"FROM {source.relation}"
        )
        connection.execute(
            f"""INSERT INTO set_aside {about}, coalesce(line, located, place - 1 + {source.first_line}), problem,
                {_column_at_fault(mapping)}, problem_value, customer IS NULL, text
            FROM (SELECT staged_row - {rows_before} + 1 AS place, customer, problem, problem_value
                FROM {rows} WHERE {aside})
            JOIN ({said}) USING (place) LEFT JOIN located USING (place) ORDER BY place"""
        )
    if source.faults and source.fault_rows:
        connection.execute(
            f"INSERT INTO set_aside {about}, line, problem, NULL, problem_value, false, text FROM {source.faults}"
        )
    kinds = connection.execute(
        f"""SELECT problem, any_value("column"), min_by(value, row), min(row, 3), count(*) FROM set_aside
        WHERE file_no = {file_no} AND problem IS NOT NULL GROUP BY problem ORDER BY min(row)"""
    ).fetchall()
    return tuple(
        Message(
            "{file}, line {rows}: {reason} ({count} rows in all)",
            file=source.name,
            rows=[str(row) for row in rows],
            reason=problem_message(problem, column or "", value),
            count=times,
        )
        for problem, column, value, rows, times in kinds
    )


def _locate(connection: duckdb.DuckDBPyConnection, source: Source, places: str) -> None:
    """Leave the table `located`: the lines of the places that a query gives, where the source has to be asked."""
    lines: dict[int, int] = {}
    if source.locate is not None:
        lines = source.locate([place for (place,) in connection.execute(places).fetchall()])
    table = pa.table({"place": pa.array(lines.keys(), pa.int64()), "located": pa.array(lines.values(), pa.int64())})
    connection.register("lines_found", table)
    connection.execute("CREATE OR REPLACE TABLE located AS SELECT * FROM lines_found")
    connection.unregister("lines_found")


def _column_at_fault(mapping: ColumnMapping) -> str:
    """SQL for the header of the column a problem is about: `date_impossible` is about the date's."""
    cases = " ".join(
        f"WHEN problem LIKE {literal(name + '%')} THEN {literal(mapping.header(name))}" for name in mapping.columns
    )
    return f"CASE {cases} END"
