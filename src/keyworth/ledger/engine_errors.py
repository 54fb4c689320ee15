"""What DuckDB, Delta and the system raise when a disk refuses or a file is broken, told as refusals of ours.

They raise many classes for one cause (a full disk alone is an IOException, a TransactionException, a
FatalException, an OSError, according to what was being written), so this is the one place that knows them.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EDQUOT, EFBIG, EIO, ENOSPC, EROFS
from os import strerror
from pathlib import Path

import duckdb
from deltalake.exceptions import DeltaError

from keyworth.errors import BookDamaged, BookUnwritable
from keyworth.words import Message

_FULL = tuple(strerror(number) for number in (ENOSPC, EDQUOT, EFBIG))
_REFUSES = (*_FULL, *(strerror(number) for number in (EIO, EROFS, EACCES)))
# Nobody else writes to these connections, so a commit can fail for nothing but the disk.
_OF_WRITING = (OSError, duckdb.IOException, duckdb.TransactionException, duckdb.FatalException, DeltaError)
_OF_BROKEN_FILES = (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException)


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Where the disk refuses, BookUnwritable."""
    try:
        yield
    except (OSError, duckdb.Error, DeltaError) as error:
        if isinstance(error, _OF_WRITING) or _no_room(error) or _says(error, _REFUSES):
            raise unwritable(folder, error) from error
        raise


@contextmanager
def reading_from(folder: Path) -> Iterator[None]:
    """Where a file of the book cannot be understood, BookDamaged; where there is no room to work, BookUnwritable."""
    try:
        yield
    except (duckdb.Error, RuntimeError) as error:
        if _no_room(error):
            raise BookUnwritable(
                Message("There is no room to work out the answer: {reason}.", reason=_first_line(error)),
                hint=Message("Make room, or set TMPDIR to a larger disk."),
            ) from error
        if _of_a_broken_file(error):
            raise _broken(folder, error) from error
        raise


def unwritable(folder: Path, error: BaseException) -> BookUnwritable:
    return BookUnwritable(
        Message("Writing to {folder} failed: {reason}.", folder=str(folder), reason=_first_line(error)),
        hint=Message("The book is as it was. Make room or mend the permissions, then run this again."),
    )


def _no_room(error: BaseException) -> bool:
    return isinstance(error, duckdb.OutOfMemoryException) or _says(error, _FULL)


def _says(error: BaseException, reasons: tuple[str, ...]) -> bool:
    return any(reason in str(error) for reason in reasons)


def _of_a_broken_file(error: BaseException) -> bool:
    """Parquet's decoders raise no class of their own; a text that is no text breaks even the raising (nanobind)."""
    if isinstance(error, duckdb.Error):
        return isinstance(error, _OF_BROKEN_FILES) or type(error) is duckdb.Error
    return type(error) is RuntimeError and "nanobind" in str(error)


def _broken(folder: Path, error: BaseException) -> BookDamaged:
    named = set(re.findall(r"part-\d+-\w+\.parquet", str(error)))
    found = list((folder / "ledger").glob(f"*/{named.pop()}")) if len(named) == 1 else []
    return BookDamaged(
        Message(
            "{folder} is damaged: {file} cannot be read: {reason}.",
            folder=str(folder),
            file=str(found[0].relative_to(folder)) if found else Message("a file in its ledger"),
            reason=_first_line(error),
        ),
        hint=RESTORE,
    )


RESTORE = Message("Restore the folder from a backup, or import the order files into a new one.")


def _first_line(error: BaseException) -> str:
    said = str(error).strip()
    inner = re.search(r'"exception_message":"((?:[^"\\]|\\.)*)"', said)  # DuckDB wraps one error in another, as JSON
    said = inner[1].replace('\\"', '"') if inner else said
    return said.splitlines()[0][:300].rstrip(".") if said else type(error).__name__
