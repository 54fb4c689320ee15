"""Files that other programs read, written whole or not at all."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from keyworth.errors import OptionRefused, OutputUnwritable
from keyworth.words import Message

# Excel and its kin run a cell that begins with one of these, unless it is a number; a leading apostrophe makes it
# text again.
_FORMULA = r"^\s*[=+\-@\t\r＝＋－＠]"
_NUMBER = r"^[+-]?[0-9][0-9.,]*%?$"


def write_table(table: pa.Table, path: Path) -> int:
    """Write CSV (with a byte-order mark, so that Excel reads Chinese) or Parquet, by the name's ending.

    The file appears whole or not at all. Returns the number of rows. Raises OptionRefused for another ending,
    OutputUnwritable where the disk refuses.
    """
    ending = path.suffix.lower()
    if ending not in {".csv", ".parquet"}:
        raise OptionRefused(
            Message("{path} ends in neither .csv nor .parquet.", path=str(path)),
            hint=Message("Name the file so that its ending says what it should be."),
        )
    with replacing(path) as file:
        put_table(table, file, ending)
    return int(table.num_rows)


def put_table(table: pa.Table, file: BinaryIO, ending: str) -> None:
    """The table as `.csv` or `.parquet` into an open file."""
    table = _unknown_as_missing(table)
    if ending == ".parquet":
        pq.write_table(table, file)
    else:
        file.write(b"\xef\xbb\xbf")
        pa_csv.write_csv(_safe_for_spreadsheets(table), file)


def write_text(text: str, path: Path) -> None:
    """Write a page; the file appears whole or not at all. Raises OutputUnwritable where the disk refuses."""
    with replacing(path) as file:
        file.write(text.encode())


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write that takes its name, in one step, when all of it is on the disk. Raises OSError."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """The same for a file that a person named: raises OutputUnwritable, which says why."""
    try:
        with whole_file(path) as file:
            yield file
    except OSError as error:
        raise OutputUnwritable(
            Message("{path} cannot be written: {reason}.", path=str(path), reason=why(error, path)),
            hint=Message("Check the folder, the permissions and the free space."),
        ) from error


def why(error: OSError, path: Path) -> Message | str:
    """What kept a file from being written, in words that say what to change; the system's own for the rest."""
    if isinstance(error, IsADirectoryError):
        return Message("it is a folder")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Message("there is no folder {folder}", folder=str(path.parent))
    if isinstance(error, PermissionError):
        return Message("it may not be written to, or another program has it open")
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Message("the disk is full")
    return error.strerror or str(error)


def _unknown_as_missing(table: pa.Table) -> pa.Table:
    """What is not a number, such as the mean of no repeats, is left empty: no reader takes that for a figure."""

    def known(column: pa.ChunkedArray) -> pa.ChunkedArray:
        if not pa.types.is_floating(column.type):
            return column
        missing = pa.nulls(1, column.type)[0]  # `pa.scalar` loads pandas wherever it is installed
        return pc.if_else(pc.is_nan(column), missing, column)

    return pa.table({name: known(table[name]) for name in table.column_names})


def _safe_for_spreadsheets(table: pa.Table) -> pa.Table:
    def safe(column: pa.ChunkedArray) -> pa.ChunkedArray:
        if not pa.types.is_string(column.type):
            return column
        risky = pc.and_(
            pc.match_substring_regex(column, _FORMULA), pc.invert(pc.match_substring_regex(column, _NUMBER))
        )
        if not pc.any(risky).as_py():  # as above
            return column
        return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)

    return pa.table({name: safe(table[name]) for name in table.column_names})
