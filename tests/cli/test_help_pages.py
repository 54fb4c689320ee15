"""Help names every model there is; its examples can be copied whole, one to a line, none glued to a sentence."""

import json
import os
import re
import shlex
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
import typer

import keyworth.cli.commands  # noqa: F401  in the order of --help, before any of them alone
from keyworth.behaviour import CONTRACT_MODELS, MODELS, OCCASION_MODELS, RHYTHM_MODELS, SPEND_MODELS
from keyworth.behaviour.calendar_time import CALENDAR_MODELS
from keyworth.cli import model_names
from keyworth.cli.main import app
from keyworth.cli.usage import _nearest
from keyworth.words.wide_text import width, wrapped

GROUP: Any = typer.main.get_command(app)
EVERY = (*MODELS, *RHYTHM_MODELS, *OCCASION_MODELS, *SPEND_MODELS)
NAMED = {"fit": (*EVERY, "auto"), "value": (*MODELS, "auto"), "backtest": (*MODELS, "auto"), "curve": CONTRACT_MODELS}


@cache
def pages(lang: str, places: int) -> dict[str, str]:
    """What --help prints of every command, and of `keyworth` alone under no name."""
    program = (
        "import contextlib, io, json, sys\nfrom keyworth.cli import main\ntold = {}\n"
        "for name in sys.argv[1:]:\n    out = io.StringIO()\n    with contextlib.redirect_stdout(out):\n"
        "        main([*filter(None, [name]), '--help'])\n    told[name] = out.getvalue()\nprint(json.dumps(told))"
    )
    settings = os.environ | {"KEYWORTH_LANG": lang, "COLUMNS": str(places)}
    command = [sys.executable, "-c", program, "", *GROUP.commands]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=settings)
    return dict(json.loads(done.stdout))


def examples(page: str) -> list[str]:
    return [line.strip() for line in page.splitlines() if line.startswith("    keyworth ")]


def test_the_names_are_those_of_the_models_there_are() -> None:
    assert tuple(MODELS) == model_names.BUYING
    assert tuple(RHYTHM_MODELS) == model_names.RHYTHM
    assert tuple(OCCASION_MODELS) == model_names.OCCASIONS
    assert tuple(SPEND_MODELS) == model_names.SPENDING
    assert set(model_names.BY_SEASON) == set(CALENDAR_MODELS)
    assert set(model_names.CONTRACTS) == set(CONTRACT_MODELS)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_help_names_every_model_a_command_takes(lang: str) -> None:
    for command, names in NAMED.items():
        words = re.findall(r"(?<![\w-])[a-z][a-z-]*(?![\w-])", pages(lang, 80)[command])
        assert not set(names) - set(words), command


@pytest.mark.parametrize("places", [80, 120])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_examples_can_be_copied_whole(lang: str, places: int) -> None:
    for command, page in pages(lang, places).items():
        found = examples(page)
        assert found, command
        assert max(map(width, page.splitlines())) < places, command
        prose = [line for line in page.splitlines() if not line.startswith("    keyworth ")]
        assert not [line for line in prose if "keyworth " in line and "用法" not in line and "Usage" not in line]
        for example in found:
            name, *rest = shlex.split(example)[1:]
            assert GROUP.commands[name].make_context(name, rest).params, example
            assert not re.search(r"[，。；：（）、;]|,\s", example), example


def test_both_languages_give_the_same_examples() -> None:
    for command, page in pages("en", 80).items():
        assert examples(page) == examples(pages("zh", 80)[command])


def test_usage_names_what_cannot_be_left_out() -> None:
    assert pages("en", 80)["import"].startswith("Usage: keyworth import FILE... --into BOOK [OPTIONS]\n")
    assert pages("en", 80)["export"].startswith("Usage: keyworth export BOOK --output FILE [OPTIONS]\n")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("--horizn", ["--horizon"]),
        ("--asof", ["--as-of"]),
        ("--JSON", ["--json"]),
        ("--unti", ["--until"]),
        ("--marg", ["--margin"]),
        ("--cohort", []),
        ("--x", []),
    ],
)
def test_only_what_is_near_is_suggested(typed: str, meant: list[str]) -> None:
    assert _nearest(typed, ["--horizon", "--margin", "--as-of", "--json", "--until", "--unit", "--model"]) == meant


def test_of_equally_near_names_all_are_suggested() -> None:
    assert _nearest("--day", ["--day-first", "--day-last", "--until"]) == ["--day-first", "--day-last"]


def test_a_category_and_its_rate_are_not_parted() -> None:
    lines = wrapped("也可按商品类别填写，如 酒水=60%。可多次使用。", 24)
    assert any("酒水=60%。" in line for line in lines)
    assert max(map(width, lines)) <= 24
