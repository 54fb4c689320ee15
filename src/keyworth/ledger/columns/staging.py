"""From a source's columns to the ledger's own, typed, as one SELECT."""

from keyworth.ledger.columns.conventions import _BLANK_WORDS, Conventions, IdConvention
from keyworth.ledger.columns.mapping import ColumnMapping
from keyworth.ledger.columns.written_dates import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    impossible_sql,
    time_sql,
)
from keyworth.ledger.columns.written_numbers import DECIMAL, NumberConvention, currency_sql
from keyworth.ledger.reading.source import Source
from keyworth.ledger.sql import literal

TEXTS = {
    "category": "category", "sitting": "sitting", "table": "table_no", "store": "store", "staff": "staff",
    "channel": "channel",
}  # fmt: skip
IDS = {"order": "order_ref", "customer": "customer", "item": "item", "referrer": "referrer", "refund_of": "refund_of"}


def staging_query(source: Source, mapping: ColumnMapping, conventions: Conventions) -> str:
    """A SELECT that gives one typed row for each row of the source, in its order.

    Columns: order_ref, customer, at (TIMESTAMP, the business's wall clock), amount (of the line; negative for
    what is given back), quantity (negative likewise), currency, item, category, party_size, sitting, table_no,
    store, staff, channel, referrer, margin, refund_amount (positive, on a purchase's row), refund_of,
    is_refund, is_sale (false for refunds and for what was cancelled, unpaid or only looked at),
    problem (a code for `problem_message`, or NULL), problem_value. Nothing is filtered, so the rowid of a
    table made from it is the record's place in the source.
    """
    return f"SELECT {_outer(mapping, conventions)} FROM (SELECT {_inner(mapping, conventions)} FROM {source.relation})"


def exceptions_query(source: Source, mapping: ColumnMapping, conventions: Conventions) -> str:
    """The rows that need a person, numbered: row (BIGINT, from 1 among the source's records), the staging
    query's columns, and cells (VARCHAR[], the row as it was written). Those with a problem, and those
    without a customer. Slower than the staging query, because it counts the rows one after another.
    """
    cells = ", ".join(f"CAST({column} AS VARCHAR)" for column in source.columns)
    return (
        f"SELECT row_no AS row, {_outer(mapping, conventions)}, cells FROM (SELECT {_inner(mapping, conventions)},"
        f" row_number() OVER () AS row_no, [{cells}] AS cells FROM {source.relation})"
        " WHERE problem IS NOT NULL OR customer IS NULL"
    )


def _inner(mapping: ColumnMapping, conventions: Conventions) -> str:
    parts = [f"{_at(mapping, conventions)} AS at_", f"{_cell(mapping, 'date')} AS date_text"]
    for name in ("amount", "price", "quantity", "refund_amount", "cost", "margin", "party_size"):
        parts.append(f"{_number(mapping, conventions, name)} AS {name}_")
        parts.append(f"{_cell(mapping, name)} AS {name}_text")
    for name, staged in IDS.items():
        parts.append(f"{_id(mapping, conventions, name)} AS {staged}")
    for name, staged in TEXTS.items():
        parts.append(f"nullif(trim({_cell(mapping, name)}), '') AS {staged}")
    parts.append(f"{_currency(mapping, conventions)} AS currency_")
    parts.append(f"{_kind(mapping, conventions)} AS kind")
    return ", ".join(parts)


def _outer(mapping: ColumnMapping, conventions: Conventions) -> str:
    if "amount" in mapping:
        gross = "amount_"
    elif "price" in mapping and "quantity" in mapping:
        gross = f"TRY_CAST(price_ * quantity_ AS {DECIMAL})"
    elif "price" in mapping:
        gross = "price_"
    else:
        gross = f"CAST(NULL AS {DECIMAL})"
    back = "(kind = 'refund' OR coalesce(quantity_ < 0, FALSE) OR " + (
        f"coalesce({gross} < 0, FALSE))" if "amount" in mapping or "price" in mapping else "FALSE)"
    )
    if "status" not in mapping or not conventions.statuses:
        back = back.replace("kind = 'refund' OR ", "")
    amount = gross
    if "refund_amount" in mapping and "amount" in mapping:
        amount = f"coalesce({gross}, -abs(refund_amount_))"
        back = f"({back} OR (amount_ IS NULL AND refund_amount_ <> 0))"
    margin = (
        "margin_"
        if "margin" in mapping
        else (f"CAST({gross} - cost_ AS {DECIMAL})" if "cost" in mapping else f"CAST(NULL AS {DECIMAL})")
    )
    signed = f"CASE WHEN {back} THEN -abs({amount}) ELSE {amount} END"
    texts = ", ".join(TEXTS[name] for name in ("category",))
    return ", ".join(
        (
            "order_ref",
            "customer",
            'at_ AS "at"',
            f"CAST({signed} AS {DECIMAL}) AS amount",
            f"CAST(CASE WHEN {back} THEN -abs(quantity_) ELSE quantity_ END AS {DECIMAL}) AS quantity",
            "currency_ AS currency",
            "item",
            texts,
            "CAST(round(party_size_) AS INTEGER) AS party_size",
            "sitting, table_no, store, staff, channel, referrer",
            f"{margin} AS margin",
            f"CASE WHEN {back} THEN NULL ELSE nullif(abs(refund_amount_), 0) END AS refund_amount",
            "refund_of",
            f"{back} AS is_refund",
            f"(kind = 'sale' AND NOT {back}) AS is_sale",
            f"{_problem(mapping, conventions, gross)} AS problem",
            f"{_problem_value(mapping, conventions, gross)} AS problem_value",
        )
    )


def _cell(mapping: ColumnMapping, name: str) -> str:
    return f"CAST({mapping.column(name)} AS VARCHAR)" if name in mapping else "CAST(NULL AS VARCHAR)"


def _at(mapping: ColumnMapping, conventions: Conventions) -> str:
    date = conventions.date.sql(mapping.column("date"))
    if "time" not in mapping:
        return date
    time = time_sql(_cell(mapping, "time"))
    return f"(date_trunc('day', {date}) + coalesce({time} - TIME '00:00:00', INTERVAL 0 SECOND))"


def _number(mapping: ColumnMapping, conventions: Conventions, name: str) -> str:
    if name not in mapping:
        return f"CAST(NULL AS {DECIMAL})"
    return conventions.numbers.get(name, NumberConvention()).sql(mapping.column(name))


def _id(mapping: ColumnMapping, conventions: Conventions, name: str) -> str:
    if name not in mapping:
        return "CAST(NULL AS VARCHAR)"
    column = mapping.column(name)
    how = conventions.ids.get(name, IdConvention())
    if how.typed != "VARCHAR":
        if how.floats:
            return f"CAST(TRY_CAST({column} AS HUGEINT) AS VARCHAR)"
        return f"nullif(trim(CAST({column} AS VARCHAR)), '')"
    text = f"trim({column})"
    if how.floats:
        text = f"regexp_replace({text}, '\\.0+$', '')"
    if how.blanks:
        words = ", ".join(literal(word) for word in _BLANK_WORDS)
        return f"CASE WHEN lower(trim({column})) IN ({words}) THEN NULL ELSE nullif({text}, '') END"
    return f"nullif({text}, '')"


def _currency(mapping: ColumnMapping, conventions: Conventions) -> str:
    if "currency" in mapping:
        text = f"upper(trim({_cell(mapping, 'currency')}))"
        signs = currency_sql(f"upper({_cell(mapping, 'currency')})")
        return f"CASE WHEN regexp_full_match({text}, '[A-Z]{{3}}') AND {text} <> 'RMB' THEN {text} ELSE coalesce({signs}, nullif({text}, '')) END"
    if conventions.currency is not None:
        return literal(conventions.currency)
    if conventions.currency_by_row:
        money = [name for name in ("amount", "price") if name in mapping]
        return f"coalesce({', '.join(currency_sql(_cell(mapping, name)) for name in money)})"
    return "CAST(NULL AS VARCHAR)"


def _kind(mapping: ColumnMapping, conventions: Conventions) -> str:
    if "status" not in mapping or not conventions.statuses:
        return "'sale'"
    cell = f"trim({_cell(mapping, 'status')})"
    cases = []
    for kind in ("refund", "none"):
        words = [literal(status) for status, of in conventions.statuses.items() if of == kind]
        if words:
            cases.append(f"WHEN {cell} IN ({', '.join(words)}) THEN '{kind}'")
    return f"CASE {' '.join(cases)} ELSE 'sale' END" if cases else "'sale'"


def _blank(text: str) -> str:
    return f"({text} IS NULL OR trim({text}) = '')"


def _checks(mapping: ColumnMapping, conventions: Conventions, gross: str) -> list[tuple[str, str, str]]:
    """(condition, code, the text to show) in the order in which they are told."""
    money = [
        name
        for name in ("amount", "price", "quantity")
        if name in mapping and not (name == "price" and "amount" in mapping)
    ]
    blank_money = " AND ".join(_blank(f"{name}_text") for name in money if name != "quantity") or "TRUE"
    checks = [
        (f"at_ IS NULL AND {_blank('date_text')} AND customer IS NULL AND {blank_money}", "'row_empty'", "NULL"),
        (f"at_ IS NULL AND {_blank('date_text')}", "'date_missing'", "NULL"),
        (f"at_ IS NULL AND {impossible_sql('date_text')}", "'date_impossible'", "date_text"),
        ("at_ IS NULL", "'date_unreadable'", "date_text"),
        (
            f"at_ < TIMESTAMP '{EARLIEST_YEAR}-01-01' OR at_ >= TIMESTAMP '{LATEST_YEAR + 1}-01-01'",
            "'date_out_of_range'",
            "date_text",
        ),
    ]
    for name in money:
        if name == "quantity" and "amount" in mapping:
            continue  # a quantity beside an amount is extra knowledge, not worth a row
        refund = " AND refund_amount_ IS NULL" if name == "amount" and "refund_amount" in mapping else ""
        missing = f"{name}_ IS NULL AND {_blank(name + '_text')}{refund}"
        checks.append((missing, f"'{name}_missing'", "NULL"))
        convention = conventions.numbers.get(name, NumberConvention())
        digits = f"{name}_text" if convention.typed or convention.plain else convention.digits_sql(f"{name}_text")
        checks.append(
            (
                f"{name}_ IS NULL AND NOT {_blank(name + '_text')} AND isfinite(TRY_CAST({digits} AS DOUBLE))",
                f"'{name}_too_large'",
                f"{name}_text",
            )
        )
        checks.append((f"{name}_ IS NULL AND NOT {_blank(name + '_text')}", f"'{name}_unreadable'", f"{name}_text"))
    if "amount" not in mapping and "price" in mapping and "quantity" in mapping:
        checks.append((f"{gross} IS NULL", "'amount_too_large'", "price_text"))
    checks.append(
        (
            "starts_with(customer, '#') AND customer IN ('#DIV/0!', '#NAME?', '#NULL!', '#NUM!', '#REF!', '#VALUE!', '#ERROR!')",
            "'customer_error'",
            "customer",
        )
    )
    if conventions.ids.get("customer", IdConvention()).scientific:
        checks.append((r"regexp_full_match(customer, '\d+([.,]\d+)?[eE]\+?\d+')", "'customer_scientific'", "customer"))
    return checks


def _problem(mapping: ColumnMapping, conventions: Conventions, gross: str) -> str:
    cases = " ".join(f"WHEN {test} THEN {code}" for test, code, _ in _checks(mapping, conventions, gross))
    kind = "WHEN kind = 'none' THEN NULL " if conventions.statuses else ""
    return f"CASE {kind}{cases} END"


def _problem_value(mapping: ColumnMapping, conventions: Conventions, gross: str) -> str:
    cases = " ".join(f"WHEN {test} THEN {text}" for test, _, text in _checks(mapping, conventions, gross))
    kind = "WHEN kind = 'none' THEN NULL " if conventions.statuses else ""
    return f"left(CASE {kind}{cases} END, 200)"
