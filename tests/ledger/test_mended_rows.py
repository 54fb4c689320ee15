"""Refused rows go out, are mended, and come back: once, and into the order they belong to."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from keyworth.ledger import Ledger, ReadingOptions, import_orders
from keyworth.runs.export import export_table
from keyworth.words import Language

pytestmark = pytest.mark.slow  # a minute together; what they try changes rarely

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "book"


def bring(book: Path, text: str | bytes, name: str = "orders.csv", **options: Any) -> Any:
    file = book.parent / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return import_orders(book, [file], ReadingOptions(**options), at=AT)


def taken_out(book: Path, what: str = "refused", lang: Language = "en") -> str:
    file = book.parent / "out.csv"
    export_table(book, what, file, lang)
    return file.read_text(encoding="utf-8-sig")


def spent(book: Path) -> dict[str, float]:
    found = Ledger.open(book).customers()
    return dict(zip(found.customers.to_pylist(), found.amount.tolist(), strict=True))


def refused(book: Path) -> list[tuple[str, int]]:
    return [(row["file"], row["row"]) for row in Ledger.open(book).set_aside("refused").to_pylist()]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_mended_row_arrives_once_and_is_no_longer_listed(book: Path, lang: Language) -> None:
    text = "Käufer,date,amount\nA,2026-01-01,10\nB,2031-02-30,20\nC,2026-01-03,ten\n"
    chosen = {"customer": "Käufer"}
    bring(book, text, chosen=chosen)
    mended = taken_out(book, lang=lang).replace("2031-02-30", "2026-01-30", 1)
    report = bring(book, mended, "out.csv")
    assert (report.orders_added, report.rows_refused) == (1, 1)
    assert spent(book) == {"A": 10.0, "B": 20.0}
    assert refused(book) == [("orders.csv", 4)]
    assert bring(book, mended, "out.csv").orders_added == 0
    assert bring(book, text, chosen=chosen).orders_added == 0
    assert spent(book) == {"A": 10.0, "B": 20.0}
    assert refused(book) == [("orders.csv", 4)]


def test_a_mended_line_joins_its_order(book: Path) -> None:
    text = "order,customer,date,item,quantity,amount\n1,A,2026-01-01,tea,1,10\n1,A,2026-01-01,pie,1,x\n"
    bring(book, text)
    assert spent(book) == {"A": 10.0}
    mended = taken_out(book).replace('"x"', '"5"', 1)
    assert bring(book, mended, "out.csv").orders_replaced == 1
    assert spent(book) == {"A": 15.0}
    again = bring(book, text)
    assert (again.orders_added, again.orders_replaced) == (0, 0)
    bring(book, mended, "out.csv")
    assert spent(book) == {"A": 15.0}
    assert refused(book) == []


def test_rows_without_a_customer_come_back_with_one(book: Path) -> None:
    text = "customer,date,amount\nA,2026-01-01,10\n,2026-01-02,20\n"
    bring(book, text)
    lines = taken_out(book, "apart").splitlines()
    assert lines[1].startswith('"",') or lines[1].startswith(",")
    mended = "\n".join([lines[0], '"B"' + lines[1].removeprefix('""'), ""])
    assert bring(book, mended, "out.csv").orders_added == 1
    bring(book, text)
    assert spent(book) == {"A": 10.0, "B": 20.0}
    assert Ledger.open(book).set_aside("apart").num_rows == 0


def test_a_row_mended_wrongly_takes_the_place_of_the_one_before(book: Path) -> None:
    bring(book, "customer,date,amount\nA,2026-01-01,10\nB,2031-02-30,20\n")
    bring(book, taken_out(book).replace("2031-02-30", "2031-02-31", 1), "out.csv")
    (row,) = Ledger.open(book).set_aside("refused").to_pylist()
    assert (row["file"], row["row"], row["value"]) == ("orders.csv", 3, "2031-02-31")
    bring(book, taken_out(book).replace("2031-02-31", "2026-02-01", 1), "out.csv")
    assert spent(book) == {"A": 10.0, "B": 20.0}
    assert refused(book) == []


def test_rows_of_differing_files_and_of_files_without_a_header_come_back_together(book: Path) -> None:
    bring(book, "customer,date,amount\nA,2026-01-01,10\n+86138,2031-02-30,20\n", "en.csv")
    bring(book, "会员号,下单时间,实付金额\nA,2026-01-01,11\nC,2031-02-30,30\n", "zh.csv")
    bare = "A\t12.00\t2026-01-02\nA\t13.00\t2026-01-03\nD\t40.00\t2031-02-30\n"
    bring(book, bare, "bare.txt", chosen={"customer": "1", "amount": "2", "date": "3"})
    mended = taken_out(book).replace("2031-02-30", "2026-02-01")
    assert bring(book, mended, "out.csv").orders_added == 3
    assert spent(book) == {"A": 46.0, "+86138": 20.0, "C": 30.0, "D": 40.0}


EUROPEAN = "customer;date;amount\nA;25/03/2025;1.234,50\nA;26/03/2025;7,25\nB;31/02/2025;1.234\n"
AMERICAN = "customer;date;amount\nA;03/25/2025;1,234.50\nA;03/26/2025;7.25\nB;02/31/2025;1.234\n"


def orders(book: Path) -> list[tuple[str, str, float]]:
    return sorted(
        (order["customer"], order["ordered_at"].strftime("%Y-%m-%d"), float(order["amount"]))
        for order in Ledger.open(book).order_table().to_pylist()
    )


@pytest.mark.parametrize(
    ("text", "impossible", "expected"),
    [
        (EUROPEAN, "31/02/2025", ("B", "2025-05-03", 1234.0)),
        (AMERICAN, "02/31/2025", ("B", "2025-03-05", 1.234)),
    ],
)
def test_a_mended_row_is_read_as_its_file_was(
    book: Path, text: str, impossible: str, expected: tuple[str, str, float]
) -> None:
    bring(book, text)
    bring(book, taken_out(book).replace(impossible, "03/05/2025", 1), "out.csv")
    assert expected in orders(book)


def test_what_a_person_tells_goes_before_what_the_file_told(book: Path) -> None:
    bring(book, EUROPEAN)
    mended = taken_out(book).replace("31/02/2025", "03/05/2025", 1)
    bring(book, mended, "out.csv", day_first=False, decimal_comma=False)
    assert ("B", "2025-03-05", 1.234) in orders(book)


def test_an_id_of_a_mended_row_is_the_same_customer(book: Path) -> None:
    bring(book, "customer,date,amount\n17850.0,2025-01-01,5\nA17,2025-01-02,6\n17850.0,2025-02-31,7\n")
    bring(book, taken_out(book).replace("2025-02-31", "2025-02-01", 1), "out.csv")
    assert spent(book) == {"17850.0": 12.0, "A17": 6.0}


def test_files_of_one_name_month_after_month_keep_their_rows_apart(book: Path) -> None:
    bring(book, EUROPEAN)
    bring(book, AMERICAN.replace("B;", "C;"))
    assert refused(book) == [("orders.csv", 4), ("orders.csv", 4)]
    mended = taken_out(book).replace("31/02/2025", "03/05/2025", 1).replace("02/31/2025", "03/05/2025", 1)
    assert bring(book, mended, "out.csv").orders_added == 2
    assert {("B", "2025-05-03", 1234.0), ("C", "2025-03-05", 1.234)} <= set(orders(book))
    assert refused(book) == []
    assert bring(book, mended, "out.csv").orders_added == 0


def test_one_of_two_rows_on_the_same_line_of_files_of_one_name_stays_listed(book: Path) -> None:
    bring(book, EUROPEAN)
    bring(book, AMERICAN.replace("B;", "C;"))
    bring(book, taken_out(book).replace("31/02/2025", "03/05/2025", 1), "out.csv")
    (row,) = Ledger.open(book).set_aside("refused").to_pylist()
    assert (row["import"], row["value"]) == (2, "02/31/2025")


def test_an_export_that_does_not_say_which_import_comes_back_too(book: Path) -> None:
    bring(book, "customer,date,amount\nA,2026-01-01,10\nB,2031-02-30,20\n")
    out = "customer,date,amount,from file,from line,why it was refused\nB,2026-02-01,20,orders.csv,3,\n"
    assert bring(book, out, "out.csv").orders_added == 1
    assert refused(book) == []
