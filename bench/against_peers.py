"""Fitting and scoring everybody, from their histories to figures, beside the peers in the same run.

    python bench/against_peers.py --lifetimes PYTHON --pymc PYTHON

Customers near CDNOW's parameters, first purchases spread over 84 days and over three years. Ours is everything from
the arrays on: counting the distinct histories, the fit, and each customer's chance of being one still and expected
purchases. A peer's is its fit and the same two figures, warm: what it compiles is not counted. Peers are asked once,
and no more than they do in some minutes: Pareto/NBD up to a hundred thousand customers. CLVTools 0.12.1, in R, needed
48 s to fit Pareto/NBD to a million on two such cores.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import simulate
from fit_speed import WINDOWS, timed_median
from measured import Measured
from sizes import SEED, Size, asked
from table import Line, machine, seconds, show, timed

from keyworth.behaviour import MODELS, PurchaseHistories

AHEAD = 39.0
PEERS = {"lifetimes": "lifetimes", "pymc-marketing": "PyMC-Marketing"}
# The customers up to which a peer is asked, and the goal at a million.
ASKED = {"bg-nbd": 1_000_000, "pareto-nbd": 100_000}
GOAL = {"bg-nbd": 50, "pareto-nbd": 20}
MILLION = 1_000_000
CLVTOOLS = 48.0


def lines(size: Size, runs: int, lifetimes: str | None, pymc: str | None) -> list[Line]:
    interpreters = {name: python for name, python in zip(PEERS, (lifetimes, pymc), strict=True) if python}
    found = []
    for n in size.compared:
        for window, watched in WINDOWS.items():
            repeats, last, ends = simulate.histories(n, watched, SEED)
            h = PurchaseHistories.from_columns(repeats, last / 7, ends / 7)
            found.append(Line(f"{n:,} customers over {window}", f"{len(h.unique(inverse=False)):,} histories"))
            for name in ASKED:
                found += _one(size, runs if n <= MILLION else 1, name, h, interpreters, window)
    return found


def _one(size: Size, runs: int, name: str, h: PurchaseHistories, interpreters: dict[str, str], window: str):
    model, n = MODELS[name], len(h)
    model.make_ready(h.unique(inverse=False))
    _whole(model, h)
    _, ours = timed_median(runs, lambda: _whole(model, h))
    peers = [
        (title, told)
        for peer, title in PEERS.items()
        if peer in interpreters and n <= ASKED[name]
        for told in [_peer(interpreters[peer], peer, name, h)]
    ]
    found = [Line(f"  {model.title}, fitted and scored", seconds(ours, peak=False))]
    fastest = min((told.wall for _, told in peers), default=None)
    for title, told in peers:
        goal = window == "84 days" and n == MILLION and told.wall == fastest
        times = told.wall / ours.wall
        found.append(
            Line(
                "    against the peer" + (", the fastest" if told.wall == fastest and len(peers) > 1 else ""),
                timed(ours.wall),
                f"{title}: {seconds(told, peak=False)}",
                f"1/{times:.0f}" if times >= 1 else f"{1 / times:.2f}",
                f">= {GOAL[name]} x faster" if goal else "",
                size.met(times >= GOAL[name]) if goal else None,
            )
        )
    if name == "pareto-nbd" and n == MILLION:
        times = CLVTOOLS / ours.wall
        found.append(
            Line(
                "    against the fit alone, elsewhere",
                timed(ours.wall),
                f"CLVTools: {timed(CLVTOOLS)}",
                f"1/{times:.0f}",
                f">= {GOAL[name]} x faster" if window == "84 days" else "",
                size.met(times >= GOAL[name]) if window == "84 days" else None,
            )
        )
    return found


def _whole(model, h: PurchaseHistories) -> tuple[np.ndarray, np.ndarray]:
    """From the arrays to two figures for everybody."""
    unique = h.unique()
    p = model.fit(unique).parameters
    alive = model.chance_alive(p, unique.histories)[unique.inverse]
    return alive, model.expected_purchases(p, unique.histories, AHEAD)[unique.inverse]


def _peer(python: str, peer: str, name: str, h: PurchaseHistories) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        arrays = Path(folder) / "histories.npy"
        np.save(arrays, np.stack([h.repeats, h.last_repeat, h.observed_for]))
        script = Path(__file__).with_name("peer_fit.py")
        command = [python, script, arrays, name, peer, str(AHEAD)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{peer} failed:\n{done.stderr[-2000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    return Measured(told["wall"] + told["scored_wall"], told["cpu"] + told["scored_cpu"], 0, "")


def main() -> None:
    options = asked(__doc__)
    print(machine())
    show("Against the peers", lines(options.size, options.runs, options.lifetimes, options.pymc))


if __name__ == "__main__":
    main()
