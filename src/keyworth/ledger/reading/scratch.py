"""Names for the temporary files and tables that opening a file needs."""

import itertools
from dataclasses import dataclass, field
from pathlib import Path

_numbers = itertools.count(1)  # for the process: two openings may share one connection


@dataclass(frozen=True, slots=True)
class Scratch:
    """A folder that the caller made and will remove."""

    folder: Path
    _taken: list[Path] = field(default_factory=list)

    def file(self, suffix: str) -> Path:
        path = self.folder / f"reading-{next(_numbers)}{suffix}"
        self._taken.append(path)
        return path

    def table(self, what: str) -> str:
        return f"reading_{what}_{next(_numbers)}"
