"""Every Python block of every Markdown page runs, beside the orders.csv and rates.csv of a small business."""

from pathlib import Path

import pyarrow.csv as pa_csv
import pytest
from documentation import PAGES, ROOT, blocks, name
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

import keyworth

# What a decision shows is the sketch that was decided on, not code that runs.
RUNNABLE = [page for page in PAGES if blocks(page, "python") and page.parent.name != "decisions"]


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # In one currency, as most people's files are; the columns are the sample's own.
    business = keyworth.make_business(customers=200, seed=5, lang="en")
    pa_csv.write_csv(business.rates, "rates.csv")
    ours = [row for row in business.orders.to_pylist() if row["Currency"] == "CNY"]
    pa_csv.write_csv(business.orders.from_pylist(ours), "orders.csv")


@pytest.mark.slow
@pytest.mark.usefixtures("orders")
@pytest.mark.parametrize("page", RUNNABLE, ids=name)
def test_every_python_block_runs(page: Path) -> None:
    document = Sybil(parsers=[PythonCodeBlockParser()], path=str(ROOT)).parse(page)
    examples = list(document.examples())
    assert len(examples) == len(blocks(page, "python"))
    for example in examples:
        example.evaluate()


@pytest.mark.usefixtures("orders")
@pytest.mark.slow
@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_readme_fits_in_a_notebook_cell_but_for_the_report(readme: str) -> None:
    """The ten lines without the last, which the slow run draws."""
    (cell,) = blocks(ROOT / readme, "python")
    lines = [line for line in cell.splitlines() if line.strip()]
    assert len(lines) <= 10
    assert lines[-1].startswith("book.report(")
    seen: dict[str, object] = {}
    exec("\n".join(lines[:-1]), seen)
    values = seen["values"]
    assert isinstance(values, keyworth.ValueBook)
    assert len(values) > 100


def test_the_pages_have_python_to_run() -> None:
    assert {"README.md", "README.zh.md", "docs/how-to/compare-with-other-tools.md"} <= {name(p) for p in RUNNABLE}
