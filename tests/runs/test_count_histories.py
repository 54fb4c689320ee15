"""Totals without rows: the same as adding the rows up."""

from datetime import date
from pathlib import Path

import pytest

from keyworth.errors import NotEnoughHistory
from keyworth.ledger import Ledger
from keyworth.runs.count_histories import count_histories
from keyworth.runs.summarise import counts_of, summarise

ORDERS = """customer,date,amount
A,2024-01-01,10
A,2024-02-01,20
A,2024-02-01,5
B,2024-01-05,5
C,2024-01-05,5
D,2024-03-01,5
D,2024-03-09,-5
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counts")
    (folder / "orders.csv").write_text(ORDERS)
    Ledger.create(folder / "book", folder / "orders.csv")
    return folder / "book"


@pytest.mark.parametrize("until", [None, date(2024, 1, 31), date(2024, 3, 1)])
@pytest.mark.parametrize("born_after", [None, date(2024, 1, 2)])
def test_they_are_the_sums_over_customers(book: Path, until: date | None, born_after: date | None) -> None:
    asked = {"until": until, "born_after": born_after}
    assert count_histories(book, **asked) == counts_of(summarise(book, **asked))


def test_nobody_is_refused_with_what_there_is(book: Path) -> None:
    with pytest.raises(NotEnoughHistory, match="2023-12-31") as refused:
        count_histories(book, until=date(2023, 12, 31))
    assert "2024-01-01" in str(refused.value.hint)
