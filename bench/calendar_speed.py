"""Seasons of a whole base, and weekly columns of 600 customers over 4 years, fitted to invented purchases.

    python bench/calendar_speed.py

The goal is for the weekly columns, two on buying and one on leaving, from whatever start: the slowest of nine drawn at
random counts, and all must end on the same height. CLVTools, which has such columns, was not run here: its fits are
known to take minutes.
"""

from datetime import date, timedelta

import numpy as np
from fit_speed import timed_median
from sizes import SEED, Size, asked
from table import Line, machine, seconds, show

from keyworth.behaviour.calendar_time import (
    CALENDAR_MODELS,
    OWN_COLUMNS_MODELS,
    Calendar,
    DatedHistories,
    OwnColumns,
    OwnHistories,
    rhythms,
)
from keyworth.behaviour.calendar_time.fit import climb
from keyworth.behaviour.calendar_time.own_columns import own_time

MONDAY, WITHIN, STARTS = date(2021, 1, 4), 5.0, 9
CUSTOMERS = {"tiny": (60, 52), "small": (600, 208), "full": (600, 208)}


def lines(size: Size, runs: int) -> list[Line]:
    customers, weeks = CUSTOMERS[size.name]
    columns, who, on = _invented(customers, weeks)
    end = MONDAY + timedelta(days=7 * weeks - 1)
    found = [Line(f"{customers} customers, {weeks} weeks, {len(who):,} purchases", "")]
    h = OwnHistories.from_purchases(who, on, end)
    for name, leaving in (("bg-nbd", ()), ("mbg-nbd", ()), ("pareto-nbd", ()), ("pareto-nbd", ("price",))):
        model = OWN_COLUMNS_MODELS[name]
        fit, took = timed_median(runs, lambda model=model, leaving=leaving: model.fit(h, columns, leaving=leaving))
        assert fit.converged, fit.verdict
        title = f"  {model.steady.title}, weekly columns of one's own, {'leaving too' if leaving else 'buying'}"
        found.append(Line(title, seconds(took, peak=False)))
    found.append(_from_any_start(size, h, columns, fit.log_likelihood))

    dated = DatedHistories.from_purchases(who, on, end)
    told = (rhythms.season(3), rhythms.spring_festival(), rhythms.trend())
    calendar = Calendar.of(MONDAY, end, *told)
    for name, model in CALENDAR_MODELS.items():
        fit, took = timed_median(runs, lambda model=model: model.fit(dated, calendar))
        found.append(Line(f"  {name}, one calendar of {len(calendar.names)} columns", seconds(took, peak=False)))
    return found


def _from_any_start(size: Size, h: OwnHistories, columns: OwnColumns, height: float) -> Line:
    model, both, leaving = OWN_COLUMNS_MODELS["pareto-nbd"], ("contact", "price"), ("price",)
    likelihood = model.likelihood(h, columns, own_time(h, columns, h.as_of), np.zeros(2), both, leaving)
    scales, rng, slowest = model.scales(h), np.random.default_rng(SEED), None
    for _ in range(STARTS):
        start = np.concatenate([np.log(scales) + rng.normal(0.0, 2.0, 4), rng.normal(0.0, 1.0, 3)])
        ended, took = timed_median(1, lambda start=start: climb(likelihood, start, scales))
        assert abs(ended.value - height) < 1e-4, (start, ended.value, height)
        slowest = took if slowest is None or took.wall > slowest.wall else slowest
    met = size.met(slowest.wall <= WITHIN)
    return Line(
        f"  the same, slowest of {STARTS} starts", seconds(slowest, peak=False), goal=f"<= {WITHIN:g} s", met=met
    )


def _invented(n: int, weeks: int) -> tuple[OwnColumns, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(SEED)
    contact = (rng.random((n, weeks)) < 0.2).astype(float)
    price = 0.5 * np.cumsum(rng.normal(0.0, 0.15, (n, weeks)), axis=1)
    buys, leaves = np.exp(0.8 * contact - 0.4 * price), np.exp(0.5 * price)
    who, on = [], []
    for i in range(n):
        rate, first = rng.gamma(0.8) / 8 / 7, int(rng.integers(0, 7 * weeks // 4))
        risk = np.cumsum(np.repeat(leaves[i], 7)[first + 1 :]) * rng.gamma(0.9) / 60 / 7
        gone, fastest, now = first + 1.5 + np.searchsorted(risk, rng.exponential()), buys[i].max(), first + 1.0
        who.append(i)
        on.append(first)
        while (now := now + rng.exponential() / (rate * fastest)) < min(gone, 7 * weeks):
            if rng.random() * fastest < buys[i, int(now) // 7]:
                who.append(i)
                on.append(int(now))
    columns = OwnColumns(MONDAY, ("contact", "price"), np.array([contact, price]))
    return columns, np.array(who), np.datetime64(MONDAY) + np.array(on)


def main() -> None:
    options = asked(__doc__)
    print(machine())
    show("By the calendar", lines(options.size, options.runs))


if __name__ == "__main__":
    main()
