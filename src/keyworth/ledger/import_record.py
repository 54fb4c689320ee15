"""What the book remembers of each file it took in: which column was which, how values were written, which rows it gave.

Kept as JSON in the table `imports`, one list per import.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import duckdb

from keyworth.ledger.columns import KnownWriting


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file of one import.

    `orders_from` and `refunds_from` are the numbers from which on the import's orders and refunds are this file's, up
    to those of the next; `told` are the columns of an order that the file has something to say of (told_columns.py).
    None in books made before this was kept.
    """

    file: str
    columns: Mapping[str, str]
    writing: KnownWriting
    orders_from: int | None = None
    refunds_from: int | None = None
    told: Sequence[str] | None = None
    by_import: int = 0


def records_as_json(records: Sequence[FileRecord], *, first_order: int, first_refund: int) -> str:
    """`first_order` and `first_refund` are the numbers that the first staged row would have."""
    numbered = (
        replace(
            record,
            orders_from=first_order + (record.orders_from or 0),
            refunds_from=first_refund + (record.refunds_from or 0),
        )
        for record in records
    )
    return json.dumps([asdict(record) for record in numbered], ensure_ascii=False)


def file_records(connection: duckdb.DuckDBPyConnection) -> list[FileRecord]:
    """Of every file so far, the newest import first; needs the view `kept_imports`."""
    rows = connection.execute('SELECT "import", mapping FROM kept_imports ORDER BY "import" DESC').fetchall()
    return [record for number, kept in rows for record in _read(int(number), json.loads(kept))]


def _read(number: int, kept: Any) -> list[FileRecord]:
    if isinstance(kept, dict):  # as it was kept at first: the columns alone, by file
        return [FileRecord(file, columns, KnownWriting(), by_import=number) for file, columns in kept.items()]
    return [
        FileRecord(**record | {"writing": KnownWriting.from_json(record["writing"]), "by_import": number})
        for record in kept
    ]
