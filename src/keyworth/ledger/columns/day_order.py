"""Whether 3/5/2024 is the third of May or the fifth of March, decided by the whole column."""

from dataclasses import dataclass

import duckdb

from keyworth.ledger.reading.source import Source
from keyworth.words import Message

_PARTS = r"'^\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{2,4})'"


@dataclass(frozen=True, slots=True)
class DayOrder:
    """Whether the day comes first, and what to say of it; `contradicted` where values show both."""

    day_first: bool
    said: Message | None = None
    contradicted: bool = False


def decide_day_order(
    connection: duckdb.DuckDBPyConnection, source: Source, column: str, header: str, asked: bool | None
) -> DayOrder:
    """What the whole column shows; `asked` is what somebody said of it.

    A part beyond 12 can only be a day. Where no such part comes, the order under which the rows run forward
    in time is taken; then the one under which they span fewer months; then what the separator suggests.
    """
    if asked is not None:
        return DayOrder(asked)
    first, second, either, dots, halves = connection.execute(
        f"""SELECT count_if(a > 12), count_if(b > 12), count_if(a <= 12 AND b <= 12 AND a <> b), count_if(dotted),
            count_if(half) FROM (
          SELECT TRY_CAST(regexp_extract({column}, {_PARTS}, 1) AS INTEGER) AS a,
                 TRY_CAST(regexp_extract({column}, {_PARTS}, 2) AS INTEGER) AS b,
                 regexp_matches({column}, '^\\s*\\d{{1,2}}[-.]') AS dotted,
                 regexp_matches({column}, '(?i)\\d\\s*[ap]\\.?m') AS half FROM {source.relation})"""
    ).fetchall()[0]
    if first or second:
        if first and second:
            return DayOrder(
                first >= second,
                Message(
                    "{column}: some dates can only have the day first ({days}), some only the month ({months}). "
                    "{count} {count:date|dates} could be either and {count:follows|follow} the majority: "
                    "if the file was put together from two systems, many of them are wrong. "
                    "Export each system's orders to a file of its own.",
                    column=header,
                    days=first,
                    months=second,
                    count=either,
                ),
                contradicted=True,
            )
        return DayOrder(
            first > 0,
            Message("{column}: the day comes first, as parts beyond 12 show.", column=header)
            if first
            else Message("{column}: the month comes first, as parts beyond 12 show.", column=header),
        )
    day_back, month_back, day_span, month_span = _runs(connection, source, column)
    if day_back != month_back:
        day_first = day_back < month_back
    elif day_span != month_span:
        day_first = day_span < month_span
    else:
        day_first = dots > 0 and not halves
    return DayOrder(
        day_first,
        Message("{column}: day and month could be told by no value; the day was taken to come first.", column=header)
        if day_first
        else Message(
            "{column}: day and month could be told by no value; the month was taken to come first.", column=header
        ),
    )


def _runs(connection: duckdb.DuckDBPyConnection, source: Source, column: str) -> tuple[int, int, int, int]:
    """Steps back in time and months spanned, with the day first and with the month first."""
    row = connection.execute(
        f"""WITH parts AS (
          SELECT row_number() OVER () AS place, TRY_CAST(regexp_extract({column}, {_PARTS}, 1) AS INTEGER) AS a,
                 TRY_CAST(regexp_extract({column}, {_PARTS}, 2) AS INTEGER) AS b,
                 TRY_CAST(regexp_extract({column}, {_PARTS}, 3) AS INTEGER) AS y
          FROM (SELECT {column} FROM {source.relation} LIMIT 100000)),
        days AS (
          SELECT place, y * 10000 + b * 100 + a AS d, y * 10000 + a * 100 + b AS m, y * 12 + b AS dm, y * 12 + a AS mm
          FROM parts WHERE a IS NOT NULL)
        SELECT count_if(d < before_d), count_if(m < before_m), max(dm) - min(dm), max(mm) - min(mm) FROM (
          SELECT *, lag(d) OVER (ORDER BY place) AS before_d, lag(m) OVER (ORDER BY place) AS before_m FROM days)"""
    ).fetchall()[0]
    back_d, back_m, span_d, span_m = (int(value or 0) for value in row)
    return back_d, back_m, span_d, span_m
