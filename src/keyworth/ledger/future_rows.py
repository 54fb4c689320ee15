"""Rows dated later than the import: a mistyped year makes the book's last day one that has not come."""

from datetime import datetime, timedelta

import duckdb

from keyworth.ledger.engine import one_row
from keyworth.words import Message


def warn_of_future(connection: duckdb.DuckDBPyConnection, at: datetime) -> tuple[Message, ...]:
    """What to say where rows of `staged_rows` are dated after the day of the import.

    One day is let pass: somewhere on earth it is tomorrow already.
    """
    latest = (at + timedelta(days=1)).date().isoformat()
    count, first, last = one_row(
        connection,
        f"""SELECT count(*), min(CAST("at" AS DATE)), max(CAST("at" AS DATE)) FROM staged_rows
        WHERE problem IS NULL AND customer IS NOT NULL AND CAST("at" AS DATE) > DATE '{latest}'""",
    )
    if not count:
        return ()
    return (
        Message(
            "{count} {count:row is|rows are} dated after today, from {first} to {last}. The last order's day is where "
            "a value book looks from unless told otherwise. If these are typing errors, correct them and make the book "
            "anew; until then name a day with --as-of or --until.",
            count=count,
            first=first,
            last=last,
        ),
    )
