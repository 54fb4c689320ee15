"""One look at every byte of a text file: is it UTF-8, how do its lines end, how many records should it hold."""

from codecs import getincrementaldecoder
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CHUNK = 4 << 20
_QUOTE, _NEWLINE, _RETURN = 0x22, 0x0A, 0x0D


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file's bytes say; offsets count from 0."""

    size: int
    not_utf8_at: int | None  # the first byte that cannot be UTF-8
    ascii_only: bool
    nuls: int
    newlines: int
    returns: int
    returns_before_newlines: int
    quotes: int
    newlines_outside_quotes: int
    ends_inside_quotes: bool
    ends_with_newline: bool

    @property
    def lines_mixed(self) -> bool:
        """Whether lines end in more than one way, or in the way of old Macs."""
        return self.returns > 0 and not self.newlines == self.returns == self.returns_before_newlines

    @property
    def records(self) -> int:
        """Line ends outside quotes, the last line counted whether or not it ends."""
        return self.newlines_outside_quotes + (0 if self.ends_with_newline or not self.size else 1)


def survey(path: Path) -> Survey:
    """Read the whole file once, in pieces.

    A large file is read in about the time the disk takes: pieces that are ASCII are not decoded, and the
    quotes' parity (an odd number of quotes before a line's end means that the end lies inside a cell) is
    worked out on arrays.
    """
    size = nuls = newlines = returns = pairs = quotes = outside = 0
    not_utf8_at: int | None = None
    ascii_only = True
    inside = False
    last = b""
    decoder = getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if chunk.isascii() and not decoder.getstate()[0]:
                pass
            else:
                ascii_only = False
                if not_utf8_at is None:
                    pending = len(decoder.getstate()[0])
                    try:
                        decoder.decode(chunk)
                    except UnicodeDecodeError as error:
                        not_utf8_at = size - pending + error.start
                        decoder.reset()
                else:
                    decoder.reset()
            nuls += chunk.count(b"\0")
            here = chunk.count(b"\n")
            newlines += here
            returned = chunk.count(b"\r")
            returns += returned
            if returned or last == b"\r":
                pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk[:1] == b"\n")
            quoted = chunk.count(b'"')
            quotes += quoted
            if quoted:
                bytes_ = np.frombuffer(chunk, dtype=np.uint8)
                ends = np.flatnonzero(bytes_ == _NEWLINE)
                before = np.searchsorted(np.flatnonzero(bytes_ == _QUOTE), ends)
                outside += int(np.count_nonzero((before + inside) % 2 == 0))
                inside ^= bool(quoted % 2)
            elif not inside:
                outside += here
            size += len(chunk)
            last = chunk[-1:]
    if not_utf8_at is None and decoder.getstate()[0]:
        not_utf8_at = size - len(decoder.getstate()[0])
    return Survey(
        size=size,
        not_utf8_at=not_utf8_at,
        ascii_only=ascii_only,
        nuls=nuls,
        newlines=newlines,
        returns=returns,
        returns_before_newlines=pairs,
        quotes=quotes,
        newlines_outside_quotes=outside,
        ends_inside_quotes=inside,
        ends_with_newline=last == b"\n",
    )
