"""Fitting and scoring many customers with every quick model, and what intervals for all of them cost.

    python bench/scoring.py

Customers near CDNOW's parameters on a daily calendar, first purchases spread over 84 days and over three years.
Scoring gives each customer the chance to be one still and the purchases expected in 39 weeks. Intervals, in 200
possible worlds, are worked out by a process of its own, so that its peak of memory is that of the job.
Peers, where they do not run beside us: CLVTools 0.12.1 fits Pareto/NBD to a million customers in 48 s on two such
cores, the quickest of those we know; lifetimes 0.11.3 needs 51 s for a hundred thousand.
"""

import json
import resource
import sys
import time

import numpy as np
import simulate
from fit_speed import WINDOWS
from measured import Measured, here, median
from sizes import SEED, Size, asked
from table import Line, gib, machine, seconds, show, timed

from keyworth.behaviour import MODELS, PurchaseHistories
from keyworth.value import score_purchases

QUICK = ("bg-nbd", "mbg-nbd", "pareto-nbd")
AHEAD = 39.0
RATE, MEMORY = 3_000_000, 3 * 2**30
PARETO_PEER, PARETO_TIMES = 48.0, 20


def lines(size: Size, runs: int) -> list[Line]:
    found = []
    for n in size.fits:
        for window, watched in WINDOWS.items():
            h = _histories(n, watched)
            unique = h.unique()
            found.append(Line(f"{n:,} customers over {window}", f"{len(unique):,} histories"))
            for name in QUICK:
                found += _one(size, runs, name, n, unique)
        told = here("scoring.py", "--intervals", str(n)).told
        found.append(
            Line(
                f"{n:,} customers over 3 years: intervals for all, {told['model']}",
                seconds(Measured(told["wall"], told["cpu"], told["peak"], "")),
                goal=f"< {gib(MEMORY)}",
                met=size.met(told["peak"] < MEMORY) if n >= 10_000_000 else None,
            )
        )
    return found


def _one(size: Size, runs: int, name: str, n: int, unique) -> list[Line]:
    model = MODELS[name]
    model.make_ready(unique)
    model.fit(unique)
    fit, fitted = _timed(runs, lambda: model.fit(unique))
    _, scored = _timed(
        runs,
        lambda: (
            model.chance_alive(fit.parameters, unique.histories)[unique.inverse],
            model.expected_purchases(fit.parameters, unique.histories, AHEAD)[unique.inverse],
        ),
    )
    against = {}
    if name == "pareto-nbd" and n == 1_000_000:
        faster = PARETO_PEER / fitted.wall
        against = {
            "against": f"CLVTools, elsewhere: {timed(PARETO_PEER)}",
            "ratio": f"1/{faster:.0f}",
            "goal": f">= {PARETO_TIMES} x faster",
            "met": size.met(faster >= PARETO_TIMES),
        }
    rate = n / scored.wall
    return [
        Line(f"  {model.title} fit, warm", seconds(fitted, peak=False), **against),
        Line(
            "    scored",
            f"{rate / 1e6:.1f}M a second ({seconds(scored, peak=False)})",
            goal=f">= {RATE / 1e6:.0f}M a second",
            met=size.met(rate >= RATE) if n >= 1_000_000 else None,
        ),
    ]


def _histories(n: int, watched: tuple[int, int]) -> PurchaseHistories:
    repeats, last, ends = simulate.histories(n, watched, SEED)
    return PurchaseHistories.from_columns(repeats, last / 7, ends / 7)


def _timed(runs: int, work):
    spent = []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        spent.append(Measured(time.perf_counter() - wall, time.process_time() - cpu, 0, ""))
    return result, median(spent)


def intervals(n: int) -> dict:
    """What scoring n customers with intervals takes, after their histories are there."""
    h = _histories(n, WINDOWS["3 years"])
    wall, cpu = time.perf_counter(), time.process_time()
    unique = h.unique()
    fit = MODELS["mbg-nbd"].fit(unique)
    scores = score_purchases(fit, unique, AHEAD)
    low, high = scores.quantiles.interval(80)
    answers = [scores.each(column) for column in (scores.chance_alive, scores.expected, low, high)]
    assert all(np.isfinite(column).all() for column in answers)
    return {
        "model": MODELS[fit.model].title,
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def main() -> None:
    if "--intervals" in sys.argv:
        print(json.dumps(intervals(int(sys.argv[-1]))))
        return
    options = asked(__doc__)
    print(machine())
    show("Fitting and scoring", lines(options.size, options.runs))


if __name__ == "__main__":
    main()
