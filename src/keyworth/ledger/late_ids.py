"""Exports of one system, some with order ids and some without: the same rows all the same.

A till's export gets a column of order ids, or loses it. Then a row that has an id and one that has none are compared
by what both tell. That alone would take a shop's order for its till's where a customer spent the same in both on one
day; so it is done only where most rows of the days that both hold agree, as two exports of one system do and those
of two systems do not.
"""

from collections.abc import Mapping, Sequence

import duckdb

from keyworth.ledger.engine import count, one_row
from keyworth.ledger.order_content import CONTENT, ON_LINES
from keyworth.ledger.repeated_rows import Held, RepeatedRows
from keyworth.ledger.told_columns import Told, compared

_ONE_SYSTEM = 0.5  # of the rows of the days that both hold
_MOMENT = "ordered_at"


def orders_as_rows(
    counted: RepeatedRows, loose: str, told: Mapping[int, Told], book_told: Sequence[Told]
) -> list[Held]:
    """The book's orders with ids, line by line, for files that tell no ids: where those come from the same system."""
    connection = counted.connection
    without = [number for number, columns in told.items() if "order_ref" not in columns]
    if not without or not _any(connection, "order_ref IS NOT NULL"):
        return []
    rows = f"(SELECT * FROM {loose} WHERE file_no IN ({', '.join(map(str, without))}))"
    _hold(connection, "held_numbered", f"order_ref IS NOT NULL AND {_days_of(rows)}")
    found = []
    for place in _places(connection, "held_numbered"):
        known = Held(f"(SELECT * FROM held_numbered WHERE told = {place})", book_told[place], numbered=True)
        matched = count(connection, f"SELECT count(*) FROM {rows}") - sum(
            count(connection, f"SELECT count(*) FROM {counted.not_in(rows, known, columns)}")
            for columns in {told[number] for number in without}
        )
        if _one_system(connection, rows, known.relation, matched):
            found.append(known)
    return found


def replace_rows_by_orders(
    connection: duckdb.DuckDBPyConnection, lines: str, told: Mapping[int, Told], book_told: Sequence[Told]
) -> int:
    """Add to `superseded_new` the book's rows without an id that the orders in `bought` hold with one.

    `lines` is the relation of those orders' lines. Returns how many of the orders take the place of such rows, and
    of no order that was `met` under its id.
    """
    if all("order_ref" in columns for columns in book_told) or not _any(connection, "order_ref IS NULL"):
        return 0
    connection.execute("CREATE TABLE given_ids (staged_row BIGINT, order_no BIGINT)")
    _hold(connection, "held_bare", f"order_ref IS NULL AND {_days_of(lines)}")
    for place in _places(connection, "held_bare"):
        if "order_ref" in book_told[place]:
            continue  # its system has ids, and gave this row none
        known = f"(SELECT * FROM held_bare WHERE told = {place})"
        for now in sorted({columns for columns in told.values() if "order_ref" in columns}, key=sorted):
            numbers = ", ".join(str(number) for number, columns in told.items() if columns == now)
            rows = f"(SELECT * FROM {lines} WHERE file_no IN ({numbers}))"
            by = ", ".join(compared((*CONTENT, "item", "category"), _MOMENT, now, book_told[place]).values())
            pairs = f"""SELECT staged_row, order_no FROM
                (SELECT staged_row, hash({by}) AS same, row_number() OVER (PARTITION BY {by} ORDER BY staged_row) AS nth
                FROM {rows}) JOIN
                (SELECT order_no, hash({by}) AS same, row_number() OVER (PARTITION BY {by} ORDER BY order_no) AS nth
                FROM {known}) USING (same, nth)"""
            connection.execute(f"CREATE OR REPLACE TABLE pairs AS {pairs}")
            if _one_system(connection, rows, known, count(connection, "SELECT count(*) FROM pairs")):
                connection.execute("INSERT INTO given_ids SELECT * FROM pairs")
    connection.execute("INSERT INTO superseded_new SELECT DISTINCT order_no FROM given_ids")
    return count(
        connection,
        f"""SELECT count(DISTINCT (l.file_no, l.order_ref)) FROM {lines} AS l
        WHERE l.staged_row IN (SELECT staged_row FROM given_ids) AND NOT EXISTS (SELECT 1 FROM bought
            WHERE bought.file_no = l.file_no AND bought.order_ref = l.order_ref
                AND bought.staged_row IN (SELECT staged_row FROM met))""",
    )


def _any(connection: duckdb.DuckDBPyConnection, which: str) -> bool:
    return count(connection, f"SELECT count(*) FROM (SELECT 1 FROM book_orders WHERE {which} LIMIT 1)") > 0


def _hold(connection: duckdb.DuckDBPyConnection, table: str, which: str) -> None:
    """The book's orders as rows: line by line where the lines are kept."""
    columns = ", ".join(
        f"CASE WHEN l.order_no IS NULL THEN o.{column} ELSE l.{column} END AS {column}"
        if column in ON_LINES
        else f"o.{column}"
        for column in (_MOMENT, *CONTENT)
        if column != "customer"
    )
    connection.execute(
        f"""CREATE TABLE {table} AS SELECT o.order_no, customer, {columns}, l.item, l.category, told
        FROM book_orders AS o JOIN book_customers USING (customer_no) JOIN orders_told USING (order_no)
        LEFT JOIN book_lines AS l ON l.order_no = o.order_no WHERE {which}"""
    )


def _days_of(rows: str) -> str:
    return f"o.day BETWEEN (SELECT min({_MOMENT})::DATE FROM {rows}) AND (SELECT max({_MOMENT})::DATE FROM {rows})"


def _places(connection: duckdb.DuckDBPyConnection, table: str) -> list[int]:
    return [place for (place,) in connection.execute(f"SELECT DISTINCT told FROM {table} ORDER BY told").fetchall()]


def _one_system(connection: duckdb.DuckDBPyConnection, rows: str, known: str, matched: int) -> bool:
    first, last = one_row(connection, f"SELECT min({_MOMENT})::DATE, max({_MOMENT})::DATE FROM {known}")
    if first is None or not matched:
        return False
    among = count(connection, f"SELECT count(*) FROM {rows} WHERE {_MOMENT}::DATE BETWEEN '{first}' AND '{last}'")
    return matched >= _ONE_SYSTEM * min(among, count(connection, f"SELECT count(*) FROM {known}"))
