"""`book.json`: which version of every table is the ledger; replacing it is what commits an import."""

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from keyworth.errors import BookDamaged, BookMissing
from keyworth.ledger.first_import import no_book
from keyworth.ledger.tables import TABLES, flush
from keyworth.ledger.unreadable_files import why_unreadable
from keyworth.units import UNSTATED
from keyworth.words import Message

FORMAT = 1


@dataclass(frozen=True, slots=True)
class BookFile:
    """What `book.json` says.

    `tables` gives each table's version at `ledger_version`; `earlier` the same for former ledger versions, so
    that a value book's ledger can be opened again. `mappings` are the column mappings people agreed to, by
    the headers they belong to. `time_zone` is None until a file needed one or somebody named it.
    """

    ledger_version: int
    tables: dict[str, int]
    currency: str = UNSTATED
    time_zone: str | None = None
    order_ids_shared: bool = False
    mappings: dict[str, dict[str, str]] = field(default_factory=dict)
    earlier: dict[str, dict[str, int]] = field(default_factory=dict)
    format: int = FORMAT

    def next(self, tables: dict[str, int], **settings: Any) -> "BookFile":
        earlier = {**self.earlier, str(self.ledger_version): self.tables}
        return replace(self, ledger_version=self.ledger_version + 1, tables=tables, earlier=earlier, **settings)

    def at_version(self, ledger_version: int) -> "BookFile":
        """The book as it was. Raises BookMissing for a version it never had."""
        if ledger_version == self.ledger_version:
            return self
        if str(ledger_version) not in self.earlier:
            raise BookMissing(
                Message(
                    "The book has no ledger version {version}; its newest is {newest}.",
                    version=ledger_version,
                    newest=self.ledger_version,
                )
            )
        return replace(self, ledger_version=ledger_version, tables=self.earlier[str(ledger_version)])


def no_folder(path: Path) -> BookMissing:
    file = next((part for part in (path, *path.parents) if part.is_file()), path)
    return BookMissing(
        Message("{path} is a file; a book is a folder.", path=str(file)),
        hint=Message("Name the folder of a book, or one that is not there yet: keyworth import makes it."),
    )


def read_book_file(folder: Path) -> BookFile:
    """Raises BookMissing where there is none, BookDamaged where it is lost or cannot be understood."""
    path = folder / "book.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = BookFile(**content)
        if not isinstance(found.currency, str) or not isinstance(found.ledger_version, int):
            raise ValueError
        if found.format != FORMAT:
            raise ValueError(Message("its format is {format}", format=str(found.format)))
        for tables in (found.tables, *found.earlier.values()):
            if set(tables) != set(TABLES):
                raise ValueError(Message("its tables differ: {tables}", tables=sorted(set(tables) ^ set(TABLES))))
    except FileNotFoundError:
        raise no_book(folder) from None
    except NotADirectoryError:
        raise no_folder(folder) from None
    except (ValueError, TypeError, AttributeError) as error:
        raise not_understood(path, error) from error
    return found


def not_understood(path: Path, error: Exception) -> BookDamaged:
    """The refusal of a part of the book that is not as this version writes it."""
    return BookDamaged(
        Message("{path} cannot be understood: {reason}.", path=str(path), reason=why_unreadable(error)),
        hint=Message("It was edited, or written by another version of Keyworth. Restore it from a backup."),
    )


def replace_book_file(folder: Path, content: BookFile) -> None:
    """Make this the book, in one step: whoever looks sees the old file or the new one, never a part."""
    new = folder / ".book.json.new"
    with new.open("w", encoding="utf-8") as file:
        json.dump(asdict(content), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / "book.json")
    flush(folder)
