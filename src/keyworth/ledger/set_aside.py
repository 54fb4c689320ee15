"""Rows that cannot be used, kept as they were written: with the file, the line, and the reason if they are refused.

The table `set_aside` has one row for each; `apart` says that it names no customer, `problem` why it is refused, and
a row may be both.
"""

import duckdb
import pyarrow as pa

from keyworth.ledger.columns import ColumnMapping, problem_message
from keyworth.ledger.reading import Source
from keyworth.ledger.row_tally import RowTally
from keyworth.ledger.sql import literal
from keyworth.ledger.understanding import Understood
from keyworth.words import Message


def make_set_aside(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        'CREATE TABLE set_aside (file_no BIGINT, file VARCHAR, row BIGINT, problem VARCHAR, "column" VARCHAR, '
        "value VARCHAR, apart BOOLEAN, text VARCHAR)"
    )


def set_aside(
    connection: duckdb.DuckDBPyConnection,
    file_no: int,
    one: Understood,
    rows: str,
    rows_before: int,
    tally: RowTally,
) -> tuple[Message, ...]:
    """Keep the rows of one source that cannot be used: only those are read once more, for what they said.

    `rows` is the relation of them as they were staged, numbered from `rows_before`. Needs the table `set_aside`.
    Returns a message for each kind of refusal, with its first lines and how many there are.
    """
    if tally.all_usable:
        return ()
    source, mapping = one.source, one.mapping
    about = f"SELECT {file_no}, {literal(source.name)}"
    if tally.without_customer + tally.refused > tally.faults:
        aside = "problem IS NOT NULL OR customer IS NULL"
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
            "{file}, line {rows}: {reason} ({count} {count:row|rows} in all)",
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
