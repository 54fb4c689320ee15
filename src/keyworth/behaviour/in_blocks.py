"""Work cut into blocks whose bounds do not depend on how many threads share them."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


def in_blocks(rows: int, per_block: int, work: Callable[[int, int], None]) -> None:
    """Call work(start, end) for consecutive blocks of rows, on all processors this process may use.

    `work` writes its own part of a result and releases the interpreter's lock (compiled code does).
    """
    bounds = [(start, min(start + per_block, rows)) for start in range(0, rows, per_block)]
    workers = min(processors(), len(bounds))
    if workers <= 1:
        for start, end in bounds:
            work(start, end)
        return
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(work, start, end) for start, end in bounds]:
            done.result()


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
