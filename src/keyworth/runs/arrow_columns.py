"""Columns from NumPy to Arrow, where numbers share their memory; `ledger.arrays` is the way back.

Arrow's own `pa.array` loads pandas wherever it is installed, which costs a good part of a second a command.
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
