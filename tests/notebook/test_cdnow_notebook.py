"""The notebook of the CDNOW papers: it runs as it stands, comes to what they print, and keeps no output."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from keyworth.report import Chart

NOTEBOOK = Path(__file__).resolve().parent.parent.parent / "docs" / "notebooks" / "cdnow.ipynb"
KEPT = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
CODE = ["".join(cell["source"]) for cell in KEPT["cells"] if cell["cell_type"] == "code"]


def shown(source: str, names: dict[str, Any]) -> object:
    """Run a cell as a notebook would; what its last line shows, if that is an expression."""
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), NOTEBOOK.name, "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), NOTEBOOK.name, "eval"), names)


def test_no_output_is_kept() -> None:
    cells = [cell for cell in KEPT["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)


def test_only_the_first_cell_names_a_file() -> None:
    assert CODE[0].startswith('FILE = "CDNOW_sample.txt"')
    assert not any("CDNOW_sample" in source or "shared" in source for source in CODE[1:])


@pytest.fixture(scope="module")
def ran(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[object]]:
    folder = tmp_path_factory.mktemp("notebook")
    (folder / "CDNOW_sample.txt").symlink_to(shared / "data" / "cdnow" / "CDNOW_sample.txt")
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("TMPDIR", str(folder))
        patch.setattr("tempfile.tempdir", None)
        found = [shown(source, names) for source in CODE]
    return names, found


@pytest.mark.slow
@pytest.mark.reference
def test_it_comes_to_what_the_papers_print(ran: tuple[dict[str, Any], list[object]]) -> None:
    names, _ = ran
    for title, published in names["PUBLISHED"].items():
        assert names["estimates"][title] == pytest.approx(published, rel=0.002, abs=0.002), title
    money = names["money"].parameters
    assert (money.p, money.q, money.gamma) == pytest.approx((6.25, 3.74, 15.44), abs=0.02)
    assert names["customer"]["BG/NBD"][1] == pytest.approx(1.226, abs=0.001)
    assert names["scores"]["BG/NBD"].actual == 1882
    assert names["scores"]["BG/NBD"].expected == pytest.approx(1653.4, rel=0.001)
    assert names["scores"]["Pareto/NBD"].bias == pytest.approx(-0.115, abs=0.001)
    assert names["tracks"]["Pareto/NBD"].cumulative_expected[-1] == pytest.approx(4270.1, rel=0.002)
    assert names["counted"]["Pareto/NBD"].expected[:2] == pytest.approx([1434.07, 396.86], rel=0.001)
    assert names["spending"]["Pareto/NBD"].bias == pytest.approx(-0.148, abs=0.001)


@pytest.mark.slow
@pytest.mark.reference
def test_its_pictures_can_be_drawn(ran: tuple[dict[str, Any], list[object]]) -> None:
    _, found = ran
    charts = [one for one in found if isinstance(one, Chart)]
    assert [chart.title.split(".")[0] for chart in charts] == [f"Figure {number}" for number in range(2, 7)]
    for chart in charts:
        html = chart._repr_html_()
        assert html.count("<path") >= 2, chart.title
        assert "NaN" not in html
