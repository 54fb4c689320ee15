"""What a value book says of itself, and where it refuses."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from keyworth.errors import OptionRefused
from keyworth.ledger import Ledger
from keyworth.runs.build_values import ValueRequest, build_values, open_values
from keyworth.runs.value_records import about, customer_table
from keyworth.units import Horizon


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty customers who buy more or less often, then stop."""
    folder = tmp_path_factory.mktemp("build_values")
    rows = ["customer,date,amount"]
    for customer in range(40):
        for purchase in range(1 + customer % 7):
            day = date(2025, 1, 1).toordinal() + 3 * customer + purchase * (9 + customer % 5)
            rows.append(f"C{customer},{date.fromordinal(day)},{10 + customer + purchase}")
    orders = folder / "orders.csv"
    orders.write_text("\n".join(rows) + "\n", encoding="utf-8")
    Ledger.create(folder / "book", orders, at=datetime(2026, 1, 1, tzinfo=UTC), currency="CNY")
    return folder / "book"


def test_a_stored_book_comes_back_to_the_last_digit(book: Path) -> None:
    made = build_values(book, ValueRequest(model="mbg-nbd", horizon=Horizon.parse("13w")))
    kept = open_values(book, made.book_id)
    assert about(kept) == about(made)
    assert customer_table(kept) == customer_table(made)
    assert kept.base == made.base


def test_a_day_long_after_the_last_order_is_said(book: Path) -> None:
    last = Ledger.open(book).last_day
    far = build_values(book, ValueRequest(model="mbg-nbd", as_of=date(2027, 1, 1), horizon=Horizon.parse("13w")))
    near = build_values(book, ValueRequest(model="mbg-nbd", as_of=last, horizon=Horizon.parse("13w")))
    assert f"is {(date(2027, 1, 1) - last).days:,} days after the last order" in str(far.notes[0])
    assert not any("after the last order" in str(note) for note in near.notes)


def test_more_than_ten_years_ahead_is_refused(book: Path) -> None:
    with pytest.raises(OptionRefused, match="at most 10 years"):
        build_values(book, ValueRequest(model="mbg-nbd", horizon=Horizon.parse("11y")))


def test_nothing_is_called_money_where_there_is_none(tmp_path: Path) -> None:
    orders = tmp_path / "visits.csv"
    orders.write_text(
        "customer,date\n"
        + "".join(f"C{i},2025-0{1 + j % 9}-{1 + i % 27:02}\n" for i in range(30) for j in range(1 + i % 6)),
        encoding="utf-8",
    )
    Ledger.create(tmp_path / "book", orders, at=datetime(2026, 1, 1, tzinfo=UTC))
    made = build_values(tmp_path / "book", ValueRequest(model="mbg-nbd", horizon=Horizon.parse("13w")))
    assert made.basis == "purchases"
    assert made.customers.value is None
    assert made.base.expected == pytest.approx(made.customers.expected_purchases.sum())


def test_the_longest_step_says_how_far_it_is(book: Path) -> None:
    told: list[tuple[str, float | None]] = []
    build_values(
        book,
        ValueRequest(model="mbg-nbd", horizon=Horizon.parse("13w")),
        step=lambda step, done=None: told.append((str(step), done)),
    )
    assert told[0] == ("Reading orders and fitting models", None)
    shares = [done for step, done in told if step == "Valuing customers"]
    assert (shares[0], shares[-1]) == (None, 1.0)
    assert told[-1] == ("Storing the value book", None)


def test_customers_who_are_known_but_not_valued_are_counted(book: Path, tmp_path: Path) -> None:
    early = build_values(book, ValueRequest(model="mbg-nbd", as_of=date(2025, 3, 1), horizon=Horizon.parse("4w")))
    assert (early.known_customers, len(early)) == (40, 20)  # one came every third day
    orders = tmp_path / "orders.csv"
    rows = [f"C{i},O{i}-{j},2025-0{1 + j}-{1 + i % 27:02},{10 + i}" for i in range(30) for j in range(1 + i % 6)]
    gave_back = ["C99,O99,2025-02-02,50", "C99,O99,2025-02-05,-50"]
    orders.write_text("\n".join(["customer,order,date,amount", *rows, *gave_back]) + "\n", encoding="utf-8")
    Ledger.create(tmp_path / "book", orders, at=datetime(2026, 1, 1, tzinfo=UTC), currency="CNY")
    made = build_values(tmp_path / "book", ValueRequest(model="mbg-nbd", horizon=Horizon.parse("4w")))
    assert (made.known_customers, len(made)) == (31, 30)
    assert open_values(tmp_path / "book").known_customers == 31
