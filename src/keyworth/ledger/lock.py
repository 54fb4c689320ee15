"""One writer at a time: a lock that dies with its holder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from keyworth.errors import BookBusy
from keyworth.ledger.book_file import no_folder
from keyworth.ledger.engine_errors import unwritable
from keyworth.words import Message


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the book's writer lock, making the folder if there is none; raises BookBusy at once when another has it.

    The operating system lets go of the lock when the process ends, however it ends, so a killed import can
    never leave the book locked. The number in the file only names the holder for the message. Where no book
    came of it, the lock's file goes, and with it a folder that was made for it.
    """
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = _open(folder / ".lock")
    except (FileExistsError, NotADirectoryError):
        raise no_folder(folder) from None
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(folder, os.read(handle, 32).decode(errors="replace").strip()) from None
        if not _is_still(folder / ".lock", handle):
            raise _busy(folder, "")  # its holder has just removed it
        with suppress(OSError):  # a full disk shall not stand in the way: the number is only for people
            os.ftruncate(handle, 0)
            os.pwrite(handle, str(os.getpid()).encode(), 0)
        try:
            yield
        finally:
            if not (folder / "book.json").exists():
                _leave_no_trace(folder, made=made)
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)


def _is_still(path: Path, handle: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(handle).st_ino
    except FileNotFoundError:
        return False


def _busy(folder: Path, holder: str) -> BookBusy:
    return BookBusy(
        Message("{folder} is being written to by process {holder}.", folder=str(folder), holder=holder or "?"),
        hint=Message("Wait for it to end, then run this again. Nothing was changed."),
    )


def _leave_no_trace(folder: Path, *, made: bool) -> None:
    with suppress(OSError):
        (folder / ".lock").unlink()
        if made:
            folder.rmdir()  # fails where something else is in it, and then it stays
