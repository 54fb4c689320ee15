"""How long draws from a posterior take: BG/NBD and MBG/NBD for as many customers as CDNOW's sample has.

    python bench/posterior_speed.py

4 chains of 1,000 draws each after 300 to settle, on unique histories. Effective draws are the worst parameter's, a
second of warm sampling. Needs keyworth[bayes]. PyMC-Marketing 1.3.0 with the same sampler took 24 s, warm, for 1,755
effective draws on two such cores.
"""

import time

import simulate
from measured import Measured, median
from sizes import SEED, Size, asked
from table import Line, machine, seconds, show

from keyworth.behaviour import MODELS, PurchaseHistories, sample_posterior

CUSTOMERS, WATCHED = 2_357, (27 * 7, 39 * 7)
WITHIN, EFFECTIVE = 3.0, 2_000
PEER = "PyMC-Marketing, elsewhere: 24 s"


def lines(size: Size, runs: int) -> list[Line]:
    repeats, last, ends = simulate.histories(CUSTOMERS, WATCHED, SEED)
    unique = PurchaseHistories.from_columns(repeats, last / 7, ends / 7).unique(inverse=False)
    draws = 20 if size.name == "tiny" else 1_000
    found = []
    for name in ("bg-nbd", "mbg-nbd"):
        model = MODELS[name]
        fit = model.fit(unique)
        sample_posterior(model, unique, fit, seed=1, draws=10)  # loads the sampler and compiles
        spent = []
        for _ in range(runs):
            wall, cpu = time.perf_counter(), time.process_time()
            drawn = sample_posterior(model, unique, fit, seed=1, draws=draws)
            spent.append(Measured(time.perf_counter() - wall, time.process_time() - cpu, 0, ""))
        took = median(spent)
        rate = min(drawn.effective_draws.values()) / took.wall
        found += [
            Line(
                f"{model.title}: 4 x {draws:,} draws for {CUSTOMERS:,} customers, {len(unique):,} histories",
                seconds(took, peak=False),
                PEER if name == "bg-nbd" else "",
                goal=f"<= {WITHIN:g} s",
                met=size.met(took.wall <= WITHIN),
            ),
            Line(
                "  effective draws a second",
                f"{rate:,.0f}",
                goal=f">= {EFFECTIVE:,}",
                met=size.met(rate >= EFFECTIVE),
            ),
        ]
    return found


def main() -> None:
    options = asked(__doc__)
    print(machine())
    show("Drawing from the posterior", lines(options.size, options.runs))


if __name__ == "__main__":
    main()
