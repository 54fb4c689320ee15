"""One import: files in, all of them or nothing.

The algorithm, under the writer lock:

1. Put back any table that a killed import left ahead of `book.json`.
2. Read the files into one table in the workshop, every row with its problem if it has one.
3. Decide which rows are orders and refunds the book does not hold (orders.py, refunds.py).
4. Add the new rows to the tables, each as a new version; flush them to the disk.
5. Replace `book.json` by one that names the new versions. This is the moment of the import: killed before it,
   the book is as it was; killed after it, the import is done.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from keyworth.errors import KeyworthError, LedgerRefused, OptionRefused
from keyworth.ledger.book_currency import rates_changed, settle_currency, settle_rates
from keyworth.ledger.book_file import BookFile, read_book_file, replace_book_file
from keyworth.ledger.book_views import anything_given_back, see_the_book, see_the_book_to_be
from keyworth.ledger.engine import count, workshop
from keyworth.ledger.engine_errors import reading_from
from keyworth.ledger.first_import import clear_for_first_import, mark_first_import, unmark_first_import
from keyworth.ledger.future_rows import warn_of_future
from keyworth.ledger.import_record import records_as_json
from keyworth.ledger.import_report import ImportReport
from keyworth.ledger.lock import writer_lock
from keyworth.ledger.mended_rows import join_known_lines, settle
from keyworth.ledger.order_days import say_several_days, warn_of_moved
from keyworth.ledger.orders import OrderCounts, resolve_orders
from keyworth.ledger.refunds import refund_shares, rematch, resolve_refunds
from keyworth.ledger.sql import literal
from keyworth.ledger.staging import Staged, see_staged, stage
from keyworth.ledger.tables import TABLES, add, create_tables, put_back, relation
from keyworth.ledger.understanding import ReadingOptions
from keyworth.words import Message


def import_orders(
    folder: Path,
    sources: Sequence[Path | Any],
    options: ReadingOptions,
    *,
    at: datetime,
    currency: str | None = None,
    rates: Path | None = None,
) -> ImportReport:
    """Add order files, or data frames, to the book in `folder`, making the book if there is none.

    `at` is when, for the record. Raises FileUnreadable, MappingUnclear, LedgerRefused, RateMissing, OptionRefused
    (also where the folder is no book and holds other things), BookBusy, BookDamaged or BookUnwritable; whichever
    it is, the book is as it was.
    """
    if not sources:
        raise OptionRefused(Message("There is nothing to import."), hint=Message("Name at least one file."))
    with writer_lock(folder), workshop(folder) as (connection, scratch):
        book = _open_for_writing(folder)
        with reading_from(folder):
            for name in TABLES:
                kept = relation(folder / "ledger", name, book.tables[name])
                connection.execute(f"CREATE VIEW kept_{name} AS SELECT * FROM {kept}")
        staged = stage(connection, scratch, sources, options, book)
        try:
            return _Import(folder, book, connection, staged, at).run(currency, rates)
        except BaseException as error:
            if isinstance(error, KeyworthError):
                error.counts = staged.counts | error.counts
            # Where even this fails the next import does it: what lies beyond book.json is nobody's.
            with suppress(Exception):
                _open_for_writing(folder)
            raise


def _open_for_writing(folder: Path) -> BookFile:
    if (folder / "book.json").exists():
        book = read_book_file(folder)
        put_back(folder / "ledger", book.tables, book.ledger_version)
        unmark_first_import(folder)
        return book
    clear_for_first_import(folder)
    return BookFile(ledger_version=0, tables=dict.fromkeys(TABLES, 0))


@dataclass(slots=True)
class _Import:
    """One import after its files have been read into the workshop."""

    folder: Path
    book: BookFile
    connection: duckdb.DuckDBPyConnection
    staged: Staged
    at: datetime

    def run(self, currency: str | None, rates: Path | None) -> ImportReport:
        staged, tally = self.staged, self.staged.tally
        self._refuse_if_nothing_is_usable()
        chosen, currency_notes = settle_currency(self.connection, self.book, currency, has_money=staged.has_money)
        see_staged(self.connection, chosen)
        see_the_book(self.connection, chosen)
        if staged.mended:
            join_known_lines(self.connection, list(staged.mended))
        orders = resolve_orders(
            self.connection,
            ids_shared=self.book.order_ids_shared,
            has_items=staged.has_items,
            told=staged.told,
            mended=staged.mended,
            book_is_empty=count(self.connection, "SELECT count(*) FROM book_orders") == 0,
        )
        refunds_added = resolve_refunds(self.connection, staged.told)
        see_the_book_to_be(self.connection)
        changed = orders.added + orders.replaced + orders.cancelled + refunds_added > 0
        given_back = anything_given_back(self.connection)
        if given_back:
            rematch(self.connection)
        else:
            self.connection.execute("CREATE TABLE offsets_new AS SELECT * FROM book_offsets LIMIT 0")
        converts = settle_rates(self.connection, chosen, rates)
        settings = {
            "currency": chosen,
            "order_ids_shared": orders.ids_shared,
            "time_zone": staged.time_zone,
            "mappings": {**self.book.mappings, **staged.saved_mappings},
        }
        book = self._write(
            settings, changed=changed, rates_given=rates_changed(self.connection), orders=orders, refunds=refunds_added
        )
        return ImportReport(
            rows_read=tally.read,
            orders_added=orders.added,
            orders_replaced=orders.replaced,
            orders_known=orders.known,
            orders_cancelled=orders.cancelled,
            refunds_added=refunds_added,
            rows_without_customer=tally.without_customer,
            rows_refused=tally.refused,
            rows_not_orders=tally.not_orders,
            rows_of_orders=tally.of_orders,
            rows_of_refunds=tally.of_refunds,
            rows_refused_without_customer=tally.refused_unnamed,
            customers=count(self.connection, "SELECT count(*) FROM every_customer"),
            ledger_version=book.ledger_version,
            currency=chosen,
            refunds=refund_shares(self.connection, converts=converts) if given_back else None,
            orders_on_several_days=orders.several_days,
            orders_moved=orders.moved,
            mappings=staged.mappings,
            notes=(*staged.notes, *currency_notes, *self._shared_note(orders), *say_several_days(orders.several_days)),
            warnings=(*staged.warnings, *warn_of_moved(orders.moved), *warn_of_future(self.connection, self.at)),
            refusals=staged.refusals,
        )

    @staticmethod
    def _shared_note(orders: OrderCounts) -> tuple[Message, ...]:
        if not orders.ids_shared:
            return ()
        return (Message("One order number may carry several customers here: each customer's part is an order."),)

    def _refuse_if_nothing_is_usable(self) -> None:
        tally = self.staged.tally
        if tally.of_orders + tally.of_refunds + tally.not_orders:
            return
        if self.staged.mended and self.book.ledger_version:
            return  # rows brought back before, or still not mended: nothing is lost by saying so
        if not tally.read:
            raise LedgerRefused(
                Message("There is nothing to import: {files} has a header and no rows.", files=list(self.staged.files)),
                hint=Message("Was the export made for a time in which there were orders?"),
            )
        raise LedgerRefused(
            Message(
                "None of the {rows} {rows:row|rows} can be used: {apart} {apart:names|name} no customer, "
                "{refused} cannot be read. {reasons}",
                rows=tally.read,
                apart=tally.without_customer,
                refused=tally.refused,
                reasons=list(self.staged.refusals[:3]),
            ),
            hint=Message("Look at how the columns were understood, and name the right ones with --map."),
        )

    def _write(
        self, settings: dict[str, Any], *, changed: bool, rates_given: bool, orders: OrderCounts, refunds: int
    ) -> BookFile:
        """Add what is new and replace `book.json`; where nothing is new the book is left untouched."""
        aside = {name: self._not_yet_aside(name) for name in ("apart", "refused")}
        # What is still as it was when it was set aside stays; what was changed, to good use or not, is settled.
        self.connection.execute(
            """CREATE TABLE still_aside AS SELECT file_no, row FROM set_aside WHERE (file_no, row) NOT IN (
                SELECT (file_no, row) FROM apart_new UNION ALL SELECT (file_no, row) FROM refused_new)"""
        )
        aside["settled"] = settle(self.connection)
        same = all(getattr(self.book, name) == value for name, value in settings.items())
        if self.book.ledger_version and same and not changed and not rates_given and not any(aside.values()):
            return self.book
        number = self.book.ledger_version + 1
        counts = self.staged.counts | {
            "orders_added": orders.added,
            "orders_replaced": orders.replaced,
            "orders_known": orders.known,
            "orders_cancelled": orders.cancelled,
            "refunds_added": refunds,
        }
        records = records_as_json(
            self.staged.records,
            first_order=count(self.connection, "SELECT max(order_no) FROM every_order_no") + 1,
            first_refund=count(self.connection, "SELECT max(refund_no) FROM book_refunds") + 1,
        )
        about = (
            f"SELECT TIMESTAMP {literal(self.at.isoformat(sep=' ', timespec='seconds')[:19])} AS imported_at, "
            f"{literal(json.dumps(list(self.staged.files), ensure_ascii=False))} AS files, "
            f"{literal(records)} AS mapping, "
            f"{literal(json.dumps(counts))} AS counts"
        )
        rows = {
            "customers": "SELECT * FROM customers_new",
            "orders": "SELECT * FROM orders_new",
            "lines": "SELECT * FROM lines_new",
            "refunds": "SELECT * FROM refunds_new",
            "superseded": "SELECT * FROM superseded_new",
            "apart": "SELECT file, row, text FROM apart_new",
            "refused": 'SELECT file, row, problem, "column", value, text FROM refused_new',
            "settled": "SELECT * FROM settled_new",
            "imports": about,
        }
        place = self.folder / "ledger"
        if not self.book.ledger_version:
            mark_first_import(self.folder)
        create_tables(place)
        tables = dict(self.book.tables)
        for name, query in rows.items():
            numbered = f'SELECT *, {number} AS "import" FROM ({query})'
            tables[name] = add(self.connection, place, name, numbered, number=number)
        derived = ("offsets", "rates") if rates_given else ("offsets",)
        for name in derived:
            query = f"SELECT * FROM {name}_new"
            tables[name] = add(self.connection, place, name, query, number=number, replace=True)
        book = self.book.next(tables, **settings)
        replace_book_file(self.folder, book)
        unmark_first_import(self.folder)
        return book

    def _not_yet_aside(self, name: str) -> int:
        """Leave `<name>_new`: rows set aside now and not before, by the rule of max(k, m); returns how many."""
        condition = "apart" if name == "apart" else "problem IS NOT NULL"
        self.connection.execute(
            f"""CREATE TABLE {name}_new AS
            SELECT set_aside.* EXCLUDE (nth) FROM (
                SELECT *, row_number() OVER (PARTITION BY file_no, text ORDER BY row) AS nth
                FROM set_aside WHERE {condition}) AS set_aside
            LEFT JOIN (SELECT text, count(*) AS times FROM kept_{name} GROUP BY text) AS held USING (text)
            WHERE nth > coalesce(times, 0)"""
        )
        return count(self.connection, f"SELECT count(*) FROM {name}_new")
