"""Writing a text file anew where DuckDB cannot read it as it is: piece by piece, in bounded memory."""

import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path

from keyworth.ledger.reading.survey import CHUNK

_GAPS = re.compile(r"[ \t\u3000]+")


def to_utf8(text: Path, target: Path, encoding: str, *, errors: str = "strict") -> Path:
    """Write the file as UTF-8, with one kind of line end, without byte-order mark or NUL bytes."""
    decoder = getincrementaldecoder(encoding)(errors)
    first, held = True, ""
    with text.open("rb") as source, target.open("wb") as out:
        while True:
            chunk = source.read(CHUNK)
            piece = held + decoder.decode(chunk, final=not chunk)
            held = ""
            if first and piece:
                piece, first = piece.removeprefix("\ufeff"), False
            if chunk and piece.endswith("\r"):  # its \n may be in the next piece
                piece, held = piece[:-1], "\r"
            piece = piece.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
            out.write(piece.encode("utf-8", errors="replace"))
            if not chunk:
                return target


def single_delimiter(text: Path, target: Path) -> Path:
    """Write a table whose columns are set apart by runs of spaces with one tab for each run.

    Quotation marks mean nothing in such a table; they are doubled so that they stay as they are.
    """
    with target.open("w", encoding="utf-8", newline="\n") as out:
        for lines in _line_groups(text):
            out.write("".join(_tabbed(line) for line in lines))
    return target


def _tabbed(line: str) -> str:
    bare = line.strip()
    if not bare:
        return ""
    cells = _GAPS.split(bare)
    if '"' in bare:
        cells = ['"' + cell.replace('"', '""') + '"' if '"' in cell else cell for cell in cells]
    return "\t".join(cells) + "\n"


def _line_groups(text: Path) -> Iterator[list[str]]:
    with text.open(encoding="utf-8-sig", newline=None) as lines:
        while group := lines.readlines(CHUNK):
            yield group
