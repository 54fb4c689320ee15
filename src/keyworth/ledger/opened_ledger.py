"""A version of a book, opened: what it is, how far it reaches, and how many histories it holds.

Here are no arrays: who only counts waits for neither NumPy nor Arrow.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Self

import duckdb

from keyworth.errors import NotEnoughHistory
from keyworth.ledger import summary_sql
from keyworth.ledger.book_file import BookFile, read_book_file
from keyworth.ledger.engine import one_row
from keyworth.ledger.engine_errors import reading_from
from keyworth.ledger.whole_ledger import LedgerFacts, facts_of, see_version
from keyworth.words import Message

_FOREVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class HistoryCounts:
    """How many customers have a purchase by `as_of`, how often they came back, and in how many distinct histories."""

    as_of: date
    customers: int
    repeats: int
    zero_repeaters: int
    unique_histories: int


class OpenedLedger:
    """A version of a book that does not change under its readers; `Ledger` asks more of it."""

    def __init__(self, folder: Path, book: BookFile) -> None:
        self.folder = folder
        self._book = book
        self._gathered = False

    @classmethod
    def open(cls, folder: str | Path, *, version: int | None = None) -> Self:
        """The book in a folder, at a former version if one is named. Raises BookMissing, BookDamaged."""
        book = read_book_file(Path(folder))
        return cls(Path(folder), book if version is None else book.at_version(version))

    @property
    def version(self) -> int:
        return self._book.ledger_version

    @property
    def currency(self) -> str:
        """ISO 4217, or XXX where it is not stated."""
        return self._book.currency

    @property
    def time_zone(self) -> str | None:
        return self._book.time_zone

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        with reading_from(self.folder):
            return see_version(self.folder, self._book)

    @cached_property
    def _facts(self) -> LedgerFacts:
        with reading_from(self.folder):
            return facts_of(self._connection, self.currency)

    @property
    def known_customers(self) -> int:
        """Distinct ids in the book, with a purchase or not."""
        return self._facts.known_customers

    @property
    def orders(self) -> int:
        return self._facts.orders

    @property
    def has_money(self) -> bool:
        return self._facts.with_amount > 0

    @property
    def has_margin(self) -> bool:
        return self._facts.with_margin > 0

    @property
    def first_day(self) -> date:
        return self._days[0]

    @property
    def last_day(self) -> date:
        return self._days[1]

    @property
    def _days(self) -> tuple[date, date]:
        first, last = self._facts.first_day, self._facts.last_day
        if first is None or last is None:
            if self._facts.known_customers:
                raise NotEnoughHistory(
                    Message(
                        "The ledger in {folder} has no purchase: all that was imported is refunds, or orders given "
                        "back whole.",
                        folder=str(self.folder),
                    ),
                    hint=Message("Import the orders that the refunds belong to."),
                )
            raise NotEnoughHistory(
                Message("The ledger in {folder} has no orders yet.", folder=str(self.folder)),
                hint=Message(
                    "Import an order file first: keyworth import orders.csv --into {folder}",
                    folder=str(self.folder),
                ),
            )
        return first, last

    def _scope(self, until: date) -> summary_sql.Scope:
        facts = self._facts
        return summary_sql.Scope(
            until, facts.offsets > 0, facts.foreign > 0, facts.with_margin > 0, gathered=self._gathered
        )

    def gather_days(self) -> None:
        """Add up each customer's orders by day once, for whoever asks for several days or spans after this."""
        if not self._gathered:
            days_of_orders = summary_sql.order_days(self._scope(_FOREVER))
            with reading_from(self.folder):
                self._connection.execute(f"CREATE TEMP TABLE order_days AS {days_of_orders}")
            self._gathered = True

    def history_counts(self, until: date | None = None, *, born_after: date | None = None) -> HistoryCounts:
        """The totals of `Ledger.histories`; raises NotEnoughHistory likewise."""
        until = until or self.last_day
        born = f"WHERE first_day > DATE '{born_after.isoformat()}'" if born_after else ""
        query = f"""SELECT sum(customers), sum(repeats * customers),
            sum(CASE WHEN repeats = 0 THEN customers ELSE 0 END), count(*)
            FROM ({summary_sql.histories(self._scope(until))}) AS h {born}"""
        with reading_from(self.folder):
            customers, repeats, zero_repeaters, distinct = one_row(self._connection, query)
        if not distinct:
            raise self._nobody(until, born_after)
        return HistoryCounts(until, int(customers), int(repeats), int(zero_repeaters), distinct)

    def _nobody(self, until: date, born_after: date | None) -> NotEnoughHistory:
        first, last = self._days
        nobody = Message("Nobody bought by {until}.", until=until)
        if born_after:
            nobody = Message(
                "No customer's first purchase is after {born} and by {until}.", born=born_after, until=until
            )
        return NotEnoughHistory(nobody, hint=Message("The ledger runs from {first} to {last}.", first=first, last=last))
