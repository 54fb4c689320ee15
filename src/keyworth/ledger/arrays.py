"""Columns of a query as NumPy arrays.

Read from Arrow's own buffers: its `to_numpy` loads pandas wherever it is installed, and its casts load a compute
library, together half a second a command. So the query itself must give numbers without gaps.
"""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_ARROW = {np.float64: (pa.float64(),), np.int64: (pa.int64(),), np.int32: (pa.int32(), pa.date32())}


def as_float(amount: str, then: str = "") -> str:
    """SQL for a decimal as a double, divided or otherwise changed after that; NaN where there is none."""
    return f"coalesce(CAST({amount} AS DOUBLE) {then}, CAST('NaN' AS DOUBLE))"


def as_whole(number: str) -> str:
    """SQL for a sum of whole numbers, which the engine gives in 128 bits, in 64."""
    return f"CAST({number} AS BIGINT) AS {number}"


def floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Numbers as float64, of a column of BIGINT or DOUBLE without gaps."""
    whole = pa.types.is_integer(column.type)
    return _values(column, np.int64 if whole else np.float64).astype(np.float64, copy=False)


def numbers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Whole numbers, of a column of BIGINT without gaps."""
    return _values(column, np.int64)


def days(column: pa.ChunkedArray) -> NDArray[np.datetime64]:
    """Dates as datetime64[D], of a column without gaps."""
    return _values(column, np.int32).astype("datetime64[D]")


def _values(column: pa.ChunkedArray, kind: type[np.float64] | type[np.int64] | type[np.int32]) -> NDArray[Any]:
    whole = column.combine_chunks()
    if whole.null_count or whole.type not in _ARROW[kind]:
        raise TypeError(f"{whole.type} with {whole.null_count} gaps cannot be read as {np.dtype(kind)}")
    if not len(whole):
        return np.empty(0, kind)
    return np.frombuffer(whole.buffers()[1], kind, len(whole), whole.offset * np.dtype(kind).itemsize)
