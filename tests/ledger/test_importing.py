"""The ledger's promises, tried with small files."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from keyworth.errors import BookMissing, FileUnreadable, LedgerRefused, OptionRefused, RateMissing
from keyworth.ledger import ImportReport, Ledger, read_values
from keyworth.ledger.rates import read_rates

NOW = datetime(2026, 11, 22, tzinfo=UTC)

Importer = Callable[..., ImportReport]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "book"


@pytest.fixture
def bring(tmp_path: Path, book: Path) -> Importer:
    """Import texts as files named a.csv, b.csv, … in one go."""
    made = 0

    def bring(*texts: str, **options: object) -> ImportReport:
        nonlocal made
        paths = []
        for text in texts:
            path = tmp_path / f"{made:03}.csv"
            path.write_text(text, encoding="utf-8")
            paths.append(path)
            made += 1
        _, report = Ledger.create(book, *paths, at=NOW, **options)
        return report

    return bring


def spent(book: Path, until: date | None = None) -> dict[str, tuple[int, float]]:
    """Purchase days and net money by customer."""
    found = Ledger.open(book).customers(until)
    return {
        customer: (int(repeats) + 1, round(amount, 4))
        for customer, repeats, amount in zip(found.customers.to_pylist(), found.repeats, found.amount, strict=True)
    }


PLAIN = "customer,date,amount\nA,2026-01-01,10\nA,2026-01-05,20\nB,2026-01-02,5\n"
ORDERS = "order_id,customer,date,amount\n1,A,2026-01-01,10\n2,A,2026-01-05,20\n3,B,2026-01-02,5\n"


def test_rows_dated_after_today_are_warned_of(book: Path, bring: Importer) -> None:
    late = PLAIN + "C,2026-11-23,4\nC,2098-01-05,4\nD,2150-01-05,4\n"
    (warning,) = bring(late).warnings
    assert str(warning).startswith("2 rows are dated after today, from 2098-01-05 to 2150-01-05.")
    assert "--as-of" in str(warning)
    assert not bring(PLAIN).warnings


def test_dates_that_contradict_each_other_are_warned_of(bring: Importer) -> None:
    mixed = "customer,date,amount\n" + "".join(
        f"A,{day},5\n" for day in ("13/2/2024", "2/13/2024", "3/4/2024", "5/5/2024")
    )
    (warning,) = bring(mixed).warnings
    assert "1 date could be either and follows the majority" in str(warning)


@pytest.mark.parametrize("text", ["\n\n\n", "\ufeff", "\ufeff\r\n \r\n"])
def test_a_file_of_blank_lines_is_refused_by_name(bring: Importer, text: str) -> None:
    with pytest.raises(FileUnreadable, match=r"000\.csv (holds nothing but blank lines|is empty)"):
        bring(text)


def test_a_file_is_no_book(book: Path, bring: Importer) -> None:
    book.write_text("not a folder")
    with pytest.raises(BookMissing, match="is a file; a book is a folder"):
        Ledger.open(book)
    with pytest.raises(BookMissing, match="is a file; a book is a folder"):
        bring(PLAIN)
    with pytest.raises(BookMissing, match="is a file; a book is a folder"):
        Ledger.create(book / "inside", book, at=NOW)
    assert book.read_text() == "not a folder"


def test_rows_become_orders_and_customers(book: Path, bring: Importer) -> None:
    report = bring(PLAIN)
    assert (report.rows_read, report.orders_added, report.customers, report.ledger_version) == (3, 3, 2, 1)
    assert spent(book) == {"A": (2, 30.0), "B": (1, 5.0)}


@pytest.mark.parametrize("text", [PLAIN, ORDERS])
def test_the_same_content_twice_adds_nothing(book: Path, bring: Importer, text: str) -> None:
    first, second = bring(text), bring(text)
    assert second.orders_added == second.orders_replaced == 0
    assert second.ledger_version == first.ledger_version
    assert spent(book) == {"A": (2, 30.0), "B": (1, 5.0)}


def test_identical_rows_in_one_file_are_different_orders(book: Path, bring: Importer) -> None:
    twice = "customer,date,amount\nA,2026-01-01,10\nA,2026-01-01,10\n"
    assert bring(twice).orders_added == 2
    assert bring(twice).orders_added == 0
    thrice = twice + "A,2026-01-01,10\n"
    assert bring(thrice).orders_added == 1
    assert bring(twice).orders_added == 0
    assert spent(book) == {"A": (1, 30.0)}


def test_overlapping_files_of_one_import_merge(book: Path, bring: Importer) -> None:
    january = "customer,date,amount\nA,2026-01-01,10\nA,2026-01-30,20\nA,2026-01-30,20\n"
    february = "customer,date,amount\nA,2026-01-30,20\nA,2026-02-03,40\n"
    assert bring(january, february).orders_added == 4
    assert spent(book) == {"A": (3, 90.0)}


def test_a_known_order_that_changed_replaces_and_the_old_one_is_kept(book: Path, bring: Importer) -> None:
    bring(ORDERS)
    report = bring(ORDERS.replace("2,A,2026-01-05,20", "2,A,2026-01-06,25"))
    assert (report.orders_added, report.orders_replaced, report.orders_known) == (0, 1, 2)
    assert spent(book) == {"A": (2, 35.0), "B": (1, 5.0)}
    earlier = Ledger.open(book, version=1).customers()
    assert earlier.amount.sum() == 35.0


def test_order_lines_add_up_dated_by_the_first(book: Path, bring: Importer) -> None:
    report = bring(
        "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
        "1,tea,2,2026-01-01 23:59:00,3.50,A\n"
        "1,cake,1,2026-01-02 00:01:00,4.00,A\n"
        "2,tea,1,2026-01-09 10:00:00,3.50,A\n"
    )
    assert report.orders_added == 2
    assert spent(book) == {"A": (2, 14.5)}
    assert Ledger.open(book).first_day == date(2026, 1, 1)


def test_lines_of_a_changed_order_are_replaced_with_it(book: Path, bring: Importer) -> None:
    head = "order,item,quantity,date,price,customer\n"
    bring(head + "1,tea,2,2026-01-01,3,A\n1,cake,1,2026-01-01,4,A\n")
    report = bring(head + "1,tea,2,2026-01-01,3,A\n1,pie,1,2026-01-01,4,A\n")
    assert report.orders_replaced == 1
    assert spent(book) == {"A": (1, 10.0)}


def test_a_return_takes_back_the_latest_earlier_purchase_from_its_own_day(book: Path, bring: Importer) -> None:
    bring(
        "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID\n"
        "1,tea,2,2026-01-01 10:00:00,3.50,A\n"
        "2,tea,2,2026-01-05 10:00:00,3.50,A\n"
        "C9,tea,-2,2026-01-09 10:00:00,3.50,A\n"
    )
    assert spent(book, date(2026, 1, 8)) == {"A": (2, 14.0)}
    assert spent(book, date(2026, 1, 9)) == {"A": (1, 7.0)}


def test_a_refund_is_never_a_purchase(book: Path, bring: Importer) -> None:
    report = bring("customer,date,amount\nA,2026-01-01,10\nA,2026-01-05,-4\nB,2026-01-05,-4\n")
    assert (report.orders_added, report.refunds_added, report.customers) == (1, 2, 2)
    assert spent(book, date(2026, 1, 4)) == {"A": (1, 10.0)}
    assert spent(book, date(2026, 1, 5)) == {"A": (1, 6.0)}


def test_an_unmatched_refund_lowers_the_mean_of_the_repeats(book: Path, bring: Importer) -> None:
    bring("customer,date,amount\nA,2026-01-01,10\nA,2026-01-03,10\nA,2026-01-05,20\nA,2026-01-06,-6\n")
    found = Ledger.open(book).customers(date(2026, 1, 6))
    assert (found.first_value[0], found.mean_repeat_value[0]) == (10.0, 12.0)


def test_the_same_refund_twice_acts_once(book: Path, bring: Importer) -> None:
    text = "order_id,customer,date,amount\n1,A,2026-01-01,10\nR1,A,2026-01-05,-4\n"
    bring(text)
    assert bring(text).refunds_added == 0
    assert spent(book, date(2026, 1, 5)) == {"A": (1, 6.0)}


def test_a_refund_that_arrives_before_its_order_finds_it_later(book: Path, bring: Importer) -> None:
    head = "order_id,customer,date,amount,original order\n"
    bring(head + "1,A,2026-01-01,10,\nR1,A,2026-01-05,-4,0\n")
    assert spent(book, date(2026, 1, 5)) == {"A": (1, 6.0)}
    bring(head + "0,A,2025-12-01,4,\n")
    assert spent(book, date(2026, 1, 5)) == {"A": (1, 10.0)}


def test_a_refund_column_lowers_its_own_order(book: Path, bring: Importer) -> None:
    head = "订单号,会员号,下单时间,实付金额,退款金额\n"
    bring(head + "1,007,2026-01-01 12:00,100,30\n2,007,2026-01-02 12:00,50,50\n3,007,2026-01-03 12:00,20,\n")
    assert spent(book) == {"007": (2, 90.0)}
    bring(head + "1,007,2026-01-01 12:00,100,60\n")
    assert spent(book) == {"007": (2, 60.0)}


def test_rows_without_a_customer_are_kept_apart_and_counted(book: Path, bring: Importer) -> None:
    text = "customer,date,amount\nA,2026-01-01,10\n,2026-01-01,10\n,never,10\n"
    report = bring(text)
    assert (report.rows_without_customer, report.rows_refused, report.orders_added) == (2, 1, 1)
    bring(text)
    assert Ledger.open(book).set_aside("apart").num_rows == 2


def test_refused_rows_are_kept_with_their_place_and_reason(book: Path, bring: Importer) -> None:
    text = "customer,date,amount\nA,2026-01-01,10\nB,2031-02-30,10\nC,2026-01-01,ten\n"
    assert bring(text).rows_refused == 2
    bring(text)
    refused = Ledger.open(book).set_aside("refused").to_pylist()
    assert [(row["file"], row["row"]) for row in refused] == [("000.csv", 3), ("000.csv", 4)]
    assert (refused[0]["problem"], refused[0]["value"]) == ("date_impossible", "2031-02-30")


def test_a_file_with_nothing_usable_is_refused_and_leaves_no_book(book: Path, bring: Importer) -> None:
    with pytest.raises(LedgerRefused, match="None of the 2 rows") as refusal:
        bring("customer,date,amount\nA,never,10\nB,never,10\n")
    assert refusal.value.counts == {"rows_read": 2, "rows_without_customer": 0, "rows_refused": 2}
    assert not (book / "book.json").exists()
    bring(PLAIN)
    assert spent(book) == {"A": (2, 30.0), "B": (1, 5.0)}


def test_a_file_without_money_still_counts(book: Path, bring: Importer) -> None:
    bring("customer,date\nA,2026-01-01\nA,2026-01-05\n")
    ledger = Ledger.open(book)
    assert not ledger.has_money
    assert ledger.customers().repeats.tolist() == [1.0]


def test_several_customers_under_one_order_number_are_several_orders(book: Path, bring: Importer) -> None:
    text = "order_id,customer,date,amount\n1,A,2026-01-01,10\n1,B,2026-01-01,20\n2,A,2026-01-03,1\n"
    assert bring(text).orders_added == 3
    assert bring(text).orders_added == 0
    assert spent(book) == {"A": (2, 11.0), "B": (1, 20.0)}


def test_leading_zeros_survive_and_floats_written_as_ids_are_read_as_ids(book: Path, bring: Importer) -> None:
    bring("customer,date,amount\n0012,2026-01-01,10\n12,2026-01-05,20\n")
    assert set(spent(book)) == {"0012", "12"}


def test_the_currency_is_unstated_until_somebody_says(book: Path, bring: Importer) -> None:
    assert bring(PLAIN).currency == "XXX"
    assert bring(PLAIN, currency="CNY").currency == "CNY"
    assert Ledger.open(book).currency == "CNY"
    with pytest.raises(OptionRefused, match="kept in CNY, not in USD"):
        bring(PLAIN, currency="USD")


def test_several_currencies_need_rates(book: Path, bring: Importer, tmp_path: Path) -> None:
    text = "customer,date,amount,currency\nA,2026-01-01,10,CNY\nA,2026-01-05,20,HKD\nB,2026-01-05,1,CNY\n"
    with pytest.raises(RateMissing, match=r"no rates to CNY for HKD from 2026-01-05 \(1 order\)"):
        bring(text)
    with pytest.raises(RateMissing, match=r"HKD from 2026-01-05 \(1 order\), USD from 2026-01-06 \(2 orders\)"):
        bring(text + "C,2026-01-08,1,USD\nC,2026-01-06,1,USD\n")
    rates = tmp_path / "rates.csv"
    rates.write_text("currency,date,rate\nHKD,2026-01-01,0.9\nHKD,2026-01-06,0.5\n", encoding="utf-8")
    bring(text, rates=rates)
    assert spent(book) == {"A": (2, 28.0), "B": (1, 1.0)}


def test_orders_after_the_day_asked_for_do_not_count(book: Path, bring: Importer) -> None:
    bring(PLAIN)
    assert spent(book, date(2026, 1, 1)) == {"A": (1, 10.0)}


def test_a_zero_value_order_counts_as_a_purchase(book: Path, bring: Importer) -> None:
    bring("customer,date,amount\nA,2026-01-01,10\nA,2026-01-05,0\n")
    assert spent(book) == {"A": (2, 10.0)}
    assert Ledger.open(book).customers().mean_repeat_value.tolist() == [0.0]


def test_a_ledger_that_was_added_to_shows_the_new_orders(book: Path, bring: Importer, tmp_path: Path) -> None:
    bring(PLAIN)
    ledger, kept = Ledger.open(book), Ledger.open(book)
    assert (ledger.orders, kept.orders) == (3, 3)
    more = tmp_path / "more.csv"
    more.write_text("customer,date,amount\nC,2026-02-01,10\n", encoding="utf-8")
    ledger.add(more, at=NOW)
    assert (ledger.orders, ledger.last_day, len(ledger.customers())) == (4, date(2026, 2, 1), 3)
    assert (kept.orders, len(kept.customers())) == (3, 2)


def test_a_currency_that_nobody_stated_is_left_empty_in_the_orders(book: Path, bring: Importer) -> None:
    bring(PLAIN)
    assert set(Ledger.open(book).order_table()["currency"].to_pylist()) == {None}
    bring(PLAIN, currency="CNY")
    assert set(Ledger.open(book).order_table()["currency"].to_pylist()) == {"CNY"}


def test_gathering_days_changes_no_answer(book: Path, bring: Importer) -> None:
    bring("customer,date,amount,cost\nA,2026-01-01,10,4\nA,2026-01-01,5,1\nA,2026-01-05,-3,0\nB,2026-01-05,7,2\n")
    plain, gathered = Ledger.open(book), Ledger.open(book)
    gathered.gather_days()
    for until in (date(2026, 1, 2), date(2026, 1, 5)):
        # As text, since what is not known is NaN, which equals nothing.
        assert repr(plain.customers(until).table().to_pydict()) == repr(gathered.customers(until).table().to_pydict())
        assert plain.customers(until).margin.tolist() == gathered.customers(until).margin.tolist()
    assert plain.purchases_by_day().purchases.tolist() == gathered.purchases_by_day().purchases.tolist()


def test_a_file_that_is_not_there_names_those_like_it(book: Path, tmp_path: Path) -> None:
    (tmp_path / "orders-2024.csv").write_text(PLAIN, encoding="utf-8")
    with pytest.raises(FileUnreadable) as refused:
        Ledger.create(book, tmp_path / "order-2024.csv", at=NOW)
    assert str(refused.value.hint) == "Did you mean orders-2024.csv?"
    with pytest.raises(FileUnreadable) as refused:
        Ledger.create(book, tmp_path / "nofile.csv", at=NOW)
    assert str(refused.value.hint) == f"Check its name; it was looked for in {tmp_path}."


def test_lines_in_two_encodings_are_read_each_in_its_own_and_warned_of(book: Path, tmp_path: Path) -> None:
    names = ["张三", "李明", "王芳", "曾惠", "许安"]
    lines = [f"{name},2024-01-0{day},{day}\n" for day, name in enumerate(names, start=1)]
    file = tmp_path / "orders.csv"
    file.write_bytes(
        "会员号,下单日期,实付金额\n".encode("gbk") + "".join(lines[:3]).encode("gbk") + "".join(lines[3:]).encode()
    )
    _, report = Ledger.create(book, file, at=NOW)
    assert set(spent(book)) == set(names)
    (warning,) = report.warnings
    assert "2 lines are UTF-8 and 4 GB18030" in str(warning)
    assert "UTF-8 lines such as 5, 6" in str(warning)


def test_value_books_of_a_folder_that_is_none_say_that_there_is_no_book(tmp_path: Path) -> None:
    with pytest.raises(BookMissing, match="There is no book in"):
        read_values(tmp_path / "nowhere")


@pytest.mark.parametrize(("content", "sentence"), [
    (None, "There is no file"), ("folder", "is not a file"), ("币种,日期,汇率\n".encode("gbk"), "not text in UTF-8"),
])  # fmt: skip
def test_rates_that_cannot_be_opened_are_refused_in_words(
    tmp_path: Path, content: bytes | str | None, sentence: str
) -> None:
    rates = tmp_path / "rates.csv"
    if content == "folder":
        rates.mkdir()
    elif isinstance(content, bytes):
        rates.write_bytes(content)
    with pytest.raises(FileUnreadable, match=sentence) as refusal:
        read_rates(rates)
    assert "Errno" not in str(refusal.value)


STATUS = "order,customer,date,amount,status\n"


def test_an_order_that_a_later_export_marks_as_cancelled_is_none_any_more(bring: Importer, book: Path) -> None:
    bring(STATUS + "1,A,2026-01-01,10,paid\n2,A,2026-01-02,20,paid\n3,B,2026-01-03,30,paid\n")
    report = bring(STATUS + "1,A,2026-01-01,10,paid\n2,A,2026-01-02,20,已退款\n3,B,2026-01-03,30,cancelled\n")
    assert (report.orders_added, report.orders_replaced, report.orders_cancelled) == (0, 0, 2)
    assert Ledger.open(book).orders == 1
    assert Ledger.open(book, version=1).orders == 3
    again = bring(STATUS + "2,A,2026-01-02,20,已退款\n1,A,2026-01-01,10,paid\n")
    assert (again.orders_cancelled, again.ledger_version) == (0, report.ledger_version)


def test_an_order_of_which_one_line_is_cancelled_keeps_the_others(bring: Importer, book: Path) -> None:
    bring(STATUS + "1,A,2026-01-01,10,paid\n1,A,2026-01-01,5,paid\n")
    report = bring(STATUS + "1,A,2026-01-01,10,paid\n1,A,2026-01-01,5,cancelled\n")
    assert (report.orders_replaced, report.orders_cancelled) == (1, 0)
    assert float(Ledger.open(book).order_table()["amount"][0].as_py()) == 10.0
