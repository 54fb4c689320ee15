"""Any table that is already in memory: pandas, Polars, PyArrow, a DuckDB relation; through narwhals."""

from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw

from keyworth.errors import FileUnreadable
from keyworth.ledger.reading.headers import shown_headers
from keyworth.ledger.reading.scratch import Scratch
from keyworth.ledger.reading.source import Source
from keyworth.ledger.reading.typed import typed_source
from keyworth.ledger.sql import identifier
from keyworth.words import Message


def from_frame(frame: Any, *, connection: duckdb.DuckDBPyConnection, scratch: Path, name: str = "the frame") -> Source:
    """A frame as a Source; its index, if it has one, is no column. Raises FileUnreadable for what is no frame."""
    try:
        known = nw.from_native(frame)
    except TypeError:
        raise FileUnreadable(
            Message("{name} is a {type}, not a table.", name=name, type=type(frame).__name__),
            hint=Message("Give a frame of pandas, Polars, PyArrow or DuckDB."),
        ) from None
    if isinstance(known, nw.LazyFrame):
        known = known.collect("pyarrow")
    table = known.to_arrow()
    if not table.num_columns:
        raise FileUnreadable(Message("{file} has no columns.", file=name))
    headers, _ = shown_headers([str(column) for column in table.column_names], table.num_columns)
    table = table.rename_columns([f"c{place}" for place in range(1, table.num_columns + 1)])
    relation = Scratch(scratch).table("frame")
    connection.register(relation, table)
    return typed_source(connection, identifier(relation), headers=headers, name=name, path=None)
