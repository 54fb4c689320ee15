"""Files and frames into one table of rows, seen as `staged`, every row with its problem if it has one.

Also leaves `set_aside`: the rows that are refused, with the reason, and those kept apart because they name no
customer (no reason), each with its file, its line and what it said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from keyworth.ledger.book_file import BookFile
from keyworth.ledger.columns import STAGED, staging_query
from keyworth.ledger.import_record import FileRecord
from keyworth.ledger.row_tally import RowTally
from keyworth.ledger.set_aside import make_set_aside, set_aside
from keyworth.ledger.sql import identifier, literal
from keyworth.ledger.told_columns import Told, told_by
from keyworth.ledger.understanding import ReadingOptions, Understood, understand
from keyworth.ledger.unnamed_rows import warn_of_unnamed
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class Staged:
    """What was read: counts, and how it was understood. `mappings` go by file, `saved_mappings` by headers.

    The records' numbers are those of the files' first staged rows.
    """

    tally: RowTally
    has_items: bool
    has_money: bool
    time_zone: str | None
    files: tuple[str, ...]
    mended: tuple[int, ...]  # the numbers of the files whose rows had been set aside
    records: tuple[FileRecord, ...]
    mappings: Mapping[str, Mapping[str, str]]
    saved_mappings: Mapping[str, Mapping[str, str]]
    notes: tuple[Message, ...]
    warnings: tuple[Message, ...]
    refusals: tuple[Message, ...]

    @property
    def told(self) -> dict[int, Told]:
        """What each file tells of an order, by its number."""
        return {number: frozenset(record.told) for number, record in enumerate(self.records)}

    @property
    def counts(self) -> dict[str, int]:
        """What is known of the import from here on, whatever becomes of it."""
        return {
            "rows_read": self.tally.read,
            "rows_without_customer": self.tally.without_customer,
            "rows_refused": self.tally.refused,
        }


def stage(
    connection: duckdb.DuckDBPyConnection,
    scratch: Path,
    given: Sequence[Path | Any],
    options: ReadingOptions,
    book: BookFile,
) -> Staged:
    """Read everything given into `staged_rows` and `set_aside`; raises what opening and mapping raise.

    The views `kept_…` show the book's tables as they stand.
    """
    understood, zone = understand(connection, scratch, given, options, book)
    fields = {name for one in understood for name in one.mapping.columns}
    make_set_aside(connection)
    connection.execute("CREATE TABLE brought_back (file_no BIGINT, file VARCHAR, row BIGINT, of_import BIGINT)")
    tally = RowTally()
    refusals: list[Message] = []
    warnings: list[Message] = []
    parts: list[str] = []
    records: list[FileRecord] = []
    for file_no, one in enumerate(understood):
        before = tally.read - tally.faults
        rows = _stage_one(connection, scratch, file_no, one, before)
        here = RowTally.of(connection, rows, one.source.fault_rows)
        refusals += set_aside(connection, file_no, one, rows, before, here)
        warnings += one.source.warnings
        warnings += one.conventions.warnings
        warnings += warn_of_unnamed(connection, file_no, one, rows, here)
        parts.append(rows)
        records.append(
            FileRecord(
                one.source.name,
                one.mapping.as_options(),
                one.conventions.writing,
                orders_from=before,
                refunds_from=before,
                told=sorted(told_by(one.mapping, one.conventions)),
            )
        )
        tally += here
    connection.execute(f"CREATE VIEW staged_rows AS {' UNION ALL BY NAME '.join(f'FROM {part}' for part in parts)}")
    mappings = {one.source.name: one.mapping.as_options() for one in understood}
    notes = [note for one in understood for note in one.notes]
    notes += [
        Message("{file} has a header and no rows.", file=one.source.name)
        for one in understood
        if not one.source.rows + one.source.fault_rows
    ]
    return Staged(
        tally=tally,
        has_items=bool(fields & {"item", "category"}),
        has_money=bool(fields & {"amount", "price"}),
        time_zone=zone,
        files=tuple(one.source.name for one in understood),
        mended=tuple(number for number, one in enumerate(understood) if one.source.mended),
        records=tuple(records),
        mappings=mappings,
        saved_mappings={one.signature: mappings[one.source.name] for one in understood if not one.source.mended},
        notes=tuple(dict.fromkeys(notes)),
        warnings=tuple(warnings),
        refusals=tuple(refusals),
    )


def _stage_one(
    connection: duckdb.DuckDBPyConnection, scratch: Path, file_no: int, one: Understood, rows_before: int
) -> str:
    """Read one source; returns a relation of its rows, numbered on from those of the sources before."""
    # Sparse: what the file knows nothing of is NULL in every row, and is not written only to be read again.
    query = staging_query(one.source, one.mapping, one.conventions, sparse=True)
    part = literal(str(scratch / f"staged-{file_no}.parquet"))
    # A Parquet file is written on all cores and read back by column: half the time of a table (measured).
    connection.execute(f"COPY ({query}) TO {part} (FORMAT parquet, COMPRESSION snappy)")
    if one.source.mended:
        connection.execute(
            f"INSERT INTO brought_back SELECT {file_no}, file, line, of_import FROM {one.source.relation} "
            "WHERE line IS NOT NULL"
        )
    return (
        f"(SELECT {file_no} AS file_no, {rows_before} + file_row_number AS staged_row, * EXCLUDE (file_row_number) "
        f"FROM read_parquet({part}, file_row_number = true))"
    )


def see_staged(connection: duckdb.DuckDBPyConnection, currency: str) -> None:
    """Make the view `staged`: every column there can be, `staged_row` to tell rows apart, and a currency."""
    stored = {name for (name, *_) in connection.execute("DESCRIBE staged_rows").fetchall()}
    columns = {name: identifier(name) if name in stored else f"NULL::{kind}" for name, kind in STAGED.items()}
    columns["currency"] = f"coalesce({columns['currency']}, {literal(currency)})"
    named = ", ".join(f"{sql} AS {'ordered_at' if name == 'at' else identifier(name)}" for name, sql in columns.items())
    connection.execute(f"CREATE VIEW staged_read AS SELECT staged_row, file_no, {named} FROM staged_rows")
    connection.execute("CREATE VIEW staged AS SELECT * FROM staged_read")


def staged_currencies(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The currencies that the files name, the commonest first."""
    stored = {name for (name, *_) in connection.execute("DESCRIBE staged_rows").fetchall()}
    if "currency" not in stored:
        return []
    found = connection.execute(
        "SELECT currency FROM staged_rows WHERE currency IS NOT NULL GROUP BY currency ORDER BY count(*) DESC, currency"
    ).fetchall()
    return [currency for (currency,) in found]
