"""What a command does not need is not loaded: half of a short command's time is spent on imports."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from keyworth.cli import main

# pandas is whatever lies in the environment; it must not be waited for, whether it is there or not.
NEVER = {"pandas", "polars", "numba", "scipy.optimize", "scipy.stats", "pyarrow.dataset", "matplotlib", "babel"}
DRAWING = {"vl_convert", "jinja2", "keyworth.report"}
READING = {"fastexcel", "narwhals", "keyworth.ledger.reading"}
ENGINE = {"duckdb", "deltalake", "pyarrow", "numpy", "scipy", "rich", "keyworth.ledger", "keyworth.runs.build_values"}
FITTING = {"scipy", "keyworth.behaviour.spending.gamma_gamma", "keyworth.value"}

COMMANDS = [
    (["--help"], NEVER | DRAWING | READING | ENGINE | FITTING),
    (["value", "--help"], NEVER | DRAWING | READING | ENGINE | FITTING),
    (["valeu"], NEVER | DRAWING | READING | ENGINE | FITTING),
    (["summary", "BOOK"], NEVER | DRAWING | READING | FITTING | {"numpy", "pyarrow"}),
    (
        ["summary", "BOOK", "-o", "customers.parquet"],
        NEVER | DRAWING | {"fastexcel", "narwhals"} | {"scipy", "keyworth.value"},
    ),
    (["fit", "BOOK"], NEVER | DRAWING | {"fastexcel", "narwhals", "pyarrow.compute", "keyworth.value"}),
    (["curve", "SURVIVORS"], NEVER | DRAWING | {"keyworth.value"}),
    (["value", "BOOK", "--horizon", "13w"], NEVER | DRAWING | {"fastexcel", "narwhals", "pyarrow.compute"}),
    (["export", "BOOK", "-o", "values.csv"], NEVER | DRAWING | {"fastexcel", "narwhals"}),
]

_SEEN = "import json, sys; from keyworth.cli import main; main(sys.argv[1:]); print(json.dumps([*sys.modules]))"


def loaded_by(words: list[str], folder: Path) -> set[str]:
    command = [sys.executable, "-c", _SEEN, *words]
    # Not from the checkout: another directory there might shadow a package.
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=folder, env=os.environ | {"KEYWORTH_LANG": "en"}
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "keyworth.cli.main" in loaded
    return loaded


@pytest.mark.parametrize(
    ("words", "unwanted"),
    [
        pytest.param(*each, id=" ".join(each[0]), marks=[pytest.mark.slow] * (each[0][:2] == ["value", "BOOK"]))
        for each in COMMANDS
    ],
)
def test_a_command_loads_only_what_it_needs(words: list[str], unwanted: set[str], book: Path, tmp_path: Path) -> None:
    (tmp_path / "survivors.csv").write_text("period,survivors\n0,100\n1,63\n2,47\n", encoding="utf-8")
    places = {"BOOK": str(book), "SURVIVORS": "survivors.csv"}
    assert not sorted(loaded_by([places.get(word, word) for word in words], tmp_path) & unwanted)


@pytest.mark.slow
def test_a_look_at_the_value_book_before_loads_no_more(shop: Path, tmp_path: Path) -> None:
    book = shutil.copytree(shop / "book", tmp_path / "book")
    assert main(["value", str(book), "--horizon", "13w", "--as-of", "2025-06-30"]) == 0
    assert not sorted(loaded_by(["value", str(book), "--horizon", "13w"], tmp_path) & (NEVER | {"pyarrow.compute"}))
