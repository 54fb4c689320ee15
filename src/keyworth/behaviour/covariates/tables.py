"""A table of what is known of customers: one column per covariate, one row per customer; checked where it is read."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats
from keyworth.errors import HistoryRefused
from keyworth.words import Message

_SHOWN = 5  # rows named in a refusal

Column = Floats | NDArray[np.object_]


def names(table: Any) -> list[str]:
    """What the columns of a table are called."""
    return list(table) if isinstance(table, Mapping) else list(table.columns)


def columns(table: Any, wanted: tuple[str, ...], rows: int | None = None) -> dict[str, Column]:
    """The wanted columns: float64 where they hold numbers, else str as objects.

    `table` is a mapping from names to columns, or a pandas or polars data frame. Raises
    HistoryRefused for columns that are not there, of another length than `rows`, or with gaps.
    """
    found: dict[str, Column] = {}
    there = names(table)
    absent = [name for name in wanted if name not in there]
    if absent:
        raise HistoryRefused(
            Message("There is no column {columns} in the table of covariates.", columns=absent),
            hint=Message("Its columns are: {columns}.", columns=[str(name) for name in there]),
        )
    for name in wanted:
        raw = table[name]
        values = np.asarray(raw.to_numpy() if hasattr(raw, "to_numpy") else raw)
        if values.ndim != 1 or (rows is not None and len(values) != rows):
            raise HistoryRefused(
                Message(
                    "One value per customer was expected in the column {column}; got {values} for {rows}.",
                    column=name,
                    values=values.size,
                    rows=rows if rows is not None else len(values),
                ),
                hint=Message("Give one row per customer, in the order of the histories."),
            )
        found[name] = _checked(name, values)
    return found


def _checked(name: str, values: NDArray[Any]) -> Column:
    if values.dtype.kind in "iuf":
        numbers = values.astype(np.float64)
        _refuse_gaps(name, ~np.isfinite(numbers))
        return numbers
    if values.dtype.kind in "OUTb":
        objects = values.astype(object)
        # What is not itself is a NaN, of NumPy's or of a data frame's.
        gaps = [value is None or type(value).__name__ in ("NAType", "NaTType") or value != value for value in objects]
        _refuse_gaps(name, np.array(gaps, dtype=np.bool_))
        if len(objects) and all(isinstance(v, int | float | np.number) and not isinstance(v, bool) for v in objects):
            return _checked(name, objects.astype(np.float64))
        return np.array([str(value) for value in objects], dtype=object)
    raise HistoryRefused(
        Message("The column {column} holds neither numbers nor words.", column=name),
        hint=Message("Turn days into numbers, such as years of age or weeks since a date."),
    )


def _refuse_gaps(name: str, gaps: NDArray[np.bool_]) -> None:
    at = np.flatnonzero(gaps)
    if len(at):
        raise HistoryRefused(
            Message(
                "The column {column} has no value in {count} {count:row|rows}, first in rows {at}.",
                column=name,
                count=len(at),
                at=[str(row + 1) for row in at[:_SHOWN]],
            ),
            hint=Message(
                "Name what is not known a level of its own (such as unknown), or put the mean in place of a missing "
                "number with a column beside it that says so. Rows are counted from 1."
            ),
            counts={"rows_refused": len(at), "rows": len(gaps)},
        )
