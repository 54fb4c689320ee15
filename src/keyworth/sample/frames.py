"""Arrays into columns: exact money, text with gaps, days and moments."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from keyworth.sample.places import Term
from keyworth.sample.seasons import Ints
from keyworth.words import Language

_EPOCH = date(1970, 1, 1)
SECONDS_PER_DAY = 86_400


def money(cents: Ints, scale: int = 2) -> pa.Array:
    """Whole cents as decimals, with no float on the way."""
    # A decimal128 is a whole number of 16 bytes, low half first; the high half repeats the sign.
    halves = np.empty((len(cents), 2), dtype="<i8")
    halves[:, 0] = cents
    halves[:, 1] = np.where(cents < 0, -1, 0)
    return pa.Array.from_buffers(pa.decimal128(18, scale), len(cents), [None, pa.py_buffer(halves.tobytes())])


def text(words: Sequence[str], which: Ints) -> pa.Array:
    """words[which], and nothing where `which` is negative."""
    return pa.array(words, pa.string()).take(pa.array(which, pa.int64(), mask=which < 0))


def terms(words: Sequence[Term], which: Ints, lang: Language) -> pa.Array:
    return text([term.said(lang) for term in words], which)


def counts(numbers: Ints, *, none: int = -1) -> pa.Array:
    """Whole numbers, and nothing where one equals `none`."""
    return pa.array(numbers.astype(np.int32), pa.int32(), mask=numbers == none)


def days(first: date, number: Ints) -> pa.Array:
    """The calendar days, and nothing where a number is negative."""
    since_epoch = ((first - _EPOCH).days + number).astype(np.int32)
    return pa.array(since_epoch, pa.int32(), mask=number < 0).cast(pa.date32())


def moments(first: date, day: Ints, second: Ints) -> pa.Array:
    """Wall-clock moments, to the second."""
    seconds = ((first - _EPOCH).days + day) * SECONDS_PER_DAY + second
    return pa.array(seconds, pa.int64()).cast(pa.timestamp("s"))


def padded(numbers: Ints, width: int) -> pa.Array:
    """Numbers as text with leading zeros, and nothing where one is negative."""
    return pc.utf8_lpad(pa.array(numbers, pa.int64(), mask=numbers < 0).cast(pa.string()), width, "0")


def flags(values: NDArray[np.bool_]) -> pa.Array:
    return pa.array(values, pa.bool_())
