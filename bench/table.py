"""The table every benchmark prints: what, ours, what it is held against, the ratio, the goal, met or missed."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass

from measured import Measured

QUIET = 0.5
_HEADS = ("what", "ours", "limit or peer", "ratio", "goal", "")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `met` is None where nothing is promised, or where the size is not the one it is promised for."""

    what: str
    ours: str
    against: str = ""
    ratio: str = ""
    goal: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        return "" if self.met is None else "met" if self.met else "MISSED"


def seconds(measured: Measured, *, peak: bool = True) -> str:
    """`3.9 s (CPU 4.5 s, 0.6 GiB)`."""
    memory = f", {gib(measured.peak)}" if peak else ""
    return f"{timed(measured.wall)} (CPU {timed(measured.cpu)}{memory})"


def timed(duration: float) -> str:
    return f"{duration:.3f} s" if duration < 1 else f"{duration:.1f} s"


def gib(size: float) -> str:
    return f"{size / 2**30:.2f} GiB"


def times(ours: Measured, theirs: Measured) -> tuple[float, str]:
    """Ours over theirs, on the clock, and the same written down with the processor's beside it."""
    ratio = ours.wall / theirs.wall
    return ratio, f"{ratio:.2f} (CPU {ours.cpu / theirs.cpu:.2f})"


def machine() -> str:
    """What this ran on, and a warning where it was not alone."""
    load = os.getloadavg()[0]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    line = (
        f"{cores} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}, load {load:.2f}"
    )
    if load > QUIET:
        line += f"\nThe machine is shared (load above {QUIET}): seconds on the clock are too long; trust the CPU's."
    return line


def show(title: str, lines: Sequence[Line]) -> None:
    cells = [(one.what, one.ours, one.against, one.ratio, one.goal, one.verdict) for one in lines]
    widths = [max(map(len, column)) for column in zip(_HEADS, *cells, strict=True)]
    print(f"\n{title}")
    for row in (_HEADS, tuple("-" * width for width in widths), *cells):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(flush=True)
