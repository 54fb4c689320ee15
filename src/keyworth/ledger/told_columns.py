"""Which of an order's columns a file tells of, so that two files are compared by what both of them tell.

A later export of the same system often has a column more, or one less. What one of two files does not tell cannot
show that their rows differ: comparing it would bring every order a second time.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import duckdb
import pyarrow as pa

from keyworth.ledger.columns import ColumnMapping, Conventions
from keyworth.ledger.import_record import FileRecord, file_records

Told = frozenset[str]

_FIELDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "clock": frozenset({"time"}),  # the date's own time of day is no column of its own
        "amount": frozenset({"amount", "price"}),
        "quantity": frozenset({"quantity"}),
        "margin": frozenset({"margin", "cost"}),
        "refunded": frozenset({"refund_amount"}),
        "order_ref": frozenset({"order"}),
        "refund_of": frozenset({"refund_of"}),
        "item": frozenset({"item"}),
        "category": frozenset({"category"}),
        "party_size": frozenset({"party_size"}),
        "sitting": frozenset({"sitting"}),
        "table_no": frozenset({"table"}),
        "store": frozenset({"store"}),
        "staff": frozenset({"staff"}),
        "channel": frozenset({"channel"}),
        "referrer": frozenset({"referrer"}),
    }
)
EVERYTHING: Told = frozenset(_FIELDS) | {"currency"}


def told_by(mapping: ColumnMapping, conventions: Conventions) -> Told:
    """The columns of an order that a file has something to say of."""
    told = {column for column, fields in _FIELDS.items() if fields & set(mapping.columns)}
    if "currency" in mapping or conventions.currency is not None or conventions.currency_by_row:
        told.add("currency")
    return frozenset(told)


def compared(columns: Sequence[str], moment: str, one: Told, other: Told) -> dict[str, str]:
    """What two files' rows are compared by: each column's name and the SQL that gives it from a row of either.

    Who and when are always told; where only one of the files has a column of times, the day is what both tell.
    """
    shared = {column: column for column in columns if column in one & other or column == "customer"}
    return shared | {moment: moment if ("clock" in one) == ("clock" in other) else f"{moment}::DATE"}


def see_who_told(connection: duckdb.DuckDBPyConnection, what: str, number: str) -> list[Told]:
    """Make the view `<what>_told`: the number of every row of `kept_<what>` with the place of its file's columns.

    Returns the lists of columns by place.
    """
    kinds: dict[Told, int] = {EVERYTHING: 0}
    spans: dict[tuple[int, int], int] = {}
    for record in _oldest_first(file_records(connection)):
        first = record.orders_from if what == "orders" else record.refunds_from
        # Of two that begin at one number the first has no rows there.
        spans[record.by_import, first] = kinds.setdefault(frozenset(record.told), len(kinds))
    places = pa.table(
        {
            "import": pa.array([by_import for by_import, _ in spans], pa.int64()),
            "first": pa.array([first for _, first in spans], pa.int64()),
            "told": pa.array(list(spans.values()), pa.int64()),
        }
    )
    connection.register("spans_found", places)
    connection.execute(f"CREATE TABLE {what}_spans AS SELECT * FROM spans_found")
    connection.unregister("spans_found")
    connection.execute(
        f"""CREATE VIEW {what}_told AS SELECT {number}, coalesce(told, 0) AS told FROM kept_{what} AS k
        ASOF LEFT JOIN {what}_spans AS s ON k."import" = s."import" AND k.{number} >= s.first"""
    )
    return list(kinds)


def _oldest_first(records: Iterable[FileRecord]) -> list[FileRecord]:
    return sorted(records, key=lambda record: record.by_import)  # the files of one import stay in their order
