"""A later export of the same system has a column more, or one less: what both tell decides whether a row is known."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyworth.ledger import Ledger, ReadingOptions, import_orders

pytestmark = pytest.mark.slow  # a minute together; what they try changes rarely

AT = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ["customer", "date", "time", "amount", "store", "item", "currency"]
WHOLE = [
    dict(zip(NAMES, line.split(), strict=True))
    for line in (
        "A 2026-01-01 09:30 10 x tea CNY",
        "A 2026-01-01 10:30 10 y pie CNY",
        "B 2026-01-02 11:30 20 x tea CNY",
        "B 2026-01-02 12:30 -5 x tea CNY",
    )
]
LATER = [dict(zip(NAMES, ["C", "2026-02-01", "08:00", "7", "z", "pie", "CNY"], strict=True))]
FEW = ["customer", "date", "amount"]


def text(rows: list[dict[str, str]], columns: list[str]) -> str:
    return "\n".join([",".join(columns), *(",".join(row.get(name, "") for name in columns) for row in rows), ""])


def bring(book: Path, *texts: str) -> Any:
    files = []
    for number, content in enumerate(texts):
        files.append(book.parent / f"export-{number}.csv")
        files[-1].write_text(content, encoding="utf-8")
    return import_orders(book, files, ReadingOptions(), at=AT)


def counts(report: Any) -> tuple[int, int, int]:
    return report.orders_added, report.orders_replaced, report.refunds_added


@pytest.mark.parametrize("more", [["store"], ["item"], ["currency"], ["time"], ["store", "item", "currency", "time"]])
def test_rows_without_an_id_stay_known_when_columns_are_added(tmp_path: Path, more: list[str]) -> None:
    book = tmp_path / "book"
    assert counts(bring(book, text(WHOLE, FEW))) == (3, 0, 1)
    assert counts(bring(book, text(WHOLE + LATER, FEW + more))) == (1, 0, 0)
    assert counts(bring(book, text(WHOLE + LATER, FEW + more))) == (0, 0, 0)
    assert counts(bring(book, text(WHOLE + LATER, FEW))) == (0, 0, 0)


@pytest.mark.parametrize("fewer", [["store"], ["item"], ["currency"], ["time"], ["store", "item", "currency", "time"]])
def test_rows_without_an_id_stay_known_when_columns_are_left_out(tmp_path: Path, fewer: list[str]) -> None:
    book = tmp_path / "book"
    bring(book, text(WHOLE, FEW + fewer))
    assert counts(bring(book, text(WHOLE + LATER, FEW))) == (1, 0, 0)
    assert counts(bring(book, text(WHOLE + LATER, FEW + fewer))) == (0, 0, 0)


def test_what_both_tell_still_tells_rows_apart(tmp_path: Path) -> None:
    book = tmp_path / "book"
    bring(book, text(WHOLE, [*FEW, "store"]))
    other = [{**WHOLE[0], "store": "z"}]
    assert counts(bring(book, text(other, [*FEW, "store", "item"]))) == (1, 0, 0)


def test_files_of_one_import_are_compared_in_the_same_way(tmp_path: Path) -> None:
    book = tmp_path / "book"
    assert counts(bring(book, text(WHOLE, FEW), text(WHOLE + LATER, [*FEW, "store", "item"]))) == (4, 0, 1)
    stores = sorted(str(order["store"]) for order in Ledger.open(book).order_table().to_pylist())
    assert stores == ["x", "x", "y", "z"]  # the fuller form is kept
    assert counts(bring(book, text(WHOLE, FEW), text(WHOLE + LATER, [*FEW, "store", "item"]))) == (0, 0, 0)


NUMBERED = [{**row, "order": str(number)} for number, row in enumerate(WHOLE[:3])]


@pytest.mark.parametrize("fewer", [["store"], ["item"], ["currency"], ["time"], ["store", "item"]])
def test_an_order_is_not_impoverished_by_an_export_with_less(tmp_path: Path, fewer: list[str]) -> None:
    book = tmp_path / "book"
    full = ["order", *FEW, "store", "item", "currency", "time"]
    bring(book, text(NUMBERED, full))
    assert counts(bring(book, text(NUMBERED, [name for name in full if name not in fewer]))) == (0, 0, 0)
    assert counts(bring(book, text(NUMBERED, full))) == (0, 0, 0)


@pytest.mark.parametrize("more", [["store"], ["item"], ["time"], ["store", "item"]])
def test_an_order_is_enriched_by_an_export_with_more_once(tmp_path: Path, more: list[str]) -> None:
    book = tmp_path / "book"
    bring(book, text(NUMBERED, ["order", *FEW]))
    assert counts(bring(book, text(NUMBERED, ["order", *FEW, *more]))) == (0, 3, 0)
    assert counts(bring(book, text(NUMBERED, ["order", *FEW, *more]))) == (0, 0, 0)
    assert counts(bring(book, text(NUMBERED, ["order", *FEW]))) == (0, 0, 0)


def test_an_order_that_takes_the_place_of_two_is_counted_once(tmp_path: Path) -> None:
    book = tmp_path / "book"
    ids = "order id,customer,date,amount\n" + "".join(f"{n},C{n},2024-01-0{n % 9 + 1},{n}\n" for n in range(1, 40))
    changed = ids.replace("7,C7,2024-01-08,7\n", "7,C7,2024-01-08,99\n")
    bare = "".join(",".join(line.split(",")[1:]) + "\n" for line in ids.splitlines())
    bring(book, ids)
    bring(book, changed)
    assert counts(bring(book, bare))[0] == 1  # the row as it was before it changed
    assert counts(bring(book, ids)) == (0, 2, 0)


def test_an_order_that_changed_in_what_both_tell_is_replaced(tmp_path: Path) -> None:
    book = tmp_path / "book"
    bring(book, text(NUMBERED, ["order", *FEW, "store"]))
    changed = [{**NUMBERED[0], "amount": "11"}, *NUMBERED[1:]]
    assert counts(bring(book, text(changed, ["order", *FEW, "item"]))) == (0, 1, 0)


def test_orders_and_their_lines_are_one_order(tmp_path: Path) -> None:
    book = tmp_path / "book"
    lines = [{**WHOLE[0], "order": "1", "amount": "4"}, {**WHOLE[0], "order": "1", "amount": "6", "item": "pie"}]
    bring(book, text(lines, ["order", *FEW, "item"]))
    whole = [{**WHOLE[0], "order": "1", "amount": "10"}]
    assert counts(bring(book, text(whole, ["order", *FEW]))) == (0, 0, 0)


@pytest.mark.parametrize("others", [[], ["item"], ["store", "time"]])
def test_an_export_that_gained_order_ids_replaces_the_rows_without(tmp_path: Path, others: list[str]) -> None:
    book = tmp_path / "book"
    later = [{**LATER[0], "order": "9"}]
    bring(book, text(NUMBERED, [*FEW, *others]))
    first = bring(book, text(NUMBERED + later, ["order", *FEW, *others]))
    assert Ledger.open(book).orders == 4
    assert (first.orders_added, first.orders_replaced) == (1, 3)
    assert counts(bring(book, text(NUMBERED + later, ["order", *FEW, *others]))) == (0, 0, 0)
    assert counts(bring(book, text(NUMBERED + later, [*FEW, *others]))) == (0, 0, 0)


def test_lines_that_were_orders_become_one_order(tmp_path: Path) -> None:
    book = tmp_path / "book"
    lines = [{**WHOLE[0], "order": "1"}, {**WHOLE[0], "order": "1", "item": "pie"}]
    bring(book, text(lines, [*FEW, "item"]))
    assert Ledger.open(book).orders == 2
    bring(book, text(lines, ["order", *FEW, "item"]))
    assert Ledger.open(book).orders == 1
    assert counts(bring(book, text(lines, [*FEW, "item"]))) == (0, 0, 0)


def test_two_systems_that_agree_in_a_row_by_chance_stay_two(tmp_path: Path) -> None:
    book = tmp_path / "book"
    till = [{"customer": "A", "date": f"2026-01-{day:02}", "amount": str(day)} for day in range(1, 29)]
    shop = [
        {"customer": "A", "date": f"2026-01-{day:02}", "amount": str(30 - day), "order": str(day)}
        for day in range(1, 29)
    ]
    bring(book, text(till, FEW))
    assert bring(book, text(shop, ["order", *FEW])).orders_added == 28
    assert counts(bring(book, text(till, FEW))) == (0, 0, 0)
    assert counts(bring(book, text(shop, ["order", *FEW]))) == (0, 0, 0)
    assert Ledger.open(book).orders == 56


row = st.fixed_dictionaries({
    "customer": st.sampled_from("AB"), "date": st.sampled_from(["2026-01-01", "2026-01-02"]),
    "amount": st.sampled_from(["10", "20", "-5"]), "store": st.sampled_from("xy"), "item": st.sampled_from("pq"),
})  # fmt: skip
some = st.lists(st.sampled_from(["store", "item"]), unique=True)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(row, min_size=1, max_size=6), exports=st.lists(some, min_size=2, max_size=4))
def test_however_exports_of_the_same_rows_differ_no_row_comes_twice(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]], exports: list[list[str]]
) -> None:
    book = tmp_path_factory.mktemp("exports") / "book"
    first = bring(book, text(rows, FEW + exports[0]))
    assert first.orders_added + first.refunds_added == len(rows)
    for columns in exports[1:]:
        assert counts(bring(book, text(rows, FEW + columns))) == (0, 0, 0)
