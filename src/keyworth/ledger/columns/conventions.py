"""How a source writes its values, decided by the whole of each column."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from zoneinfo import ZoneInfo

import duckdb

from keyworth.errors import OptionRefused
from keyworth.ledger.columns.day_order import decide_day_order
from keyworth.ledger.columns.fields import FIELDS
from keyworth.ledger.columns.mapping import ColumnMapping
from keyworth.ledger.columns.statuses import kind_of
from keyworth.ledger.columns.written_dates import STYLES, DateConvention, has_offset, style_of
from keyworth.ledger.columns.written_ids import BLANK_WORDS, IdConvention
from keyworth.ledger.columns.written_numbers import (
    DECIMAL,
    NumberConvention,
    comma_evidence_sql,
    currency_sql,
)
from keyworth.ledger.reading.source import Source
from keyworth.ledger.sql import literal
from keyworth.words import Message

_MOST_SHAPES = 300
_MOST_STATUSES = 200
_OFFSET_SQL = (
    "length({c}) > 10 AND (contains({c}, '+') OR contains({c}, 'Z') OR contains({c}, 'z') OR contains({c}, 'C')"
    " OR contains({c}, 'G') OR substr({c}, -6, 1) = '-' OR substr({c}, -5, 1) = '-' OR substr({c}, -3, 1) = '-')"
)
_DATE_ALONE = 10  # 2024-03-05; what is longer holds a time and may hold an offset
UNIDENTIFYING = frozenset({"item"})  # an id that no row is counted by: tidied at its word


@dataclass(frozen=True, slots=True)
class Conventions:
    """`statuses` gives the kind of each status found; `currency` is the one written in every amount."""

    date: DateConvention
    numbers: Mapping[str, NumberConvention]
    ids: Mapping[str, IdConvention]
    statuses: Mapping[str, str] = field(default_factory=dict)
    currency: str | None = None
    currency_by_row: bool = False
    notes: tuple[Message, ...] = ()

    @property
    def moments(self) -> bool:
        """Whether the dates are moments, whose day depends on where one stands, and not wall-clock times."""
        return self.date.kind == "zoned" or self.date.offsets or bool({"epoch", "epoch_ms"} & {*self.date.styles})


def decide_conventions(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    mapping: ColumnMapping,
    *,
    time_zone: str | None = None,
    day_first: bool | None = None,
) -> Conventions:
    """Look through the whole of every mapped column and decide how its values are written.

    `time_zone` is the business's; times with an offset and Unix times are turned into it (UTC where it is
    not given, and that is said). `day_first` settles 3/5/2024, which is otherwise decided by the column.
    Raises OptionRefused for a time zone that does not exist.
    """
    notes: list[Message] = []
    zone = _zone(time_zone)
    looked = _look(connection, source, mapping)
    date = _date_convention(connection, source, mapping, looked, zone, time_zone, day_first, notes)
    numbers, currency, by_row = _number_conventions(connection, source, mapping, looked, notes)
    ids = _id_conventions(connection, source, mapping, looked, notes)
    statuses = _statuses(connection, source, mapping, notes)
    return Conventions(
        date=date,
        numbers=MappingProxyType(numbers),
        ids=MappingProxyType(ids),
        statuses=MappingProxyType(statuses),
        currency=currency,
        currency_by_row=by_row,
        notes=tuple(notes),
    )


def _zone(time_zone: str | None) -> str:
    if time_zone is None:
        return "UTC"
    try:
        return ZoneInfo(time_zone).key
    except (KeyError, ValueError, OSError):
        raise OptionRefused(
            Message("There is no time zone called {zone}.", zone=repr(time_zone)),
            hint=Message("Write it as Asia/Shanghai or Europe/London."),
        ) from None


def _of_kind(mapping: ColumnMapping, *kinds: str) -> list[str]:
    return [name for name in mapping.columns if FIELDS[name].kind in kinds]


def _is_text(source: Source, mapping: ColumnMapping, name: str) -> bool:
    return source.types[mapping.columns[name]] == "VARCHAR"


def _look(connection: duckdb.DuckDBPyConnection, source: Source, mapping: ColumnMapping) -> dict[str, int]:
    """One pass over the source: how many cells of each column are not written in the plain way.

    Each count is the cheapest that can tell, since ten million rows pay for every one of them.
    """
    counts: dict[str, str] = {}
    for name in mapping.columns:
        column, kind = mapping.column(name), FIELDS[name].kind
        if not _is_text(source, mapping, name):
            if kind == "id" and source.types[mapping.columns[name]] in {"DOUBLE", "FLOAT"}:
                counts[f"{name} whole"] = f"coalesce(bool_and({column} = trunc({column})), TRUE)::INTEGER"
            continue
        if kind == "date":
            counts[f"{name} odd"] = f"count({column}) - count(TRY_CAST({column} AS TIMESTAMP))"
            counts[f"{name} long"] = f"max(strlen({column}))"
        elif kind in {"money", "number"}:
            counts[f"{name} odd"] = f"count({column}) - count(TRY_CAST({column} AS {DECIMAL}))"
        elif name in UNIDENTIFYING:
            continue
        elif kind == "id":
            words = ", ".join(literal(word) for word in BLANK_WORDS)
            counts[f"{name} spaced"] = f"count_if(contains({column}, ' '))"
            counts[f"{name} tabbed"] = f"count_if(contains({column}, chr(9)) OR starts_with({column}, '='))"
            counts[f"{name} blank"] = f"count_if({column} IN ({words}))"
            counts[f"{name} float"] = f"count_if(suffix({column}, '.0'))"
            if name == "customer":
                counts[f"{name} scientific"] = f"count_if(contains({column}, '+'))"
                counts[f"{name} errors"] = f"count_if(starts_with({column}, '#'))"
    if not counts:
        return {}
    row = connection.execute(f"SELECT {', '.join(counts.values())} FROM {source.relation}").fetchall()[0]
    looked = dict(zip(counts, (int(count or 0) for count in row), strict=True))
    if looked.get("date long", 0) > _DATE_ALONE:
        column = mapping.column("date")
        looked["date offset"] = int(
            connection.execute(
                f"SELECT count(*) FROM {source.relation} WHERE {_OFFSET_SQL.format(c=column)}"
            ).fetchall()[0][0]
        )
    return looked


def _date_convention(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    mapping: ColumnMapping,
    looked: Mapping[str, int],
    zone: str,
    asked_zone: str | None,
    day_first: bool | None,
    notes: list[Message],
) -> DateConvention:
    type_ = source.types[mapping.columns["date"]]
    column, header = mapping.column("date"), mapping.header("date")
    if type_ == "TIMESTAMP WITH TIME ZONE":
        _say_zone(notes, header, asked_zone)
        return DateConvention(kind="zoned", zone=zone)
    if type_.startswith(("TIMESTAMP", "DATE")):
        return DateConvention(kind="timestamp")
    kind = "text" if type_ == "VARCHAR" else "number"
    if kind == "text" and not looked["date odd"] and not looked.get("date offset"):
        return DateConvention()
    text = f"trim(CAST({column} AS VARCHAR))"
    shapes = connection.execute(
        f"""SELECT translate(left({text}, 40), '0123456789', '0000000000') AS shape, count(*), min({text}), max({text})
        FROM {source.relation} WHERE {text} <> '' GROUP BY shape ORDER BY count(*) DESC LIMIT {_MOST_SHAPES}"""
    ).fetchall()
    counts: dict[str, int] = {}
    offsets = False
    for _, count, smallest, largest in shapes:
        for example in {smallest, largest}:
            style = style_of(example)
            if style is not None:
                counts[style] = counts.get(style, 0) + count
                offsets = offsets or (style in {"year_first", "year_last"} and has_offset(example))
    styles = tuple(style for style in STYLES if style in counts)
    first = True
    if "year_last" in styles:
        first, note = decide_day_order(connection, source, column, header, day_first)
        if note is not None:
            notes.append(note)
    if offsets or "epoch" in styles or "epoch_ms" in styles:
        _say_zone(notes, header, asked_zone)
    if len(styles) > 1:
        notes.append(
            Message(
                "{column}: dates are written in {count} ways; each row was read by its own.",
                column=header,
                count=len(styles),
            )
        )
    return DateConvention(kind=kind, plain=False, styles=styles, day_first=first, offsets=offsets, zone=zone)


def _say_zone(notes: list[Message], header: str, asked_zone: str | None) -> None:
    if asked_zone is None:
        notes.append(
            Message(
                "{column} holds moments, not wall-clock times; no time zone was given, so days are counted in UTC.",
                column=header,
            )
        )
    else:
        notes.append(Message("{column} was turned into the time of {zone}.", column=header, zone=asked_zone))


def _number_conventions(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    mapping: ColumnMapping,
    looked: Mapping[str, int],
    notes: list[Message],
) -> tuple[dict[str, NumberConvention], str | None, bool]:
    found: dict[str, NumberConvention] = {}
    currencies: set[str] = set()
    for name in _of_kind(mapping, "money", "number"):
        if not _is_text(source, mapping, name):
            found[name] = NumberConvention(typed=True)
            continue
        if not looked[f"{name} odd"]:
            # 1.234 alone is one and a bit unless commas elsewhere in the column say otherwise.
            found[name] = NumberConvention()
            continue
        column, header = mapping.column(name), mapping.header(name)
        comma, point, either = comma_evidence_sql(column)
        commas, points, eithers = connection.execute(
            f"SELECT count_if({comma}), count_if({point}), count_if({either}) FROM {source.relation}"
            f" WHERE {column} IS NOT NULL"
        ).fetchall()[0]
        decimal_comma = commas > points
        found[name] = NumberConvention(plain=False, decimal_comma=decimal_comma)
        if decimal_comma:
            notes.append(Message("{column}: the comma is the decimal mark (1.234,56).", column=header))
        elif eithers and not points and not commas:
            notes.append(
                Message(
                    "{column}: before three digits, a comma was read as thousands and a point as decimals.",
                    column=header,
                )
            )
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
    return found, None, bool(currencies)


def _id_conventions(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    mapping: ColumnMapping,
    looked: Mapping[str, int],
    notes: list[Message],
) -> dict[str, IdConvention]:
    found: dict[str, IdConvention] = {}
    for name in _of_kind(mapping, "id"):
        column, header, type_ = mapping.column(name), mapping.header(name), source.types[mapping.columns[name]]
        if type_ != "VARCHAR":
            found[name] = IdConvention(typed=type_, floats=bool(looked.get(f"{name} whole")))
            continue
        if name in UNIDENTIFYING:
            found[name] = IdConvention(spaced=True)
            continue
        blanks = looked[f"{name} blank"] > 0
        floats = False
        if looked[f"{name} float"]:
            words = ", ".join(literal(word) for word in BLANK_WORDS)
            (odd,) = connection.execute(
                f"SELECT count_if(NOT regexp_full_match(trim({column}), '-?\\d+(\\.0+)?') AND trim({column}) <> ''"
                f" AND trim({column}) NOT IN ({words})) FROM {source.relation} WHERE {column} IS NOT NULL"
            ).fetchall()[0]
            floats = odd == 0
            if floats:
                notes.append(Message("{column}: numbers written as 17850.0 were read as 17850.", column=header))
        found[name] = IdConvention(
            floats=floats,
            blanks=blanks,
            spaced=looked[f"{name} spaced"] > 0,
            wrapped=looked[f"{name} tabbed"] > 0,
            scientific=looked.get(f"{name} scientific", 0) > 0,
            errors=looked.get(f"{name} errors", 0) > 0,
        )
    return found


def _statuses(
    connection: duckdb.DuckDBPyConnection, source: Source, mapping: ColumnMapping, notes: list[Message]
) -> dict[str, str]:
    if "status" not in mapping:
        return {}
    column, header = mapping.column("status"), mapping.header("status")
    rows = connection.execute(
        f"""SELECT trim(CAST({column} AS VARCHAR)) AS status FROM {source.relation} WHERE {column} IS NOT NULL
        GROUP BY status ORDER BY count(*) DESC LIMIT {_MOST_STATUSES}"""
    ).fetchall()
    kinds = {status: kind_of(status) for (status,) in rows if status}
    known = {status: kind for status, kind in kinds.items() if kind is not None}
    if not known:
        return {}
    unknown = [status for status in kinds if status not in known]
    if unknown:
        notes.append(Message("{column}: {values} were taken for sales.", column=header, values=unknown[:10]))
    left = [status for status, kind in known.items() if kind == "none"]
    if left:
        notes.append(Message("{column}: rows marked {values} are no purchases.", column=header, values=left))
    return known
