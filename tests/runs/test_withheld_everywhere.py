"""Where nobody can tell who has left, no door says a chance: terminal, page, table, notebook, stored book."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keyworth.ledger import Ledger
from keyworth.notebook.results import ValueBook
from keyworth.report import write_report
from keyworth.runs.build_values import ValueRequest, build_values, open_values
from keyworth.runs.compose_report import report_content
from keyworth.runs.export import export_table
from keyworth.runs.facts import value_facts
from keyworth.runs.value_records import about, customer_table, value_book_from
from keyworth.units import Horizon
from keyworth.value import CANNOT_TELL, NEED_WHO_LEFT, DatedValues
from keyworth.words import say

AT = datetime(2026, 1, 1, tzinfo=UTC)
CHANCE = re.compile(r"chance of being a customer|留存概率：|probably left|很可能已经离开")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred customers who come at one and the same rate and never stop: nobody leaves, so nobody can tell."""
    rng, folder = np.random.default_rng(3), tmp_path_factory.mktemp("withheld")
    rows = ["customer,date,amount"]
    for customer in range(100):
        days = np.cumsum(rng.exponential(60, 40)) + rng.integers(0, 200)
        dates = [
            date.fromordinal(date(2024, 1, 1).toordinal() + day) for day in sorted({*days[days < 700].astype(int)})
        ]
        rows += [f"C{customer},{when},{spend:.2f}" for when, spend in zip(dates, rng.gamma(4, 20, 99), strict=False)]
    (folder / "orders.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    Ledger.create(folder / "book", folder / "orders.csv", at=AT, currency="CNY")
    return folder / "book"


@pytest.fixture(scope="module")
def made(book: Path) -> DatedValues:
    return build_values(book, ValueRequest(model="mbg-nbd", horizon=Horizon.parse("26w")))


def test_the_plain_sentence_comes_before_the_one_for_analysts(made: DatedValues) -> None:
    assert not made.knows_who_left
    said = [str(note) for note in made.notes]
    assert said[0] == str(CANNOT_TELL)
    assert [note for note in said if "Not converged" in note] == [
        note for note in said if note.startswith("For analysts")
    ]
    assert "供分析人员参考：" in " ".join(say(note, "zh") for note in made.notes)


def test_the_terminal_headlines_no_chance_and_no_residual_value(made: DatedValues) -> None:
    told = " ".join(str(title) for title, _ in value_facts(made, "en"))
    assert "expected within 26 weeks" in told
    assert "still customers" not in told
    assert "residual" not in told
    assert "chance of being" not in repr(ValueBook.of(made))


def test_a_stored_book_says_no_more_than_a_fresh_one(book: Path, made: DatedValues) -> None:
    kept = open_values(book, made.book_id)
    assert kept.notes == made.notes
    assert kept.base == made.base
    assert kept.customers.still_customers is None
    assert [kept.reason(row) for row in range(len(kept))] == [made.reason(row) for row in range(len(made))]


def test_chances_that_an_earlier_version_stored_are_not_told(made: DatedValues) -> None:
    table = customer_table(made)
    for name, stored in (("chance", 0.9999), ("gone", 0.0001), ("residual_value", 1e6)):
        table = table.set_column(table.column_names.index(name), name, pa.array(np.full(len(made), stored)))
    earlier = about(made)
    earlier["base"] |= {"residual_value": 9.2e7, "beyond_ledger": 0.91}
    earlier["notes"] = []
    kept = value_book_from(earlier, table)
    assert np.isnan(kept.customers.chance).all()
    assert kept.base.residual_value is None
    assert kept.notes == (CANNOT_TELL,)


def test_tables_are_empty_where_nothing_is_known(book: Path, made: DatedValues, tmp_path: Path) -> None:
    assert len(made) == export_table(book, "values", tmp_path / "v.parquet", "zh", book_id=made.book_id)
    table = pq.read_table(tmp_path / "v.parquet")
    for name in NEED_WHO_LEFT:
        assert table[name].null_count == len(made), name
    assert table["value"].null_count == 0
    frame = ValueBook.of(made).frame("pandas", lang="zh")
    assert frame["留存概率"].isna().all()
    for reasons in (table["reason"].to_pylist(), list(frame["理由"])):
        assert not [reason for reason in reasons if CHANCE.search(reason)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_names_no_chance(book: Path, made: DatedValues, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyworth.report.page.chart_svg", lambda chart, part="": "<svg></svg>")
    content, _ = report_content(book, at=AT, book_id=made.book_id)
    page = write_report(content, lang)  # type: ignore[arg-type]
    assert page.count(say(CANNOT_TELL, lang)) == 1  # type: ignore[arg-type]
    lists = page[page.index('id="top"') :]
    assert not CHANCE.search(lists)
    assert "For analysts" not in page, "verdicts stand beside the models they are of"
    assert not re.search(r"\bnan\b", page.lower())
