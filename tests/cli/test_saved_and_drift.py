"""Fits in files, going on from them, and drift at the command line."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Typed = Callable[..., Any]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"


@pytest.fixture
def spring(typed: Typed, book: Path, tmp_path: Path) -> Path:
    """A fit as of a day, in a file."""
    file = tmp_path / "spring.json"
    told = typed("fit", book, "--model", "pareto-nbd", "--until", "2024-12-31", "-o", file, "--json").json
    assert told["saved"] == str(file)
    assert told["drift"] is None
    return file


def test_a_fit_is_written_with_where_it_came_from(spring: Path) -> None:
    kept = json.loads(spring.read_text(encoding="utf-8"))
    assert kept["format"] == "keyworth-fit"
    assert kept["provenance"]["as_of"] == "2024-12-31"
    assert kept["provenance"]["ledger_version"] >= 1
    assert kept["provenance"]["software_version"]


def test_going_on_ends_where_a_fit_from_nothing_does_and_tells_of_drift(typed: Typed, book: Path, spring: Path) -> None:
    summer = spring.with_name("summer.json")
    told = typed("fit", book, "--from", spring, "--until", "2025-06-30", "-o", summer, "--json").json
    cold = typed("fit", book, "--model", "pareto-nbd", "--until", "2025-06-30", "--json").json
    assert told["model"] == "pareto-nbd"
    for name, found in cold["parameters"].items():
        assert told["parameters"][name]["value"] == pytest.approx(found["value"], rel=1e-8)
    drift = told["drift"]
    assert drift["kind"] in {"steady", "slight", "drifted", "unclear"}
    assert drift["purchases"]["customers"] + drift["came"] == told["customers"]
    assert drift["ahead"] == pytest.approx(181 / 7)
    assert len(drift["tenths"]) == 10
    assert json.loads(summer.read_text(encoding="utf-8"))["provenance"]["as_of"] == "2025-06-30"
    shown = typed("fit", book, "--from", spring, "--until", "2025-06-30").out
    assert drift["verdict"] in shown
    section = re.search(r"^## fit\n(.*?)(?=^## )", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert section
    fields = {"drift", "saved", *drift, *drift["purchases"]}
    assert not [field for field in fields if f"`{field}`" not in section[1]]


@pytest.mark.slow
def test_a_rhythm_is_gone_on_from_too(typed: Typed, book: Path, tmp_path: Path) -> None:
    file = tmp_path / "rhythm.json"
    assert typed("fit", book, "--model", "mbg-cnbd-k", "--until", "2024-12-31", "-o", file).code == 0
    told = typed("fit", book, "--from", file, "--until", "2025-06-30", "--json").json
    assert told["drift"]["model"] == "mbg-cnbd-k"


def test_of_the_same_day_there_is_nothing_to_tell(typed: Typed, book: Path, spring: Path) -> None:
    assert typed("fit", book, "--from", spring, "--until", "2024-12-31", "--json").json["drift"] is None


def test_what_cannot_be_gone_on_from_is_refused(typed: Typed, book: Path, spring: Path, tmp_path: Path) -> None:
    other = typed("fit", book, "--from", spring, "--model", "bg-nbd", "--json")
    assert other.code == 2
    assert "pareto-nbd" in other.json["error"]["message"]
    cut, none = tmp_path / "cut.json", tmp_path / "none.json"
    cut.write_text(spring.read_text(encoding="utf-8")[:200], encoding="utf-8")
    for file, sentence in (
        (cut, "cut.json: This is no fit that can be used"),
        (none, "none.json cannot be read: there is no such file."),
    ):
        refused = typed("fit", book, "--from", file, "--json")
        assert refused.code == 2
        assert refused.json["error"]["code"] == "file_unreadable"
        assert sentence in refused.json["error"]["message"]
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00")
    assert "no text in UTF-8" in typed("fit", book, "--from", binary).err
    assert "没有这个文件" in typed("fit", book, "--from", none, "--lang", "zh").err
    money = tmp_path / "money.json"
    assert typed("fit", book, "--model", "gamma-gamma", "-o", money).code == 0
    assert "only one of a model of buying" in typed("fit", book, "--from", money).err


@pytest.mark.slow
def test_value_says_drift_against_the_book_before(typed: Typed, shop: Path, tmp_path: Path) -> None:
    from keyworth.cli import main

    orders, rates, book = shop / "sample" / "orders.csv", shop / "sample" / "rates.csv", tmp_path / "book"
    assert main(["import", str(orders), "--into", str(book), "--rates", str(rates), "--yes"]) == 0
    asked = ("--model", "mbg-nbd", "--horizon", "13w", "--json")
    assert typed("value", book, "--as-of", "2024-06-30", *asked).json["drift"] is None
    assert typed("value", book, "--as-of", "2024-07-15", *asked).json["drift"] is None  # too soon to tell
    later = typed("value", book, "--as-of", "2025-12-31", *asked).json["drift"]
    assert later["since"] == "2024-07-15"
    assert later["model"] == "mbg-nbd"
    assert later["kind"] == "drifted"
    assert f"Since the value book of 2024-07-15: {later['verdict']}" in typed("value", book, *asked[:-1]).out
