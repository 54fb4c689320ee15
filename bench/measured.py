"""A command run as a process of its own: how long, how much of the processors, how much memory at its peak.

The command is started by a small Python that does nothing else (this file, run as a script): a child's peak
counts the memory of whoever started it, so a benchmark that holds arrays must not start it itself.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds on the clock, seconds of processor (user and system, children too), peak bytes, what it printed."""

    wall: float
    cpu: float
    peak: int
    said: str

    @property
    def told(self) -> dict:
        """The JSON object on its last line."""
        return json.loads(self.said.strip().splitlines()[-1])


def run(*command: str | Path, environment: Mapping[str, str] | None = None) -> Measured:
    """Run a command to its end; stops the benchmark with what it complained of if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder) / "note.json"
        done = subprocess.run(
            [sys.executable, "-I", "-S", __file__, str(note), *map(str, command)],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **(environment or {})},
        )
        if done.returncode:
            sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
        return Measured(**json.loads(note.read_text()), said=done.stdout)


def keyworth(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Measured:
    """Run a keyworth command of this environment."""
    return run(sys.executable, "-m", "keyworth", *arguments, environment=environment)


def here(script: str, *arguments: str | Path) -> Measured:
    """Run a script of this folder."""
    return run(sys.executable, Path(__file__).with_name(script), *arguments)


def in_turn(times: int, *work: Callable[[], Measured]) -> list[Measured]:
    """The median of each work over so many rounds; taken in turn, so that all meet the machine in the same mood."""
    rounds = [[one() for one in work] for _ in range(times)]
    return [median(of_one) for of_one in zip(*rounds, strict=True)]


def median(runs: Sequence[Measured]) -> Measured:
    return Measured(
        wall=statistics.median(run.wall for run in runs),
        cpu=statistics.median(run.cpu for run in runs),
        peak=int(statistics.median(run.peak for run in runs)),
        said=runs[-1].said,
    )


def _watch(note: str, command: Sequence[str]) -> int:
    started = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ)
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - started
    unit = 1 if sys.platform == "darwin" else 1024
    Path(note).write_text(
        json.dumps({"wall": wall, "cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss * unit})
    )
    return os.waitstatus_to_exitcode(status) % 256


if __name__ == "__main__":
    sys.exit(_watch(sys.argv[1], sys.argv[2:]))
