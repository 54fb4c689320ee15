"""How a text file sets its columns apart, judged from its first lines."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from keyworth.errors import FileUnreadable, OptionRefused
from keyworth.ledger.reading.headers import header_row
from keyworth.words import Message, Quoted

WHITESPACE = " "  # stands for any run of spaces
MOST_COLUMNS = 4_000
_CANDIDATES = (",", "\t", ";", "|", "\x01", "^", "，")
_NAMES = {
    "tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": WHITESPACE,
    "spaces": WHITESPACE, "whitespace": WHITESPACE,
}  # fmt: skip
_TITLES = {
    ",": Message("commas"),
    "\t": Message("tabs"),
    ";": Message("semicolons"),
    "|": Message("vertical bars"),
    WHITESPACE: Message("spaces"),
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """`above` is how many records, blank lines among them, stand before the first row; `first_line` is its line.

    They differ where a title or a header holds a line break.
    """

    delimiter: str
    width: int
    above: int
    first_line: int
    has_header: bool
    rows: tuple[tuple[str, ...], ...]  # the first rows of the table, the header first if there is one
    titles: bool = False  # whether something was written above it


def delimiter_title(delimiter: str) -> Message | Quoted:
    return _TITLES.get(delimiter, Quoted(delimiter))


def delimiter_chosen(text: str) -> str:
    """The delimiter that a person asked for; raises OptionRefused unless it is one character or its name."""
    chosen = _NAMES.get(text.lower(), text)
    if len(chosen) != 1 or chosen in '"\r\n':
        raise OptionRefused(
            Message(
                "A delimiter is one character, or tab, comma, semicolon, pipe, space; got {text}.", text=Quoted(text)
            )
        )
    return chosen


def judge(head: str, *, name: str, whole: bool, delimiter: str | None = None, header: bool | None = None) -> Dialect:
    """Judge the first part of a text file.

    `whole` says that `head` is all there is; otherwise its last line may be cut and is left out.
    Raises FileUnreadable where the columns are too many, or the delimiter asked for does not occur.
    """
    above = 0
    named = re.match(r"sep=(.)\r?\n", head)  # Excel's own mark
    if named:
        above, head, delimiter = 1, head[named.end() :], delimiter or named[1]
    lines = head.splitlines(keepends=True)
    if not whole and len(lines) > 1:
        lines = lines[:-1]
    _refuse_too_many_columns(lines, name, delimiter)
    if delimiter is None:
        delimiter = likely_delimiter(lines)
    elif not _divides(lines, delimiter):
        _refuse_delimiter(lines, name, delimiter)
    rows = list(split(lines, delimiter))
    counts = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    width = max(counts, key=lambda count: (counts[count], count)) if counts else 0
    skipped, has_header = header_row(rows)
    if header is not None:
        has_header = header
    if len(rows) - skipped <= 2 and has_header:
        width = max(width, len(rows[skipped]))
    before = skipped + (has_header and bool(rows))
    return Dialect(
        delimiter=delimiter,
        width=width,
        above=above + before,
        first_line=above + _lines_of(lines, delimiter, before) + 1,
        has_header=has_header,
        rows=tuple(tuple(row) for row in rows[skipped : skipped + 60]),
        titles=any(cell.strip() for row in rows[:skipped] for cell in row),
    )


def likely_delimiter(lines: Sequence[str]) -> str:
    """The delimiter that splits most lines into the same number of columns, more than one."""
    best, best_score = ",", 0.0
    for candidate in (*_CANDIDATES, WHITESPACE):
        rows = [row for row in split(lines, candidate) if any(cell.strip() for cell in row)]
        if not rows:
            continue
        counts = Counter(len(row) for row in rows)
        width, agreeing = max(counts.items(), key=lambda pair: (pair[1] if pair[0] > 1 else 0, pair[0]))
        if width < 2:
            continue
        score = (agreeing / len(rows)) ** 2 * min(width, 20) ** 0.5
        if candidate == WHITESPACE:
            score *= 0.5  # dates, names and thousands hold spaces too
        if score > best_score * 1.001:
            best, best_score = candidate, score
    return best


def split(lines: Sequence[str], delimiter: str) -> Iterator[list[str]]:
    """Rows of cells; a run of spaces is one delimiter, and at a line's ends is none."""
    if delimiter == WHITESPACE:
        for line in lines:
            if line.strip():
                yield line.split()
        return
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:  # a cell beyond the csv module's limit
        return


def _divides(lines: Sequence[str], delimiter: str) -> bool:
    return not lines or any(len(row) > 1 for row in split(lines[:200], delimiter))


def _refuse_delimiter(lines: Sequence[str], name: str, delimiter: str) -> None:
    likely = likely_delimiter(lines)
    if not _divides(lines, likely):
        return
    raise FileUnreadable(
        Message(
            "{file} was to be split at {delimiter}, but no line of it holds one.",
            file=name,
            delimiter=delimiter_title(delimiter),
        ),
        hint=Message(
            "Its columns seem to be set apart by {likely}; leave the delimiter out.", likely=delimiter_title(likely)
        ),
    )


def _refuse_too_many_columns(lines: Sequence[str], name: str, delimiter: str | None) -> None:
    if not lines:
        return
    first = lines[0]
    most = max(first.count(candidate) for candidate in ([delimiter] if delimiter else _CANDIDATES)) + 1
    if most > MOST_COLUMNS:
        raise FileUnreadable(
            Message(
                "{file} has at least {count} columns; an order file has at most {most}.",
                file=name,
                count=most,
                most=MOST_COLUMNS,
            ),
            hint=Message("Was the table turned on its side, or are its line ends missing?"),
        )


def _lines_of(lines: Sequence[str], delimiter: str, records: int) -> int:
    if not records or delimiter == WHITESPACE:
        return records
    reader = csv.reader(lines, delimiter=delimiter)
    for _ in range(records):
        next(reader)
    return reader.line_num
