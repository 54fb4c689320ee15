"""Which of a table's small files to write anew as one, when the next is added.

A shop that imports its till every evening adds a file to each table every evening, and opening two years of them
takes longer than reading them. So files are kept in tiers by their number of rows, each eight times the one below;
when a tier would hold eight, they become one file of the next. A table has some seven files per tier, and a row is
written anew once per tier: never by most imports, and never again once its file is large.
"""

from collections.abc import Mapping

FAN_IN = 8
LARGE = 1_000_000  # rows; a file of these is read at full speed and left alone


def worn_out(files: Mapping[str, int], added: int) -> list[str]:
    """The files to be merged with the rows now added; `files` gives each one's rows.

    >>> worn_out({f"day {n}": 100 for n in range(6)}, 100)
    []
    >>> worn_out({f"day {n}": 100 for n in range(7)}, 100)
    ['day 0', 'day 1', 'day 2', 'day 3', 'day 4', 'day 5', 'day 6']
    """
    merged: list[str] = []
    rows = added
    while True:
        tier = _tier(rows)
        alike = [name for name, held in files.items() if name not in merged and _tier(held) <= tier and held < LARGE]
        if len(alike) + 1 < FAN_IN:
            return merged
        merged += alike
        rows += sum(files[name] for name in alike)


def _tier(rows: int) -> int:
    tier = 0
    while rows >= FAN_IN:
        rows //= FAN_IN
        tier += 1
    return tier
