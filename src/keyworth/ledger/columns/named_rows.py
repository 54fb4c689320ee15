"""A few numbers of a source by their lines in the file, each with how it is read, for a person to look at."""

import duckdb

from keyworth.ledger.columns.written_numbers import NumberConvention
from keyworth.ledger.reading.source import Source

_NAMED = 3
SHOWN = 40  # characters of a cell


def named_rows(
    connection: duckdb.DuckDBPyConnection, source: Source, column: str, which: str, reading: NumberConvention
) -> list[str]:
    """The first rows of which the SQL `which` about their `cell` holds, such as "2: 1.234 → 1234".

    Goes through the whole source and counts: to be asked only where a person has to be told.
    """
    rows = connection.execute(
        f"""SELECT place, line, left(trim(cell), {SHOWN}), {reading.sql("cell")} FROM (
            SELECT row_number() OVER () AS place, {source.line or "NULL::BIGINT"} AS line, {column} AS cell
            FROM {source.relation}) WHERE {which} ORDER BY place LIMIT {_NAMED}"""
    ).fetchall()
    located = {} if source.locate is None else source.locate([place for place, *_ in rows])
    return [
        f"{line or located.get(place, place - 1 + source.first_line)}: {cell} → {_plainly(read)}"
        for place, line, cell, read in rows
    ]


def number_shown(connection: duckdb.DuckDBPyConnection, cell: str, reading: NumberConvention) -> str:
    """How a cell is read."""
    return _plainly(
        connection.execute(f"SELECT {reading.sql('cell')} FROM (SELECT ? AS cell)", [cell]).fetchall()[0][0]
    )


def _plainly(number: object) -> str:
    """With a point, and without thousands or idle zeros, so that it cannot be misread in its turn."""
    return "?" if number is None else f"{number:f}".rstrip("0").rstrip(".")
