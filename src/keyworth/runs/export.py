"""The book's tables, as files."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from keyworth.errors import OptionRefused
from keyworth.ledger import Ledger
from keyworth.ledger.arrays import text_column
from keyworth.runs.build_values import open_values
from keyworth.runs.table_titles import titled
from keyworth.runs.value_records import MONEY_COLUMNS, customer_table
from keyworth.runs.written_files import write_table
from keyworth.value import DatedValues
from keyworth.words import Language, Message, Quoted, say


def export_table(
    book: Path, what: str, path: Path, lang: Language, *, book_id: str | None = None, titles: bool = False
) -> int:
    """Write one of the book's tables; returns its rows. Raises OptionRefused for a table there is not.

    Sentences are in `lang`. With `titles` the columns are too, and the words in them; without, they carry the
    names that programs know. Rows set aside always keep the titles of the file they came from.
    """

    def as_asked(table: pa.Table) -> pa.Table:
        return titled(table, lang) if titles else table

    if what == "values":
        return write_table(as_asked(values_for_people(open_values(book, book_id), lang)), path)
    ledger = Ledger.open(book)
    tables: dict[str, Callable[[], pa.Table]] = {
        "customers": lambda: as_asked(ledger.customers().table()),
        "orders": lambda: as_asked(ledger.order_table()),
        "refused": lambda: ledger.set_aside_rows("refused", lang),
        "apart": lambda: ledger.set_aside_rows("apart", lang),
    }
    if what not in tables:
        raise OptionRefused(
            Message("There is no table {what}.", what=Quoted(what)),
            hint=Message("The tables are {tables}.", tables=["values", *tables]),
        )
    return write_table(tables[what](), path)


def values_for_people(book: DatedValues, lang: Language) -> pa.Table:
    """The value book as columns a person reads: money rounded to its cents, reasons as sentences."""
    kept = customer_table(book)
    names = [name for name in kept.column_names if not name.startswith("reason_")]
    columns = {name: kept[name] for name in names}
    for name in names:
        if pa.types.is_floating(kept[name].type):
            money = name in MONEY_COLUMNS or name.startswith("value_q")
            columns[name] = pc.round(kept[name], 2 if money else 6)
    columns["reason"] = text_column(say(book.reason(row), lang) for row in range(len(book)))
    return pa.table(columns)
