"""The data engine: DuckDB, with its memory bounded and its spill beside the book."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from keyworth.ledger.engine_errors import writing_to
from keyworth.ledger.sql import literal

# Half of what an import may take at its peak; the rest is DuckDB's own overhead and the readers' buffers.
MEMORY = "1GB"


def reading_connection() -> duckdb.DuckDBPyConnection:
    """A connection that keeps nothing; what does not fit in memory spills to the system's temporary folder."""
    connection = duckdb.connect()
    spill = Path(tempfile.gettempdir()) / f"keyworth-{os.getpid()}"
    connection.execute(f"SET temp_directory = {literal(str(spill))}")
    _settle(connection)
    return connection


@contextmanager
def workshop(folder: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A connection with tables on disk and a scratch folder inside the book; both are gone afterwards.

    What a killed process left there is cleared first: the caller holds the writer lock, so nobody uses it.
    A full disk or a forbidden one becomes BookUnwritable.
    """
    room = folder / ".workshop"
    shutil.rmtree(room, ignore_errors=True)
    scratch = room / uuid.uuid4().hex
    try:
        with writing_to(folder):
            scratch.mkdir(parents=True)
            with duckdb.connect(str(scratch / "staging.duckdb")) as connection:
                _settle(connection)
                # The staging file is thrown away: tidying it up at the end would take as long as writing it.
                connection.execute("PRAGMA disable_checkpoint_on_shutdown")
                connection.execute(f"SET temp_directory = {literal(str(scratch / 'spill'))}")
                yield connection, scratch
    finally:
        shutil.rmtree(room, ignore_errors=True)


def one_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    """The only row of a query. All of it is fetched: a result left open would block the connection."""
    return connection.execute(query).fetchall()[0]


def count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """The only number of a query; 0 where it is NULL."""
    return int(one_row(connection, query)[0] or 0)


def _settle(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    connection.execute("SET TimeZone = 'UTC'")
