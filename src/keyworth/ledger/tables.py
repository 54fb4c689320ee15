"""What the ledger keeps: its tables and their columns, and how rows are added to them."""

import json
import os
import re
import time
import uuid
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
from deltalake import DeltaTable
from deltalake.transaction import AddAction, RemoveAction

from keyworth.errors import BookDamaged
from keyworth.ledger.engine import count
from keyworth.ledger.sql import identifier, literal
from keyworth.words import Message

_MONEY = "DECIMAL(18,4)"

# The meaning of every table and column is told in docs/ledger.md.
TABLES: dict[str, dict[str, str]] = {
    "customers": {"customer_no": "BIGINT", "customer": "VARCHAR", "import": "BIGINT"},
    "orders": {
        "order_no": "BIGINT",
        "order_ref": "VARCHAR",
        "customer_no": "BIGINT",
        "ordered_at": "TIMESTAMP",
        "day": "DATE",
        "amount": _MONEY,
        "currency": "VARCHAR",
        "quantity": _MONEY,
        "margin": _MONEY,
        "refunded": _MONEY,
        "lines": "BIGINT",
        "party_size": "BIGINT",
        "sitting": "VARCHAR",
        "table_no": "VARCHAR",
        "store": "VARCHAR",
        "staff": "VARCHAR",
        "channel": "VARCHAR",
        "referrer": "VARCHAR",
        "import": "BIGINT",
    },
    "lines": {
        "order_no": "BIGINT",
        "customer_no": "BIGINT",
        "ordered_at": "TIMESTAMP",
        "item": "VARCHAR",
        "category": "VARCHAR",
        "quantity": _MONEY,
        "amount": _MONEY,
        "margin": _MONEY,
        "import": "BIGINT",
    },
    "refunds": {
        "refund_no": "BIGINT",
        "order_ref": "VARCHAR",
        "refund_of": "VARCHAR",
        "customer_no": "BIGINT",
        "refunded_at": "TIMESTAMP",
        "day": "DATE",
        "amount": _MONEY,
        "currency": "VARCHAR",
        "item": "VARCHAR",
        "quantity": _MONEY,
        "import": "BIGINT",
    },
    "offsets": {
        "refund_no": "BIGINT",
        "order_no": "BIGINT",
        "customer_no": "BIGINT",
        "order_day": "DATE",
        "day": "DATE",
        "amount": _MONEY,
        "currency": "VARCHAR",
        "voids": "BOOLEAN",
        "how": "VARCHAR",
    },
    "superseded": {"order_no": "BIGINT", "import": "BIGINT"},
    "apart": {"file": "VARCHAR", "row": "BIGINT", "text": "VARCHAR", "import": "BIGINT"},
    "refused": {
        "file": "VARCHAR",
        "row": "BIGINT",
        "problem": "VARCHAR",
        "column": "VARCHAR",
        "value": "VARCHAR",
        "text": "VARCHAR",
        "import": "BIGINT",
    },
    "settled": {"kind": "VARCHAR", "file": "VARCHAR", "row": "BIGINT", "of_import": "BIGINT", "import": "BIGINT"},
    "imports": {
        "import": "BIGINT",
        "imported_at": "TIMESTAMP",
        "files": "VARCHAR",
        "mapping": "VARCHAR",
        "counts": "VARCHAR",
    },
    "rates": {"currency": "VARCHAR", "day": "DATE", "rate": "DECIMAL(18,8)"},
}

_ARROW: dict[str, pa.DataType] = {
    "BIGINT": pa.int64(),
    "VARCHAR": pa.string(),
    "TIMESTAMP": pa.timestamp("us"),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
    _MONEY: pa.decimal128(18, 4),
    "DECIMAL(18,8)": pa.decimal128(18, 8),
}


def arrow_schema(name: str) -> pa.Schema:
    return pa.schema([(column, _ARROW[kind]) for column, kind in TABLES[name].items()])


def create_tables(folder: Path) -> None:
    """Make every table that is not there yet, empty."""
    for name in TABLES:
        if not (folder / name).exists():
            DeltaTable.create(str(folder / name), arrow_schema(name))


def files(folder: Path, name: str, version: int) -> list[str]:
    """The Parquet files that make up a version of a table. Raises BookDamaged when one is missing."""
    if version == 0:
        return []  # as create_tables made it
    try:
        found = DeltaTable(str(folder / name), version=version).file_uris()
    except Exception as error:
        raise _damaged(folder, name, version) from error
    if not all(Path(file).is_file() for file in found):
        raise _damaged(folder, name, version)
    return found


def _damaged(folder: Path, name: str, version: int) -> BookDamaged:
    return BookDamaged(
        Message(
            "{folder} is damaged: version {version} of its table {table} cannot be read.",
            folder=str(folder),
            version=version,
            table=name,
        ),
        hint=Message("Restore the folder from a backup, or import the order files into a new one."),
    )


def relation(folder: Path, name: str, version: int) -> str:
    """A table's version as something to select from, with every column and its type, even when empty."""
    found = files(folder, name, version)
    if not found:
        nothing = ", ".join(f"NULL::{kind} AS {identifier(column)}" for column, kind in TABLES[name].items())
        return f"(SELECT {nothing} WHERE false)"
    return f"read_parquet([{', '.join(literal(file) for file in found)}])"


def put_back(folder: Path, versions: dict[str, int], ledger_version: int) -> None:
    """Undo what an import wrote and did not finish, so that each table ends at the version given.

    Nobody can have opened what lies beyond: readers open what `book.json` names. So it is taken away, log
    entries first, newest first, and not undone by one more entry: that would need the log to be readable, and
    after a power cut its last entry may not be.
    """
    for name, version in versions.items():
        log = folder / name / "_delta_log"
        if not log.is_dir():
            continue  # a table that came with a newer version of Keyworth
        beyond = sorted((path for path in log.iterdir() if _log_version(path.name) > version), reverse=True)
        if beyond:
            (log / "_last_checkpoint").unlink(missing_ok=True)  # only a shortcut, and it may point beyond
        for path in (*beyond, *log.glob("*.tmp")):
            path.unlink()
        for path in (folder / name).glob("part-*.parquet*"):
            if _part_import(path.name) > ledger_version:
                path.unlink()


_LOG_ENTRY = re.compile(r"(\d{20})\.")
_PART = re.compile(r"part-(\d{6,})-")


def _log_version(name: str) -> int:
    found = _LOG_ENTRY.match(name)
    return int(found[1]) if found else -1


def _part_import(name: str) -> int:
    """The import that wrote a Parquet file: its name says so, which makes leftovers easy to tell."""
    found = _PART.match(name)
    return int(found[1]) if found else -1


def add(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    name: str,
    query: str,
    *,
    number: int,
    replace: bool = False,
) -> int:
    """Add the rows of a query to a table, or put them in place of all its rows; returns the new version.

    `number` is the import's.

    DuckDB writes the Parquet file itself, on all cores and in bounded memory, and Delta is told of it: half
    the time of handing the rows over in batches (measured).
    """
    columns = TABLES[name]
    shape = ", ".join(f"{identifier(column)}::{kind} AS {identifier(column)}" for column, kind in columns.items())
    path = folder / name / f"part-{number:06d}-{uuid.uuid4().hex}.parquet"
    connection.execute(
        f"COPY (SELECT {shape} FROM ({query})) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
    )
    rows = count(connection, f"SELECT num_rows FROM parquet_file_metadata({literal(str(path))})")
    table = DeltaTable(str(folder / name))
    actions: list[AddAction | RemoveAction] = []
    if rows:
        flush(path)
        stats = json.dumps({"numRecords": rows})
        actions.append(AddAction(path.name, path.stat().st_size, {}, int(time.time() * 1000), True, stats))
    else:
        path.unlink()
        if not replace or not table.file_uris():
            return table.version()
    table.create_write_transaction(actions, "overwrite" if replace else "append", table.schema())
    written = DeltaTable(str(folder / name)).version()
    flush_log(folder / name, range(table.version() + 1, written + 1))
    return written


def flush(path: Path) -> None:
    """Make sure a file, or the names in a folder, are on the disk before anything refers to them."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_log(table: Path, versions: Iterable[int]) -> None:
    log = table / "_delta_log"
    for version in versions:
        flush(log / f"{version:020}.json")
    flush(log)
    flush(table)
