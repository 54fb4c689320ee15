"""On which line of its file a record begins, where counting records does not tell."""

import csv
from collections.abc import Callable, Collection
from itertools import islice
from pathlib import Path

Locate = Callable[[Collection[int]], dict[int, int]]


def locator(text: Path, delimiter: str, first_line: int, faults: Collection[int]) -> Locate:
    """A function from records' places (from 1, faults not counted) to their lines.

    Goes through the file as far as the last place asked for, so it is asked once, and only for rows that a
    person will be told of. `faults` are the lines of records that could not be split. Lines of which nothing
    is known, because a cell is too large to go through, are left out.
    """

    def locate(places: Collection[int]) -> dict[int, int]:
        found: dict[int, int] = {}
        wanted, furthest = set(places), max(places, default=0)
        place = 0
        with text.open(encoding="utf-8-sig", newline="") as lines:
            records = csv.reader(islice(lines, first_line - 1, None), delimiter=delimiter)
            before = first_line - 1
            try:
                for record in records:
                    line = before + 1
                    before = first_line - 1 + records.line_num
                    if not record or line in faults:
                        continue
                    place += 1
                    if place in wanted:
                        found[place] = line
                    if place >= furthest:
                        break
            except csv.Error:
                pass
        return found

    return locate
