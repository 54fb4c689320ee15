"""Rows that were set aside, taken out, mended by a person, and brought back.

The file that `export --what refused` writes says of every row which file and line it came from. When such a
file is imported,

- its rows are read as rows of the file they came from: by that file's columns and its way of writing dates and
  numbers, under its name and line;
- a row that can be used now settles the one that was set aside, which is no longer listed; a second time it
  is left out;
- a row that still cannot be used stays where it was, and one that was changed takes its place;
- a line of an order that the book knows joins the order's other lines, and does not replace them.

A file that is no such export is none of this module's business.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from keyworth.ledger.aside_rows import OPEN, about_columns
from keyworth.ledger.engine import count
from keyworth.ledger.import_record import FileRecord, file_records
from keyworth.ledger.reading import Source
from keyworth.ledger.reading.scratch import Scratch
from keyworth.ledger.sql import identifier, literal
from keyworth.words import Message

KINDS = ("refused", "apart")
# An export keeps spreadsheets from running such cells by an apostrophe in front.
_APOSTROPHE = r"'^''([=+\-@\t\r])'"


def as_they_came(connection: duckdb.DuckDBPyConnection, scratch: Path, source: Source) -> Iterator[Source]:
    """The rows of an export of set-aside rows as one source for each file they came from; else the source itself.

    Needs the views `kept_refused`, `kept_apart` and `kept_settled`.
    """
    about = about_columns(source.headers)
    if about is None:
        yield source
        return
    own = [place for place in range(len(source.headers)) if place not in about.values()]
    table = identifier(Scratch(scratch).table("mended"))
    cells = ", ".join(
        f"regexp_replace(CAST(c{place + 1} AS VARCHAR), {_APOSTROPHE}, '\\1') AS c{number}"
        for number, place in enumerate(own, start=1)
    )
    of_import = f"TRY_CAST(c{about['import'] + 1} AS BIGINT)" if "import" in about else "NULL::BIGINT"
    known = " UNION ALL ".join(f'SELECT file, row, "import", 0 AS still_open FROM kept_{kind}' for kind in KINDS)
    still_open = " UNION ALL ".join(f'SELECT file, row, "import", 1 FROM ({OPEN.format(kind=kind)})' for kind in KINDS)
    # Where the export does not say which import set a row aside, it is the newest in which it still is.
    connection.execute(
        f"""CREATE TABLE {table} AS
        WITH rows AS (
            SELECT row_number() OVER () AS place, {cells}, CAST(c{about["file"] + 1} AS VARCHAR) AS file,
                TRY_CAST(c{about["line"] + 1} AS BIGINT) AS line, {of_import} AS said FROM {source.relation}),
        aside AS (
            SELECT file, row AS line, "import" AS of_import, max(still_open) AS still_open
            FROM ({known} UNION ALL {still_open}) GROUP BY ALL)
        SELECT rows.* EXCLUDE (said), of_import, coalesce(still_open = 0, false) AS settled FROM rows
        LEFT JOIN aside ON rows.file = aside.file AND rows.line = aside.line
            AND aside.of_import = coalesce(said, aside.of_import)
        QUALIFY row_number() OVER (PARTITION BY place ORDER BY still_open DESC, of_import DESC) = 1"""
    )
    settled = count(connection, f"SELECT count(*) FROM {table} WHERE settled")
    notes = source.notes
    if settled:
        notes += (
            Message(
                "{file}: {rows} {rows:row was|rows were} brought back before and {rows:is|are} left out.",
                file=source.name,
                rows=settled,
            ),
        )
    files = connection.execute(
        f"SELECT file, of_import, count(*) FROM {table} WHERE NOT settled GROUP BY ALL ORDER BY of_import, file"
    ).fetchall()
    for number, (file, of_import, rows) in enumerate(files or [(source.name, None, 0)]):
        yield replace(
            source,
            name=file or source.name,
            relation=(
                f"(SELECT * FROM {table} WHERE NOT settled AND file IS NOT DISTINCT FROM {literal(file)} "
                f"AND of_import IS NOT DISTINCT FROM {literal(of_import)} ORDER BY place)"
            ),
            headers=tuple(source.headers[place] for place in own),
            types=("VARCHAR",) * len(own),
            rows=rows,
            line="line",
            mended=True,
            of_import=of_import,
            merged={},
            faults=source.faults if number == 0 else None,
            fault_rows=source.fault_rows if number == 0 else 0,
            notes=notes if number == 0 else (),
        )


def record_of(connection: duckdb.DuckDBPyConnection, source: Source) -> FileRecord | None:
    """How the file that mended rows came from was understood, if the book knows."""
    records = [record for record in file_records(connection) if record.file == source.name]
    return next((record for record in records if record.by_import == source.of_import), next(iter(records), None))


def mapping_then(source: Source, record: FileRecord | None) -> Mapping[str, str]:
    """That file's columns; where it had no header, by the names given since."""
    if record is None:
        return {}
    named = {field: f"column {said}" if said.isdecimal() else said for field, said in record.columns.items()}
    return {field: said for field, said in named.items() if said in source.headers or said == "-"}


def join_known_lines(connection: duckdb.DuckDBPyConnection, file_numbers: list[int]) -> None:
    """Put the known lines of orders that mended rows belong to beside them, into the view `staged`."""
    attributes = ", ".join(
        f"o.{name}" for name in ("party_size", "sitting", "table_no", "store", "staff", "channel", "referrer")
    )
    numbers = ", ".join(map(str, file_numbers))
    connection.execute(
        f"""CREATE TABLE known_lines AS
        WITH wanted AS (
            SELECT max(file_no) AS file_no, order_ref, customer FROM staged_read
            WHERE file_no IN ({numbers}) AND problem IS NULL AND is_sale AND order_ref IS NOT NULL
                AND customer IS NOT NULL GROUP BY order_ref, customer),
        parts AS (
            SELECT order_no, item, category, quantity, amount, margin FROM book_lines
            UNION ALL SELECT order_no, NULL, NULL, quantity, amount, margin FROM book_orders
            WHERE order_no NOT IN (SELECT order_no FROM book_lines))
        SELECT (SELECT max(staged_row) FROM staged_read) + row_number() OVER () AS staged_row, wanted.file_no,
            o.order_ref, customer, o.ordered_at, parts.amount, parts.quantity, o.currency, item, category, {attributes},
            parts.margin, CASE WHEN row_number() OVER (PARTITION BY order_no) = 1 THEN refunded END AS refund_amount,
            false AS is_refund, true AS is_sale
        FROM wanted JOIN (book_orders AS o JOIN book_customers USING (customer_no)) USING (order_ref, customer)
        JOIN parts USING (order_no)"""
    )
    connection.execute(
        "CREATE OR REPLACE VIEW staged AS SELECT * FROM staged_read UNION ALL BY NAME SELECT * FROM known_lines"
    )


def settle(connection: duckdb.DuckDBPyConnection) -> int:
    """Leave `settled_new`: the rows set aside that mended ones take the place of; returns how many."""
    connection.execute("CREATE TABLE settled_new (kind VARCHAR, file VARCHAR, row BIGINT, of_import BIGINT)")
    for kind in KINDS:
        connection.execute(
            f"""INSERT INTO settled_new SELECT {literal(kind)}, file, row, "import" FROM ({OPEN.format(kind=kind)})
            WHERE (file, row, "import") IN (SELECT (file, row, of_import) FROM brought_back
                WHERE of_import IS NOT NULL AND (file_no, row) NOT IN (SELECT (file_no, row) FROM still_aside))
            QUALIFY row_number() OVER (PARTITION BY file, row, "import" ORDER BY nth) = 1"""
        )
    return count(connection, "SELECT count(*) FROM settled_new")
