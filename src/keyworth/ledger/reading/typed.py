"""A relation whose columns are already apart becomes a Source."""

from pathlib import Path
from typing import Any

import duckdb

from keyworth.ledger.reading.source import Source


def typed_source(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    *,
    headers: tuple[str, ...],
    name: str,
    path: Path | None,
    **known: Any,
) -> Source:
    """`relation` gives columns c1, c2, … as `headers` says, then any others; `known` are further fields of Source."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    texts = ", ".join(f"CAST(c{place} AS VARCHAR)" for place in range(1, len(headers) + 1))
    rows = int(connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0])
    first = connection.execute(f"SELECT {texts} FROM {relation} LIMIT 5").fetchall()
    return Source(
        name=name,
        path=path,
        relation=relation,
        headers=headers,
        types=tuple(_simple(str(row[1])) for row in described[: len(headers)]),
        rows=rows,
        first_rows=tuple(tuple(row) for row in first),
        **known,
    )


def _simple(type_: str) -> str:
    """Dictionaries of words (pandas categories, Polars enums) and JSON are text."""
    return "VARCHAR" if type_.startswith("ENUM") or type_ == "JSON" else type_
