"""Opening whatever a person names: one file, many, a folder."""

import errno
import gzip
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from keyworth.errors import BookUnwritable, FileUnreadable
from keyworth.ledger.missing_file import READABLE, no_file
from keyworth.ledger.reading.excel import read_workbook
from keyworth.ledger.reading.json_lines import read_json
from keyworth.ledger.reading.parquet import read_parquet
from keyworth.ledger.reading.scratch import Scratch
from keyworth.ledger.reading.source import Source
from keyworth.ledger.reading.text import read_text
from keyworth.ledger.reading.unpacking import gunzip
from keyworth.words import Message

_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_GZIP, _ZIP, _OLE, _PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
_OTHERS = {
    b"%PDF": Message("a PDF"),
    b"\x89PNG": Message("a picture"),
    b"\xff\xd8\xff": Message("a picture"),
    b"Rar!": Message("a RAR archive"),
    b"7z\xbc\xaf": Message("a 7-Zip archive"),
    b"BZh": Message("a bzip2 archive"),
    b"\xfd7zXZ": Message("an xz archive"),
    b"\x28\xb5\x2f\xfd": Message("a Zstandard archive"),
    b"SQLite format 3": Message("an SQLite database"),
}


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may say about a file; each None is decided by looking."""

    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None


def open_sources(
    paths: Sequence[Path],
    *,
    connection: duckdb.DuckDBPyConnection,
    scratch: Path,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
    sheet: str | None = None,
) -> list[Source]:
    """Open files, and every readable file of folders, in the order given (a folder's by name).

    The format is told by a file's first bytes before its name. `scratch` is a folder of the caller's, for
    what has to be unpacked or written anew; the sources need it, and `connection`, as long as they are read.
    Raises FileUnreadable for the first file that cannot be read at all, OptionRefused for an encoding,
    delimiter or sheet that does not exist, BookUnwritable where `scratch` is full.
    """
    room = Scratch(scratch)
    options = Options(encoding, delimiter, header, sheet)
    return [_open(connection, room, path, name, options) for path, name in _files(paths)]


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    if not paths:
        raise FileUnreadable(Message("No file was named."))
    for path in paths:
        if not path.is_dir():
            yield path, path.name
            continue
        inside = sorted(
            file
            for file in path.rglob("*")
            if file.is_file()
            and file.suffix.lower() in READABLE
            and not any(part.startswith((".", "~$")) for part in file.relative_to(path).parts)
        )
        if not inside:
            raise FileUnreadable(
                Message("The folder {folder} holds no file that can be read.", folder=str(path)),
                hint=Message("CSV, TSV, Excel, Parquet and JSON lines can be read, gzipped or not."),
            )
        for file in inside:
            yield file, file.relative_to(path).as_posix()


def _open(connection: duckdb.DuckDBPyConnection, room: Scratch, path: Path, name: str, options: Options) -> Source:
    try:
        start = _start(path, name)
        content = path
        claimed = None
        if start.startswith(_GZIP):
            content = gunzip(path, room.file(""), name=name)
            start = _start(content, name)
        elif name.lower().endswith(".gz"):
            claimed = Message("a gzip archive")
        if name.lower().removesuffix(".gz").endswith(_WORKBOOKS):
            claimed = Message("a workbook")
        source = _by_content(connection, room, content, start, path, name, options)
        return source if claimed is None or source.encoding is None else _of_text(source, claimed)
    except FileNotFoundError:
        raise no_file(path) from None
    except PermissionError:
        raise FileUnreadable(Message("{file} may not be read by this user.", file=str(path))) from None
    except (gzip.BadGzipFile, zlib.error, EOFError):
        raise FileUnreadable(
            Message("{file} is damaged: it cannot be unpacked to its end.", file=name),
            hint=Message("Was it copied to the end?"),
        ) from None
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise BookUnwritable(
            Message("There is no room on the disk to unpack or rewrite {file}.", file=name),
            hint=Message("Make room, or set TMPDIR to a larger disk."),
        ) from None


def _of_text(source: Source, claimed: Message) -> Source:
    """Text whose name claims something else: exports are often so, but a few words are no table."""
    if len(source.headers) < 2 or source.rows < 2 or source.fault_rows > source.rows:
        raise FileUnreadable(
            Message("{file} is {claimed} by its name, but it holds plain text.", file=source.name, claimed=claimed),
            hint=Message("Open it in the program it came from and export it again."),
        )
    note = Message(
        "{file} is {claimed} by its name; it holds plain text and was read as such.", file=source.name, claimed=claimed
    )
    return replace(source, notes=(note, *source.notes))


def _start(path: Path, name: str) -> bytes:
    if path.exists() and not os.path.isfile(path):  # noqa: PTH113 - a pipe or a device would block or never end
        raise FileUnreadable(Message("{file} is not a file.", file=name))
    with path.open("rb") as file:
        return file.read(64)


def _by_content(
    connection: duckdb.DuckDBPyConnection,
    room: Scratch,
    content: Path,
    start: bytes,
    path: Path,
    name: str,
    options: Options,
) -> Source:
    stem = name.lower().removesuffix(".gz")
    if start.startswith((_ZIP, _OLE)):
        return read_workbook(
            connection, room, content, name=name, path=path, sheet=options.sheet, header=options.header
        )
    if start.startswith(_PARQUET):
        return read_parquet(connection, room, content, name=name, path=path)
    for mark, what in _OTHERS.items():
        if start.startswith(mark):
            raise FileUnreadable(
                Message("{file} is {what}, not a table.", file=name, what=what),
                hint=Message("CSV, TSV, Excel, Parquet and JSON lines can be read, gzipped or not."),
            )
    if stem.endswith((".parquet", ".pq")):
        raise FileUnreadable(Message("{file} is called Parquet but is none.", file=name))
    if stem.endswith((".jsonl", ".ndjson", ".json")) or start.lstrip(b"\xef\xbb\xbf \r\n\t[").startswith(b'{"'):
        return read_json(connection, room, content, name=name, path=path, encoding=options.encoding)
    return read_text(
        connection,
        room,
        content,
        name=name,
        path=path,
        encoding=options.encoding,
        delimiter=options.delimiter,
        header=options.header,
    )
