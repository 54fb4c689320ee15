"""How a source writes its numbers and which currency's sign they bear, decided by the whole of each column."""

from collections.abc import Mapping

import duckdb

from keyworth.ledger.columns.decimal_mark import decide_decimal_mark
from keyworth.ledger.columns.fields import FIELDS
from keyworth.ledger.columns.first_look import is_text, of_kind
from keyworth.ledger.columns.known_writing import KnownWriting
from keyworth.ledger.columns.mapping import ColumnMapping
from keyworth.ledger.columns.written_numbers import DECIMAL, NumberConvention, currency_sql
from keyworth.ledger.reading.source import Source
from keyworth.words import Message


def decide_numbers(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    mapping: ColumnMapping,
    looked: Mapping[str, int],
    known: KnownWriting,
    notes: list[Message],
    warnings: list[Message],
) -> tuple[dict[str, NumberConvention], str | None, bool]:
    """The convention of each column of numbers, by field; the currency whose sign they bear; whether rows differ in it.

    `looked` holds `first_look`'s counts, `notes` and `warnings` gain what to say; what is `known` from an earlier
    import of the same rows goes before what the values show.
    """
    found: dict[str, NumberConvention] = {}
    currencies: set[str] = set()
    for name in of_kind(mapping, "money", "number"):
        if not is_text(source, mapping, name):
            found[name] = NumberConvention(typed=True)
            continue
        told = known.comma_in(name)
        if not looked[f"{name} odd"] and not told:
            # 1.234 alone is one and a bit unless commas elsewhere in the column say otherwise.
            found[name] = NumberConvention()
            continue
        column, header = mapping.column(name), mapping.header(name)
        mark = decide_decimal_mark(connection, source, column, header, told)
        found[name] = NumberConvention(plain=False, decimal_comma=mark.comma)
        if mark.said is not None:
            (warnings if mark.contradicted else notes).append(mark.said)
        if FIELDS[name].kind == "money" and "currency" not in mapping:
            rows = connection.execute(
                f"SELECT DISTINCT {currency_sql(column)} FROM {source.relation}"
                f" WHERE TRY_CAST({column} AS {DECIMAL}) IS NULL"
            ).fetchall()
            currencies |= {code for (code,) in rows if code}
    if len(currencies) == 1:
        (code,) = currencies
        notes.append(Message("Amounts are written with the sign of {currency}.", currency=code))
        return found, code, False
    if not currencies and known.currency is not None and "currency" not in mapping:
        return found, known.currency, False
    return found, None, bool(currencies)
