"""The page of accuracy says what the benchmark finds, and what it says of the sample is what was published."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "accuracy.md"

pytestmark = [pytest.mark.slow, pytest.mark.reference]

Table = dict[str, list[str]]


def tables(part: str) -> list[Table]:
    """Each table of a part of the page: cells by the first of their row."""
    found: list[Table] = []
    for block in re.findall(r"(?:^\|.*\n)+", part, re.MULTILINE):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
        found.append({row[0]: row[1:] for row in (rows[0], *rows[2:])})
    return found


def part(page: str, title: str) -> str:
    return page.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


@pytest.fixture(scope="module")
def again(shared: Path) -> str:
    """The smallest data set with published figures, measured anew; peers left out."""
    command = [sys.executable, str(ROOT / "bench" / "accuracy.py"), str(shared / "data"), "--only", "cdnow-sample"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_says_what_a_run_finds(again: str) -> None:
    title = "CDNOW, one customer in ten"
    ours, kept = tables(part(again, title)), tables(part(PAGE.read_text(encoding="utf-8"), title))
    for found, written in zip(ours[:2], kept[:2], strict=True):
        # What `auto` chooses is told elsewhere; here whoever is asked by name must answer the same.
        named = {name: row for name, row in found.items() if "`auto`" not in name}
        assert len(named) >= 5
        assert {name: written[name] for name in named} == named


def test_ours_and_what_others_published_agree(again: str) -> None:
    purchases, spend = tables(part(again, "CDNOW, one customer in ten"))[:2]
    for model in ("Pareto/NBD", "BG/NBD"):
        published = purchases[f"quoted: CLVTools, {model}"]
        assert purchases[model][: len(published) - 5] == published[:5]
    ours = next(row for name, row in spend.items() if "`auto`" in name)
    # Spend given a purchase is judged by plain coverage, in points of a hundred.
    assert re.fullmatch(r"[\d.]+% / [\d.]+% / [\d.]+%", ours[-1])


def test_the_page_tells_what_was_missed_and_who_ran() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "**Missed**" in page
    assert "Ran beside us: lifetimes" in page
    for line in part(page, "In short").splitlines():
        if "WORSE" in line:
            title = line.strip("| ").split(" |")[0]
            assert re.search(rf"^- {re.escape(title)}: .* worse than ", page, re.MULTILINE)
    assert len(re.findall(r"^## ", page, re.MULTILINE)) == 8
