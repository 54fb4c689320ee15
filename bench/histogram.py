"""A hundred million customers fitted from their histogram: distinct histories, and how many customers share each.

    python bench/histogram.py

The histogram is what a ledger's engine, or a cluster, sums a base up into; inventing the customers takes minutes and
is not counted. The fit is, from the columns on: the gate, the order, the climb.
"""

import numpy as np
import simulate
from fit_speed import WINDOWS, timed_median
from measured import Measured
from sizes import SEED, Size, asked
from table import Line, machine, seconds, show

from keyworth.behaviour import MODELS, UniqueHistories

AT_ONCE = 2_500_000
WITHIN = 8.0
# The goal is BG/NBD's; the others are printed beside it.
QUICK = ("bg-nbd", "mbg-nbd", "pareto-nbd")


def lines(size: Size, runs: int) -> list[Line]:
    found = []
    for window, watched in WINDOWS.items():
        x, last, ends, customers = _histogram(size.counted, watched)
        found.append(Line(f"{size.counted:,} customers over {window}", f"{len(x):,} histories"))
        for name in QUICK:
            model = MODELS[name]
            model.make_ready(UniqueHistories.from_columns(x, last / 7, ends / 7, customers))

            def fit(model=model, columns=(x, last, ends, customers)):
                days = columns[1] / 7, columns[2] / 7
                return model.fit(UniqueHistories.from_columns(columns[0], *days, columns[3]))

            _, took = timed_median(runs, fit)
            found.append(_line(size, model.title, took, goal=name == "bg-nbd"))
    return found


def _line(size: Size, title: str, took: Measured, *, goal: bool) -> Line:
    if not goal:
        return Line(f"  {title} fit", seconds(took, peak=False))
    return Line(f"  {title} fit", seconds(took, peak=False), goal=f"<= {WITHIN:g} s", met=size.met(took.wall <= WITHIN))


def _histogram(n: int, watched: tuple[int, int]) -> tuple[np.ndarray, ...]:
    """Repeats, day of the last, days watched and customers of each distinct history, in their order."""
    keys, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    for at, first in enumerate(range(0, n, AT_ONCE)):
        x, last, ends = simulate.histories(min(AT_ONCE, n - first), watched, SEED + at)
        more, each = np.unique(x.astype(np.int64) << 40 | last.astype(np.int64) << 20 | ends, return_counts=True)
        keys, place = np.unique(np.concatenate([keys, more]), return_inverse=True)
        counts = np.bincount(place, np.concatenate([counts, each])).astype(np.int64)
    twenty = (1 << 20) - 1
    return keys >> 40, keys >> 20 & twenty, keys & twenty, counts


def main() -> None:
    options = asked(__doc__)
    print(machine())
    show("From a histogram", lines(options.size, options.runs))


if __name__ == "__main__":
    main()
