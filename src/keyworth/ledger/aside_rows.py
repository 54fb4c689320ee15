"""Rows that were set aside, as they were written: to be corrected and imported again."""

import json
from collections.abc import Sequence
from typing import Any, get_args

import pyarrow as pa

from keyworth.ledger.columns import problem_message
from keyworth.words import Language, Message, say

# The last columns of the file, so that the first are those of the file the rows came from.
_ABOUT = {
    "file": Message("from file"),
    "line": Message("from line"),
    "import": Message("from import"),  # files of one name come month after month
    "reason": Message("why it was refused"),
}
OPEN = """SELECT aside.* FROM (
    SELECT *, row_number() OVER (PARTITION BY file, row, "import") AS nth FROM kept_{kind}) AS aside
    LEFT JOIN (SELECT file, row, of_import AS "import", count(*) AS times FROM kept_settled WHERE kind = '{kind}'
        GROUP BY ALL) AS settled USING (file, row, "import")
    WHERE nth > coalesce(times, 0)"""  # the rows of `apart` or `refused` that nobody has mended and brought back


def about_columns(headers: Sequence[str]) -> dict[str, int] | None:
    """Where the last columns of a file written by `aside_rows` stand, in whatever language; None if it is not one."""
    found = {
        name: place
        for name, title in _ABOUT.items()
        for place, header in enumerate(headers)
        if header in {say(title, lang) for lang in get_args(Language)}
    }
    return found if {"file", "line"} <= set(found) else None


def aside_rows(kept: pa.Table, lang: Language) -> pa.Table:
    """Turn `apart` or `refused`, as kept, into a table with the original headers and cells.

    Rows that could not be split into columns stand whole in the first column. The last columns say where each
    row came from and, where there is one, the reason.
    """
    rows: list[dict[str, Any]] = []
    headers: dict[str, None] = {}
    for row in kept.to_pylist():
        cells = _cells(row["text"])
        if cells is None:
            cells = {next(iter(headers), say(Message("row"), lang)): row["text"]}
        headers |= dict.fromkeys(cells)
        about = {"file": row["file"], "line": str(row["row"]), "import": str(row["import"])}
        if "problem" in row:
            about["reason"] = say(problem_message(row["problem"], row["column"] or "", row["value"]), lang)
        rows.append(cells | {say(_ABOUT[name], lang): value for name, value in about.items()})
    names = list(headers) + [
        say(title, lang) for name, title in _ABOUT.items() if name != "reason" or "problem" in kept.column_names
    ]
    return pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in names})


def _cells(text: str) -> dict[str, str | None] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
