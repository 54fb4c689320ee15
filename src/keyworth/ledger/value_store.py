"""Value books kept beside the ledger they were computed from: `values/<book_id>/` inside the book."""

import json
import os
import re
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from keyworth.errors import BookDamaged, BookMissing
from keyworth.ledger.engine_errors import unwritable
from keyworth.ledger.first_import import no_book
from keyworth.ledger.tables import flush
from keyworth.ledger.unreadable_files import why_unreadable
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class KeptValues:
    """A value book as stored: `about` says how it was made, `customers` has one row per customer."""

    book_id: str
    about: Mapping[str, Any]
    customers: pa.Table


def keep_values(folder: Path, book_id: str, about: Mapping[str, Any], customers: pa.Table) -> None:
    """Store a value book; the folder appears whole or not at all. The same id again replaces it.

    Raises BookUnwritable where the disk refuses; what was stored before is as it was.
    """
    values = folder / "values"
    new = values / f".new-{uuid.uuid4().hex}"
    try:
        new.mkdir(parents=True)
        with (new / "customers.parquet").open("wb") as file:
            pq.write_table(customers, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        with (new / "value.json").open("w", encoding="utf-8") as text:
            json.dump(dict(about), text, ensure_ascii=False, indent=1, sort_keys=True)
            text.flush()
            os.fsync(text.fileno())
        flush(new)
        old = values / book_id
        if old.exists():
            # Two books of one id hold the same figures, so a reader loses nothing between these two steps.
            shutil.rmtree(old)
        new.rename(old)
        flush(values)
    except OSError as error:
        raise unwritable(folder, error) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def kept_values(folder: Path) -> list[str]:
    """The ids of the value books in a book, in the order they were made."""
    found = [path for path in (folder / "values").glob("*/value.json") if not path.parent.name.startswith(".")]
    return [path.parent.name for path in sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.parent.name))]


def kept_about(folder: Path) -> list[Mapping[str, Any]]:
    """How each value book in a book was made, oldest first; those that cannot be read are left out."""
    found: list[Mapping[str, Any]] = []
    for book_id in kept_values(folder):
        try:
            about = json.loads((folder / "values" / book_id / "value.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(about, dict):
            found.append(about)
    return found


def _rows(file: Path) -> pa.Table:
    # `read_table` would load Arrow's data sets, and with them pandas wherever it is installed.
    with pq.ParquetFile(file) as found:
        return found.read()


def read_values(folder: Path, book_id: str | None = None) -> KeptValues:
    """A value book by its id, or by the beginning of it, or the newest. Raises BookMissing, BookDamaged."""
    if not (folder / "book.json").exists():
        raise no_book(folder)
    ids = kept_values(folder)
    matching = ids[-1:] if book_id is None else [found for found in ids if found.startswith(book_id)]
    if len(matching) != 1 or (book_id is not None and not re.fullmatch(r"[0-9a-z-]+", book_id)):
        raise BookMissing(
            Message("{folder} has no value book {book_id}.", folder=str(folder), book_id=book_id or "")
            if book_id
            else Message("{folder} has no value book yet.", folder=str(folder)),
            hint=Message("Its value books are: {ids}.", ids=ids)
            if ids
            else Message("Make one first: keyworth value {folder}", folder=str(folder)),
        )
    place = folder / "values" / matching[0]
    try:
        about = json.loads((place / "value.json").read_text(encoding="utf-8"))
        return KeptValues(matching[0], about, _rows(place / "customers.parquet"))
    except (OSError, ValueError, pa.ArrowInvalid) as error:
        raise BookDamaged(
            Message("{path} cannot be read: {reason}.", path=str(place), reason=why_unreadable(error)),
            hint=Message("Delete that folder and make the value book again; the orders are not touched."),
        ) from error
