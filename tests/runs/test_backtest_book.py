"""A back-test of a small shop in whose ledger the first customers are older than they look."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from keyworth.errors import NotEnoughHistory
from keyworth.ledger import Ledger
from keyworth.runs.backtest_book import backtest_book
from keyworth.runs.fit_model import fit_book
from keyworth.units import Horizon

START, END = date(2024, 1, 1), date(2025, 12, 31)
OLD, NEW = 60, 200


def orders() -> list[str]:
    """Sixty customers of old, who buy every two weeks, and two hundred who come in later and leave again."""
    rng = np.random.default_rng(5)
    rows = ["customer,date,amount,cost"]
    for customer in range(OLD + NEW):
        old = customer < OLD
        day = START + timedelta(days=int(rng.integers(0, 14) if old else rng.integers(40, 700)))
        while day <= END:
            amount = round(float(rng.gamma(6, 10)), 2)
            rows.append(f"C{customer},{day},{amount},{round(amount * (0.5 if old else 0.7), 2)}")
            if not old and rng.random() < 0.25:
                break
            day += timedelta(days=1 + int(rng.exponential(13 if old else 25)))
    return rows


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backtest_book")
    file = folder / "orders.csv"
    file.write_text("\n".join(orders()) + "\n", encoding="utf-8")
    Ledger.create(folder / "book", file, at=datetime(2026, 1, 1, tzinfo=UTC), currency="CNY")
    return folder / "book"


HOLDOUT = Horizon.parse("26w")


def test_it_says_how_many_customers_the_start_in_mid_life_may_touch(book: Path) -> None:
    run = backtest_book(book, holdout=HOLDOUT)
    told = run.maybe_older
    assert told is not None
    assert told.customers >= OLD
    assert told.known == run.purchases.customers
    assert told.born_after is not None
    assert told.sentences() == run.notes[-2:]
    assert run.born_after is None


def test_two_fits_are_judged_on_the_same_customers_born_after_a_day(book: Path) -> None:
    day = date(2024, 2, 5)
    run = backtest_book(book, holdout=HOLDOUT, born_after=day)
    found = run.born_after
    assert found is not None
    assert run.maybe_older is None
    everybody, alone = found.fitted_on_all, found.fitted_on_born_after
    known = len(Ledger.open(book).customers(run.latest.origin.as_of))
    assert found.left_out == OLD
    assert found.customers == known - OLD == everybody.purchases.customers == alone.purchases.customers
    assert everybody.purchases.actual == alone.purchases.actual == run.purchases.actual
    assert everybody.total.actual == alone.total.actual
    assert alone.purchases == run.purchases

    until = run.latest.origin.as_of
    assert everybody.parameters["r"] == pytest.approx(fit_book(book, until=until).fit.parameters.r)
    assert alone.parameters["r"] == pytest.approx(fit_book(book, until=until, born_after=day).fit.parameters.r)
    # The customers of old never leave: learning from them makes too much be expected of the others.
    assert everybody.purchases.bias > alone.purchases.bias
    assert found.verdict == run.verdicts[-1]


def test_the_track_follows_the_customers_judged(book: Path) -> None:
    day = date(2024, 2, 5)
    run = backtest_book(book, holdout=HOLDOUT, born_after=day)
    summary = Ledger.open(book).customers(END, born_after=day)
    known = summary.first_day <= np.datetime64(run.latest.origin.as_of)
    assert run.tracking.actual.sum() == summary.repeats[known].sum()


def test_every_past_day_has_customers_born_before_it(book: Path) -> None:
    run = backtest_book(book, holdout=Horizon.parse("13w"), born_after=date(2024, 12, 31))
    assert [one.origin for one in run.totals] == [run.latest.origin.as_of - timedelta(days=91), run.latest.origin.as_of]
    with pytest.raises(NotEnoughHistory, match="after 2025-10-01"):
        backtest_book(book, holdout=Horizon.parse("13w"), born_after=date(2025, 10, 1))
