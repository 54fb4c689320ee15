"""Columns of Arrow as NumPy arrays and back, which share their memory.

By Arrow's own buffers: its `to_numpy` and `array` load pandas wherever it is installed, and its casts load a compute
library, together half a second a command. So a query itself must give numbers without gaps.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_DTYPES: dict[pa.DataType, np.dtype[Any]] = {
    pa.float64(): np.dtype(np.float64),
    pa.int64(): np.dtype(np.int64),
    pa.int8(): np.dtype(np.int8),
    pa.date32(): np.dtype(np.int32),
}
_KINDS = {dtype: kind for kind, dtype in _DTYPES.items()}  # whole numbers in 32 bits are days and nothing else


def as_float(amount: str, then: str = "") -> str:
    """SQL for a decimal as a double, divided or otherwise changed after that; NaN where there is none."""
    return f"coalesce(CAST({amount} AS DOUBLE) {then}, CAST('NaN' AS DOUBLE))"


def as_whole(number: str) -> str:
    """SQL for a sum of whole numbers, which the engine gives in 128 bits, in 64."""
    return f"CAST({number} AS BIGINT) AS {number}"


def values_of(column: pa.ChunkedArray) -> NDArray[Any]:
    """A column of numbers or dates as it lies, shape (n,), read-only; dates as int32, days since 1970.

    Raises TypeError for gaps and for other types.
    """
    whole = column.combine_chunks()
    if whole.null_count or whole.type not in _DTYPES:
        raise TypeError(f"{whole.type} with {whole.null_count} gaps cannot be read as numbers")
    dtype = _DTYPES[whole.type]
    if not len(whole):
        return np.empty(0, dtype)
    return np.frombuffer(whole.buffers()[1], dtype, len(whole), whole.offset * dtype.itemsize)


def floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Numbers as float64, of a column of BIGINT or DOUBLE without gaps."""
    return values_of(_one_of(column, pa.float64(), pa.int64())).astype(np.float64, copy=False)


def numbers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Whole numbers, of a column of BIGINT without gaps."""
    return values_of(_one_of(column, pa.int64()))


def days(column: pa.ChunkedArray) -> NDArray[np.datetime64]:
    """Dates as datetime64[D], of a column without gaps."""
    return values_of(_one_of(column, pa.date32())).astype("datetime64[D]")


def _one_of(column: pa.ChunkedArray, *kinds: pa.DataType) -> pa.ChunkedArray:
    if column.type not in kinds:
        raise TypeError(f"{column.type} cannot be read as {' or '.join(map(str, kinds))}")
    return column


def column_of(values: NDArray[Any]) -> pa.Array:
    """A column of float64, int64, int8 or datetime64[D], from an array of shape (n,)."""
    held = np.ascontiguousarray(values.astype(np.int32) if values.dtype.kind == "M" else values)
    return pa.Array.from_buffers(_KINDS[held.dtype], len(held), [None, pa.py_buffer(held)])


def text_column(texts: Iterable[str]) -> pa.Array:
    """A column of text, of type string, or large_string from 2 GiB of it on."""
    written = [text.encode() for text in texts]
    ends = np.zeros(len(written) + 1, dtype=np.int64)
    np.cumsum([len(text) for text in written], out=ends[1:])
    kind, wide = (pa.StringArray, np.int32) if ends[-1] < 2**31 else (pa.LargeStringArray, np.int64)
    return kind.from_buffers(len(written), pa.py_buffer(ends.astype(wide)), pa.py_buffer(b"".join(written)))
