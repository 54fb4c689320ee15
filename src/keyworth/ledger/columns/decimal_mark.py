"""Whether the comma or the point sets off decimals in a column of numbers, decided by the whole column."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from keyworth.ledger.columns.named_rows import SHOWN, named_rows, number_shown
from keyworth.ledger.columns.written_numbers import NumberConvention, form_sql
from keyworth.ledger.reading.source import Source
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class DecimalMark:
    """Whether the comma is the decimal mark, and what to say of it; `contradicted` where values show both."""

    comma: bool
    said: Message | None = None
    contradicted: bool = False


@dataclass(frozen=True, slots=True)
class _Form:
    """Cells of one form (see `form_sql`): how many, how many of them with both marks, and the first by the alphabet."""

    count: int = 0
    with_both: int = 0
    example: str = ""


def decide_decimal_mark(
    connection: duckdb.DuckDBPyConnection, source: Source, column: str, header: str, asked: bool | None
) -> DecimalMark:
    """What the whole column shows; `asked` is what somebody said of it, or what is known of the file.

    1.234,56 and 12,5 need the comma, 12.5 needs the point, and they decide for 1.234 and 1,234, which could be either.
    Where a column has both kinds, each of them is read by its own form: 12.5 is twelve and a half whoever wrote it,
    and to refuse it would lose money that is sure. Those that could be either follow the majority, as days and months
    do: to refuse them would set aside every 1,234 of an export for one 12,5 that was mistyped. At equal numbers those
    with both marks decide, since nobody writes these by mistake; then the point. All of it is told with its lines.
    """
    found = _forms(connection, source, column)
    if asked is not None:
        against = _against_what_was_said(connection, source, column, header, asked, found)
        usual = _comma_is_the_mark(header) if asked else None
        return DecimalMark(asked, against or usual, contradicted=against is not None)
    commas, points = found.get("comma", _Form()), found.get("point", _Form())
    comma = (commas.count, commas.with_both) > (points.count, points.with_both)
    reading = NumberConvention(plain=False, decimal_comma=comma)
    if commas.count and points.count:
        return DecimalMark(comma, _contradiction(connection, source, column, header, found, reading), contradicted=True)
    if not commas.count and not points.count:
        return DecimalMark(comma, _undecided(header) if found else None)
    # What the column takes for thousands is not what it looks like by itself.
    thousands = found.get("1.234" if comma else "1,234")
    if thousands is None:
        return DecimalMark(comma, _comma_is_the_mark(header) if comma else None)
    values: dict[str, object] = {
        "column": header,
        "shown": (commas if comma else points).example,
        "value": thousands.example,
        "read": number_shown(connection, thousands.example, reading),
        "count": thousands.count,
    }
    return DecimalMark(
        comma,
        Message(
            "{column}: the comma is the decimal mark, as {shown} shows; so {value} was read as {read} "
            "({count} {count:value|values} of this form).",
            **values,
        )
        if comma
        else Message(
            "{column}: the point is the decimal mark, as {shown} shows; so {value} was read as {read} "
            "({count} {count:value|values} of this form).",
            **values,
        ),
    )


def _forms(connection: duckdb.DuckDBPyConnection, source: Source, column: str) -> Mapping[str, _Form]:
    rows = connection.execute(
        f"""SELECT form, count(*), count_if(contains(cell, '.') AND contains(cell, ',')), left(min(cell), {SHOWN})
        FROM (SELECT {form_sql(column)} AS form, trim({column}) AS cell FROM {source.relation})
        WHERE form IS NOT NULL GROUP BY form"""
    ).fetchall()
    return {form: _Form(*told) for form, *told in rows}


def _against_what_was_said(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    column: str,
    header: str,
    comma: bool,
    found: Mapping[str, _Form],
) -> Message | None:
    """Which values need the other mark than the one that was named; None where none does."""
    other = "point" if comma else "comma"
    if other not in found:
        return None
    reading = NumberConvention(plain=False, decimal_comma=comma)
    values: dict[str, object] = {
        "file": source.name,
        "column": header,
        "count": found[other].count,
        "rows": named_rows(connection, source, column, f"{form_sql('cell')} = '{other}'", reading),
    }
    return (
        Message(
            "{file}, {column}: {count} {count:value needs|values need} the point as decimal mark although the comma "
            "was named (line {rows}); {count:it was|they were} read by {count:its|their} own form.",
            **values,
        )
        if comma
        else Message(
            "{file}, {column}: {count} {count:value needs|values need} the comma as decimal mark although the point "
            "was named (line {rows}); {count:it was|they were} read by {count:its|their} own form.",
            **values,
        )
    )


def _comma_is_the_mark(header: str) -> Message:
    return Message("{column}: the comma is the decimal mark (1.234,56).", column=header)


def _undecided(header: str) -> Message:
    return Message(
        "{column}: before three digits, a comma was read as thousands and a point as decimals; "
        "--decimal-comma reads them the other way.",
        column=header,
    )


def _contradiction(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    column: str,
    header: str,
    found: Mapping[str, _Form],
    reading: NumberConvention,
) -> Message:
    rows = {
        form: named_rows(connection, source, column, f"{form_sql('cell')} IN ({forms})", reading)
        for form, forms in (("comma", "'comma'"), ("point", "'point'"), ("either", "'1.234', '1,234'"))
    }
    either = sum(one.count for form, one in found.items() if form not in {"comma", "point"})
    return Message(
        "{file}, {column}: {commas} {commas:value needs|values need} the comma as decimal mark (line {comma_rows}), "
        "{points} the point (line {point_rows}); each was read by its own form. {others}",
        file=source.name,
        column=header,
        commas=found["comma"].count,
        points=found["point"].count,
        comma_rows=rows["comma"],
        point_rows=rows["point"],
        others=Message(
            "{count} {count:value|values} could be either and {count:was|were} read as most of the others suggest "
            "(line {rows}): if that is wrong, it is wrong a thousandfold. Give the rows of each system a file of its "
            "own, or import into a new book with --decimal-comma or --decimal-point.",
            count=either,
            rows=rows["either"],
        )
        if either
        else Message("No other value is in doubt."),
    )
