"""Simulated customers, so that a fit can be held against the truth that made the data."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from keyworth.behaviour import PurchaseHistories, SpendHistories

Simulate = Callable[..., PurchaseHistories]


def simulate_leaving(
    n: int,
    r: float,
    alpha: float,
    a: float,
    b: float,
    first_chance: int,
    weeks: tuple[int, int] = (27, 39),
    seed: int = 1,
) -> PurchaseHistories:
    """Purchases one by one, in continuous time, as the story of BG/NBD (0) or MBG/NBD (1) tells it."""
    rng = np.random.default_rng(seed)
    end = rng.integers(weeks[0] * 7, weeks[1] * 7 + 1, size=n) / 7.0
    rate, leave = rng.gamma(r, 1.0 / alpha, size=n), rng.beta(a, b, size=n)
    x, last, clock = np.zeros(n), np.zeros(n), np.zeros(n)
    here = rng.random(n) >= leave if first_chance else np.ones(n, dtype=bool)
    while here.any():
        at = np.flatnonzero(here)
        clock[at] += rng.exponential(1.0, len(at)) / np.maximum(rate[at], 1e-300)
        in_time = clock[at] < end[at]
        here[at[~in_time]] = False
        bought = at[in_time]
        x[bought] += 1
        last[bought] = clock[bought]
        here[bought[rng.random(len(bought)) < leave[bought]]] = False
    return PurchaseHistories.from_columns(x, last, end)


@pytest.fixture(scope="session")
def simulate() -> Simulate:
    return simulate_leaving


@pytest.fixture(scope="session")
def figures() -> dict:
    """The reference figures of this room, by model."""
    text = (Path(__file__).parent.parent / "reference" / "behaviour.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True)
class Cdnow:
    """The CDNOW sample at 1997-09-30, and what happened in the 39 weeks after."""

    histories: PurchaseHistories
    spend: SpendHistories
    bought_later: np.ndarray


@pytest.fixture(scope="session")
def cdnow(shared: Path) -> Cdnow:
    days: dict[str, dict[date, float]] = {}
    for line in (shared / "data/cdnow/CDNOW_sample.txt").read_text().splitlines():
        _, customer, day, _, value = line.split()
        spent = days.setdefault(customer, {})
        on = date(int(day[:4]), int(day[4:6]), int(day[6:]))
        spent[on] = spent.get(on, 0.0) + float(value)
    until = date(1997, 9, 30)
    rows = []
    for spent in days.values():
        seen = sorted(day for day in spent if day <= until)
        repeat = [spent[day] for day in seen[1:]]
        rows.append(
            (
                len(repeat),
                (seen[-1] - seen[0]).days / 7,
                (until - seen[0]).days / 7,
                np.mean(repeat) if repeat else 0.0,
                sum(day > until for day in spent),
            )
        )
    x, last, observed, mean, later = np.array(rows, dtype=float).T
    return Cdnow(PurchaseHistories.from_columns(x, last, observed), SpendHistories.from_columns(x, mean), later)
