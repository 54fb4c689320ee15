"""How these tests bring a text through reading and mapping to staged rows."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from keyworth.ledger.columns import (
    ColumnMapping,
    Conventions,
    decide_conventions,
    exceptions_query,
    propose_mapping,
    staging_query,
)
from keyworth.ledger.reading import Source, open_sources

Row = dict[str, Any]


class Opened:
    """A file and what was made of it."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        text: str | bytes,
        name: str = "orders.csv",
        **options: Any,
    ) -> None:
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        scratch = folder / "scratch"
        scratch.mkdir(exist_ok=True)
        self.connection = connection
        self.source: Source = open_sources([path], connection=self.connection, scratch=scratch, **options)[0]

    def mapping(self, **chosen: str) -> ColumnMapping:
        return propose_mapping(self.connection, self.source, chosen=chosen)

    def conventions(self, mapping: ColumnMapping, **options: Any) -> Conventions:
        return decide_conventions(self.connection, self.source, mapping, **options)

    def dicts(self, query: str) -> list[Row]:
        found = self.connection.execute(query)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def staged(self, chosen: dict[str, str] | None = None, **options: Any) -> list[Row]:
        mapping = self.mapping(**(chosen or {}))
        return self.dicts(staging_query(self.source, mapping, self.conventions(mapping, **options)))

    def exceptions(self, chosen: dict[str, str] | None = None, **options: Any) -> list[Row]:
        mapping = self.mapping(**(chosen or {}))
        return self.dicts(exceptions_query(self.source, mapping, self.conventions(mapping, **options)))


@pytest.fixture(scope="session")
def connection():
    with duckdb.connect(config={"threads": 2}) as connection:
        yield connection


@pytest.fixture
def opened(connection, tmp_path):
    """Open a text as a file: `opened(text, name=…, encoding=…)`."""

    def open_text(text: str | bytes, name: str = "orders.csv", **options: Any) -> Opened:
        return Opened(connection, tmp_path, text, name, **options)

    return open_text


@pytest.fixture
def staged(opened):
    """The staged rows of a text."""

    def rows(text: str | bytes, chosen: dict[str, str] | None = None, **options: Any) -> list[Row]:
        return opened(text).staged(chosen, **options)

    return rows
