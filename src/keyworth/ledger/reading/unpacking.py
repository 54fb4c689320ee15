"""Unpacking in bounded memory, and refusing what would swell without end."""

import gzip
import zipfile
from pathlib import Path

from keyworth.errors import FileUnreadable
from keyworth.words import Message

CHUNK = 1 << 20
MOST_UNPACKED = 1 << 38  # 256 GiB: a hundred times the largest order file we have heard of
MOST_WORKBOOK = 2 << 30  # a workbook is held in memory; a full sheet of a million rows stays below
MOST_SWELLING = 250  # tables of text shrink ten- to fifty-fold, zeroes a thousandfold
NOT_WORTH_ASKING = 64 << 20  # what swells to less than this does no harm


def gunzip(packed: Path, target: Path, *, name: str) -> Path:
    """Unpack to `target`. Raises FileUnreadable, and leaves nothing behind, for a file made to fill the disk."""
    size = packed.stat().st_size
    unpacked = 0
    try:
        with gzip.open(packed) as source, target.open("wb") as out:
            while chunk := source.read(CHUNK):
                unpacked += len(chunk)
                _refuse_bomb(unpacked, size, MOST_UNPACKED, name)
                out.write(chunk)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


def check_workbook(packed: Path, *, name: str) -> None:
    """Refuse a zipped workbook that would not fit in memory, by unpacking it without keeping anything.

    The sizes that a zip states can lie, so they are not trusted. Raises FileUnreadable.
    """
    size = packed.stat().st_size
    unpacked = 0
    try:
        with zipfile.ZipFile(packed) as archive:
            for member in archive.infolist():
                with archive.open(member) as part:
                    while chunk := part.read(CHUNK):
                        unpacked += len(chunk)
                        _refuse_bomb(unpacked, size, MOST_WORKBOOK, name)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError):
        raise FileUnreadable(
            Message("{file} is damaged or locked with a password.", file=name),
            hint=Message("Open it in Excel and save it anew, without a password."),
        ) from None


def _refuse_bomb(unpacked: int, packed: int, most: int, name: str) -> None:
    if unpacked > most:
        raise FileUnreadable(
            Message("{file} unpacks to more than {most} GiB.", file=name, most=most >> 30),
            hint=Message("Split it, or save it as CSV or Parquet."),
        )
    if unpacked > NOT_WORTH_ASKING and unpacked > MOST_SWELLING * packed:
        raise FileUnreadable(
            Message(
                "{file} swells more than {times} times when unpacked, as no order file does.",
                file=name,
                times=MOST_SWELLING,
            ),
            hint=Message("If it is what you meant, unpack it yourself."),
        )
