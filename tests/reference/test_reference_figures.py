"""Figures are held, remembered and written down; the page in the docs is what a run finds."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import reference.held
from reference.figures_page import not_held, page

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "reference-figures.md"


@pytest.fixture
def record(monkeypatch):
    fresh: list[reference.held.Comparison] = []
    monkeypatch.setattr(reference.held, "RECORD", fresh)
    return fresh


def lines(record):
    return [line for line in page(record).splitlines() if re.match(r"\| S[^|]*\|.*\|.*\|.*\|", line)]


def test_a_figure_within_its_tolerance_holds_and_is_written_to_a_hundredth_of_it(record):
    reference.held.held("S2.3", "log-likelihood", -9594.976178, -9594.9762, atol=0.01)
    reference.held.held("S1.9", "chance", 1.0, 1)
    assert lines(record) == [
        "| S1.9 | chance | 1 | 1 | 0 | exact | holds |",
        "| S2.3 | log-likelihood | −9594.9762 | −9594.9762 | 0 | 0.01 | holds |",
    ]


def test_of_many_the_worst_is_shown(record):
    reference.held.held("S1.2", "numbers", {"b": 2.5, "a": 1.002}, {"a": 1.0, "b": 2.5}, rtol=0.01)
    reference.held.held("S2.17b", "numbers", [3e-7, 2e-7], [3e-7, 2.001e-7], rtol=1e-2)
    assert lines(record) == [
        "| S1.2 | numbers (worst of 2: a) | 1 | 1.0020 | +0.0020 | 1% | holds |",
        "| S2.17b | numbers (worst of 2: no. 2) | 2.001e-07 | 2.0000e-07 | −1.0e-10 | 1% | holds |",
    ]


@pytest.mark.parametrize("got", [1.2, float("nan"), float("inf")])
def test_a_figure_outside_its_tolerance_fails_and_is_written_all_the_same(record, got):
    with pytest.raises(AssertionError, match=r"S1\.1, number no\. 1"):
        reference.held.held("S1.1", "number", [got], [1.0], atol=0.1)
    assert "FAILS" in lines(record)[0]
    assert "1 FAIL: S1.1." in page(record)


def test_figures_of_another_shape_are_no_comparison(record):
    with pytest.raises(AssertionError, match="for"):
        reference.held.held("S1.1", "numbers", [1.0, 1.0], 1.0, atol=0.1)
    with pytest.raises(AssertionError):
        reference.held.held("S1.1", "numbers", {"a": 1.0}, {"b": 1.0}, atol=0.1)


def test_where_a_source_errs_the_row_says_why_until_it_does_no_longer(record):
    reference.held.held("S4.7", "skewness", 3.4, 4, atol=0.5, source_errs=True, note="the data say so")
    assert lines(record)[0].endswith("| 0.5 | the source errs: the data say so |")
    with pytest.raises(AssertionError):
        reference.held.held("S4.7", "skewness", 3.9, 4, atol=0.5, source_errs=True, note="the data say so")


@pytest.mark.reference
def test_every_row_of_the_list_is_held_or_has_its_reason(shared):
    ids = re.findall(r"^\| (S\d+\.\d+[a-z]?) \|", (shared / "reference" / "values.md").read_text("utf-8"), re.MULTILINE)
    held_ids = set(re.findall(r"^\| (S[\w.]+) \|", PAGE.read_text("utf-8").split("\n## ")[0], re.MULTILINE))
    excused = {row for entry in not_held() for row in entry["rows"]}
    assert set(ids) == (held_ids | excused) - {"S8"}
    assert held_ids & excused == {"S8"}


@pytest.mark.reference
@pytest.mark.slow
def test_the_page_is_what_a_run_finds(shared, tmp_path):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-m", "", f"--figures={tmp_path / 'page.md'}"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-3000:]
    assert (tmp_path / "page.md").read_text("utf-8") == PAGE.read_text("utf-8"), "make figures, and look at what moved"
