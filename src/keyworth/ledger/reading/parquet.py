"""A Parquet file becomes a Source; its columns keep their types."""

from pathlib import Path

import duckdb

from keyworth.errors import FileUnreadable
from keyworth.ledger.reading.dialect import MOST_COLUMNS
from keyworth.ledger.reading.headers import shown_headers
from keyworth.ledger.reading.scratch import Scratch
from keyworth.ledger.reading.source import Source
from keyworth.ledger.reading.typed import typed_source
from keyworth.ledger.sql import identifier, literal
from keyworth.words import Message


def read_parquet(
    connection: duckdb.DuckDBPyConnection, scratch: Scratch, content: Path, *, name: str, path: Path
) -> Source:
    """Raises FileUnreadable for a damaged file and for one with too many columns."""
    if any(mark in str(content) for mark in "*?[]{}"):  # DuckDB would take the name for a pattern
        link = scratch.file(".parquet")
        link.symlink_to(content.resolve())
        content = link
    table = f"read_parquet({literal(str(content))}, hive_partitioning=false)"
    try:
        columns = [str(row[0]) for row in connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()]
        headers, _ = shown_headers(columns, len(columns))
        if len(columns) > MOST_COLUMNS:
            raise FileUnreadable(
                Message(
                    "{file} has at least {count} columns; an order file has at most {most}.",
                    file=name,
                    count=len(columns),
                    most=MOST_COLUMNS,
                )
            )
        renamed = ", ".join(f"{identifier(column)} AS c{place}" for place, column in enumerate(columns, start=1))
        return typed_source(connection, f"(SELECT {renamed} FROM {table})", headers=headers, name=name, path=path)
    except duckdb.Error:
        raise FileUnreadable(
            Message("{file} is a damaged Parquet file.", file=name), hint=Message("Was it copied to the end?")
        ) from None
