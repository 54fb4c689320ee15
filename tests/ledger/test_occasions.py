"""Occasions of a book, against the calendar followed by hand."""

import tomllib
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keyworth.behaviour import BG_BB, OccasionHistories
from keyworth.errors import NotEnoughHistory
from keyworth.ledger import Ledger, ReadingOptions, import_orders
from keyworth.units import TimeUnit

AT = datetime(2026, 1, 1, tzinfo=UTC)


def book_of(place: Path, *rows: str, header: str = "customer,date,amount") -> Ledger:
    file = place / "orders.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    import_orders(place / "book", [file], ReadingOptions(), at=AT)
    return Ledger.open(place / "book")


def told(ledger: Ledger, until: date, unit: TimeUnit, **more: date) -> dict[tuple[int, int, int], int]:
    found = ledger.occasions(until, unit, **more)
    assert (found.as_of, found.unit) == (until, unit)
    columns = (found.repeats, found.last_repeat, found.occasions)
    rows = [tuple(int(each) for each in row) for row in zip(*columns, strict=True)]
    assert rows == sorted(set(rows))
    return dict(zip(rows, found.customers.astype(int).tolist(), strict=True))


GIFTS = [
    "A,2020-12-31,5", "A,2021-01-01,5", "A,2021-11-30,5", "A,2023-06-01,5",
    "B,2021-05-01,5", "B,2024-02-01,5",
    "C,2024-03-01,5", "C,2024-04-01,5",
]  # fmt: skip


@pytest.fixture(scope="module")
def gifts(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    return book_of(tmp_path_factory.mktemp("gifts"), *GIFTS)


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    text = (Path(__file__).parent.parent / "reference" / "behaviour.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        # On the last day of a year that year is over; on the day before it is not, and C has had no occasion yet.
        (date(2024, 12, 31), {(2, 3, 4): 1, (1, 3, 3): 1, (0, 0, 0): 1}),
        (date(2024, 12, 30), {(2, 3, 3): 1, (0, 0, 2): 1, (0, 0, 0): 1}),
        (date(2024, 11, 30), {(2, 3, 3): 1, (0, 0, 2): 1, (0, 0, 0): 1}),
        (date(2023, 12, 31), {(2, 3, 3): 1, (0, 0, 2): 1}),
        (date(2021, 1, 1), {(0, 0, 0): 1}),
        (date(9999, 12, 31), {(2, 3, 7979): 1, (1, 3, 7978): 1, (0, 0, 7975): 1}),
    ],
)
def test_years_are_those_of_the_calendar_and_count_once_they_are_over(
    gifts: Ledger, until: date, expected: dict[tuple[int, int, int], int]
) -> None:
    assert told(gifts, until, TimeUnit.YEAR) == expected


def test_a_month_is_over_on_its_last_day_in_leap_years_too(tmp_path: Path) -> None:
    ledger = book_of(tmp_path, "A,2023-11-30,5", "A,2024-02-28,5", "A,2024-02-29,5")
    assert told(ledger, date(2024, 2, 29), TimeUnit.MONTH) == {(1, 3, 3): 1}
    assert told(ledger, date(2024, 2, 28), TimeUnit.MONTH) == {(0, 0, 2): 1}


def test_weeks_are_counted_back_from_the_last_day(tmp_path: Path) -> None:
    # Until the 21st: weeks end on the 21st, the 14th and the 7th.
    ledger = book_of(tmp_path, "A,2024-01-07,5", "A,2024-01-08,5", "B,2024-01-15,5", "B,2024-01-21,5")
    assert told(ledger, date(2024, 1, 21), TimeUnit.WEEK) == {(0, 0, 0): 1, (1, 1, 2): 1}
    assert told(ledger, date(2024, 1, 14), TimeUnit.WEEK) == {(1, 1, 1): 1}
    assert told(ledger, date(2024, 1, 22), TimeUnit.WEEK) == {(0, 0, 2): 1, (1, 1, 1): 1}


def test_a_purchase_that_was_given_back_is_none_from_then_on(tmp_path: Path) -> None:
    ledger = book_of(
        tmp_path, "1,A,2022-01-05,10", "2,A,2023-01-05,7", "2,A,2024-01-05,-7", header="order_id,customer,date,amount"
    )
    assert told(ledger, date(2023, 12, 31), TimeUnit.YEAR) == {(1, 1, 1): 1}
    assert told(ledger, date(2024, 12, 31), TimeUnit.YEAR) == {(0, 0, 2): 1}


def test_those_who_came_before_may_be_left_out(gifts: Ledger) -> None:
    later = told(gifts, date(2024, 12, 31), TimeUnit.YEAR, born_after=date(2020, 12, 31))
    assert later == {(1, 3, 3): 1, (0, 0, 0): 1}
    with pytest.raises(NotEnoughHistory, match="first purchase is after"):
        gifts.occasions(date(2024, 12, 31), born_after=date(2024, 6, 1))
    with pytest.raises(NotEnoughHistory, match="Nobody bought by"):
        gifts.occasions(date(2019, 12, 31))


def by_hand(days: dict[str, list[date]], until: date, unit: TimeUnit) -> Counter[tuple[int, int, int]]:
    """Piece after piece of the calendar, as far as it is over."""

    def next_piece(start: date) -> date:
        if unit is TimeUnit.YEAR:
            return date(start.year + 1, 1, 1)
        if unit is TimeUnit.MONTH:
            return date(start.year + start.month // 12, start.month % 12 + 1, 1)
        return start + timedelta(days=round(unit.days))

    def start_of(day: date) -> date:
        if unit is TimeUnit.YEAR:
            return date(day.year, 1, 1)
        if unit is TimeUnit.MONTH:
            return date(day.year, day.month, 1)
        length = round(unit.days)
        return until + timedelta(days=1) - timedelta(days=length * (-(-((until - day).days + 1) // length)))

    found: Counter[tuple[int, int, int]] = Counter()
    for bought in days.values():
        seen = [day for day in bought if day <= until]
        if not seen:
            continue
        start, taken, n = next_piece(start_of(min(seen))), [], 0
        while (end := next_piece(start)) <= until + timedelta(days=1):
            n += 1
            taken += [n] * any(start <= day < end for day in seen)
            start = end
        found[len(taken), max(taken, default=0), n] += 1
    return found


@pytest.mark.slow
def test_any_book_on_any_day_is_counted_as_by_hand(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    start, span = date(2021, 6, 15), 1200
    days = {
        f"C{k}": [start + timedelta(days=int(d)) for d in np.cumsum(rng.geometric(1 / rng.choice([3, 40, 300]), 15))]
        for k in range(60)
    }
    ledger = book_of(tmp_path, *[f"{who},{day},{rng.integers(1, 99)}" for who in days for day in days[who]])

    def compare() -> None:
        for unit in TimeUnit:
            for d in (rng.integers(30, span), span):
                until = start + timedelta(days=int(d))
                assert told(ledger, until, unit) == by_hand(days, until, unit)

    compare()
    ledger.gather_days()
    compare()


def test_a_book_of_yearly_gifts_fits_as_the_papers_table_does(tmp_path: Path, figures: dict[str, Any]) -> None:
    """The donors of Fader, Hardie and Shang (2010), with invented gifts on invented days of the right years."""
    donations, rng = figures["bg-bb"]["donations"], np.random.default_rng(1995)
    rows = []
    for x, last, donors in donations["cells"]:
        years = [1995, *range(1996, 1995 + x), *([1995 + last] if x else [])]
        for donor in range(donors):
            for year in years * 2 if donor % 20 == 0 else years:  # some give twice a year, which counts once
                day = date(year, 1, 1) + timedelta(days=int(rng.integers(0, 365)))
                rows.append(f"{x}.{last}.{donor},{day},25")
    rows += [f"late {k},2002-01-{k + 1:02},25" for k in range(9)]  # nobody knows of these until 2001
    ledger = book_of(tmp_path, *rows)
    found = ledger.occasions(date(2001, 12, 31), TimeUnit.YEAR)
    columns = found.repeats, found.last_repeat, found.customers
    assert [[int(each) for each in row] for row in zip(*columns, strict=True)] == donations["cells"]
    assert (found.occasions == donations["years"]).all()
    h = OccasionHistories.from_columns(*columns[:2], found.occasions, found.customers, found.unit)
    fit = BG_BB.fit(h)
    assert fit.converged
    assert fit.unit is TimeUnit.YEAR
    assert fit.log_likelihood == pytest.approx(-33225.58, abs=0.005)
