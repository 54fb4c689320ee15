"""A table of some rows and columns that is no order file: read with the same care, and handed on as it was written."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from keyworth.errors import FileUnreadable
from keyworth.ledger.columns import problem_message
from keyworth.ledger.engine import reading_connection
from keyworth.ledger.reading import Source, open_sources
from keyworth.words import Message

_MOST_ROWS = 100_000
_SHOWN = 5  # faulty rows named in a refusal


@dataclass(frozen=True, slots=True)
class SmallTable:
    """Cells as text, None where empty; `lines` are the file's lines (a sheet's rows) on which the rows stand."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    lines: tuple[int, ...]
    has_header: bool
    notes: tuple[Message, ...]


def read_small_table(path: Path, *, sheet: str | None = None) -> SmallTable:
    """Read one file, whatever it is, as import would; blank rows are left out.

    Raises FileUnreadable where it is no table, where rows cannot be split into columns, and for a table of so
    many rows that it must be something else; OptionRefused for a sheet that is not there.
    """
    if path.is_dir():
        raise FileUnreadable(Message("{file} is not a file.", file=str(path)))
    with tempfile.TemporaryDirectory(prefix="keyworth-") as scratch, reading_connection() as connection:
        (source,) = open_sources([path], connection=connection, scratch=Path(scratch), sheet=sheet)
        if source.rows > _MOST_ROWS:
            raise FileUnreadable(
                Message(
                    "{file} has {count} {count:row|rows}, too many for a table of this kind.",
                    file=source.name,
                    count=source.rows,
                ),
                hint=Message("Is it an order file? Those go in with keyworth import."),
            )
        _refuse_faults(connection, source)
        texts = ", ".join(f"CAST({column} AS VARCHAR)" for column in source.columns)
        line = source.line or "NULL"
        found = connection.execute(f"SELECT {line}, {texts} FROM {source.relation}").fetchall()
        lines = _lines(source, [row[0] for row in found])
    kept = [
        (at, row[1:]) for at, row in zip(lines, found, strict=True) if any(cell and cell.strip() for cell in row[1:])
    ]
    return SmallTable(
        name=source.name,
        headers=source.headers,
        rows=tuple(row for _, row in kept),
        lines=tuple(at for at, _ in kept),
        has_header=source.has_header,
        notes=source.notes,
    )


def _lines(source: Source, told: list[int | None]) -> list[int]:
    places = range(1, len(told) + 1)
    located = source.locate(places) if source.locate is not None else {}
    return [line or located.get(place, place - 1 + source.first_line) for place, line in zip(places, told, strict=True)]


def _refuse_faults(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    if source.faults is None:
        return
    rows = connection.execute(
        f"SELECT line, problem, problem_value FROM {source.faults} ORDER BY line LIMIT {_SHOWN}"
    ).fetchall()
    raise FileUnreadable(
        Message(
            "{file}: {faults}.",
            file=source.name,
            faults=[
                Message("row {row}: {fault}", row=str(line), fault=problem_message(code, None, value))
                for line, code, value in rows
            ],
        ),
        hint=Message("Correct these rows and try again."),
    )
