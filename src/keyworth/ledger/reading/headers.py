"""Which row names the columns, and what each column is called."""

import re
from collections import Counter
from collections.abc import Sequence

from keyworth.ledger.columns.names import names_a_field
from keyworth.words import Message

_LOOKS_LIKE_A_VALUE = re.compile(
    r"\s*[(¥￥$€£-]*\s*\d[\d\s.,'/:年月日T-]*(?:[+Z元)%].*)?\s*|\s*\S*\d{4,}\S*\s*", re.DOTALL
)
MOST_LINES_ABOVE = 10  # titles such as "Orders of 2024, printed on …" above the header


def header_row(rows: Sequence[Sequence[str | None]]) -> tuple[int, bool]:
    """Where the table begins in the first rows of a file, and whether it begins with a header.

    Returns (rows to skip before the table, whether the first of the table names its columns). A row names
    columns when none of its cells looks like a number or a date, and either one of them is a word we know
    or the column below it holds numbers or dates.
    """
    if not rows:
        return 0, False
    widths = Counter(_filled(row) for row in rows)
    width = max(widths, key=lambda count: (widths[count], count))
    for place, row in enumerate(rows[:MOST_LINES_ABOVE]):
        narrow = _filled(row) * 2 <= width or (_filled(row) == 1 < width)
        if narrow and not (_known(row) > 1 and _names_columns(row, rows[place + 1 :])):
            continue  # a title, or a blank line
        if _heads_the_next(row, rows[place + 1 :]):
            place += 1
        return place, _names_columns(rows[place], rows[place + 1 :])
    return 0, _names_columns(rows[0], rows[1:])


def _heads_the_next(row: Sequence[str | None], below: Sequence[Sequence[str | None]]) -> bool:
    """Whether a row only groups the columns that the next one names: "money" above "due" and "paid"."""
    return (
        len(below) > 1
        and _filled(row) < _filled(below[0])
        and _known(row) < _known(below[0])
        and _names_columns(row, below)
        and _names_columns(below[0], below[1:])
    )


def header_note(file: str, row: int) -> Message:
    """What to say where the header is not the first row."""
    return Message("{file}: row {row} names the columns; what stands above it was left out.", file=file, row=row)


def _known(row: Sequence[str | None]) -> int:
    return sum(names_a_field(cell) for cell in row if cell and cell.strip())


def _filled(row: Sequence[str | None]) -> int:
    return sum(1 for cell in row if cell and cell.strip())


def _names_columns(row: Sequence[str | None], below: Sequence[Sequence[str | None]]) -> bool:
    cells = [cell.strip() for cell in row if cell and cell.strip()]
    known = sum(names_a_field(cell) for cell in cells)
    values = sum(bool(_LOOKS_LIKE_A_VALUE.fullmatch(cell)) for cell in cells)
    if values and known <= values:
        return False
    if known or not below:
        return bool(cells)
    return len(set(cells)) == len(cells)


def shown_headers(row: Sequence[str | None] | None, width: int) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    """The columns' names made unique, and what had to be renamed: (name, how often it came).

    >>> shown_headers(["date", "date", None], 3)
    (('date', 'date (2)', 'column 3'), (('date', 2),))
    """
    written = [(cell or "").strip().lstrip("\ufeff") for cell in (row or ())][:width]
    written += [""] * (width - len(written))
    counts = Counter(name for name in written if name)
    taken = set(counts)
    seen: Counter[str] = Counter()
    shown: list[str] = []
    for place, name in enumerate(written, start=1):
        name = name or f"column {place}"
        seen[name] += 1
        if seen[name] > 1 or (name not in counts and name in taken):
            number = max(2, seen[name])
            while f"{name} ({number})" in taken:
                number += 1
            name = f"{name} ({number})"
        taken.add(name)
        shown.append(name)
    return tuple(shown), tuple((name, count) for name, count in counts.items() if count > 1)
