"""What is said of a file that is not there, orders or rates."""

import difflib
from pathlib import Path

from keyworth.errors import FileUnreadable
from keyworth.words import Message

# The endings of files that can be read.
READABLE = {
    ".csv", ".tsv", ".tab", ".txt", ".dat", ".psv", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".parquet", ".pq",
    ".jsonl", ".ndjson", ".json", ".gz",
}  # fmt: skip


def no_file(path: Path) -> FileUnreadable:
    """What to say of a file that is not there: names near it, if its folder has some, else where was looked."""
    try:
        there = [one.name for one in path.parent.iterdir() if one.suffix.lower() in READABLE]
    except OSError:
        there = []
    likely = difflib.get_close_matches(path.name, there, n=3)
    return FileUnreadable(
        Message("There is no file {file}.", file=str(path)),
        hint=Message("Did you mean {names}?", names=likely)
        if likely
        else Message("Check its name; it was looked for in {folder}.", folder=str(path.parent.absolute())),
    )
