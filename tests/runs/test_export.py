"""Tables for other programs keep their names; tables for people are in one language; nothing unknown is a figure."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from keyworth.errors import OptionRefused, OutputUnwritable
from keyworth.ledger import Ledger
from keyworth.runs.build_values import ValueRequest, build_values
from keyworth.runs.export import export_table
from keyworth.runs.table_titles import title, titled
from keyworth.runs.written_files import write_table, write_text
from keyworth.units import Horizon, TimeUnit


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hundred customers who come at random and stop at random, so that it can be told who has left."""
    rng, folder = np.random.default_rng(5), tmp_path_factory.mktemp("export")
    rows = ["customer,date,amount"]
    for customer in range(200):
        born, rate, stays = rng.integers(0, 400), rng.gamma(1.0, 1 / 30), rng.exponential(300)
        later = born + np.cumsum(rng.exponential(1 / rate, 80))
        for day in sorted({int(day) for day in (born, *later[later < min(born + stays, 545)])}):
            when = date.fromordinal(date(2024, 1, 1).toordinal() + day)
            rows.append(f"C{customer},{when},{rng.gamma(4, 20):.2f}")
    (folder / "orders.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    Ledger.create(folder / "book", folder / "orders.csv", at=datetime(2026, 1, 1, tzinfo=UTC), currency="CNY")
    build_values(folder / "book", ValueRequest(model="mbg-nbd", horizon=Horizon.parse("13w")))
    return folder / "book"


@pytest.mark.parametrize("what", ["values", "customers", "orders"])
def test_titles_for_people_are_of_one_language_and_differ(book: Path, tmp_path: Path, what: str) -> None:
    for lang, chinese in (("zh", True), ("en", False)):
        file = tmp_path / f"{lang}.csv"
        export_table(book, what, file, lang, titles=True)
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
        header = pa_csv.read_csv(file).column_names
        assert len(set(header)) == len(header)
        assert all(any("一" <= letter <= "鿿" for letter in name) is chinese for name in header), header
        assert not any("_" in name for name in header)


def test_programs_find_the_names_they_know_whatever_the_language(book: Path, tmp_path: Path) -> None:
    export_table(book, "values", tmp_path / "v.parquet", "zh")
    table = pq.read_table(tmp_path / "v.parquet")
    assert {"customer", "value", "value_q10", "tier", "strategy", "reason"} <= set(table.column_names)
    assert set(table["strategy"].to_pylist()) <= {"prevent", "win_back", "monitor", "ignore"}
    assert "购买" in table["reason"][0].as_py()


def test_strategies_are_the_words_of_the_course(book: Path, tmp_path: Path) -> None:
    export_table(book, "values", tmp_path / "v.parquet", "zh", titles=True)
    found = set(pq.read_table(tmp_path / "v.parquet")["策略"].to_pylist())
    assert found
    assert found <= {"预防", "赢回", "监控", "忽略"}
    codes = pa.table({"strategy": ["win_back", "prevent"]})
    assert titled(codes, "en").to_pydict() == {"Strategy": ["win back", "prevent"]}


def test_times_carry_their_unit() -> None:
    assert title("observed_for", "zh", TimeUnit.DAY) == "观察时长（日）"
    assert title("no such column", "zh") == "no such column"


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_what_is_not_known_is_empty_and_no_figure(book: Path, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"customers.{ending}"
    export_table(book, "customers", file, "en")
    table = pa_csv.read_csv(file) if ending == "csv" else pq.read_table(file)
    once = [row for row in table.to_pylist() if row["repeats"] == 0]
    assert once
    assert all(row["mean_repeat_value"] is None for row in once)
    assert ending == "parquet" or b"nan" not in file.read_bytes()


def test_where_nothing_can_be_written_is_said(tmp_path: Path) -> None:
    table = pa.table({"a": np.array([1.0])})
    with pytest.raises(OutputUnwritable, match=r"nowhere/a\.csv cannot be written: there is no folder .*nowhere\."):
        write_table(table, tmp_path / "nowhere" / "a.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(OutputUnwritable, match=r"folder\.csv cannot be written: it is a folder\."):
        write_table(table, tmp_path / "folder.csv")
    with pytest.raises(OptionRefused, match=r"ends in neither \.csv nor \.parquet"):
        write_table(table, tmp_path / "a.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_a_page_cannot_take_the_place_of_a_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputUnwritable, match="it is a folder"):
        write_text("page", tmp_path)
    assert list(tmp_path.iterdir()) == []
