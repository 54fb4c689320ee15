"""JSON becomes a Source: one object on each line, or one array of objects; values as text."""

from pathlib import Path

import duckdb

from keyworth.errors import FileUnreadable
from keyworth.ledger.reading.dialect import MOST_COLUMNS
from keyworth.ledger.reading.headers import shown_headers
from keyworth.ledger.reading.scratch import Scratch
from keyworth.ledger.reading.source import Source
from keyworth.ledger.reading.text import as_utf8
from keyworth.ledger.reading.typed import typed_source
from keyworth.ledger.sql import identifier, literal
from keyworth.words import Message

_START = 1 << 16


def read_json(
    connection: duckdb.DuckDBPyConnection,
    scratch: Scratch,
    content: Path,
    *,
    name: str,
    path: Path,
    encoding: str | None = None,
) -> Source:
    """Every key that occurs anywhere in the file is a column. A line that is not an object is a fault.

    Raises FileUnreadable where nothing of the file is an object.
    """
    text, _, decided, notes = as_utf8(scratch, content, name=name, encoding=encoding)
    by_line = _one_object_a_line(connection, text)
    lines = (
        f"(SELECT line AS object FROM read_csv({literal(str(text))}, auto_detect=false, header=false,"
        " quote='', escape='',"
        " delim='\x01', columns={'line': 'VARCHAR'}, ignore_errors=true) WHERE line IS NOT NULL)"
        if by_line
        else f"(SELECT json::VARCHAR AS object FROM read_json_objects({literal(str(text))}, format='auto'))"
    )
    good = "coalesce(json_valid(object) AND try(json_type(object)) = 'OBJECT', FALSE)"
    try:
        keys = [
            str(key)
            for (key,) in connection.execute(
                f"""SELECT key FROM (SELECT key, min(place) AS first FROM (
                  SELECT unnest(keys) AS key, generate_subscripts(keys, 1) AS place FROM (
                    SELECT DISTINCT json_keys(object) AS keys FROM {lines} WHERE {good})) GROUP BY key)
                ORDER BY first, key LIMIT {MOST_COLUMNS + 1}"""
            ).fetchall()
        ]
    except duckdb.Error:
        keys = []
    if not keys or len(keys) > MOST_COLUMNS:
        raise FileUnreadable(
            Message(
                "{file} holds no table in JSON: one object on each line was expected, or one array of objects.",
                file=name,
            )
        )
    headers, _ = shown_headers(keys, len(keys))
    cells = ", ".join(
        f"json_extract_string(object, {literal('/' + key.replace('~', '~0').replace('/', '~1'))}) AS c{place}"
        for place, key in enumerate(keys, start=1)
    )
    faults = scratch.table("faults")
    connection.execute(
        f"""CREATE TEMP TABLE {identifier(faults)} AS
        SELECT line, 'json_broken' AS problem, '' AS problem_value, left(object, 4000) AS text
        FROM (SELECT object, row_number() OVER () AS line FROM {lines}) WHERE NOT {good}"""
    )
    fault_rows = int(connection.execute(f"SELECT count(*) FROM {identifier(faults)}").fetchall()[0][0])
    return typed_source(
        connection,
        f"(SELECT {cells} FROM {lines} WHERE {good})",
        headers=headers,
        name=name,
        path=path,
        encoding=decided.shown,
        faults=identifier(faults) if fault_rows else None,
        fault_rows=fault_rows,
        notes=notes,
        warnings=() if decided.warning is None else (decided.warning,),
    )


def _one_object_a_line(connection: duckdb.DuckDBPyConnection, text: Path) -> bool:
    with text.open("rb") as file:
        start = file.read(_START).decode("utf-8", errors="ignore").removeprefix("\ufeff").lstrip()
    first, ended, _ = start.partition("\n")
    if first.startswith("["):
        return False
    return not ended or bool(connection.execute("SELECT json_valid(?)", [first]).fetchall()[0][0])
