"""Refunds: which are new to the book, and what each takes back from which order."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from decimal import Decimal

import duckdb
import pyarrow as pa

from keyworth.ledger.engine import count
from keyworth.ledger.refund_matching import Offset, PurchasedLine, Refund, match_refunds
from keyworth.ledger.tables import arrow_schema

_CONTENT = ("order_ref", "refund_of", "customer", "refunded_at", "amount", "currency", "item", "quantity")


@dataclass(frozen=True, slots=True)
class RefundShares:
    """How the money given back was matched, as sums over the whole book; the three add up to all of it."""

    by_reference: Decimal
    by_item: Decimal
    by_date: Decimal
    refunds: int


def resolve_refunds(connection: duckdb.DuckDBPyConnection) -> int:
    """Leave the table `refunds_new`: refunds the book does not hold, numbered; returns how many.

    The rule is that of orders without an id: k times in the book and m times in a file is max(k, m) times.
    """
    content = ", ".join(_CONTENT)
    agree = " AND ".join(f"merged.{column} IS NOT DISTINCT FROM held.{column}" for column in _CONTENT)
    last = count(connection, "SELECT max(refund_no) FROM book_refunds")
    connection.execute(
        f"""CREATE TABLE refunds_new AS
        WITH read AS (
            SELECT staged_row, file_no, order_ref, refund_of, customer, ordered_at AS refunded_at,
                abs(amount) AS amount, currency, item, abs(quantity) AS quantity
            FROM staged WHERE problem IS NULL AND customer IS NOT NULL AND is_refund),
        counted AS (
            SELECT *, row_number() OVER (PARTITION BY file_no, {content} ORDER BY staged_row) AS nth FROM read),
        merged AS (
            SELECT * FROM counted QUALIFY row_number() OVER (PARTITION BY nth, {content} ORDER BY file_no) = 1),
        held AS (
            SELECT {content}, count(*) AS times FROM book_refunds JOIN book_customers USING (customer_no)
            GROUP BY ALL)
        SELECT {last} + 1 + staged_row AS refund_no, customer_no, merged.refunded_at::DATE AS day,
            merged.* EXCLUDE (nth, staged_row)
        FROM merged LEFT JOIN held ON {agree} JOIN every_customer ON every_customer.customer = merged.customer
        WHERE nth > coalesce(times, 0)"""
    )
    return count(connection, "SELECT count(*) FROM refunds_new")


def rematch(connection: duckdb.DuckDBPyConnection) -> RefundShares:
    """Leave the table `offsets_new`: every refund of the book with what it takes back.

    Works on `all_orders`, `all_lines` and `all_refunds`: the ledger as it will be. Refunds touch few
    customers, so all of theirs are matched afresh: an order or a refund that arrives late changes what the
    earlier ones should have taken.
    """
    refunds = [
        Refund(*row)
        for row in connection.execute(
            """SELECT refund_no, coalesce(refund_of, order_ref), customer_no, refunded_at, currency, item, quantity,
            amount FROM all_refunds ORDER BY refund_no"""
        ).fetchall()
    ]
    # An order given back on its own row, in a refund column, comes first: it is part of the order.
    rows = connection.execute(
        """SELECT order_no, order_ref, customer_no, ordered_at, currency, item, l.quantity,
            l.amount - CASE WHEN row_number() OVER (PARTITION BY order_no ORDER BY item, l.amount) = 1
                THEN coalesce(refunded, 0) ELSE 0 END
        FROM all_orders JOIN (
            SELECT order_no, item, quantity, amount FROM all_lines
            UNION ALL
            SELECT order_no, NULL, quantity, amount FROM all_orders
            WHERE order_no NOT IN (SELECT order_no FROM all_lines)) AS l USING (order_no)
        WHERE customer_no IN (SELECT customer_no FROM all_refunds) ORDER BY order_no, item"""
    ).fetchall()
    offsets = match_refunds((PurchasedLine(*row) for row in rows), refunds)
    connection.register("matched", _table(offsets))
    connection.execute(
        """CREATE TABLE offsets_new AS SELECT * FROM matched UNION ALL
        SELECT NULL AS refund_no, order_no, customer_no, day AS order_day, day, least(refunded, amount) AS amount,
            currency, refunded >= amount AND amount > 0 AS voids, 'reference' AS how
        FROM all_orders WHERE refunded > 0"""
    )
    connection.unregister("matched")
    sums: dict[str, Decimal] = dict(
        connection.execute("SELECT how, sum(amount) FROM offsets_new GROUP BY how").fetchall()
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
    columns = list(zip(*(astuple(offset) for offset in offsets), strict=True)) or [()] * len(schema)
    names = [field.name for field in fields(Offset)]
    arrays = [pa.array(column, schema.field(name).type) for name, column in zip(names, columns, strict=True)]
    return pa.table(arrays, names=names)
