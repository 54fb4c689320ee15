"""The currency a book is kept in, and the rates that turn others into it, as they stand after an import."""

from pathlib import Path

import duckdb

from keyworth.errors import OptionRefused
from keyworth.ledger.book_file import BookFile
from keyworth.ledger.engine import count
from keyworth.ledger.rates import check_rates, rate_spans, read_rates
from keyworth.ledger.sql import literal
from keyworth.ledger.staging import staged_currencies
from keyworth.units import UNSTATED
from keyworth.words import Message


def settle_currency(
    connection: duckdb.DuckDBPyConnection, book: BookFile, currency: str | None, *, has_money: bool
) -> tuple[str, tuple[Message, ...]]:
    """The book's currency: named now, or before, or the commonest in the file, or unstated."""
    notes: tuple[Message, ...] = ()
    if currency is None and book.currency == UNSTATED:
        found = staged_currencies(connection)
        if len(found) > 1:
            notes = (
                Message(
                    "The file has {count} currencies; the book is kept in {currency}, the commonest.",
                    count=len(found),
                    currency=found[0],
                ),
            )
        elif not found and has_money:
            notes = (Message("No currency is stated. Name it with --currency, for example --currency CNY."),)
        chosen = found[0] if found else UNSTATED
        if found and book.ledger_version:
            notes += (
                Message(
                    "The book's currency was not stated before; it is {currency} now, for earlier amounts too.",
                    currency=chosen,
                ),
            )
    else:
        chosen = currency or book.currency
        if book.currency not in {UNSTATED, chosen}:
            raise OptionRefused(
                Message("The book is kept in {kept}, not in {asked}.", kept=book.currency, asked=currency),
                hint=Message("Leave --currency out, or import into another book."),
            )
    return chosen, notes


def settle_rates(connection: duckdb.DuckDBPyConnection, currency: str, rates: Path | None) -> bool:
    """Check that every currency can be turned into the book's; new rates go over old ones of the same day.

    Returns whether anything has to be turned.
    """
    given = read_rates(rates) if rates else []
    connection.execute("CREATE TABLE rates_given (currency VARCHAR, day DATE, rate DECIMAL(18,8))")
    if given:
        connection.executemany("INSERT INTO rates_given VALUES (?, ?, ?)", given)
    connection.execute(
        "CREATE TABLE rates_new AS SELECT * FROM rates_given UNION ALL "
        "SELECT currency, day, rate FROM kept_rates ANTI JOIN rates_given USING (currency, day)"
    )
    connection.execute("CREATE VIEW rates AS SELECT * FROM rates_new")
    connection.execute(f"CREATE VIEW rate_spans AS {rate_spans(currency)}")
    connection.execute("CREATE VIEW orders AS SELECT * FROM all_orders")
    connection.execute("CREATE VIEW offsets AS SELECT * FROM offsets_new")
    paid_in = " UNION ALL ".join(f"SELECT currency FROM {name}" for name in ("book_orders", "bought", "offsets_new"))
    foreign = f"SELECT 1 FROM ({paid_in}) WHERE currency <> {literal(currency)} LIMIT 1"
    converts = count(connection, f"SELECT count(*) FROM ({foreign})") > 0
    if converts:
        check_rates(connection, currency)
    return converts


def rates_changed(connection: duckdb.DuckDBPyConnection) -> bool:
    columns = "SELECT currency, day, rate FROM"
    return count(connection, f"SELECT count(*) FROM ({columns} rates_new EXCEPT {columns} kept_rates)") > 0
