"""What the book remembers of each file it took in: which column was which, how values were written, which rows it gave.

Kept as JSON in the table `imports`, one list per import.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from keyworth.ledger.book_file import not_understood
from keyworth.ledger.columns import KnownWriting


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file of one import.

    `orders_from` and `refunds_from` are the numbers from which on the import's orders and refunds are this file's, up
    to those of the next; `told` are the columns of an order that the file has something to say of (told_columns.py).
    """

    file: str
    columns: Mapping[str, str]
    writing: KnownWriting
    orders_from: int
    refunds_from: int
    told: Sequence[str]
    by_import: int = 0


def records_as_json(records: Sequence[FileRecord], *, first_order: int, first_refund: int) -> str:
    """`first_order` and `first_refund` are the numbers that the first staged row would have."""
    numbered = (
        replace(
            record,
            orders_from=first_order + record.orders_from,
            refunds_from=first_refund + record.refunds_from,
        )
        for record in records
    )
    return json.dumps([asdict(record) for record in numbered], ensure_ascii=False)


def file_records(connection: duckdb.DuckDBPyConnection) -> list[FileRecord]:
    """Of every file so far, the newest import first; needs the view `kept_imports`.

    Raises BookDamaged where they are not kept as this version keeps them.
    """
    rows = connection.execute('SELECT "import", mapping FROM kept_imports ORDER BY "import" DESC').fetchall()
    try:
        return [_read(int(number), record) for number, kept in rows for record in json.loads(kept)]
    except (ValueError, TypeError, KeyError) as error:
        raise not_understood(Path("ledger", "imports"), error) from error


def _read(number: int, kept: Mapping[str, Any]) -> FileRecord:
    return FileRecord(**{**kept, "writing": KnownWriting.from_json(kept["writing"]), "by_import": number})
