"""The stages of a value book, each with its seconds and its own peak of memory. Run as a process of its own.

    python bench/value_stages.py BOOK 39w

The stages are those that `keyworth value` says it is at. Prints one JSON object.
"""

import json
import sys
import time

_STARTED = time.perf_counter(), time.process_time()

from pathlib import Path  # noqa: E402

from keyworth.runs.build_values import ValueRequest, build_values  # noqa: E402
from keyworth.units import Horizon  # noqa: E402
from keyworth.words import Message  # noqa: E402


class Stages:
    """Closes a stage when the next begins. Peaks are the kernel's, which Linux alone lets one set back."""

    def __init__(self) -> None:
        self.found: list[dict] = []
        self.name, self.wall, self.cpu = "starting Python and importing keyworth", *_STARTED

    def __call__(self, step: Message | None, done: float | None = None) -> None:
        if done is not None:  # no new stage, only how far this one has come
            return
        wall, cpu = time.perf_counter(), time.process_time()
        self.found.append({"stage": self.name, "wall": wall - self.wall, "cpu": cpu - self.cpu, "peak": _peak()})
        self.name, self.wall, self.cpu = str(step), wall, cpu


def _peak() -> int:
    """The most bytes held since the last call; 0 where the system does not say."""
    try:
        status = Path("/proc/self/status").read_text()
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    stages = Stages()
    found = build_values(Path(sys.argv[1]), ValueRequest(horizon=Horizon.parse(sys.argv[2])), step=stages)
    stages(None)
    print(json.dumps({"customers": len(found), "stages": stages.found}))
