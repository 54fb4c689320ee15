"""Refunds: which are new to the book, and what each takes back from which order."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from typing import TypeVar

import duckdb
import pyarrow as pa

from keyworth.ledger.engine import count
from keyworth.ledger.refund_matching import Offset, PurchasedLine, Refund, match_refunds
from keyworth.ledger.repeated_rows import Held, RepeatedRows
from keyworth.ledger.tables import arrow_schema
from keyworth.ledger.told_columns import Told, see_who_told

_CONTENT = ("order_ref", "refund_of", "customer", "amount", "currency", "item", "quantity")  # besides the moment
_AT_ONCE = 20_000

_Row = TypeVar("_Row", PurchasedLine, Refund)


@dataclass(frozen=True, slots=True)
class RefundShares:
    """How the money given back was matched, as sums over the whole book, in its currency; they add up to all of it."""

    by_reference: Decimal
    by_item: Decimal
    by_date: Decimal
    refunds: int


def resolve_refunds(connection: duckdb.DuckDBPyConnection, told: Mapping[int, Told]) -> int:
    """Leave the table `refunds_new`: refunds the book does not hold, numbered; returns how many.

    The rule is that of orders without an id (repeated_rows.py); `told` says what each file tells of an order.
    """
    columns = ", ".join(_CONTENT)
    read = """(SELECT staged_row, file_no, order_ref, refund_of, customer, ordered_at AS refunded_at,
        abs(amount) AS amount, currency, item, abs(quantity) AS quantity
        FROM staged WHERE problem IS NULL AND customer IS NOT NULL AND is_refund)"""
    connection.execute(f"CREATE TABLE refunds_beyond AS SELECT * FROM {read} LIMIT 0")
    held: list[Held] = []
    if count(connection, "SELECT count(*) FROM book_refunds"):
        book_told = see_who_told(connection, "refunds", "refund_no")
        connection.execute(
            f"""CREATE TABLE held_refunds AS SELECT {columns}, refunded_at, told
            FROM book_refunds JOIN book_customers USING (customer_no) JOIN refunds_told USING (refund_no)"""
        )
        places = connection.execute("SELECT DISTINCT told FROM held_refunds ORDER BY told").fetchall()
        held = [Held(f"(SELECT * FROM held_refunds WHERE told = {place})", book_told[place]) for (place,) in places]
    RepeatedRows(connection, _CONTENT, "refunded_at").beyond(read, told, held, "refunds_beyond")
    last = count(connection, "SELECT max(refund_no) FROM book_refunds")
    connection.execute(
        f"""CREATE TABLE refunds_new AS
        SELECT {last} + 1 + staged_row AS refund_no, customer_no, refunded_at::DATE AS day,
            refunds_beyond.* EXCLUDE (staged_row)
        FROM refunds_beyond JOIN every_customer USING (customer)"""
    )
    return count(connection, "SELECT count(*) FROM refunds_new")


def rematch(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave the table `offsets_new`: every refund of the book with what it takes back.

    Works on `all_orders`, `all_lines` and `all_refunds`: the ledger as it will be. A customer's refunds are
    matched afresh where this import brought a refund or an order of theirs, since what arrives late changes
    what the earlier ones should have taken; the others keep their offsets.
    """
    connection.execute(
        """CREATE TABLE touched AS SELECT DISTINCT customer_no FROM all_refunds WHERE customer_no IN (
            SELECT customer_no FROM refunds_new UNION ALL SELECT customer_no FROM orders_new
            UNION ALL SELECT customer_no FROM book_orders WHERE order_no IN (SELECT order_no FROM superseded_new))"""
    )
    # An order given back on its own row, in a refund column, comes first: it is part of the order.
    connection.execute(
        """CREATE TABLE offsets_new AS
        SELECT * FROM book_offsets WHERE refund_no IS NOT NULL AND customer_no NOT IN (SELECT customer_no FROM touched)
        UNION ALL
        SELECT NULL AS refund_no, order_no, customer_no, day AS order_day, day, least(refunded, amount) AS amount,
            currency, coalesce(refunded >= amount AND amount > 0, false) AS voids, 'reference' AS how
        FROM all_orders WHERE refunded > 0"""
    )
    for offsets in _in_pieces(_matched(connection)):
        connection.register("matched", _table(offsets))
        connection.execute("INSERT INTO offsets_new SELECT * FROM matched")
        connection.unregister("matched")


def _matched(connection: duckdb.DuckDBPyConnection) -> Iterator[Offset]:
    """The offsets of the touched customers, one customer after another: memory holds one of them at a time."""
    connection.execute(
        """CREATE TABLE given_back AS
        SELECT refund_no, coalesce(refund_of, order_ref) AS reference, customer_no, refunded_at, currency, item,
            quantity, amount
        FROM all_refunds WHERE customer_no IN (SELECT customer_no FROM touched) ORDER BY customer_no, refund_no"""
    )
    # Only orders that a refund can reach: those it names, and those with an item that came back. Of their other
    # items the sum is enough.
    connection.execute(
        """CREATE TABLE within_reach AS
        SELECT order_no FROM all_orders
        JOIN (SELECT DISTINCT customer_no, reference AS order_ref FROM given_back) USING (customer_no, order_ref)
        UNION SELECT order_no FROM all_lines
        JOIN (SELECT DISTINCT customer_no, item FROM given_back WHERE item IS NOT NULL) USING (customer_no, item)"""
    )
    connection.execute(
        """CREATE TABLE returnable AS
        WITH items AS (
            SELECT order_no, item, sum(quantity)::DECIMAL(18,4) AS quantity, sum(amount)::DECIMAL(18,4) AS amount
            FROM (
                SELECT order_no, CASE WHEN (customer_no, item) IN (SELECT (customer_no, item) FROM given_back)
                    THEN item END AS item, quantity, amount
                FROM all_lines WHERE order_no IN (SELECT order_no FROM within_reach)
                UNION ALL
                SELECT order_no, NULL, quantity, amount FROM all_orders
                WHERE order_no IN (SELECT order_no FROM within_reach)
                    AND order_no NOT IN (SELECT order_no FROM all_lines))
            GROUP BY order_no, item)
        SELECT order_no, order_ref, customer_no, ordered_at, currency, item, items.quantity,
            items.amount - CASE WHEN row_number() OVER (PARTITION BY order_no ORDER BY item) = 1
                THEN coalesce(refunded, 0) ELSE 0 END AS amount
        FROM all_orders JOIN items USING (order_no) ORDER BY customer_no, order_no, item"""
    )
    lines = _by_customer(_rows(connection, "returnable", PurchasedLine))
    waiting = next(lines, None)
    for customer_no, refunds in _by_customer(_rows(connection, "given_back", Refund)):
        bought: list[PurchasedLine] = []
        while waiting is not None and waiting[0] <= customer_no:
            if waiting[0] == customer_no:
                bought = waiting[1]
            waiting = next(lines, None)
        yield from match_refunds(bought, refunds)


def _rows(connection: duckdb.DuckDBPyConnection, table: str, kind: Callable[..., _Row]) -> Iterator[_Row]:
    with connection.cursor() as cursor:  # of its own, since a result left open would block the connection
        cursor.execute(f"SELECT * FROM {table}")
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from (kind(*row) for row in rows)


def _by_customer(rows: Iterable[_Row]) -> Iterator[tuple[int, list[_Row]]]:
    for customer_no, theirs in itertools.groupby(rows, key=lambda row: row.customer_no):
        yield customer_no, list(theirs)


def _in_pieces(offsets: Iterator[Offset]) -> Iterator[list[Offset]]:
    while piece := list(itertools.islice(offsets, _AT_ONCE)):
        yield piece


def refund_shares(connection: duckdb.DuckDBPyConnection, *, converts: bool) -> RefundShares:
    """The sums of `offsets_new`, in the book's currency by the rates of each refund's day."""
    amount, rates = "amount", ""
    if converts:
        amount = "amount * rate"
        rates = "JOIN rate_spans AS r ON r.currency = o.currency AND o.day >= r.since AND o.day < r.ended"
    sums: dict[str, Decimal] = dict(
        connection.execute(
            f"SELECT how, sum({amount})::DECIMAL(18,4) FROM offsets_new AS o {rates} GROUP BY how"
        ).fetchall()
    )
    nothing = Decimal(0)
    return RefundShares(
        by_reference=sums.get("reference", nothing),
        by_item=sums.get("item", nothing),
        by_date=sums.get("date", nothing),
        refunds=count(connection, "SELECT count(DISTINCT coalesce(refund_no, -order_no)) FROM offsets_new"),
    )


def _table(offsets: Iterable[Offset]) -> pa.Table:
    schema = arrow_schema("offsets")
    columns = zip(*(astuple(offset) for offset in offsets), strict=True)
    names = [field.name for field in fields(Offset)]
    arrays = [pa.array(column, schema.field(name).type) for name, column in zip(names, columns, strict=True)]
    return pa.table(arrays, names=names)
