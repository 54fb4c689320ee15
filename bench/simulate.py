"""Customers who buy and leave, at any size: the input of every benchmark, the same again from the same seed.

    python bench/simulate.py --customers 1000000 --into bench/data/orders.parquet

Each customer buys at a rate of their own (gamma) and leaves after each purchase with a chance of their own
(beta), as BG/NBD and MBG/NBD have it; a purchase costs Gamma-Gamma money.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

OPENED = np.datetime64("2022-01-03T00:00:00", "s")
DAYS = 3 * 365
SECONDS = 86_400
AT_ONCE = 250_000  # customers drawn at a time: some 200 MB


@dataclass(frozen=True, slots=True)
class Law:
    """Rates are Gamma(r, alpha) with alpha in weeks, chances of leaving Beta(a, b), spend Gamma-Gamma(p, q, gamma)."""

    r: float
    alpha: float
    a: float
    b: float
    p: float = 4.0
    q: float = 4.0
    gamma: float = 126.0


CDNOW = Law(0.243, 4.414, 0.793, 2.426)
# A restaurant-and-shop group: ten orders a customer over three years, a third of the customers with one only.
SHOPS = Law(0.95, 2.5, 0.35, 0.90)


def purchases(
    rate: np.ndarray, leave: np.ndarray, ends: np.ndarray, rng: np.random.Generator, *, leaves_at_first: bool
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The second purchase of everybody who makes one, then the third, and so on: who, and days since their first.

    `rate` per day, `leave` and `ends` (days they are watched) have shape (n,).
    """
    clock, here = np.zeros(rate.size), np.arange(rate.size)
    if leaves_at_first:
        here = here[rng.random(here.size) >= leave]
    while here.size:
        clock[here] += rng.exponential(size=here.size) / np.maximum(rate[here], 1e-12)
        here = here[clock[here] < ends[here]]
        yield here, clock[here]
        here = here[rng.random(here.size) >= leave[here]]


def histories(
    n: int, watched: tuple[int, int], seed: int, law: Law = CDNOW
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """BG/NBD histories: repeats, day of the last, days watched, uniform between two numbers of days; shape (n,).

    Purchases come in continuous time and are merged into days as a ledger would.
    """
    rng = np.random.default_rng(seed)
    ends = rng.integers(watched[0], watched[1] + 1, size=n)
    rate = rng.gamma(law.r, 1 / law.alpha, size=n) / 7
    leave = rng.beta(law.a, law.b, size=n)
    repeats, last = np.zeros(n, np.int32), np.zeros(n, np.int32)
    for who, when in purchases(rate, leave, ends, rng, leaves_at_first=False):
        day = np.floor(when).astype(np.int32)
        repeats[who] += day > last[who]
        last[who] = day
    return repeats, last, ends


def orders(customers: int, seed: int, *, law: Law = SHOPS, days: int = DAYS, joining: int = DAYS) -> pa.Table:
    """An order file, by time: order_id, customer_id, order_time, amount; first purchases come in `joining` days."""
    parts = [
        _orders_of(first, min(AT_ONCE, customers - first), np.random.default_rng([seed, first]), law, days, joining)
        for first in range(0, customers, AT_ONCE)
    ]
    who, seconds, cents = (np.concatenate(column) for column in zip(*parts, strict=True))
    del parts
    by_time = np.argsort(seconds, kind="stable")
    ids = pa.array([f"C{number:08d}" for number in range(customers)])
    return pa.table(
        {
            "order_id": _numbered("O", who.size),
            "customer_id": ids.take(pa.array(who[by_time])),
            "order_time": pa.array(OPENED + seconds[by_time].astype("timedelta64[s]")),
            "amount": pa.array(cents[by_time] / 100.0),
        }
    )


def _orders_of(
    first: int, n: int, rng: np.random.Generator, law: Law, days: int, joining: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whose, seconds since the opening, and cents, of customers numbered from `first`."""
    joined = rng.random(n) * joining
    rate = rng.gamma(law.r, 1 / law.alpha, size=n) / 7
    leave = rng.beta(law.a, law.b, size=n)
    whose, when = [np.arange(n, dtype=np.int32)], [joined]
    for who, since in purchases(rate, leave, days - joined, rng, leaves_at_first=True):
        whose.append(who.astype(np.int32))
        when.append(joined[who] + since)
    who = np.concatenate(whose)
    price = rng.gamma(law.q, 1 / law.gamma, size=n)
    cents = np.maximum(1, np.rint(100 * rng.gamma(law.p, 1 / price[who]))).astype(np.int64)
    return who + np.int32(first), (np.concatenate(when) * SECONDS).astype(np.int32), cents


def _numbered(letter: str, n: int) -> pa.Array:
    import duckdb

    found = duckdb.sql(f"SELECT format('{letter}{{:09d}}', range) AS id FROM range({n})").to_arrow_table()
    return found["id"].combine_chunks()


def write(table: pa.Table, path: Path) -> None:
    """As CSV or Parquet, by the ending of the name."""
    import duckdb

    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}")
    how = "FORMAT parquet" if path.suffix == ".parquet" else "FORMAT csv, HEADER"
    with duckdb.connect() as connection:
        connection.register("orders", table)
        connection.execute(f"COPY (SELECT * FROM orders) TO '{part}' ({how})")
    part.replace(path)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--customers", type=int, default=1_000_000)
    options.add_argument("--into", type=Path, nargs="+", required=True, help=".csv or .parquet files")
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    table = orders(asked.customers, asked.seed)
    for path in asked.into:
        write(table, path)
        print(f"{path}: {table.num_rows:,} orders of {asked.customers:,} customers, {path.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
