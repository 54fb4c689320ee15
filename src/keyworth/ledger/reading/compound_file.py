"""One stream of a compound file, the container of `.xls`: a small file system of sectors chained by a table."""

import struct
from collections.abc import Sequence
from pathlib import Path

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFFFFFA  # what is greater marks a chain's end, a free sector or a sector of the table itself
_ENTRY = 128


def stream_of(path: Path, names: Sequence[str]) -> bytes:
    """The first of the named streams that is there; empty where there is none or the container is broken."""
    content = path.read_bytes()
    if not content.startswith(_MAGIC) or len(content) < 512:
        return b""
    try:
        return _Container(content).stream(names)
    except (struct.error, IndexError):
        return b""


class _Container:
    """Sector n begins after the header and n sectors; `_next` says which follows which."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._size = 1 << struct.unpack_from("<H", content, 30)[0]
        self._small_size = 1 << struct.unpack_from("<H", content, 32)[0]
        self._directory_at, _, self._small_below, small_table_at = struct.unpack_from("<4I", content, 48)
        self._next: list[int] = []
        for sector in self._table_sectors():
            self._next += self._numbers(self._sector(sector))
        self._next_small = self._numbers(self._chain(small_table_at))

    def stream(self, names: Sequence[str]) -> bytes:
        directory = self._chain(self._directory_at)
        entries: dict[str, tuple[int, int]] = {}
        root = (0, 0)
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", errors="replace")
            place = struct.unpack_from("<2I", directory, at + 116)
            if kind == 5:
                root = place
            elif kind == 2:
                entries[name] = place
        for name in names:
            if name in entries:
                start, size = entries[name]
                found = self._chain(start) if size >= self._small_below else self._small_chain(root[0], start)
                return found[:size]
        return b""

    def _table_sectors(self) -> list[int]:
        """Where the table of chains lies: 109 places in the header, the rest in a chain of its own."""
        sectors = list(struct.unpack_from("<109I", self._content, 76))
        more, seen = struct.unpack_from("<I", self._content, 68)[0], 0
        while more < _LAST and seen * self._size < len(self._content):
            numbers = self._numbers(self._sector(more))
            sectors += numbers[:-1]
            more, seen = numbers[-1], seen + 1
        return [sector for sector in sectors if sector < _LAST]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._content[start : start + self._size]

    def _chain(self, sector: int) -> bytes:
        parts: list[bytes] = []
        while sector < _LAST and len(parts) <= len(self._next):  # a chain that runs in a circle ends too
            parts.append(self._sector(sector))
            sector = self._next[sector]
        return b"".join(parts)

    def _small_chain(self, root: int, sector: int) -> bytes:
        room = self._chain(root)
        parts: list[bytes] = []
        while sector < _LAST and len(parts) <= len(self._next_small):
            parts.append(room[sector * self._small_size : (sector + 1) * self._small_size])
            sector = self._next_small[sector]
        return b"".join(parts)

    @staticmethod
    def _numbers(sector: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4]))
