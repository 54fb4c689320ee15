"""Columns from NumPy to Arrow and back; numbers share their memory.

Arrow's own way (`pa.array`, `to_numpy`) loads pandas wherever it is installed, and casts load a compute library: both
cost a good part of a second a command.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_KINDS: dict[np.dtype[Any], pa.DataType] = {
    np.dtype(np.float64): pa.float64(),
    np.dtype(np.int64): pa.int64(),
    np.dtype(np.int8): pa.int8(),
}


def column_of(values: NDArray[Any]) -> pa.Array:
    """A column of float64, int64 or int8, from an array of shape (n,)."""
    held = np.ascontiguousarray(values)
    return pa.Array.from_buffers(_KINDS[held.dtype], len(held), [None, pa.py_buffer(held)])


def text_column(texts: Iterable[str]) -> pa.Array:
    """A column of text, of type string, or large_string from 2 GiB of it on."""
    written = [text.encode() for text in texts]
    ends = np.zeros(len(written) + 1, dtype=np.int64)
    np.cumsum([len(text) for text in written], out=ends[1:])
    kind, wide = (pa.StringArray, np.int32) if ends[-1] < 2**31 else (pa.LargeStringArray, np.int64)
    return kind.from_buffers(len(written), pa.py_buffer(ends.astype(wide)), pa.py_buffer(b"".join(written)))


def values_of(column: pa.ChunkedArray) -> NDArray[Any]:
    """The numbers of such a column, shape (n,), read-only. Raises TypeError for gaps and for other types."""
    whole = column.combine_chunks()
    dtype = next((dtype for dtype, kind in _KINDS.items() if kind == whole.type), None)
    if dtype is None or whole.null_count:
        raise TypeError(f"a column of {whole.type} with {whole.null_count} gaps is no column of numbers")
    if not len(whole):
        return np.empty(0, dtype)
    values: NDArray[Any] = np.frombuffer(whole.buffers()[1], dtype, len(whole), whole.offset * dtype.itemsize)
    return values
