"""The time between purchases that models with a rhythm read, against the calendar followed by hand."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from keyworth.behaviour import MBG_CNBD_K, UniqueHistories
from keyworth.ledger import Ledger, ReadingOptions, import_orders
from keyworth.units import TimeUnit

AT = datetime(2026, 1, 1, tzinfo=UTC)
DAY = date(2025, 1, 1)


def book_of(place: Path, *rows: str, header: str = "order,customer,date,item,quantity,amount") -> Ledger:
    file = place / "orders.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    import_orders(place / "book", [file], ReadingOptions(), at=AT)
    return Ledger.open(place / "book")


ORDERS = [
    # Gaps of 3 and 6 days, one of two orders on one day; and of 6 and 3, the same x, t_x and T.
    "1,A,2025-01-01,tea,1,5", "2,A,2025-01-04,tea,1,5", "3,A,2025-01-04,pie,1,5", "4,A,2025-01-10,tea,1,5",
    "5,B,2025-01-01,tea,1,5", "6,B,2025-01-07,tea,1,5", "7,B,2025-01-10,tea,1,5",
    # Eight days in a row, the last of which is then cancelled.
    *(f"C{n},C,2025-01-0{n},cake,1,9" for n in range(1, 9)), "R,C,2025-01-09,cake,-1,-9",
    "8,D,2025-01-02,tea,1,5",
]  # fmt: skip


def test_histories_carry_the_mean_of_their_customers_log_gaps(tmp_path: Path) -> None:
    ledger = book_of(tmp_path, *ORDERS[:-2], ORDERS[-1])
    plain = ledger.histories()
    assert plain.log_day_gaps is plain.log_gaps is None
    found = ledger.histories(gaps=True)
    for column in ("repeats", "first_day", "last_day", "customers"):
        np.testing.assert_array_equal(getattr(found, column), getattr(plain, column))
    assert found.log_day_gaps is not None
    told = dict(zip(found.repeats.tolist(), zip(found.customers, found.log_day_gaps, strict=True), strict=True))
    assert told[0.0] == (1, 0.0)
    assert told[2.0] == (2, pytest.approx(np.log(18), abs=1e-11))
    assert told[7.0] == (1, 0.0)  # seven gaps of a day
    in_weeks = found.log_gaps
    assert in_weeks is not None
    np.testing.assert_allclose(in_weeks, found.log_day_gaps - found.repeats * np.log(7), rtol=1e-14)
    earlier = ledger.histories(date(2025, 1, 6), TimeUnit.DAY, gaps=True, born_after=date(2024, 12, 31))
    assert earlier.log_gaps is not None
    assert earlier.log_gaps.tolist() == pytest.approx([0.0, 0.0, np.log(3), 0.0])  # B and D, A, C


def test_a_cancelled_day_is_none(tmp_path: Path) -> None:
    found = book_of(tmp_path, *ORDERS).histories(gaps=True)
    at = found.repeats.tolist().index(6.0)
    assert found.log_day_gaps is not None
    assert found.log_day_gaps[at] == 0.0


def test_a_model_with_a_rhythm_fits_what_the_ledger_tells_as_what_was_bought(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    days: dict[str, set[int]] = defaultdict(set)
    for n in range(300):
        day = 0.0
        for _ in range(1 + rng.geometric(0.25)):
            days[f"c{n}"].add(int(day))
            day += 1.0 + rng.gamma(3.0, 3.0)
            if day > 180:
                break
    rows = [f"{c},{DAY + timedelta(days=d)},5" for c, seen in days.items() for d in sorted(seen)]
    ledger = book_of(tmp_path, *rows, header="customer,date,amount")
    found = ledger.histories(gaps=True)
    columns = found.repeats, found.last_repeat, found.observed_for, found.customers
    unique = UniqueHistories.from_columns(*columns, log_gaps=found.log_gaps)
    by_hand = sum(float(np.log(np.diff(sorted(seen)) / 7).sum()) for seen in days.values())
    assert unique.histories.log_gaps is not None
    assert float((unique.weights * unique.histories.log_gaps).sum()) == pytest.approx(by_hand, abs=1e-8)
    fit = MBG_CNBD_K.fit(unique)
    assert fit.customers == 300
    assert fit.parameters.k >= 3
