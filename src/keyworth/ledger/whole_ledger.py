"""A version of a book as relations to question, and what is asked of all of it once, before any other question."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from keyworth.ledger.book_file import BookFile
from keyworth.ledger.engine import count, one_row, reading_connection
from keyworth.ledger.rates import rate_spans
from keyworth.ledger.sql import literal
from keyworth.ledger.tables import TABLES, relation
from keyworth.units import UNSTATED


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """What every question starts from; a count of 0 lets it leave something out. The days are None without orders."""

    first_day: date | None
    last_day: date | None
    orders: int
    with_amount: int
    with_margin: int
    offsets: int
    foreign: int  # orders and offsets in another currency than the book's
    known_customers: int


def see_version(folder: Path, book: BookFile) -> duckdb.DuckDBPyConnection:
    """A connection with the views `orders`, `lines`, `offsets`, `rates`, `rate_spans` and every table as `kept_…`.

    Superseded orders are in `kept_orders` alone, and money without a currency is in the book's.
    """
    connection = reading_connection()
    for name in TABLES:
        found = relation(folder / "ledger", name, book.tables[name])
        connection.execute(f"CREATE VIEW kept_{name} AS SELECT * FROM {found}")
    stated = f"coalesce(nullif(currency, {literal(UNSTATED)}), {literal(book.currency)}) AS currency"
    connection.execute(f"CREATE VIEW offsets AS SELECT * REPLACE ({stated}) FROM kept_offsets")
    connection.execute("CREATE VIEW rates AS SELECT * FROM kept_rates")
    connection.execute(f"CREATE VIEW rate_spans AS {rate_spans(book.currency)}")
    superseded = count(connection, "SELECT count(*) FROM kept_superseded")
    alive = " WHERE order_no NOT IN (SELECT order_no FROM kept_superseded)" if superseded else ""
    connection.execute(f"CREATE VIEW orders AS SELECT * REPLACE ({stated}) FROM kept_orders{alive}")
    connection.execute(f"CREATE VIEW lines AS SELECT * FROM kept_lines{alive}")
    return connection


def facts_of(connection: duckdb.DuckDBPyConnection, currency: str) -> LedgerFacts:
    """Read mostly from the files' own statistics; `currency` is the book's."""
    foreign = f"WHERE currency <> {literal(currency)}"
    query = f"""SELECT min(day), max(day), count(*), count(amount), count(margin), (SELECT count(*) FROM offsets),
        (SELECT count(*) FROM orders {foreign}) + (SELECT count(*) FROM offsets {foreign}),
        (SELECT count(*) FROM kept_customers) FROM orders"""
    return LedgerFacts(*one_row(connection, query))
