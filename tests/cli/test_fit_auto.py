"""keyworth fit --model auto: the choice beside the fit, for a machine and for a person."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keyworth.behaviour import MODELS
from keyworth.runs import tried_models

Typed = Callable[..., Any]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"


@pytest.fixture(autouse=True)
def one_past_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tried_models, "_ORIGINS", 1)


def test_the_object_names_the_chosen_and_why(typed: Typed, book: Path) -> None:
    told = typed("fit", book, "--model", "auto", "--json").json
    assert told["chosen"] == told["model"] in MODELS
    assert told["by"] == "forecasts"
    assert told["because"][0].startswith(next(m.title for m in MODELS.values() if m.name == told["chosen"]))
    assert len(told["origins"]) == 1
    assert {one["model"] for one in told["candidates"]} == set(MODELS)
    winner = next(one for one in told["candidates"] if one["model"] == told["chosen"])
    assert winner["behind"]["log_score"]["interval_95"][0] <= 0
    alone = typed("fit", book, "--model", told["chosen"], "--json").json
    assert told["parameters"] == alone["parameters"]
    section = re.search(r"^## fit\n(.*?)(?=^## )", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert section
    fields = {*told, *winner, *winner["behind"], *winner["behind"]["crps"]}
    assert not [field for field in fields if f"`{field}`" not in section[1]]


@pytest.mark.slow
def test_a_person_reads_a_table_the_reasons_and_the_fit(typed: Typed, book: Path) -> None:
    out = typed("fit", book, "--model", "AUTO").out
    for model in MODELS.values():
        assert model.title in out
    assert "within noise" in out or "past day" in out
    assert "log-likelihood" in out
    zh = typed("fit", book, "--model", "auto", "--until", "2023-09-30", "--lang", "zh").out
    assert "AIC" in zh or "过去" in zh
