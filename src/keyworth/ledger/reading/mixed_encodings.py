"""Files put together from parts in two encodings: each line is read in its own, and that is said."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from keyworth.ledger.reading.likely_characters import score_of

_SHOWN = 5  # lines named
_RARE = 10_000  # fewer lines than one in so many may be of the other encoding by accident


@dataclass(frozen=True, slots=True)
class Mixture:
    """`lines` are the first that are not in the file's chief encoding, counted from 1; `count` is how many."""

    in_utf8: int
    in_other: int
    lines: tuple[int, ...]


def mixture(path: Path, other: str) -> Mixture | None:
    """How many lines are UTF-8 and how many are in the `other` encoding, or None where all are in one of them.

    The fewer count only if they make sense in their encoding: a line of broken UTF-8 is of neither. The many are
    taken for what they fit, since looking at every character of a large file would take longer than reading it.
    """
    fitting = {True: 0, False: 0}
    for _, line in _lines(path):
        if not line.isascii():
            fitting[fits(line, "utf-8")] += 1
    if not all(fitting.values()):
        return None
    fewer_fit = fitting[True] <= fitting[False]
    fewer = "utf-8" if fewer_fit else other
    found = [
        number
        for number, line in _lines(path)
        if not line.isascii() and fits(line, "utf-8") == fewer_fit and encoding_of_line(line, other) == fewer
    ]
    if not found or len(found) * _RARE < sum(fitting.values()):
        return None
    many = fitting[not fewer_fit]
    shown = tuple(found[:_SHOWN])
    return Mixture(len(found), many, shown) if fewer_fit else Mixture(many, len(found), shown)


def encoding_of_line(line: bytes, other: str) -> str | None:
    """The one of the two in which a line that is not ASCII can be read and reads better; None for neither."""
    scores = {encoding: _sense(line, encoding) for encoding in ("utf-8", other)}
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] > 0 else None


def each_in_its_own(path: Path, target: Path, other: str) -> Path:
    """Write the file as UTF-8, each line read in its encoding; bytes that fit neither become the mark for that."""
    with target.open("wb") as out:
        for number, line in _lines(path):
            read = line if line.isascii() else _decoded(line, other).encode("utf-8")
            out.write(read.removeprefix(b"\xef\xbb\xbf") if number == 1 else read)
    return target


def _decoded(line: bytes, other: str) -> str:
    encoding = encoding_of_line(line, other)
    if encoding is None:
        encoding = "utf-8" if fits(line, "utf-8") else other
    return line.decode(encoding, errors="replace")


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Neither encoding has a line end within a character."""
    with path.open("rb") as file:
        yield from enumerate(file, start=1)


def fits(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _sense(line: bytes, encoding: str) -> float:
    """The mean score of the line's characters beyond ASCII, as of text in Chinese; below 0 where it does not fit."""
    try:
        marks = [character for character in line.decode(encoding) if not character.isascii()]
    except UnicodeDecodeError:
        return -1.0
    if not any("\u4e00" <= character <= "\u9fff" for character in marks):
        return -1.0
    return sum(score_of(character, encoding) for character in marks) / len(marks)
