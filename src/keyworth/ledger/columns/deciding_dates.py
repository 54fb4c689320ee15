"""How a source writes its dates, decided by the whole column."""

import re
from collections.abc import Mapping

import duckdb

from keyworth.ledger.columns.day_order import decide_day_order
from keyworth.ledger.columns.known_writing import KnownWriting
from keyworth.ledger.columns.mapping import ColumnMapping
from keyworth.ledger.columns.written_dates import STYLES, DateConvention, has_offset, style_of
from keyworth.ledger.reading.source import Source
from keyworth.words import Message

_MOST_SHAPES = 300
_EXAMPLES = 4


def decide_date(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    mapping: ColumnMapping,
    looked: Mapping[str, int],
    zone: str,
    asked_zone: str | None,
    known: KnownWriting,
    notes: list[Message],
    warnings: list[Message],
) -> DateConvention:
    """How the column of dates is read; `looked` holds `first_look`'s counts, `notes` and `warnings` what to say.

    `zone` is where days are counted, `asked_zone` the one that somebody named. What is `known` from an earlier import
    of the same rows goes before what the values show.
    """
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
        FROM {source.relation} WHERE {text} <> '' GROUP BY shape ORDER BY count(*) DESC, shape LIMIT {_MOST_SHAPES}"""
    ).fetchall()
    found: set[str] = set()
    forms: dict[str, str] = {}
    offsets = False
    for shape, _, smallest, largest in shapes:
        for example in {smallest, largest}:
            style = style_of(example)
            if style is not None:
                found.add(style)
                forms.setdefault(_form(shape), smallest)
                offsets = offsets or (style in {"year_first", "year_last"} and has_offset(example))
    styles = tuple(style for style in STYLES if style in found)
    first = True
    if "year_last" in styles:
        order = decide_day_order(connection, source, column, header, known.day_first)
        first = order.day_first
        if order.said is not None:
            (warnings if order.contradicted else notes).append(order.said)
    if offsets or "epoch" in styles or "epoch_ms" in styles:
        _say_zone(notes, header, asked_zone)
    if len(forms) > 1:
        notes.append(
            Message(
                "{column}: dates are written in {count} ways, such as {examples}; each row was read by its own.",
                column=header,
                count=len(forms),
                examples=list(forms.values())[:_EXAMPLES],
            )
        )
    return DateConvention(kind=kind, plain=False, styles=styles, day_first=first, offsets=offsets, zone=zone)


def _form(shape: str) -> str:
    """What a way of writing has in common: neither how many digits a part has nor the name of the month matters."""
    return re.sub(r"[A-Za-z]{3,}", "Mon", re.sub("0+", "0", shape))


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
