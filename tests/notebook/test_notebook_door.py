"""The same work from a notebook: one import that costs nothing, plain arguments, answers that become frames."""

import inspect
import json
import pydoc
import re
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv
import pytest

import keyworth
from keyworth.behaviour import load_fit
from keyworth.errors import BookMissing, KeyworthError, MappingUnclear, OptionRefused
from keyworth.notebook import Book, frames

KINDS = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.Table}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small business's order file, and a book of it called shop."""
    place = tmp_path_factory.mktemp("notebook")
    business = keyworth.make_business(customers=300, seed=3, lang="en")
    pa_csv.write_csv(business.orders, place / "orders.csv")
    pa_csv.write_csv(business.rates, place / "rates.csv")
    Book(place / "shop").add(str(place / "orders.csv"), rates=place / "rates.csv", at=datetime(2026, 1, 2))
    return place


@pytest.fixture(scope="module")
def book(folder: Path) -> Book:
    return Book(folder / "shop")


@pytest.fixture(scope="module")
def values(book: Book) -> keyworth.ValueBook:
    return book.value(as_of="2025-12-31", horizon="39w", discount=0.1, margin="30%", model="mbg-nbd")


def test_importing_keyworth_loads_nothing_heavy() -> None:
    code = "import keyworth, sys, json; print(json.dumps([*sys.modules]))"
    seen = subprocess.run([sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(seen.stdout))
    assert not loaded & {"numpy", "pyarrow", "duckdb", "deltalake", "scipy", "numba", "babel", "pandas", "narwhals"}
    assert {name for name in loaded if name.startswith("keyworth.")} == set()
    assert "keyworth" in seen.stderr
    assert "numpy" not in seen.stderr


def test_every_public_name_is_there_and_typed() -> None:
    for name in keyworth.__all__:
        assert getattr(keyworth, name) is not None
        assert name in dir(keyworth)
    offered = {name for line in _typing_imports() for name in line}
    assert offered == set(keyworth.__all__)
    assert keyworth.__version__[0].isdigit()
    with pytest.raises(AttributeError, match="no attribute 'lifetime'"):
        _ = keyworth.lifetime


def _typing_imports() -> list[list[str]]:
    import ast

    tree = ast.parse(Path(keyworth.__file__).read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    return [[alias.name for alias in node.names] for node in guarded.body if isinstance(node, ast.ImportFrom)]


def test_help_is_enough() -> None:
    told = pydoc.plain(pydoc.render_doc(keyworth.Book))
    for word in ("add(", "value(", "backtest(", "report(", "effective annual rate", "Raises"):
        assert word in told
    assert "book.value(" in pydoc.plain(pydoc.render_doc(keyworth))
    for name, member in inspect.getmembers(Book, inspect.isfunction):
        assert name.startswith("_") or inspect.getdoc(member), name


@pytest.mark.parametrize("library", list(KINDS))
def test_results_become_any_frame(library: str, book: Book, values: keyworth.ValueBook) -> None:
    customers = book.customers()
    assert isinstance(customers.frame(library), KINDS[library])
    assert len(values.frame(library)) == len(values) == len(customers)
    assert isinstance(book.fit().frame(library), KINDS[library])


def test_a_value_book_becomes_one_row_per_customer(values: keyworth.ValueBook) -> None:
    table = values.frame("pyarrow")
    assert sum(table["value"].to_pylist()) == pytest.approx(values.base.expected)
    assert table["customer"].to_pylist() == list(values.ids)
    assert any("ought" in reason for reason in table["reason"].to_pylist())
    assert not any(name.startswith("reason_") for name in table.column_names)


def test_a_frame_in_chinese_is_chinese_throughout(book: Book, values: keyworth.ValueBook) -> None:
    table = values.frame("pyarrow", lang="zh")
    assert sum(table["预期价值"].to_pylist()) == pytest.approx(values.base.expected)
    assert set(table["策略"].to_pylist()) <= {"预防", "赢回", "监控", "忽略"}
    assert any("购买" in reason for reason in table["理由"].to_pylist())
    assert "观察时长（日）" in book.customers(unit="day").frame("pyarrow", lang="zh").column_names


def test_answers_show_themselves_in_a_few_lines(book: Book, values: keyworth.ValueBook) -> None:
    again = book.value_book(values.book_id[:6])
    assert repr(again) == repr(values)
    shown = dict(re.split("  +", line.strip(), maxsplit=1) for line in repr(values).splitlines()[1:10])
    assert repr(values).startswith("ValueBook\n")
    assert (shown["value book"], shown["customers"]) == (values.book_id, f"{len(values):,}")
    assert "margin expected within 39 weeks" in shown
    for answer in (values, book.customers(), book.fit("bg-nbd")):
        assert len(repr(answer).splitlines()) <= 14
        assert "array(" not in repr(answer)


@pytest.mark.slow
def test_answers_are_in_the_notebooks_language(
    book: Book, values: keyworth.ValueBook, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setenv("KEYWORTH_LANG", "zh")
    earlier = book.value(as_of="2025-06-30", horizon="39w", margin="30%", model="mbg-nbd")
    compared = book.compare(earlier, values)
    answers = [values, book.customers(), book.fit("bg-nbd"), compared, book.add(folder / "orders.csv")]
    for answer in [*answers, book.backtest("26w")]:
        lines = repr(answer).splitlines()[1:]
        assert lines
        assert not [line for line in lines if re.search("[a-z]{4,} [a-z]{2,} [a-z]{2,}", line)], lines


def test_a_second_import_of_the_same_says_so(book: Book, folder: Path) -> None:
    again = book.add(folder / "orders.csv")
    assert again.orders_added == 0
    assert "orders already known" in repr(again)
    assert {"file", "field", "column"} == set(again.frame("pyarrow").column_names)


def test_plain_arguments_mean_what_the_command_line_means(book: Book, values: keyworth.ValueBook) -> None:
    same = book.value(
        pd.Timestamp("2025-12-31 18:00"), horizon="273d", discount="10%", margin={"": 0.3}, model="mbg-nbd"
    )
    assert same.base.expected == values.base.expected
    earlier = book.customers(date(2024, 12, 31), unit="day")
    assert earlier.observed_for.max() <= 730
    assert len(book.customers(born_after="2024-06-30").repeats) < len(earlier)


def test_a_summary_goes_straight_into_the_models(book: Book) -> None:
    customers = book.customers()
    fit = keyworth.MODELS["mbg-nbd"].fit(customers.histories)
    assert fit.log_likelihood == pytest.approx(book.fit("mbg-nbd").fit.log_likelihood, abs=1e-6)
    assert keyworth.GAMMA_GAMMA.fit(customers.spend).parameters.p > 0


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "duckdb"])
def test_frames_go_in(kind: str, folder: Path, tmp_path: Path) -> None:
    orders = pa.table(
        {
            "order id": ["1", "2", "3"],
            "customer id": ["007", "007", "8"],
            "order date": ["2024-01-01", "2024-02-01", "2024-02-03"],
            "amount": [10.0, 20.5, 3.0],
        }
    )
    made = {"pandas": orders.to_pandas, "polars": lambda: pl.from_arrow(orders), "pyarrow": lambda: orders}
    given = duckdb.sql("SELECT * FROM orders") if kind == "duckdb" else made[kind]()
    added = Book(tmp_path / "book").add(given, currency="EUR")
    assert (added.orders_added, added.customers, added.currency) == (3, 2, "EUR")
    assert sorted(Book(tmp_path / "book").customers().customers.to_pylist()) == ["007", "8"]


def test_a_list_of_files_stands_for_them(folder: Path, tmp_path: Path) -> None:
    rows = (folder / "orders.csv").read_text(encoding="utf-8").splitlines()
    for name, part in {"a.csv": rows[:200], "b.csv": [rows[0], *rows[150:300]]}.items():
        (tmp_path / name).write_text("\n".join(part) + "\n", encoding="utf-8")
    added = Book(tmp_path / "book").add([str(tmp_path / "a.csv"), tmp_path / "b.csv"], rates=folder / "rates.csv")
    assert added.rows_read == 199 + 150
    assert len(added.mappings) == 2


def test_two_value_books_are_compared(book: Book, values: keyworth.ValueBook) -> None:
    earlier = book.value(as_of="2025-06-30", horizon="39w", margin="30%", model="mbg-nbd")
    compared = book.compare(earlier, values.book_id)
    assert compared.total_after == pytest.approx(values.base.expected)
    assert set(compared.frame("pyarrow")["move"].to_pylist()) <= {"came", "left", "rose", "fell", "steady"}
    assert "came" in repr(compared)


def test_a_backtest_becomes_frames(book: Book) -> None:
    run = book.backtest("26w", model="mbg-nbd")
    scores = run.frame("polars")
    assert scores["forecast"].to_list()[:3] == ["mbg-nbd", "same rate as so far", "last year again"]
    assert run.frame("pyarrow", what="totals").num_rows == len(run.totals)
    assert run.frame("pyarrow", what="tracking").num_rows == len(run.tracking.ends)
    assert run.frame("pyarrow", what="deciles")["customers"].to_pylist() == [row.customers for row in run.deciles]
    assert re.search("days held back +182", repr(run))
    assert re.search("model +MBG/NBD", repr(run))
    with pytest.raises(OptionRefused, match="scores, totals"):
        run.frame(what="everything")


def test_a_backtest_begins_on_the_day_asked_for(book: Book) -> None:
    run = book.backtest("13w", model="mbg-nbd", origin="2025-03-31")
    assert run.total.origin == date(2025, 3, 31)
    assert run.total.end == date(2025, 6, 30)


@pytest.mark.slow
def test_a_backtest_shows_what_leaving_out_the_first_seen_changes(book: Book) -> None:
    whole = book.backtest("26w", margin="40%", model="mbg-nbd")
    assert whole.basis == "margin"
    assert whole.maybe_older.born_after is not None
    chosen = book.backtest("26w", margin={"": 0.4}, model="mbg-nbd", born_after=whole.maybe_older.born_after)
    both = chosen.frame("polars", what="born_after")
    assert both["measure"].to_list() == ["purchases", "purchases", "spend", "spend"]
    assert both["fitted_on"].to_list() == ["all", "born_after"] * 2
    assert both["actual"][2] == both["actual"][3] == pytest.approx(chosen.spend.actual)
    assert both["customers"].unique().to_list() == [chosen.born_after.customers]
    assert str(chosen.born_after.verdict) in repr(chosen)


def test_a_table_is_exported(book: Book, values: keyworth.ValueBook, tmp_path: Path) -> None:
    assert book.export(tmp_path / "values.parquet", book_id=values.book_id) == len(values)


@pytest.mark.slow
def test_the_report_and_its_charts(book: Book, tmp_path: Path) -> None:
    page = book.report(tmp_path / "report.html", lang="zh-CN")
    assert 'lang="zh' in page.read_text(encoding="utf-8")
    shown = book.charts(lang="en")
    assert {"base", "concentration", "rfm"} <= set(shown)
    assert "<svg" in shown["base"]._repr_html_()


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        (lambda book: Book(book.folder / "nowhere").value(), BookMissing, "no book"),
        (lambda book: book.value(as_of="31/12/2025"), OptionRefused, "as_of expects a date"),
        (lambda book: book.value(margin=1.3), OptionRefused, "0% to 100%"),
        (lambda book: book.value(margin={"caviar": "60%"}), OptionRefused, "caviar"),
        (lambda book: book.customers(unit="fortnight"), OptionRefused, "unit expects day"),
        (lambda book: book.customers().frame("spark"), OptionRefused, "pandas, polars, pyarrow"),
        (lambda book: book.add(), OptionRefused, "nothing to import"),
        (lambda book: book.add("orders.csv", currency="yuan"), OptionRefused, "three letters"),
        (lambda book: book.report(lang="fr"), OptionRefused, "languages are en, zh"),
        (lambda book: book.fit("pareto"), OptionRefused, "mbg-nbd"),
        (lambda book: Book(book.folder / "new").add(pa.table({"a": ["x"], "b": ["y"]})), MappingUnclear, ""),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(
    asked: object, kind: type[KeyworthError], said: str, book: Book
) -> None:
    with pytest.raises(kind) as refused:
        asked(book)  # type: ignore[operator]
    assert said in str(refused.value)


def test_a_fit_is_kept_and_gone_on_from(book: Book, tmp_path: Path) -> None:
    file = book.fit("mbg-nbd", until="2024-12-31", born_after="2023-06-30").save(tmp_path / "fit.json")
    found = book.fit(start=file, until="2025-06-30")
    cold = book.fit("mbg-nbd", until="2025-06-30", born_after="2023-06-30")
    assert found.fit.customers == cold.fit.customers
    assert found.fit.parameters.alpha == pytest.approx(cold.fit.parameters.alpha, rel=1e-8)
    assert found.drift is not None
    assert found.drift.total.customers < found.fit.customers
    assert str(found.drift.verdict) in repr(found)
    kept = load_fit(file.read_text(encoding="utf-8"))
    ahead = keyworth.MODELS[kept.model].expected_purchases(kept.parameters, book.customers().histories, 26.0)
    assert len(ahead) == len(book.customers())


def test_a_missing_library_is_named(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "find_spec", lambda name: None)
    with pytest.raises(OptionRefused, match=r"pandas is not installed here.*frame\('pyarrow'\)"):
        book.customers().frame("pandas")
    assert isinstance(book.customers().frame(), pa.Table)
    monkeypatch.setattr(frames, "find_spec", lambda name: name == "polars" or None)
    assert isinstance(book.customers().frame(), pl.DataFrame)
