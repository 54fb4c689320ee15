"""From a source's columns to the ledger's own, typed, as one SELECT."""

from collections.abc import Mapping
from types import MappingProxyType

from keyworth.ledger.columns.checks import problem_sql, problem_value_sql
from keyworth.ledger.columns.conventions import Conventions
from keyworth.ledger.columns.mapping import ColumnMapping
from keyworth.ledger.columns.written_dates import time_sql
from keyworth.ledger.columns.written_ids import IdConvention
from keyworth.ledger.columns.written_numbers import DECIMAL, NumberConvention, currency_sql
from keyworth.ledger.reading.source import Source
from keyworth.ledger.sql import literal

STAGED: Mapping[str, str] = MappingProxyType(
    {
        "order_ref": "VARCHAR",
        "customer": "VARCHAR",
        "at": "TIMESTAMP",
        "amount": DECIMAL,
        "quantity": DECIMAL,
        "currency": "VARCHAR",
        "item": "VARCHAR",
        "category": "VARCHAR",
        "party_size": "INTEGER",
        "sitting": "VARCHAR",
        "table_no": "VARCHAR",
        "store": "VARCHAR",
        "staff": "VARCHAR",
        "channel": "VARCHAR",
        "referrer": "VARCHAR",
        "margin": DECIMAL,
        "refund_amount": DECIMAL,
        "refund_of": "VARCHAR",
        "is_refund": "BOOLEAN",
        "is_sale": "BOOLEAN",
        "problem": "VARCHAR",
        "problem_value": "VARCHAR",
    }
)
_IDS = {"order": "order_ref", "customer": "customer", "item": "item", "referrer": "referrer", "refund_of": "refund_of"}
_TEXTS = {
    "category": "category",
    "sitting": "sitting",
    "table": "table_no",
    "store": "store",
    "staff": "staff",
    "channel": "channel",
}
_NUMBERS = ("amount", "price", "quantity", "refund_amount", "cost", "margin", "party_size")


def staging_query(source: Source, mapping: ColumnMapping, conventions: Conventions, *, sparse: bool = False) -> str:
    """A SELECT that gives one typed row for each row of the source, in its order: the columns of `STAGED`.

    `at` is the business's wall clock. amount (of the line) and quantity are negative for what is given back;
    refund_amount is positive and stands on a purchase's row. is_sale is false for refunds and for what was
    cancelled, unpaid or only looked at. problem is a code for `problem_message`, or NULL. Nothing is
    filtered, so the rowid of a table made from it is the record's place in the source.

    `sparse` leaves out the columns of which this source knows nothing; writing them costs ten million rows
    as much as reading the file.
    """
    given = _outer(mapping, conventions)
    columns = ", ".join(
        f'{given.get(name, f"CAST(NULL AS {type_})")} AS "{name}"'
        for name, type_ in STAGED.items()
        if name in given or not sparse
    )
    return f"SELECT {columns} FROM (SELECT {_inner(mapping, conventions)} FROM {source.relation})"


def exceptions_query(source: Source, mapping: ColumnMapping, conventions: Conventions) -> str:
    """The rows that need a person: those with a problem and those without a customer.

    Columns: row (BIGINT, from 1 among the source's records), those of `STAGED`, and cells (VARCHAR[], the row
    as it was written). Slower than the staging query, because it counts the rows one after another.
    """
    cells = ", ".join(f"CAST({column} AS VARCHAR)" for column in source.columns)
    given = _outer(mapping, conventions)
    columns = ", ".join(f'{given.get(name, f"CAST(NULL AS {type_})")} AS "{name}"' for name, type_ in STAGED.items())
    return (
        f"SELECT * FROM (SELECT row_no AS row, {columns}, cells FROM (SELECT {_inner(mapping, conventions)},"
        f" row_number() OVER () AS row_no, [{cells}] AS cells FROM {source.relation}))"
        " WHERE problem IS NOT NULL OR customer IS NULL"
    )


def _inner(mapping: ColumnMapping, conventions: Conventions) -> str:
    """Every mapped column read once: as its type, and, where it can fail, as its text."""
    parts = [f"{_at(mapping, conventions)} AS at_", f"{_cell(mapping, 'date')} AS date_text"]
    for name in _NUMBERS:
        if name in mapping:
            convention = conventions.numbers.get(name, NumberConvention())
            parts += [f"{convention.sql(mapping.column(name))} AS {name}_", f"{_cell(mapping, name)} AS {name}_text"]
    for name, staged in _IDS.items():
        if name in mapping:
            convention_ = conventions.ids.get(name, IdConvention(spaced=True))
            parts.append(f"{convention_.sql(mapping.column(name))} AS {staged}")
    if "customer" not in mapping:
        parts.append("CAST(NULL AS VARCHAR) AS customer")
    parts += [
        f"nullif(trim({_cell(mapping, name)}), '') AS {staged}" for name, staged in _TEXTS.items() if name in mapping
    ]
    currency = _currency(mapping, conventions)
    if currency is not None:
        parts.append(f"{currency} AS currency_")
    kind = _kind(mapping, conventions)
    if kind is not None:
        parts.append(f"{kind} AS kind")
    return ", ".join(parts)


def _outer(mapping: ColumnMapping, conventions: Conventions) -> dict[str, str]:
    """The staged columns that this source fills, each as an expression over `_inner`."""
    gross = _gross(mapping)
    back = _given_back(mapping, conventions, gross)
    given = {"at": "at_", "customer": "customer"}
    given |= {staged: staged for name, staged in (_IDS | _TEXTS).items() if name in mapping}
    if gross is not None:
        amount = f"coalesce({gross}, -abs(refund_amount_))" if _refund_rows(mapping) else gross
        given["amount"] = f"CAST(CASE WHEN {back} THEN -abs({amount}) ELSE {amount} END AS {DECIMAL})"
    if "quantity" in mapping:
        given["quantity"] = f"CASE WHEN {back} THEN CAST(-abs(quantity_) AS {DECIMAL}) ELSE quantity_ END"
    if _currency(mapping, conventions) is not None:
        given["currency"] = "currency_"
    if "party_size" in mapping:
        given["party_size"] = "TRY_CAST(round(party_size_) AS INTEGER)"
    if "margin" in mapping:
        given["margin"] = "margin_"
    elif "cost" in mapping and gross is not None:
        given["margin"] = f"TRY_CAST({gross} - cost_ AS {DECIMAL})"
    if "refund_amount" in mapping:
        given["refund_amount"] = f"CASE WHEN NOT {back} THEN CAST(nullif(abs(refund_amount_), 0) AS {DECIMAL}) END"
    sale = f"NOT {back}" if _kind(mapping, conventions) is None else f"(kind = 'sale' AND NOT {back})"
    given |= {"is_refund": back, "is_sale": sale}
    given["problem"] = problem_sql(mapping, conventions, gross)
    given["problem_value"] = problem_value_sql(mapping, conventions, gross)
    return given


def _gross(mapping: ColumnMapping) -> str | None:
    """The line's money before it is known whether it was paid or given back."""
    if "amount" in mapping:
        return "amount_"
    if "price" in mapping and "quantity" in mapping:
        return f"TRY_CAST(CAST(price_ AS DECIMAL(19,4)) * quantity_ AS {DECIMAL})"  # 37 digits hold any product
    return "price_" if "price" in mapping else None


def _refund_rows(mapping: ColumnMapping) -> bool:
    return "refund_amount" in mapping and "amount" in mapping


def _given_back(mapping: ColumnMapping, conventions: Conventions, gross: str | None) -> str:
    """Whether a row gives money or goods back: it says so, or what it counts is negative."""
    signs = []
    if _kind(mapping, conventions) is not None:
        signs.append("kind = 'refund'")
    if "quantity" in mapping:
        signs.append("coalesce(quantity_ < 0, FALSE)")
    if gross is not None:
        signs.append(f"coalesce({gross} < 0, FALSE)")
    if _refund_rows(mapping):
        signs.append("coalesce(amount_ IS NULL AND refund_amount_ <> 0, FALSE)")
    return f"({' OR '.join(signs)})" if signs else "FALSE"


def _cell(mapping: ColumnMapping, name: str) -> str:
    return f"CAST({mapping.column(name)} AS VARCHAR)"


def _at(mapping: ColumnMapping, conventions: Conventions) -> str:
    date = conventions.date.sql(mapping.column("date"))
    if "time" not in mapping:
        return date
    clock = time_sql(_cell(mapping, "time"))
    return f"(CAST({date} AS DATE) + coalesce({clock}, TIME '00:00:00'))"


def _currency(mapping: ColumnMapping, conventions: Conventions) -> str | None:
    if "currency" in mapping:
        text = f"upper(trim({_cell(mapping, 'currency')}))"
        return (
            f"CASE WHEN regexp_full_match({text}, '[A-Z]{{3}}') AND {text} <> 'RMB' THEN {text}"
            f" ELSE coalesce({currency_sql(text)}, nullif({text}, '')) END"
        )
    if conventions.currency is not None:
        return literal(conventions.currency)
    if conventions.currency_by_row:
        money = [name for name in ("amount", "price") if name in mapping]
        return f"coalesce({', '.join(currency_sql(_cell(mapping, name)) for name in money)})"
    return None


def _kind(mapping: ColumnMapping, conventions: Conventions) -> str | None:
    """'sale', 'refund' or 'none', where a column of statuses says so."""
    cases = []
    for kind in ("refund", "none"):
        words = [literal(status) for status, of in conventions.statuses.items() if of == kind]
        if words:
            cases.append(f"WHEN trim({_cell(mapping, 'status')}) IN ({', '.join(words)}) THEN '{kind}'")
    return f"CASE {' '.join(cases)} ELSE 'sale' END" if cases else None
