"""What a person gives becomes sources, and of each is told which column is which and how its values are written."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from keyworth.errors import KeyworthError, OptionRefused
from keyworth.ledger.book_file import BookFile
from keyworth.ledger.columns import (
    ColumnMapping,
    Conventions,
    KnownWriting,
    counted_once,
    decide_conventions,
    propose_mapping,
)
from keyworth.ledger.mended_rows import as_they_came, mapping_then, record_of
from keyworth.ledger.reading import Source, from_frame, open_sources
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """What a person may say about files before they are read; everything left out is found out.

    `chosen` maps fields to columns, by header or by number from 1. `agree` is asked before a mapping is used
    and may raise to stop the import. `day_first` settles 3/5/2024, `decimal_comma` 1,234.
    """

    chosen: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None
    time_zone: str | None = None
    day_first: bool | None = None
    decimal_comma: bool | None = None
    agree: Callable[[Source, ColumnMapping], None] | None = None

    @property
    def told(self) -> KnownWriting:
        return KnownWriting(day_first=self.day_first, comma_everywhere=self.decimal_comma)


@dataclass(frozen=True, slots=True)
class Understood:
    """A source, which of its columns is which, and how their values are written."""

    source: Source
    mapping: ColumnMapping
    conventions: Conventions
    _notes: tuple[Message, ...] = ()

    @property
    def notes(self) -> tuple[Message, ...]:
        """What was decided about the source, and why."""
        return (*self.source.notes, *self.mapping.notes, *self._notes, *self.conventions.notes)

    @property
    def signature(self) -> str:
        """What a remembered mapping goes by: the headers, whatever the file is called."""
        return _signature(self.source)


def understand(
    connection: duckdb.DuckDBPyConnection,
    scratch: Path,
    given: Sequence[Path | Any],
    options: ReadingOptions,
    book: BookFile,
) -> tuple[list[Understood], str | None]:
    """Open everything given and decide how to read it; and the time zone in which days are counted, if one is needed.

    Raises what opening and mapping raise, with the number of rows in its counts.
    """
    zone = _zone(options.time_zone, book)
    sources = [
        part
        for source in _open(connection, scratch, given, options)
        for part in as_they_came(connection, scratch, source)
    ]
    try:
        understood = [_understand(connection, source, options, book, zone) for source in sources]
    except KeyworthError as error:
        error.counts = {"rows_read": sum(source.rows + source.fault_rows for source in sources)} | error.counts
        raise
    if zone is None and any(one.conventions.moments for one in understood):
        zone = "UTC"
    return understood, zone


def _zone(asked: str | None, book: BookFile) -> str | None:
    if asked is not None and book.time_zone not in {None, asked}:
        raise OptionRefused(
            Message("The book counts its days in {kept}, not in {asked}.", kept=book.time_zone, asked=asked),
            hint=Message("Leave --time-zone out, or import into another book."),
        )
    return asked or book.time_zone


def _understand(
    connection: duckdb.DuckDBPyConnection, source: Source, options: ReadingOptions, book: BookFile, zone: str | None
) -> Understood:
    saved: Mapping[str, str] = book.mappings.get(_signature(source), {})
    known = KnownWriting()
    if source.mended:
        record = record_of(connection, source)
        saved = mapping_then(source, record)
        known = KnownWriting() if record is None else record.writing
    mapping = propose_mapping(connection, source, chosen=options.chosen, saved=saved)
    if options.agree is not None:
        options.agree(source, mapping)
    source, merged_notes = counted_once(source, mapping)
    conventions = decide_conventions(connection, source, mapping, time_zone=zone, known=known.unless(options.told))
    return Understood(source, mapping, conventions, merged_notes)


def _signature(source: Source) -> str:
    """What a remembered mapping goes by: the headers, whatever the file is called."""
    return json.dumps(list(source.headers), ensure_ascii=False)


def _open(
    connection: duckdb.DuckDBPyConnection, scratch: Path, given: Sequence[Path | Any], options: ReadingOptions
) -> list[Source]:
    sources: list[Source] = []
    for one in given:
        if isinstance(one, Path):
            sources += open_sources(
                [one],
                connection=connection,
                scratch=scratch,
                encoding=options.encoding,
                delimiter=options.delimiter,
                header=options.header,
                sheet=options.sheet,
            )
        else:
            name = str(Message("data frame {number}", number=len(sources) + 1))
            sources.append(from_frame(one, connection=connection, scratch=scratch, name=name))
    return sources
