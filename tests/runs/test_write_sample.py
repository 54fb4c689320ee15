"""The sample's files: what a person finds in the folder, and what is never lost from it."""

import json
import os
from datetime import date

import pandas as pd
import pytest

from keyworth.errors import OptionRefused, OutputUnwritable
from keyworth.runs.write_sample import write_sample
from keyworth.sample import make_business
from keyworth.words import say

FILES = {
    "orders.csv",
    "customers.csv",
    "rates.csv",
    "truth/customers.csv",
    "truth/future_orders.csv",
    "truth/refunds.csv",
    "truth/parameters.json",
}


@pytest.fixture(scope="module")
def business():
    return make_business(customers=60, seed=3)


@pytest.fixture(scope="module")
def with_lines():
    return make_business(customers=40, seed=4, lines=True)


def files_in(folder):
    return {str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file()}


def test_a_new_folder_holds_the_files_and_nothing_else(business, tmp_path):
    written = write_sample(business, tmp_path / "deep" / "sample")
    assert files_in(tmp_path) == {f"deep/sample/{name}" for name in FILES}
    assert set(written.rows) == FILES
    assert written.rows["orders.csv"] == business.orders.num_rows
    assert written.orders.is_file()
    assert written.rates.is_file()


def test_the_files_say_what_the_tables_say(business, tmp_path):
    written = write_sample(business, tmp_path)
    assert written.orders.read_bytes().startswith(b"\xef\xbb\xbf")
    orders = pd.read_csv(written.orders, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    assert list(orders.columns) == business.orders.column_names
    for title in ("会员号", "实付金额", "订单号", "币种"):
        expected = [("" if value is None else str(value)) for value in business.orders[title].to_pylist()]
        assert orders[title].tolist() == expected
    assert orders["下单时间"].tolist() == [str(at) for at in business.orders["下单时间"].to_pylist()]

    truth = pd.read_csv(tmp_path / "truth/customers.csv", dtype={"customer": str})
    assert truth.rate.tolist() == business.truth["rate"].to_pylist()  # every digit
    assert truth.customer.str.startswith("00").all()


def test_the_parameters_rebuild_the_business(business, tmp_path):
    write_sample(business, tmp_path)
    facts = json.loads((tmp_path / "truth/parameters.json").read_text(encoding="utf-8"))
    start, end = (date.fromisoformat(facts[name]) for name in ("start", "end"))
    again = make_business(seed=facts["seed"], customers=60, start=start, end=end)
    assert again.orders.equals(business.orders)
    assert facts["population"]["alpha"] == business.population.alpha


def test_a_folder_that_holds_something_is_left_alone(business, tmp_path):
    (tmp_path / "mine.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(OptionRefused, match=r"already holds something: mine.txt. Choose an empty") as refused:
        write_sample(business, tmp_path)
    assert "已有内容：mine.txt" in say(refused.value.message, "zh")
    assert files_in(tmp_path) == {"mine.txt"}


def test_overwriting_replaces_the_sample_and_touches_nothing_else(business, with_lines, tmp_path):
    (tmp_path / "mine.txt").write_text("dear", encoding="utf-8")
    first = write_sample(with_lines, tmp_path, overwrite=True)
    assert "lines.csv" in first.rows
    second = write_sample(business, tmp_path, overwrite=True)
    # The lines of the first business would contradict the second one's orders.
    assert files_in(tmp_path) == FILES | {"mine.txt"}
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "dear"
    written = pd.read_csv(second.orders, dtype=str, encoding="utf-8-sig")
    assert len(written) == business.orders.num_rows


def test_a_file_in_the_way_is_refused(business, tmp_path):
    (tmp_path / "sample").write_text("a file", encoding="utf-8")
    with pytest.raises(OptionRefused, match="is a file, and a folder was expected"):
        write_sample(business, tmp_path / "sample")


@pytest.mark.parametrize("there_before", [False, True])
def test_a_full_disk_leaves_nothing_behind(business, tmp_path, monkeypatch, there_before):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    folder = tmp_path / "sample"
    if there_before:
        folder.mkdir()
    with pytest.raises(OutputUnwritable, match=r"into .*sample: the disk is full. Make room"):
        write_sample(business, folder)
    assert files_in(tmp_path) == set()
    assert folder.exists() == there_before


def test_a_place_where_no_folder_can_be_is_refused(business, tmp_path):
    (tmp_path / "file").write_text("a file", encoding="utf-8")
    with pytest.raises(OutputUnwritable, match="cannot be written into"):
        write_sample(business, tmp_path / "file" / "sample")
