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

    Only lines that fit one of the two and make sense in it are counted: a line of broken UTF-8 is of neither.
    """
    told: dict[str, int] = {"utf-8": 0, other: 0}
    first: dict[str, list[int]] = {"utf-8": [], other: []}
    for number, line in _lines(path):
        if line.isascii():
            continue
        encoding = encoding_of_line(line, other)
        if encoding is not None:
            told[encoding] += 1
            if len(first[encoding]) < _SHOWN:
                first[encoding].append(number)
    fewer = min(told, key=lambda encoding: told[encoding])
    if not told[fewer] or told[fewer] * _RARE < sum(told.values()):
        return None
    return Mixture(told["utf-8"], told[other], tuple(first[fewer]))


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
