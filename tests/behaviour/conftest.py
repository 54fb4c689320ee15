"""Simulated customers, so that a fit can be held against the truth that made the data."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from stories import leaves_after_a_purchase, observed_between

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
    """Customers of the story of BG/NBD (0) or MBG/NBD (1)."""
    rng = np.random.default_rng(seed)
    return leaves_after_a_purchase(first_chance)(rng, (r, alpha, a, b), observed_between(rng, n, weeks))


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
