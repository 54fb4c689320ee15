"""One pass over a source, before its conventions are decided: how many cells are not written in the plain way."""

import duckdb

from keyworth.ledger.columns.fields import FIELDS
from keyworth.ledger.columns.mapping import ColumnMapping
from keyworth.ledger.columns.written_ids import BLANK_WORDS
from keyworth.ledger.columns.written_numbers import DECIMAL
from keyworth.ledger.reading.source import Source
from keyworth.ledger.sql import literal

UNIDENTIFYING = frozenset({"item"})  # an id that no row is counted by: tidied at its word
_OFFSET_SQL = (
    "length({c}) > 10 AND (contains({c}, '+') OR contains({c}, 'Z') OR contains({c}, 'z') OR contains({c}, 'C')"
    " OR contains({c}, 'G') OR substr({c}, -6, 1) = '-' OR substr({c}, -5, 1) = '-' OR substr({c}, -3, 1) = '-')"
)
_DATE_ALONE = 10  # 2024-03-05; what is longer holds a time and may hold an offset


def of_kind(mapping: ColumnMapping, *kinds: str) -> list[str]:
    """The mapped fields of these kinds."""
    return [name for name in mapping.columns if FIELDS[name].kind in kinds]


def is_text(source: Source, mapping: ColumnMapping, name: str) -> bool:
    return source.types[mapping.columns[name]] == "VARCHAR"


def first_look(connection: duckdb.DuckDBPyConnection, source: Source, mapping: ColumnMapping) -> dict[str, int]:
    """For each mapped field the counts that its convention hangs on, such as "amount odd".

    Each count is the cheapest that can tell, since ten million rows pay for every one of them.
    """
    counts: dict[str, str] = {}
    for name in mapping.columns:
        column, kind = mapping.column(name), FIELDS[name].kind
        if not is_text(source, mapping, name):
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
