"""Sums of roots and logarithms from a ledger, against the purchases told one by one."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from keyworth.errors import NotEnoughHistory
from keyworth.ledger import Ledger

AT = datetime(2026, 1, 1, tzinfo=UTC)


def book(folder: Path, text: str) -> Ledger:
    source = folder / "orders.csv"
    source.write_text(text, encoding="utf-8")
    ledger, _ = Ledger.create(folder / "book", source, at=AT)
    return ledger


def test_repeats_that_brought_something_are_summed_by_customer(tmp_path: Path) -> None:
    found = book(
        tmp_path,
        "order,customer,date,amount\n"
        "1,A,2025-01-01,10\n2,A,2025-01-05,16\n3,A,2025-01-05,11\n4,A,2025-02-01,8\n5,A,2025-03-01,0\n"
        "6,B,2025-01-02,5\n7,C,2025-01-03,0\n8,C,2025-01-09,81\n",
    ).spend_sums()
    assert found.as_of == date(2025, 3, 1)
    assert found.repeats.tolist() == [2, 0, 1]
    assert found.first_value.tolist() == [10, 5, 0]
    assert found.brought.tolist() == [45, 5, 81]
    a, c = np.array([27.0, 8.0]), np.array([81.0])
    for k in range(1, 5):
        expected = [np.sum(a ** (1 / k)), 0, np.sum(c ** (1 / k))]
        assert found.roots[:, k - 1] == pytest.approx(expected, abs=2e-9)
    assert found.logs == pytest.approx([np.log(27 * 8), 0, np.log(81)], abs=2e-9)


def test_refunds_come_off_their_purchase_from_their_own_day_and_strays_off_the_whole(tmp_path: Path) -> None:
    ledger = book(
        tmp_path,
        "order,customer,date,amount,original order\n"
        "1,A,2025-01-01,10,\n2,A,2025-01-05,16,\n3,A,2025-02-01,9,\nR1,A,2025-02-03,-7,2\nR2,A,2025-02-04,-9,3\n"
        "4,B,2025-01-01,20,\n5,B,2025-01-08,30,\nR3,B,2024-12-30,-3,\n",
    )
    before, after = ledger.spend_sums(date(2025, 2, 2)), ledger.spend_sums(date(2025, 2, 10))
    assert before.roots[0, 0] == 25
    assert after.roots[0, 0] == 9  # 16 less 7; all of the last was given back, so that it was no purchase
    assert after.repeats.tolist() == [1, 1]
    assert after.roots[0, 1] == 3
    summary = ledger.customers(date(2025, 2, 10))
    assert after.numbers.tolist() == summary.numbers.tolist()
    assert after.brought.tolist() == summary.amount.tolist() == [19, 47]


def test_rows_are_those_of_the_customers_and_some_may_be_too_old(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    day = [date(2025, 1, 1) + timedelta(int(d)) for d in rng.integers(0, 90, 400)]
    rows = [
        f"{i},{c},{d},{a}"
        for i, (c, d, a) in enumerate(
            zip(rng.integers(0, 60, 400), day, rng.lognormal(3, 1, 400).round(2), strict=True)
        )
    ]
    ledger = book(tmp_path, "order,customer,date,amount\n" + "\n".join(rows) + "\n")
    for until, born in ((None, None), (date(2025, 2, 10), None), (date(2025, 3, 20), date(2025, 1, 5))):
        summary, found = ledger.customers(until, born_after=born), ledger.spend_sums(until, born_after=born)
        assert found.numbers.tolist() == summary.numbers.tolist()
        assert found.repeats.tolist() == summary.repeats.tolist()
        assert found.first_value.tolist() == summary.first_value.tolist()
        whole = found.roots[:, 0] + found.first_value
        assert whole == pytest.approx(summary.amount) == found.brought
        again = ledger.spend_sums(until, born_after=born)
        assert (again.roots == found.roots).all()
    with pytest.raises(NotEnoughHistory, match="Nobody bought by"):
        ledger.spend_sums(date(2024, 1, 1))
