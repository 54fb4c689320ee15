"""The ledger as its readers see it: a version of a book that does not change under them."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa

from keyworth.ledger import occasions_sql, summary_sql
from keyworth.ledger.arrays import as_float, as_whole, days, floats, numbers
from keyworth.ledger.book_file import read_book_file
from keyworth.ledger.engine import count
from keyworth.ledger.engine_errors import reading_from
from keyworth.ledger.occasions import DistinctOccasions
from keyworth.ledger.opened_ledger import OpenedLedger
from keyworth.ledger.spend_sums import CustomerSpend, read_spend, spend_sums
from keyworth.ledger.sql import literal
from keyworth.ledger.summary import CustomerSummary, DailyPurchases, DistinctHistories, ImportCounts, LaterSpend
from keyworth.units import UNSTATED, TimeUnit
from keyworth.words import Language

if TYPE_CHECKING:  # what an import needs is loaded by an import, not by every question
    from keyworth.ledger.import_report import ImportReport


class Ledger(OpenedLedger):
    """A business's orders, kept in a folder.

    A Ledger shows the version it was opened at, whatever is imported meanwhile; `add` returns what the import
    did and moves this Ledger on to the new version.
    """

    @classmethod
    def create(
        cls, folder: str | Path, *sources: Any, at: datetime | None = None, **options: Any
    ) -> "tuple[Self, ImportReport]":
        """A book from its first order files or data frames; options as for `add`."""
        report = _import(Path(folder), sources, at=at, **options)
        return cls.open(folder), report

    def add(self, *sources: Any, at: datetime | None = None, **options: Any) -> "ImportReport":
        """Import files (paths) or data frames; see `import_orders` and `ReadingOptions` for the options.

        `at` is when, for the record; now unless given.
        """
        report = _import(self.folder, sources, at=at, **options)
        self._book = read_book_file(self.folder)
        for seen in ("_connection", "_facts"):
            self.__dict__.pop(seen, None)
        self._gathered = False
        return report

    def customers(
        self, until: date | None = None, unit: TimeUnit = TimeUnit.WEEK, *, born_after: date | None = None
    ) -> CustomerSummary:
        """One row per customer with a purchase by `until` (default: the last order's day), inclusive.

        With `born_after` only customers whose first known purchase is later: where a ledger starts in mid-life,
        the first purchase seen of the others may not be their first.
        Raises NotEnoughHistory when nobody is left.
        """
        until = until or self.last_day
        born = f"WHERE first_day > DATE '{born_after.isoformat()}'" if born_after else ""
        table = self._arrow(
            f"""SELECT customer_no, customer, first_day, last_day, purchases, {as_whole("orders")},
                {as_float("amount - adrift - adrift_first")} AS amount,
                {as_float("first_amount - adrift_first")} AS first_value,
                {as_float("CASE WHEN purchases > 1 THEN amount - first_amount - adrift END", "/ (purchases - 1)")}
                AS mean_repeat_value, {as_float("margin")} AS margin,
                {as_float("amount_with_margin")} AS amount_with_margin
            FROM ({summary_sql.customers(self._scope(until))}) AS s JOIN kept_customers USING (customer_no)
            {born} ORDER BY customer_no"""
        )
        if not table.num_rows:
            raise self._nobody(until, born_after)
        return CustomerSummary(
            as_of=until,
            unit=unit,
            currency=self.currency,
            numbers=numbers(table["customer_no"]),
            customers=table["customer"].combine_chunks(),
            first_day=days(table["first_day"]),
            last_day=days(table["last_day"]),
            repeats=floats(table["purchases"]) - 1,
            **{
                name: floats(table[name])
                for name in (
                    "orders",
                    "amount",
                    "first_value",
                    "mean_repeat_value",
                    "margin",
                    "amount_with_margin",
                )
            },
        )

    def histories(
        self,
        until: date | None = None,
        unit: TimeUnit = TimeUnit.WEEK,
        *,
        born_after: date | None = None,
        gaps: bool = False,
    ) -> DistinctHistories:
        """The distinct histories by `until` with how many customers share each: all that a fit needs.

        With `gaps` also the time between purchases, which models with a rhythm read (`BuyingModel.reads_gaps`) and
        which costs a sort of all purchase days.
        """
        until = until or self.last_day
        born = f"WHERE first_day > DATE '{born_after.isoformat()}'" if born_after else ""
        log_gaps = f", {as_float('log_gaps', '/ customers')} AS log_day_gaps" if gaps else ""
        table = self._arrow(
            f"""SELECT repeats, first_day, last_day, customers{log_gaps}
            FROM ({summary_sql.histories(self._scope(until), gaps=gaps)}) AS h {born}"""
        )
        if not table.num_rows:
            raise self._nobody(until, born_after)
        return DistinctHistories(
            as_of=until,
            unit=unit,
            first_day=days(table["first_day"]),
            last_day=days(table["last_day"]),
            repeats=floats(table["repeats"]),
            customers=floats(table["customers"]),
            log_day_gaps=floats(table["log_day_gaps"]) if gaps else None,
        )

    def occasions(
        self, until: date | None = None, unit: TimeUnit = TimeUnit.YEAR, *, born_after: date | None = None
    ) -> DistinctOccasions:
        """Of the years, months, weeks or days over by `until`, how many the customers took, in distinct histories."""
        until = until or self.last_day
        table = self._arrow(occasions_sql.occasions(self._scope(until), unit, born_after))
        if not table.num_rows:
            raise self._nobody(until, born_after)
        columns = ("repeats", "last_repeat", "occasions", "customers")
        return DistinctOccasions(until, unit, *(floats(table[name]) for name in columns))

    def spend_between(self, after: date, until: date) -> LaterSpend:
        """What each customer bought after one day and by another; customers who bought nothing are not in it."""
        table = self._arrow(
            f"""SELECT customer_no, {as_whole("purchases")}, {as_float("amount")} AS amount,
                {as_float("margin")} AS margin, {as_float("amount_with_margin")} AS amount_with_margin
            FROM ({summary_sql.spend_between(self._scope(until), after)}) AS s ORDER BY customer_no"""
        )
        columns = ("purchases", "amount", "margin", "amount_with_margin")
        return LaterSpend(numbers(table["customer_no"]), *(floats(table[name]) for name in columns))

    def spend_sums(self, until: date | None = None, *, born_after: date | None = None) -> CustomerSpend:
        """Of each customer the sums over purchases that a spend model reads; rows as in `customers`."""
        until = until or self.last_day
        table = self._arrow(spend_sums(self._scope(until), born_after))
        if not table.num_rows:
            raise self._nobody(until, born_after)
        return read_spend(table, until)

    def purchases_by_day(
        self, until: date | None = None, *, known_by: date | None = None, born_after: date | None = None
    ) -> DailyPurchases:
        """Purchases of each day by `until`; with `known_by`, of those customers only who had come by then.

        With `born_after`, of those only who were first seen later.
        """
        until = until or self.last_day
        query = summary_sql.purchases_by_day(self._scope(until), known_by or until, born_after)
        table = self._arrow(
            f"""SELECT day, purchases, {as_whole("first_purchases")}, {as_float("amount")} AS amount
            FROM ({query}) AS d ORDER BY day"""
        )
        return DailyPurchases(
            days(table["day"]), *(floats(table[name]) for name in ("purchases", "first_purchases", "amount"))
        )

    def amount_by_category(self, until: date | None = None, *, after: date | None = None) -> pa.Table:
        """What each customer spent on each category by `until`, before refunds: number, category, amount.

        With `after`, only what was bought later than that day.
        """
        day = (until or self.last_day).isoformat()
        later = f"AND CAST(ordered_at AS DATE) > DATE '{after.isoformat()}'" if after else ""
        return self._arrow(
            f"""SELECT lines.customer_no, category, CAST(sum(lines.amount) AS DOUBLE) AS amount
            FROM lines WHERE CAST(ordered_at AS DATE) <= DATE '{day}' {later} GROUP BY 1, 2 ORDER BY 1, 2"""
        )

    def refunds_by_rule(self, until: date) -> dict[str, float]:
        """Money given back by a day, by how it was matched: `reference`, `item`, `date`; in the book's currency."""
        table = self._arrow(summary_sql.refunds_by_rule(self._scope(until)))
        return dict(zip(table["how"].to_pylist(), table["amount"].to_pylist(), strict=True))

    def import_counts(self) -> ImportCounts:
        """What all imports so far have read, and what of it stands apart or was refused."""
        read = self._arrow("SELECT counts FROM kept_imports")["counts"].to_pylist()
        return ImportCounts(
            rows_read=sum(json.loads(counts)["rows_read"] for counts in read),
            rows_without_customer=self._open_rows("apart"),
            rows_refused=self._open_rows("refused"),
        )

    def _open_rows(self, kind: str) -> int:
        from keyworth.ledger.aside_rows import OPEN

        with reading_from(self.folder):
            return count(self._connection, f"SELECT count(*) FROM ({OPEN.format(kind=kind)})")

    def set_aside(self, kind: str = "refused") -> pa.Table:
        """The rows that are `refused`, with reasons, or kept `apart` because they name no customer.

        Those that were mended and brought back are no longer among them.
        """
        from keyworth.ledger.aside_rows import OPEN

        kept = OPEN.format(kind=kind)
        return self._arrow(f"SELECT * EXCLUDE (nth) FROM ({kept}) ORDER BY import, file, row")

    def set_aside_rows(self, kind: str, lang: Language) -> pa.Table:
        """The same rows with the headers and cells they had in their file, to be mended and imported again."""
        from keyworth.ledger.aside_rows import aside_rows

        return aside_rows(self.set_aside(kind), lang)

    def order_table(self) -> pa.Table:
        """Every order, with its customer's id; its currency is empty where none was stated."""
        return self._arrow(
            "SELECT order_ref, customer, orders.* EXCLUDE (order_no, order_ref, customer_no, day, import) "
            f"REPLACE (nullif(currency, {literal(UNSTATED)}) AS currency) "
            "FROM orders JOIN kept_customers USING (customer_no) ORDER BY order_no"
        )

    def _arrow(self, query: str) -> pa.Table:
        with reading_from(self.folder):
            found: pa.Table = self._connection.sql(query).to_arrow_table()
        return found


def _import(
    folder: Path,
    sources: Sequence[Any],
    *,
    at: datetime | None,
    currency: str | None = None,
    rates: str | Path | None = None,
    **reading: Any,
) -> "ImportReport":
    from keyworth.ledger.importing import import_orders
    from keyworth.ledger.understanding import ReadingOptions

    return import_orders(
        folder,
        [Path(source) if isinstance(source, str) else source for source in sources],
        ReadingOptions(**reading),
        at=at or datetime.now(UTC),
        currency=currency,
        rates=Path(rates) if rates else None,
    )
