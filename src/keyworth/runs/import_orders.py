"""Order files into a book, and the rows that could not go in out again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from keyworth.ledger import ImportReport, ReadingOptions, import_orders
from keyworth.words import Message

__all__ = ["Agree", "ColumnUnderstood", "ImportOptions", "ImportReport", "import_files"]


@dataclass(frozen=True, slots=True)
class ColumnUnderstood:
    """One field of the ledger, the column it will be read from, and why."""

    field: str
    header: str
    because: Message


# Told how a file was understood, before anything is stored; raises to stop the import.
Agree = Callable[[str, Sequence[ColumnUnderstood], Sequence[Message]], None]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person may say about files before they are read; what is left out is found out.

    `columns` maps fields to columns, by header or by number from 1. `day_first` says whether 3/5/2024 is in May,
    `decimal_comma` whether 1,234 is one and a bit.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None
    time_zone: str | None = None
    day_first: bool | None = None
    decimal_comma: bool | None = None
    currency: str | None = None
    rates: Path | None = None


def import_files(
    book: Path, files: Sequence[Path], options: ImportOptions, *, at: datetime, agree: Agree | None = None
) -> ImportReport:
    """Import files and folders as one transaction; see `ledger.importing` for what it guarantees.

    Raises what the import raises; whatever it is, the book is as it was.
    """

    def ask(source, mapping):  # type: ignore[no-untyped-def]  # the ledger's own types, shown as plain values
        if agree is not None:
            columns = [ColumnUnderstood(name, mapping.header(name), mapping.because[name]) for name in mapping.columns]
            agree(source.name, columns, (*source.notes, *mapping.notes))

    reading = ReadingOptions(
        chosen=options.columns,
        encoding=options.encoding,
        delimiter=options.delimiter,
        header=options.header,
        sheet=options.sheet,
        time_zone=options.time_zone,
        day_first=options.day_first,
        decimal_comma=options.decimal_comma,
        agree=ask,
    )
    return import_orders(book, files, reading, at=at, currency=options.currency, rates=options.rates)
