"""Every model with a number of everyone's own as covariate, so that hardly two of 100,000 customers are alike.

    python bench/covariate_speed.py

The number moves buying (or spending, or the end of a contract) as it moved the invented customers, and for models of
buying leaving too; without a prior, so that one climb is timed, and the plain fit that it starts from. Gamma-Gompertz
is given customers whose risk of leaving grows: where it does not, its fit goes to the edge of its range, and slowly.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from fit_speed import timed_median
from sizes import SEED, Size, asked
from table import Line, machine, seconds, show

from keyworth.behaviour import (
    BDW,
    BG_BB,
    GAMMA_GAMMA,
    MODELS,
    ROOT_GAMMA_GAMMA,
    SBG,
    BdwParameters,
    OccasionHistories,
    PurchaseHistories,
    SbgParameters,
    SpendHistories,
    SpendSums,
    Tenures,
    with_covariates,
)

CUSTOMERS, WITHIN = {"tiny": 400, "small": 10_000, "full": 100_000}, 30.0
EFFECT, SORTS, OCCASIONS = 0.3, 20, 12
BUYING = {
    "bg-nbd": (0.25, 4.4, 0.8, 2.4),
    "mbg-nbd": (0.5, 6.2, 0.9, 1.6),
    "mbg-cnbd-k": (0.9, 5.0, 0.9, 1.6, 2),
    "pareto-nbd": (0.6, 10.6, 0.6, 11.7),
    "ggompertz-nbd": (0.6, 10.6, 0.08, 0.6, 2.0),
}


def lines(size: Size, runs: int) -> list[Line]:
    n = CUSTOMERS[size.name]
    found = [Line(f"{n:,} customers with a number each", "")]
    for model, told, number, processes in _invented(n):
        formulas = dict.fromkeys(processes, "number")
        fit, took = timed_median(
            runs,
            lambda model=model, told=told, number=number, formulas=formulas: with_covariates(
                model, told, {"number": number}, formulas, ridge=0.0
            ),
        )
        if size.promised:
            assert fit.converged, fit.verdict
            assert abs(fit.coefficient(processes[0], "number").value - EFFECT) < 0.05, fit.coefficients
        title = f"  {model.title}, {' and '.join(processes)}"
        found.append(Line(title, seconds(took, peak=False), goal=f"<= {WITHIN:g} s", met=size.met(took.wall <= WITHIN)))
    return found


def _invented(n: int) -> list[tuple[Any, Any, np.ndarray, tuple[str, ...]]]:
    """Each model, histories that it tells of, the number and what it moves. Of 20 sorts, with a number within each."""
    rng = np.random.default_rng(SEED)
    sort = rng.integers(0, SORTS, n)
    effect = (sort - SORTS / 2) / (SORTS / 4)
    number = effect + rng.normal(0.0, 0.01, n)
    watched = rng.integers(189, 365, n) / 7
    found = []
    for name, values in BUYING.items():
        model, columns = MODELS[name], np.zeros((4, n))
        p = model.parameter_kind(*values)
        for each in range(SORTS):
            at = np.flatnonzero(sort == each)
            own = replace(p, alpha=p.alpha * np.exp(-EFFECT * effect[at[0]]))
            h = model.simulate(own, watched[at], seed=each)
            columns[:, at] = h.repeats, h.last_repeat, h.observed_for, h.log_gaps
        found.append((model, PurchaseHistories.from_columns(*columns[:3], log_gaps=columns[3]), number))
    two = [(model, h, number, ("buying", "leaving")) for model, h, number in found]

    odds = 1.2 * np.exp(EFFECT * number)
    takes, leaves = rng.beta(odds, 0.75), rng.beta(0.66, 2.8, n)
    x, last, here = np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    for occasion in range(1, OCCASIONS + 1):
        here &= rng.random(n) >= leaves
        bought = here & (rng.random(n) < takes)
        x += bought
        last[bought] = occasion
    two.append((BG_BB, OccasionHistories.from_columns(x, last, np.full(n, OCCASIONS)), number, ("buying", "leaving")))
    return [*two, *_ended(n, rng, sort, effect, number), *_spent(n, rng, number)]


def _ended(n: int, rng: np.random.Generator, sort: np.ndarray, effect: np.ndarray, number: np.ndarray) -> list[Any]:
    """Contracts that are given up the readier the larger the number."""
    watched, told = rng.integers(3, 25, n), []
    for model, p in ((SBG, SbgParameters(0.8, 2.5)), (BDW, BdwParameters(0.9, 3.0, 1.3))):
        periods, ended = np.zeros(n), np.zeros(n, dtype=bool)
        for each in range(SORTS):
            at = np.flatnonzero(sort == each)
            own = replace(p, alpha=p.alpha * np.exp(EFFECT * effect[at[0]]))
            seen = model.simulate(own, watched[at], seed=each)
            periods[at], ended[at] = seen.periods, seen.ended
        told.append((model, Tenures.from_columns(periods, ended), number, ("leaving",)))
    return told


def _spent(n: int, rng: np.random.Generator, number: np.ndarray) -> list[Any]:
    """Purchases that bring the more the larger the number."""
    who = np.repeat(np.arange(n), rng.geometric(0.3, n) + 1)
    first = np.r_[True, who[1:] != who[:-1]]
    level = np.exp(EFFECT * number) / rng.gamma(4.0, 1.0 / 15.0, n)
    sums = SpendSums.from_purchases(who, level[who] * rng.gamma(6.0, size=who.size), first)
    means = SpendHistories.from_columns(sums.repeats, sums.roots[:, 0] / np.maximum(sums.repeats, 1.0))
    return [(GAMMA_GAMMA, means, number, ("spending",)), (ROOT_GAMMA_GAMMA, sums, number, ("spending",))]


def main() -> None:
    options = asked(__doc__)
    print(machine())
    show("A number of everyone's own", lines(options.size, options.runs))


if __name__ == "__main__":
    main()
