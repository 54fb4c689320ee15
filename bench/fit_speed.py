"""How fast BG/NBD is fitted, beside the library that most people use.

    python bench/fit_speed.py --n 1000000 10000000 --lifetimes /path/to/python/with/lifetimes

Simulates N customers near CDNOW's parameters on a daily calendar, with first purchases spread over 84 days and
over three years, then times counting the unique histories and the warm fit. The peer runs on the same arrays
in the interpreter given, for at most 2 million customers, in the same run. Cores are shared: CPU seconds are
given beside wall-clock seconds, and the smaller of three runs counts.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from keyworth.behaviour import BG_NBD, BgNbdParameters, PurchaseHistories

TRUTH = BgNbdParameters(0.243, 4.414, 0.793, 2.426)
WINDOWS = {"84 days": (27 * 7, 39 * 7), "3 years": (1, 3 * 365)}
PEER_AT_MOST = 2_000_000

PEER = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
from lifetimes import BetaGeoFitter
x, last, observed = np.load(sys.argv[1])
BetaGeoFitter().fit(x[:500], last[:500], observed[:500])
wall, cpu = time.perf_counter(), time.process_time()
p = BetaGeoFitter().fit(x, last, observed).params_
wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
print(json.dumps({"wall": wall, "cpu": cpu, "p": {k: float(v) for k, v in p.items()}}))
"""


def simulate(n: int, days: tuple[int, int], seed: int) -> PurchaseHistories:
    """Purchases in weeks, in continuous time, then merged into days as a ledger would."""
    rng = np.random.default_rng(seed)
    end = rng.integers(days[0], days[1] + 1, size=n)
    rate = rng.gamma(TRUTH.r, 1 / TRUTH.alpha, size=n) / 7
    leave = rng.beta(TRUTH.a, TRUTH.b, size=n)
    x, last, clock = np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n)
    here = np.arange(n)
    while here.size:
        clock[here] += rng.exponential(size=here.size) / np.maximum(rate[here], 1e-12)
        here = here[clock[here] < end[here]]
        day = np.floor(clock[here]).astype(np.int32)
        new = day > last[here]
        x[here] += new
        last[here] = day
        here = here[rng.random(here.size) >= leave[here]]
    return PurchaseHistories.from_columns(x, last / 7, end / 7)


def smallest(work, times=3):
    """The result, and the least wall-clock and CPU seconds of `times` runs."""
    spent = []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        spent.append((time.perf_counter() - wall, time.process_time() - cpu))
    return result, min(wall for wall, _ in spent), min(cpu for _, cpu in spent)


def peer(python: str, h: PurchaseHistories) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        arrays = Path(folder) / "histories.npy"
        np.save(arrays, np.stack([h.repeats, h.last_repeat, h.observed_for]))
        done = subprocess.run([python, "-c", PEER, str(arrays)], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"The peer failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--n", type=int, nargs="+", default=[1_000_000])
    options.add_argument("--window", choices=WINDOWS, nargs="+", default=list(WINDOWS))
    options.add_argument("--lifetimes", metavar="PYTHON", help="an interpreter that has lifetimes")
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    warm = simulate(200_000, WINDOWS["3 years"], 0).unique(inverse=False)
    BG_NBD.fit(warm, form="compiled")
    for n in asked.n:
        for window in asked.window:
            h = simulate(n, WINDOWS[window], asked.seed)
            unique, wall_unique, cpu_unique = smallest(lambda h=h: h.unique(inverse=False))
            fit, wall, cpu = smallest(lambda unique=unique: BG_NBD.fit(unique))
            print(f"{n:,} customers, first purchases over {window}: {len(unique):,} unique histories")
            print(f"  counting them   {wall_unique:8.3f} s wall  {cpu_unique:8.3f} s CPU")
            print(f"  fit, warm       {wall:8.3f} s wall  {cpu:8.3f} s CPU  LL {fit.log_likelihood:.6f}")
            print(f"                  {fit.parameters}, converged: {fit.converged}")
            if asked.lifetimes and n <= PEER_AT_MOST:
                other = peer(asked.lifetimes, h)
                theirs = BgNbdParameters(**other["p"])
                level = BG_NBD.log_likelihood(theirs, unique.histories) @ unique.weights
                ours = wall + wall_unique
                print(f"  lifetimes       {other['wall']:8.3f} s wall  {other['cpu']:8.3f} s CPU  LL {level:.6f}")
                print(f"                  {theirs}")
                print(
                    f"  lifetimes takes {other['wall'] / wall:.0f} times the fit, "
                    f"{other['wall'] / ours:.0f} times counting and fit together; "
                    f"in CPU {other['cpu'] / cpu:.0f} and {other['cpu'] / (cpu + cpu_unique):.0f}; "
                    f"our LL is {fit.log_likelihood - level:.2e} higher"
                )


if __name__ == "__main__":
    main()
