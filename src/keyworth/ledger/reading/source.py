"""What an opened file looks like to the rest of the ledger, whatever it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from keyworth.ledger.reading.line_numbers import Locate
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class Source:
    """One table of rows, ready to be selected from.

    `relation` stands after FROM and has the columns c1, c2, …, in the file's order; every read gives the same
    rows in the same order, so the rowid of a table made from it (less any filter) is the record's place.
    Text files and workbooks give VARCHAR throughout; Parquet, JSON and frames keep their own types.

    `faults` stands after FROM too: the rows that could not be split into columns at all, with
    `line` (BIGINT, from 1, the file's own line where it has lines), `problem` (a code for `problem_message`),
    `problem_value` and `text` (the row as it was written).
    """

    name: str  # as shown to a person
    path: Path | None
    relation: str
    headers: tuple[str, ...]  # as shown; made unique; "column 1" where the file has no header
    types: tuple[str, ...]  # DuckDB's names, one per column
    rows: int  # how many `relation` gives
    has_header: bool = True
    encoding: str | None = None
    delimiter: str | None = None
    first_line: int = 1  # the file's line (sheet's row) on which its first record stands
    first_rows: tuple[tuple[str | None, ...], ...] = ()  # five at most, for a person to recognise the file
    faults: str | None = None
    fault_rows: int = 0
    line: str | None = None  # a column of `relation` with each record's line, where counting records does not give it
    locate: Locate | None = None  # where neither counting nor a column tells a record's line
    merged: Mapping[int, str] = field(default_factory=dict)  # a column's place: the column of `relation` that says
    # whether a row's cell shows the value of a merged cell that begins above it
    mended: bool = False  # rows that were set aside and are brought back
    of_import: int | None = None  # and the import that set them aside
    notes: tuple[Message, ...] = ()  # what was decided, and why
    warnings: tuple[Message, ...] = ()  # what may be wrong all the same

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names inside SQL."""
        return tuple(f"c{place}" for place in range(1, len(self.headers) + 1))
