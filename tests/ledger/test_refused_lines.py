"""A refusal names the line of the file, as an editor counts, whatever stands above it."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keyworth.ledger import Ledger, ReadingOptions, import_orders

H = "customer,date,amount,note\n"
GOOD, BAD, WORSE = "A,2024-01-01,5.5,x\n", "B,never,6.5,x\n", "D,2031-02-30,6.5,x\n"
FILES = {
    "plain": (H + GOOD + BAD + GOOD + WORSE, [3, 5]),
    "byte-order mark": ("\ufeff" + H + GOOD + BAD, [3]),
    "title": ("Orders of 2024,,,\n" + H + GOOD + BAD, [4]),
    "cells of several lines": (H + 'A,2024-01-01,5,"x\ny\nz"\n' + BAD + 'C,2024-01-03,6,"x\ny"\n' + WORSE, [5, 8]),
    "blank lines": (H + GOOD + "\n\n" + BAD + "\n" + WORSE, [5, 7]),
    "rows that do not split": (H + GOOD + "B,short\n" + BAD + "B,2024-01-03,6,x,y,z\n" + WORSE, [3, 4, 5, 6]),
    "a stray quotation mark": (
        H + GOOD + '"B,2024-01-01,6,x\n' + BAD + 'E,2024-01-03,6,"a\nb"\n' + WORSE,
        [3, 4, 7],
    ),
}


@pytest.mark.parametrize(("text", "lines"), FILES.values(), ids=FILES)
def test_the_line_is_the_files_own(tmp_path: Path, text: str, lines: list[int]) -> None:
    assert lines_refused(tmp_path, text.encode(), "orders.csv") == lines


def test_so_it_is_in_a_packed_file_and_in_one_without_a_header(tmp_path: Path) -> None:
    text, lines = FILES["blank lines"]
    assert lines_refused(tmp_path / "packed", gzip.compress(text.encode()), "orders.csv.gz") == lines
    bare = text.removeprefix(H)
    assert lines_refused(tmp_path / "bare", bare.encode(), "orders.csv", header=False) == [line - 1 for line in lines]


def lines_refused(folder: Path, content: bytes, name: str, header: bool | None = None) -> list[int]:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    options = ReadingOptions(chosen={"customer": "1", "date": "2", "amount": "3"}, header=header)
    import_orders(folder / "book", [folder / name], options, at=datetime(2026, 1, 1, tzinfo=UTC))
    return [row["row"] for row in Ledger.open(folder / "book").set_aside("refused").to_pylist()]
