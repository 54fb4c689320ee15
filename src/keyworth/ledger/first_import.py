"""The first import into a folder: where it may begin, and how one that never finished is told from a book.

A first import that was killed and a finished one whose `book.json` was lost leave the same tables. So a first
import leaves a mark before it writes any of them, and takes it away when `book.json` stands: only tables under
that mark are nobody's and may be removed.
"""

import shutil
from pathlib import Path

from keyworth.errors import BookDamaged, BookError, BookMissing, OptionRefused
from keyworth.ledger.tables import TABLES, flush
from keyworth.words import Message

_MARK = ".first-import"


def mark_first_import(folder: Path) -> None:
    """Say, on the disk before anything else is written, that what comes into `ledger/` is no book yet."""
    ledger = folder / "ledger"
    ledger.mkdir(exist_ok=True)
    (ledger / _MARK).touch()
    flush(ledger)
    flush(folder)


def unmark_first_import(folder: Path) -> None:
    (folder / "ledger" / _MARK).unlink(missing_ok=True)


def clear_for_first_import(folder: Path) -> None:
    """Remove what a killed first import left.

    Raises BookDamaged where the ledger may be somebody's book, OptionRefused where the folder holds other things.
    """
    if _holds_tables(folder):
        raise lost_book_file(folder)
    unfinished = _is_unfinished(folder)
    others = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
    if unfinished:
        others.remove("ledger")
    others = [name for name in others if name != "lost+found"]  # of a disk of its own
    if others:
        raise OptionRefused(
            Message(
                "{folder} is no book and is not empty: it holds {count} {count:other thing|other things}, {names} "
                "among them.",
                folder=str(folder),
                count=len(others),
                names=sorted(others)[:3],
            ),
            hint=Message(
                "Name a folder that is empty or not there yet, for example --into {inside}", inside=str(folder / "book")
            ),
        )
    if unfinished:
        shutil.rmtree(folder / "ledger")


def no_book(folder: Path) -> BookError:
    """What to say of a folder without `book.json`: that it is no book, or that it is one that was damaged."""
    if _holds_tables(folder):
        return lost_book_file(folder)
    return BookMissing(
        Message("There is no book in {folder}: it has no book.json.", folder=str(folder)),
        hint=Message("Import an order file first: keyworth import orders.csv --into {folder}", folder=str(folder)),
    )


def lost_book_file(folder: Path) -> BookDamaged:
    return BookDamaged(
        Message("{folder} is damaged: there is a ledger in it, but its book.json is missing.", folder=str(folder)),
        hint=Message(
            "Restore book.json from a backup, or import the order files into a new folder. Nothing was removed."
        ),
    )


def _holds_tables(folder: Path) -> bool:
    """Whether there are tables of ours that no unfinished first import accounts for."""
    ledger = folder / "ledger"
    return any((ledger / name / "_delta_log").is_dir() for name in TABLES) and not _is_unfinished(folder)


def _is_unfinished(folder: Path) -> bool:
    """Only a finished import leads to value books: beside them a mark proves nothing."""
    ledger = folder / "ledger"
    if not ledger.is_dir() or (folder / "values").exists():
        return False
    inside = {path.name for path in ledger.iterdir()}
    return not inside or (_MARK in inside and inside <= {_MARK, *TABLES})
