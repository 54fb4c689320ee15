"""Opening bytes as a file."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from keyworth.ledger.reading import Source, open_sources


@pytest.fixture(scope="session")
def connection():
    with duckdb.connect(config={"threads": 2}) as connection:
        yield connection


@pytest.fixture
def scratch(tmp_path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def open_bytes(tmp_path, scratch, connection):
    """`open_bytes(content, name, **options)`: the one Source in it."""

    def opening(content: bytes | str, name: str = "orders.csv", **options: Any) -> Source:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (source,) = open_sources([path], connection=connection, scratch=scratch, **options)
        return source

    return opening


@pytest.fixture
def rows_of(connection):
    def rows(source: Source) -> list[tuple[str | None, ...]]:
        found = connection.execute(f"SELECT {', '.join(source.columns)} FROM {source.relation}").fetchall()
        assert len(found) == source.rows
        return found

    return rows


@pytest.fixture
def faults_of(connection):
    def faults(source: Source) -> list[tuple[int, str, str, str]]:
        if source.faults is None:
            return []
        return connection.execute(
            f"SELECT line, problem, problem_value, text FROM {source.faults} ORDER BY line"
        ).fetchall()

    return faults
