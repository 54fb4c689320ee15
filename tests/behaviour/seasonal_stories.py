"""Customers who buy by season, from the story alone: would-be purchases come at the fastest rate and are thinned."""

from datetime import date, timedelta

import numpy as np

from keyworth.behaviour.calendar_time.calendar import Calendar
from keyworth.behaviour.calendar_time.dated_histories import DatedHistories
from keyworth.behaviour.calendar_time.rhythms import season, spring_festival

START = date(2021, 1, 1)
DAYS = 2 * 365
CALENDAR = Calendar.of(START, START + timedelta(days=DAYS + 800), season(1), spring_festival())
# By column: a summer low, gifts before the festival, a standstill at it.
GAMMA = np.array([0.35, -0.2, 0.5, -1.2, 0.2])
TRUE = {
    "bg-nbd": (0.8, 8.0, 0.8, 4.0),
    "mbg-nbd": (0.8, 8.0, 0.8, 4.0),
    "pareto-nbd": (0.8, 8.0, 0.9, 40.0),
}


def speeds(days: int = DAYS) -> np.ndarray:
    centre = CALENDAR.columns[:, :DAYS].mean(axis=1)
    return np.exp((CALENDAR.columns[:, :days] - centre[:, None]).T @ GAMMA)


def purchases(model: str, n: int, seed: int, days: int = DAYS) -> tuple[np.ndarray, np.ndarray]:
    """Whose, and on what day from START, over `days` days; first purchases fall in the first year.

    The last one of who left is marked nowhere: as in life.
    """
    rng = np.random.default_rng(seed)
    h, (r, alpha, c, d) = speeds(days), TRUE[model]
    fastest, who, on = h.max(), [], []
    for customer in range(n):
        rate, first = rng.gamma(r) / alpha / 7, int(rng.integers(0, 365))
        leaves = rng.beta(c, d) if model != "pareto-nbd" else 0.0
        now = first + 1.0  # the day of the first purchase is over
        gone = now + rng.exponential() / (rng.gamma(c) / d / 7) if model == "pareto-nbd" else np.inf
        who.append(customer)
        on.append(first)
        if model == "mbg-nbd" and rng.random() < leaves:
            continue
        while (now := now + rng.exponential() / (rate * fastest)) < min(days, gone):
            if rng.random() * fastest < h[int(now)]:
                who.append(customer)
                on.append(int(now))
                if rng.random() < leaves:
                    break
    return np.array(who), np.array(on)


def seasonal(model: str, n: int, seed: int = 1) -> DatedHistories:
    who, on = purchases(model, n, seed)
    return DatedHistories.from_purchases(who, np.datetime64(START) + on, START + timedelta(days=DAYS - 1))
