"""The same orders give the same book, however they are written down."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from keyworth.ledger import Ledger, ReadingOptions, import_orders

pytestmark = pytest.mark.slow

ROWS = [
    ("0001", "张三", "2026-01-01", 10.5), ("0002", "李四", "2026-01-02", 20.25), ("0003", "张三", "2026-01-05", 1234.0),
    ("0004", "王五", "2026-02-01", 0.0), ("0005", "李四", "2026-02-03", -5.25),
]  # fmt: skip
FRAME = pd.DataFrame(ROWS, columns=["订单号", "会员号", "下单时间", "实付金额"])
CSV = FRAME.to_csv(index=False)


def saved(write: Callable[[Path], object], name: str) -> Callable[[Path], Any]:
    def source(folder: Path) -> Path:
        write(folder / name)
        return folder / name

    return source


def a_folder(folder: Path) -> Path:
    (folder / "months").mkdir()
    FRAME[:2].to_csv(folder / "months" / "1.csv", index=False)
    FRAME[2:].to_csv(folder / "months" / "2.tsv", index=False, sep="\t")
    return folder / "months"


FORMATS: dict[str, Callable[[Path], Any]] = {
    "TSV": saved(lambda path: FRAME.to_csv(path, index=False, sep="\t"), "o.tsv"),
    "gzip": saved(lambda path: path.write_bytes(gzip.compress(CSV.encode())), "o.csv.gz"),
    "GB18030": saved(lambda path: path.write_bytes(CSV.encode("gb18030")), "o.csv"),
    "UTF-16": saved(lambda path: path.write_bytes(CSV.encode("utf-16")), "o.csv"),
    "Parquet": saved(FRAME.to_parquet, "o.parquet"),
    "JSON lines": saved(lambda path: FRAME.to_json(path, orient="records", lines=True, force_ascii=False), "o.jsonl"),
    "a folder": a_folder,
    "pandas": lambda folder: FRAME,
    "Polars": lambda folder: pl.from_pandas(FRAME),
    "PyArrow": lambda folder: pl.from_pandas(FRAME).to_arrow(),
    "DuckDB": lambda folder: duckdb.from_arrow(pl.from_pandas(FRAME).to_arrow()),
}


def book_of(folder: Path, source: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    import_orders(folder, [source], ReadingOptions(), at=datetime(2026, 1, 1, tzinfo=UTC))
    ledger = Ledger.open(folder)
    orders = sorted(ledger.order_table().to_pylist(), key=lambda order: order["order_ref"])
    summary = sorted(ledger.customers().table().to_pylist(), key=lambda customer: customer["customer"])
    return orders, summary


@pytest.fixture(scope="module")
def from_csv(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("csv")
    (folder / "orders.csv").write_text(CSV, encoding="utf-8")
    return book_of(folder / "book", folder / "orders.csv")


@pytest.mark.parametrize("source", FORMATS.values(), ids=FORMATS)
def test_the_book_is_that_of_the_csv_file(tmp_path: Path, from_csv: Any, source: Callable[[Path], Any]) -> None:
    assert len(from_csv[0]) == 4
    assert repr(book_of(tmp_path / "book", source(tmp_path))) == repr(from_csv)


def test_an_amount_in_one_foreign_currency_needs_a_rate_too(tmp_path: Path) -> None:
    """Twelve currencies, one with a gap; a later import brings the rates that were missing."""
    from keyworth.errors import RateMissing

    codes = ["USD", "EUR", "GBP", "JPY", "HKD", "TWD", "KRW", "SGD", "AUD", "CAD", "CHF", "THB"]
    orders, rates = tmp_path / "orders.csv", tmp_path / "rates.csv"
    lines = [f"C{number},2026-01-{day:02},10,{code}" for number, code in enumerate(codes) for day in (1, 9)]
    orders.write_text("\n".join(["customer,date,amount,currency", *lines, ""]), encoding="utf-8")
    known = [f"{code},2026-01-01,{number + 1}" for number, code in enumerate(codes) if code != "KRW"]

    def bring(*, rated: list[str] | None) -> Any:
        if rated is not None:
            rates.write_text("\n".join(["currency,date,rate", *rated, ""]), encoding="utf-8")
        return import_orders(
            tmp_path / "book", [orders], ReadingOptions(), at=datetime(2026, 1, 1, tzinfo=UTC), currency="CNY",
            rates=rates if rated is not None else None,
        )  # fmt: skip

    for rated in (None, known, [*known, "KRW,2026-01-05,7"]):
        with pytest.raises(RateMissing):
            bring(rated=rated)
        assert not (tmp_path / "book").exists()
    bring(rated=[*known, "KRW,2026-01-01,7"])
    found = Ledger.open(tmp_path / "book").customers()
    assert found.amount.tolist() == [20.0 * (number + 1) for number in (0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9)]
    assert bring(rated=None).orders_added == 0
