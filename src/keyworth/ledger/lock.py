"""One writer at a time: a lock that dies with its holder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from keyworth.errors import BookBusy
from keyworth.ledger.engine import unwritable
from keyworth.words import Message


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the book's writer lock; raises BookBusy at once when another process has it.

    The operating system lets go of the lock when the process ends, however it ends, so a killed import can
    never leave the book locked. The number in the file only names the holder for the message.
    """
    try:
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(handle, 32).decode(errors="replace").strip() or "?"
            raise BookBusy(
                Message("{folder} is being written to by process {holder}.", folder=str(folder), holder=holder),
                hint=Message("Wait for it to end, then run this again. Nothing was changed."),
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)
