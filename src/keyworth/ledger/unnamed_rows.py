"""Files in which many rows name no customer: how much money that sets apart, and whether a merged cell may be why.

Such rows are nobody's history and are kept apart. A tenth of walk-ins is usual; when it is a fifth and more, what
the book says of its customers leaves out a good part of the business, and a person should know before they trust it.
"""

import duckdb

from keyworth.ledger.engine import one_row
from keyworth.ledger.row_tally import RowTally
from keyworth.ledger.understanding import Understood
from keyworth.units import Share
from keyworth.words import Message

_WORTH_A_WARNING = 0.2
_NEARLY_ALL = 0.95
_LINES_NAMED = 5


def warn_of_unnamed(
    connection: duckdb.DuckDBPyConnection, file_no: int, one: Understood, rows: str, tally: RowTally
) -> tuple[Message, ...]:
    """What to say where more than a fifth of a file's rows name no customer.

    `rows` is the relation of them as they were read, `tally` their counts. Needs the table `set_aside`.
    """
    total, unnamed = tally.read, tally.without_customer
    if unnamed <= _WORTH_A_WARNING * total:
        return ()
    name, share = one.source.name, Share(round(unnamed / total, 3))
    money = _money_apart(connection, one, rows)
    said = (
        Message(
            "{file}: {rows} of {total} rows ({share}) {rows:names|name} no customer and {rows:is|are} kept apart.",
            file=name,
            rows=unnamed,
            total=total,
            share=share,
        )
        if money is None
        else Message(
            "{file}: {rows} of {total} rows ({share}) {rows:names|name} no customer and {rows:is|are} kept "
            "apart, and with them {money} of "
            "the file's sales.",
            file=name,
            rows=unnamed,
            total=total,
            share=share,
            money=money,
        )
    )
    if not _like_merged_cells(connection, one, rows):
        return (said,)
    lines = connection.execute(
        f"SELECT row FROM set_aside WHERE file_no = {file_no} AND apart ORDER BY row LIMIT {_LINES_NAMED}"
    ).fetchall()
    return (
        said,
        Message(
            "{file}: {column} is blank below rows where it is filled (lines {lines} …), as in a sheet with merged "
            "cells that was saved as text. Nothing was guessed. If so, import the workbook itself, or fill the column "
            "down, save and import again into a new book.",
            file=name,
            column=one.mapping.header("customer"),
            lines=[str(line) for (line,) in lines],
        ),
    )


def _money_apart(connection: duckdb.DuckDBPyConnection, one: Understood, rows: str) -> Share | None:
    if not {"amount", "price"} & set(one.mapping.columns):
        return None
    sold = "problem IS NULL AND is_sale AND amount > 0"
    apart, everything = one_row(
        connection,
        f"SELECT sum(amount) FILTER ({sold} AND customer IS NULL), sum(amount) FILTER ({sold}) FROM {rows}",
    )
    return Share(round(float(apart or 0) / float(everything), 3)) if everything else None


def _like_merged_cells(connection: duckdb.DuckDBPyConnection, one: Understood, rows: str) -> bool:
    """Whether the blanks stand in runs below filled rows, as merged cells leave them, and not here and there.

    Either the order's number or the date is blank in the same rows, or every customer is named in one place only.
    """
    if "customer" not in one.mapping:
        return False
    order = "order_ref" if "order" in one.mapping else "NULL"
    first, filled, distinct, unnamed, no_order, no_date, order_above, date_above = one_row(
        connection,
        f"""SELECT min_by(customer IS NOT NULL, staged_row), count(customer), count(DISTINCT customer),
            count_if(customer IS NULL), count_if(customer IS NULL AND {order} IS NULL),
            count_if(customer IS NULL AND "at" IS NULL), count_if(customer IS NOT NULL AND {order} IS NOT NULL),
            count_if(customer IS NOT NULL AND "at" IS NOT NULL)
        FROM {rows}""",
    )
    if not first or filled < 2:
        return False
    together = any(
        blank >= _NEARLY_ALL * unnamed and above >= _NEARLY_ALL * filled
        for blank, above in ((no_order, order_above), (no_date, date_above))
    )
    return together or (distinct >= _NEARLY_ALL * filled and unnamed >= filled)
