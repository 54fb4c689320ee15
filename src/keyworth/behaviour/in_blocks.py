"""Work cut into blocks whose bounds do not depend on how many threads share them."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

Progress = Callable[[float], object]  # told the share that is done, from 0 to 1


def in_blocks(rows: int, per_block: int, work: Callable[[int, int], None], progress: Progress | None = None) -> None:
    """Call work(start, end) for consecutive blocks of rows, on all processors this process may use.

    `work` writes its own part of a result and releases the interpreter's lock (compiled code and NumPy's large
    arrays do). `progress` is called by this thread alone, with shares that rise to 1.
    """
    bounds = [(start, min(start + per_block, rows)) for start in range(0, rows, per_block)]
    workers = min(processors(), len(bounds))

    def block(bound: tuple[int, int]) -> int:
        work(*bound)
        return bound[1]

    def told(done: int) -> None:
        if progress is not None:
            progress(done / rows)

    if workers <= 1:
        for bound in bounds:
            told(block(bound))
        return
    with ThreadPoolExecutor(workers) as pool:
        for done in pool.map(block, bounds):
            told(done)


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
