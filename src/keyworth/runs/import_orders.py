"""Order files into a book, and the rows that could not go in out again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from keyworth.ledger import ColumnMapping, ImportReport, ReadingOptions, Source, import_orders
from keyworth.words import Message

__all__ = ["Agree", "ColumnUnderstood", "ImportOptions", "ImportReport", "ReadingOptions", "import_files"]


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
    """What a person may say before an import: how to read the files, in which currency, by which exchange rates."""

    reading: ReadingOptions = field(default_factory=ReadingOptions)
    currency: str | None = None
    rates: Path | None = None


def import_files(
    book: Path, files: Sequence[Path], options: ImportOptions, *, at: datetime, agree: Agree | None = None
) -> ImportReport:
    """Import files and folders as one transaction; see `ledger.importing` for what it guarantees.

    Raises what the import raises; whatever it is, the book is as it was.
    """

    def ask(source: Source, mapping: ColumnMapping) -> None:
        if agree is not None:
            columns = [ColumnUnderstood(name, mapping.header(name), mapping.because[name]) for name in mapping.columns]
            agree(source.name, columns, (*source.notes, *mapping.notes))

    reading = replace(options.reading, agree=ask)
    return import_orders(book, files, reading, at=at, currency=options.currency, rates=options.rates)
