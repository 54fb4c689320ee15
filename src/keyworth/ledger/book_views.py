"""The book as it stands before an import (`book_…`) and as it will be after it (`all_…`), as views."""

import duckdb

from keyworth.ledger.engine import count
from keyworth.ledger.sql import literal
from keyworth.units import UNSTATED


def see_the_book(connection: duckdb.DuckDBPyConnection, currency: str) -> None:
    """Views of the ledger as it stands."""
    alive = "order_no NOT IN (SELECT order_no FROM kept_superseded)"
    _view(connection, "book_customers", "SELECT * FROM kept_customers")
    stated = f"coalesce(nullif(currency, {literal(UNSTATED)}), {literal(currency)}) AS currency"
    _view(connection, "book_orders", f"SELECT * REPLACE ({stated}) FROM kept_orders WHERE {alive}")
    _view(connection, "book_lines", f"SELECT * FROM kept_lines WHERE {alive}")
    _view(connection, "book_refunds", f"SELECT * REPLACE ({stated}) FROM kept_refunds")
    _view(connection, "book_offsets", f"SELECT * REPLACE ({stated}) FROM kept_offsets")
    _view(connection, "every_order_no", "SELECT order_no FROM kept_orders")
    _view(
        connection,
        "printed_orders",
        """SELECT book_orders.*, customer, coalesce(print, 0::HUGEINT) AS print
        FROM book_orders JOIN book_customers USING (customer_no) LEFT JOIN (
            SELECT order_no, sum(hash(item, category, quantity, amount, margin)::HUGEINT)::HUGEINT AS print
            FROM book_lines GROUP BY order_no) AS prints USING (order_no)""",
    )


def see_the_book_to_be(connection: duckdb.DuckDBPyConnection) -> None:
    alive = "WHERE order_no NOT IN (SELECT order_no FROM superseded_new)"
    for name, some in (("orders", alive), ("lines", alive), ("refunds", "")):
        _view(connection, f"all_{name}", f"SELECT * FROM book_{name} {some} UNION ALL BY NAME SELECT * FROM {name}_new")


def anything_given_back(connection: duckdb.DuckDBPyConnection) -> bool:
    any_refund = "SELECT count(*) FROM (SELECT 1 FROM all_refunds LIMIT 1)"
    orders = "SELECT refunded FROM book_orders UNION ALL SELECT refunded FROM bought"
    on_its_own_row = f"SELECT count(*) FROM (SELECT 1 FROM ({orders}) WHERE refunded > 0 LIMIT 1)"
    return count(connection, any_refund) + count(connection, on_its_own_row) > 0


def _view(connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    connection.execute(f"CREATE VIEW {name} AS {query}")
