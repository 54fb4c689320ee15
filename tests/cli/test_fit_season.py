"""keyworth fit --season: what hurries purchases, for a machine and for a person."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keyworth.behaviour.calendar_time import load_calendar_fit

Typed = Callable[..., Any]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"


@pytest.mark.slow
@pytest.mark.parametrize("model", ["bg-nbd", "mbg-nbd", "pareto-nbd"])
def test_the_object_holds_the_fit_and_its_season(typed: Typed, book: Path, model: str, tmp_path: Path) -> None:
    file = tmp_path / "season.json"
    told = typed("fit", book, "--model", model, "--season", "--json", "-o", file).json
    kept = load_calendar_fit(file.read_text(encoding="utf-8"))
    assert (told["saved"], kept.log_likelihood) == (str(file), told["log_likelihood"])
    assert {name: one["value"] for name, one in told["season"]["columns"].items()} == kept.coefficients
    alone = typed("fit", book, "--model", model, "--json").json
    assert told.keys() == alone.keys()
    assert alone["season"] is None
    season = told["season"]
    assert season["log_likelihood_without"] == pytest.approx(alone["log_likelihood"], rel=1e-12)
    # The sample shuts for its festival, and weekends are its best days.
    assert told["log_likelihood"] > alone["log_likelihood"] + 20
    week = season["columns"]["spring festival: the week of it"]
    assert week["value"] < week["interval_95"][1] < 0 < week["se"]
    assert (told["as_of"], season["learnt_by"]) == ("2025-12-31", "2024-12-31")
    assert [len(season["year_ahead"]), season["year_ahead"][0]["day"]] == [365, "2026-01-01"]
    assert season["candidates"][0] == {"columns": [], "ridge": 0.0, "gain": 0.0}
    section = re.search(r"^## fit\n(.*?)(?=^## )", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert section
    fields = {*told, *season, *week, *season["candidates"][0], *season["year_ahead"][0]}
    assert not [field for field in fields if f"`{field}`" not in section[1]]


@pytest.mark.slow
def test_a_person_reads_the_changes_and_why_in_either_language(typed: Typed, book: Path) -> None:
    out = typed("fit", book, "--season").out
    assert re.search(r"the week of Spring Festival +−\d\d% \(95 in 100 within −\d\d% to −", out)
    assert "nats better than no calendar" in out
    zh = typed("fit", book, "--season", "--born-after", "2023-03-01", "--lang", "zh").out
    assert "春节当周" in zh
    assert "Spring" not in zh
    # Too short to know a season by: there may be no columns at all, and it is said.
    short = typed("fit", book, "--season", "--until", "2023-06-30", "--born-after", "2023-03-01")
    assert short.code == 0
    assert "No calendar: learnt by 2023-05-" in short.out


def test_what_does_not_go_together_is_refused(typed: Typed, book: Path) -> None:
    refused = typed("fit", book, "--season", "--model", "gamma-gamma")
    assert refused.code != 0
    assert "--season is for the models bg-nbd, mbg-nbd, pareto-nbd" in refused.err
    refused = typed("fit", book, "--season", "--posterior")
    assert refused.code != 0
    assert "does not go with --posterior" in refused.err
