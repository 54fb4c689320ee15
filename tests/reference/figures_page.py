"""The page of reference figures, from what the tests held."""

import math
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from reference.held import Comparison

HEAD = """\
# Reference figures

What others published about these models, or their programs print, and what Keyworth finds. `make figures` writes \
this page; it runs every comparison again and needs the folder of reference data beside the checkout. Do not edit it: \
a test holds it against what a run finds.

Ids are the rows of our list of published figures. Where a row holds several figures of one kind, the one that comes \
nearest to its tolerance is shown, and how many there are. Tolerances are absolute, or relative \
to the published figure where they carry a % or say so. Times are weeks of seven days, until 1997-09-30 for CDNOW.

{counts}

| id | quantity | published | ours | difference | tolerance | verdict |
|---|---|---|---|---|---|---|
"""

NOT_HELD = """
## Not reproduced

Rows of the list, or parts of them, that no figure above stands for, and why.

| id | why |
|---|---|
"""


def not_held() -> list[dict[str, Any]]:
    """Rows, or parts of them, that nothing stands for, and why; in the order of the list."""
    return tomllib.loads((Path(__file__).parent / "not_held.toml").read_text(encoding="utf-8"))["because"]


def page(record: Iterable[Comparison]) -> str:
    """The whole page, as Markdown; the same whatever order the tests ran in."""
    rows = sorted(record, key=lambda one: (place(one.row), one.what, one.published))
    held_rows = {one.row for one in rows if one.holds}
    wrong = {one.row for one in rows if one.source_errs and not one.holds}
    failing = {one.row for one in rows if not one.holds and not one.source_errs}
    counts = f"{len(held_rows - failing)} rows are compared and hold"
    counts += f"; in {len(wrong)} of them a figure of the source is wrong." if wrong else "."
    counts += f" {len(failing)} FAIL: {', '.join(sorted(failing, key=place))}." if failing else ""
    lines = dict.fromkeys(f"| {' | '.join(cells(one))} |\n" for one in rows)  # each once, however many tests hold it
    why = [f"| {', '.join(entry['rows'])} | {entry['why']} |\n" for entry in not_held()]
    return HEAD.format(counts=counts) + "".join(lines) + NOT_HELD + "".join(why)


def place(row: str) -> tuple[int, int, str]:
    """Where an id stands: S2.17b after S2.17, S8 among the sections."""
    section, number, letter = re.fullmatch(r"S(\d+)(?:\.(\d+))?([a-z]?)", row).groups()
    return int(section), int(number or 0), letter


def cells(one: Comparison) -> tuple[str, ...]:
    several = f" (worst of {one.figures}: {one.which})" if one.figures > 1 else ""
    # To a hundredth of what is allowed: machines differ far behind that.
    decimals = max(0, 2 - math.floor(math.log10(one.allowed))) if one.allowed else None
    verdict = "holds" if one.holds else "the source errs" if one.source_errs else "FAILS"
    return (
        one.row,
        one.what + several,
        written(one.published, None),
        written(one.ours, decimals),
        written(one.ours - one.published, decimals, sign=True),
        one.tolerance,
        f"{verdict}: {one.note}" if one.note else verdict,
    )


def written(value: float, decimals: int | None, *, sign: bool = False) -> str:
    """A figure to so many decimals (None: as it is), without a minus before nothing."""
    if decimals is None or not math.isfinite(value):
        return f"{value:.12g}".replace("-", "−", value < 0)
    size = round(abs(value), decimals)
    order = math.floor(math.log10(size)) if size else 0
    text = f"{size:.{decimals}f}" if order > -4 else f"{size:.{max(0, decimals + order)}e}"
    return ("−" if value < 0 else "+" if sign else "") + text if size else "0"
