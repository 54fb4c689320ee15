"""How fast BG/NBD is fitted, beside the library that most people use.

    python bench/fit_speed.py --lifetimes /path/to/python/with/lifetimes

Simulates customers near CDNOW's parameters on a daily calendar, with first purchases spread over 84 days and
over three years, then times counting the unique histories and the warm fit. The peer runs on the same arrays
in the interpreter given, for at most 2 million customers, in the same run, once: it takes a minute.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import simulate
from measured import Measured, median
from sizes import SEED, Size, asked
from table import Line, machine, seconds, show, times

from keyworth.behaviour import BG_NBD, BgNbdParameters, PurchaseHistories

WINDOWS = {"84 days": (27 * 7, 39 * 7), "3 years": (1, 3 * 365)}
PEER_AT_MOST = 2_000_000
WARM, TIMES_FASTER = 3.0, 50


def lines(size: Size, runs: int, peer: str | None) -> list[Line]:
    _warm_up()
    found = []
    for n in size.fits:
        for window, watched in WINDOWS.items():
            found += _one(size, runs, peer if n <= PEER_AT_MOST else None, n, window, watched)
    return found


def _one(size: Size, runs: int, peer: str | None, n: int, window: str, watched: tuple[int, int]) -> list[Line]:
    repeats, last, ends = simulate.histories(n, watched, SEED)
    h = PurchaseHistories.from_columns(repeats, last / 7, ends / 7)
    unique, counting = timed_median(runs, lambda: h.unique(inverse=False))
    fit, fitting = timed_median(runs, lambda: BG_NBD.fit(unique))
    assert fit.converged, fit.verdict
    both = Measured(counting.wall + fitting.wall, counting.cpu + fitting.cpu, 0, "")
    of = f"{n:,} customers over {window}"
    found = [
        Line(f"{of}: {len(unique):,} histories, counted", seconds(counting, peak=False)),
        Line("  BG/NBD fit, warm", seconds(fitting, peak=False)),
        Line("  both", seconds(both, peak=False), **_in_time(size, n, both)),
    ]
    if peer:
        theirs, parameters = _peer(peer, h)
        level = BG_NBD.log_likelihood(parameters, unique.histories) @ unique.weights
        higher = fit.log_likelihood - level
        faster = theirs.wall / both.wall
        found += [
            Line(
                "  against the peer",
                seconds(both, peak=False),
                f"lifetimes: {seconds(theirs, peak=False)}",
                times(both, theirs)[1].replace("0.00", f"1/{faster:.0f}", 1),
                f">= {TIMES_FASTER} x faster",
                size.met(faster >= TIMES_FASTER),
            ),
            Line(
                "  log-likelihood",
                f"{fit.log_likelihood:.6f}",
                f"lifetimes: {level:.6f}",
                f"{higher:+.2g}",
                "never lower",
                size.met(higher >= -1e-6),
            ),
        ]
    return found


def _in_time(size: Size, n: int, both: Measured) -> dict:
    """The goal of the largest fit."""
    return {"goal": f"<= {WARM:g} s", "met": size.met(both.wall <= WARM)} if n >= 10_000_000 else {}


def timed_median(runs: int, work: Callable[[], Any]) -> tuple[Any, Measured]:
    spent = []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        spent.append(Measured(time.perf_counter() - wall, time.process_time() - cpu, 0, ""))
    return result, median(spent)


def _warm_up() -> None:
    """Numba's code loaded, as `fit_seconds` has it everywhere."""
    repeats, last, ends = simulate.histories(200_000, WINDOWS["3 years"], 0)
    histories = PurchaseHistories.from_columns(repeats, last / 7, ends / 7)
    BG_NBD.fit(histories.unique(inverse=False), form="compiled")


def _peer(python: str, h: PurchaseHistories) -> tuple[Measured, BgNbdParameters]:
    """The fit alone, warm, inside the peer's process."""
    with tempfile.TemporaryDirectory() as folder:
        arrays = Path(folder) / "histories.npy"
        np.save(arrays, np.stack([h.repeats, h.last_repeat, h.observed_for]))
        script = Path(__file__).with_name("peer_fit.py")
        done = subprocess.run([python, script, arrays], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"The peer failed:\n{done.stderr[-2000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    return Measured(told["wall"], told["cpu"], 0, ""), BgNbdParameters(**told["parameters"])


def main() -> None:
    options = asked(__doc__)
    print(machine())
    show("Fitting BG/NBD", lines(options.size, options.runs, options.lifetimes))


if __name__ == "__main__":
    main()
