"""What the ledger keeps: its tables and their columns, and how rows are added to them."""

import json
import os
import re
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from deltalake import DeltaTable, PostCommitHookProperties
from deltalake.transaction import AddAction, RemoveAction

from keyworth.errors import BookDamaged
from keyworth.ledger.compaction import worn_out
from keyworth.ledger.engine import count
from keyworth.ledger.engine_errors import RESTORE
from keyworth.ledger.sql import identifier, literal
from keyworth.words import Message

if TYPE_CHECKING:  # whoever only counts does not wait for it
    import pyarrow as pa

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


def arrow_schema(name: str) -> "pa.Schema":
    """The columns of a table as Arrow has them."""
    import pyarrow as pa

    kinds = {
        "BIGINT": pa.int64(),
        "VARCHAR": pa.string(),
        "TIMESTAMP": pa.timestamp("us"),
        "DATE": pa.date32(),
        "BOOLEAN": pa.bool_(),
        _MONEY: pa.decimal128(18, 4),
        "DECIMAL(18,8)": pa.decimal128(18, 8),
    }
    return pa.schema([(column, kinds[kind]) for column, kind in TABLES[name].items()])


def create_tables(folder: Path) -> None:
    """Make every table that is not there yet, empty."""
    for name in TABLES:
        if not (folder / name).exists():
            DeltaTable.create(str(folder / name), arrow_schema(name))


def files(folder: Path, name: str, version: int) -> list[str]:
    """The Parquet files that make up a version of a table.

    Raises BookDamaged when one is missing, or has not the size in which it was written.
    """
    if version == 0:
        return []  # as create_tables made it
    try:
        # As it comes: made into a table of pyarrow it would load pandas.
        added = DeltaTable(str(folder / name), version=version).get_add_actions(flatten=True)
    except Exception as error:
        raise BookDamaged(
            Message(
                "{folder} is damaged: version {version} of its table {table} cannot be read.",
                folder=str(folder),
                version=version,
                table=name,
            ),
            hint=RESTORE,
        ) from error
    found = [folder / name / path for path in added["path"].to_pylist()]
    for path, written in zip(found, added["size_bytes"].to_pylist(), strict=True):
        _refuse_unless_whole(folder, path, written)
    return [str(path) for path in found]


def _refuse_unless_whole(folder: Path, path: Path, written: int) -> None:
    file = str(path.relative_to(folder))
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise BookDamaged(
            Message("{folder} is damaged: its file {file} is missing.", folder=str(folder), file=file), hint=RESTORE
        ) from None
    if size != written:
        raise BookDamaged(
            Message(
                "{folder} is damaged: its file {file} has {size} {size:byte|bytes}, and {written} were written.",
                folder=str(folder),
                file=file,
                size=size,
                written=written,
            ),
            hint=RESTORE,
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
        for path in (folder / name).glob("part-*"):
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
    the time of handing the rows over in batches (measured). Where many small files have gathered, those are
    written anew in the same file (compaction.py); versions that name them still do, and nothing is deleted.
    """
    columns = TABLES[name]
    shape = ", ".join(f"{identifier(column)}::{kind} AS {identifier(column)}" for column, kind in columns.items())
    path = folder / name / f"part-{number:06d}-{uuid.uuid4().hex}.parquet"
    target = f"TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
    connection.execute(f"COPY (SELECT {shape} FROM ({query})) {target}")
    rows = _rows_of(connection, path)
    table = DeltaTable(str(folder / name))
    before = table.version()
    files = _rows_by_file(table)
    actions: list[AddAction | RemoveAction] = []
    worn: list[str] = []
    if not rows:
        path.unlink()
        if not replace or not files:
            return before
    elif not replace:
        worn = worn_out(files, rows)
        if worn:
            old = ", ".join(literal(str(folder / name / file)) for file in worn)
            added = path.rename(path.with_suffix(".added"))
            named = ", ".join(identifier(column) for column in columns)
            both = f"read_parquet([{old}, {literal(str(added))}])"
            connection.execute(f"COPY (SELECT {named} FROM {both}) {target}")
            added.unlink()
            rows = _rows_of(connection, path)
    if rows:
        flush(path)
        stats = json.dumps({"numRecords": rows})
        actions.append(AddAction(path.name, path.stat().st_size, {}, _now(), True, stats))
    actions += [RemoveAction(file, False, _now(), partition_values={}) for file in worn]
    table.create_write_transaction(
        actions, "overwrite" if replace else "append", table.schema(), post_commithook_properties=_NO_HOOKS
    )
    written = before + 1
    flush_log(folder / name, [written])
    if written % _CHECKPOINT_EVERY == 0:
        _checkpoint(folder / name)
    return written


# Delta's own housekeeping would delete log entries after a month, and with them the former versions of the ledger.
_NO_HOOKS = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
_CHECKPOINT_EVERY = 20  # versions; opening a table reads the log since the last one


def _rows_by_file(table: DeltaTable) -> dict[str, int]:
    """Rows by file, of those in the table's newest version."""
    import pyarrow as pa

    found = pa.table(table.get_add_actions(flatten=True))
    return dict(zip(found["path"].to_pylist(), found["num_records"].to_pylist(), strict=True))


def _rows_of(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    return count(connection, f"SELECT num_rows FROM parquet_file_metadata({literal(str(path))})")


def _now() -> int:
    return int(time.time() * 1000)


def _checkpoint(table: Path) -> None:
    """Sum up the log so far: a shortcut for whoever opens the table, on the disk before anything relies on it."""
    DeltaTable(str(table)).create_checkpoint()
    for path in (table / "_delta_log").glob("*checkpoint*"):
        flush(path)
    flush(table / "_delta_log")


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
