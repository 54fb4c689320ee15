"""Help and refusals are in one language throughout: what the parser says by itself included."""

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import keyworth.cli.commands  # noqa: F401  in the order of --help, before any of them alone
from keyworth.cli import answer, import_command, main
from keyworth.words import Message
from keyworth.words.wide_text import width, wrapped

COMMANDS = ("sample", "import", "summary", "fit", "curve", "value", "backtest", "report", "compare", "export")
PAGES = [[], ["--help"], *([name, "-h"] for name in COMMANDS)]
WRONG = {
    ("valu",): ("There is no command valu. Did you mean value?", "没有 valu 这个命令。 您指的是 value 吗？"),
    ("value", "B", "--asof"): ("There is no option --asof. Did you mean --as-of?",
        "没有 --asof 这个选项。 您指的是 --as-of 吗？"),
    ("value", "B", "--horizn", "1y"): ("There is no option --horizn. Did you mean --horizon?",
        "没有 --horizn 这个选项。 您指的是 --horizon 吗？"),
    ("summary", "B", "--horizn", "1y"): ("There is no option --horizn. See keyworth summary --help.",
        "没有 --horizn 这个选项。 请看 keyworth summary --help。"),
    ("export", "B", "--out", "x.csv"): ("There is no option --out. Did you mean --output?",
        "没有 --out 这个选项。 您指的是 --output 吗？"),
    ("import",): ("FILE is missing. See keyworth import --help.", "缺少 FILE。 请看 keyworth import --help。"),
    ("value", "B", "--seed", "-1"): ("--seed expects at least 0; got '-1'. See keyworth value --help.",
        "--seed 至少为 0，收到的是“-1”。 请看 keyworth value --help。"),
    ("value", "B", "--margin", "130%"): ("--margin expects a percentage from 0% to 100%; got '130%'. Write 30% for everything, or 酒水=60% for one product category.",  # noqa: E501
        "--margin 应为 0% 到 100% 之间的百分比，收到的是“130%”。 所有商品写 30%，某一类商品写 酒水=60%。"),
    ("value", "B", "--as-of", "2024/13/1"): (
        "--as-of expects a date that the calendar has, such as 2026-11-22; got '2024/13/1'. Write year, month and day.",
        "--as-of 应为日历上有的日期，如 2026-11-22，收到的是“2024/13/1”。 请写明年、月、日。"),
    ("value", "B", "--horizon", "-1y"): (
        "--horizon expects a length of time such as 1y, 12m, 39w or 90d; got '-1y'. Write a whole number from 1 up and one of d, w, m, y.",  # noqa: E501
        "--horizon 应为时间长度，如 1y、12m、39w 或 90d，收到的是“-1y”。 请写一个大于 0 的整数，后跟 d（日）、w（周）、m（月）或 y（年）。"),  # noqa: E501
    ("value", "B", "--as-of"): ("--as-of needs a value. See keyworth value --help.",
        "--as-of 后面缺少值。 请看 keyworth value --help。"),
    ("value", "B", "--json=1"): ("--json takes no value. See keyworth value --help.",
        "--json 不带值。 请看 keyworth value --help。"),
    ("value",): ("BOOK is missing. See keyworth value --help.", "缺少 BOOK。 请看 keyworth value --help。"),
    ("value", "B", "C", "D"): ("This is more than the command takes: C D. See keyworth value --help.",
        "此命令用不到 C D。 请看 keyworth value --help。"),
    ("value", "B", "--seed", "x"): ("--seed expects a whole number; got 'x'. See keyworth value --help.",
        "--seed 应为整数，收到的是“x”。 请看 keyworth value --help。"),
    ("sample", "S", "--customers", "0"): ("--customers expects at least 1; got '0'. See keyworth sample --help.",
        "--customers 至少为 1，收到的是“0”。 请看 keyworth sample --help。"),
    ("sample", "S", "--years", "x"): ("--years expects a number; got 'x'. See keyworth sample --help.",
        "--years 应为数字，收到的是“x”。 请看 keyworth sample --help。"),
    ("sample", "S", "--years", "90"): ("--years expects at most 20; got '90'. See keyworth sample --help.",
        "--years 至多为 20，收到的是“90”。 请看 keyworth sample --help。"),
}  # fmt: skip

_ALL = """
import contextlib, io, json, sys
from keyworth.cli import main
told = []
for words in json.loads(sys.argv.pop()):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    told.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(told))
"""


@cache
def told(lang: str) -> list[Any]:
    """What every page and every refusal says in a terminal of that language: exit code, output, errors."""
    words = json.dumps([*PAGES, *WRONG])
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "KEYWORTH_"))}
    environment = clean | {"LANG": {"zh": "zh_CN.UTF-8", "en": "C.UTF-8"}[lang], "COLUMNS": "90"}
    done = subprocess.run(
        [sys.executable, "-c", _ALL, words], capture_output=True, text=True, check=True, env=environment
    )
    return list(json.loads(done.stdout))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_help_page_is_of_one_language(lang: str) -> None:
    for words, (code, page, _) in zip(PAGES, told(lang), strict=False):
        assert code == 0, words
        prose = [line for line in page.splitlines() if "keyworth" not in line]
        assert len(prose) > 5
        if lang == "zh":
            assert not re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", "\n".join(prose)), words
            described = [line for line in prose if line.startswith("  -")]
            assert all(re.search("[一-鿿]", line) or "  " not in line.strip() for line in described), words
        else:
            assert not re.search("[一-鿿]", "\n".join(prose).replace("酒水", "")), words
        assert max(map(width, prose)) <= 90


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_refusal_is_of_one_language(lang: str) -> None:
    for (words, sentences), (code, out, err) in zip(WRONG.items(), told(lang)[len(PAGES) :], strict=True):
        assert (code, out) == (2, ""), words
        assert " ".join(err.split("\n")).strip() == sentences[lang == "zh"]


def test_lines_are_as_wide_as_they_look() -> None:
    assert wrapped("a (b c)", 3) == ["a", "(b", "c)"]
    assert all(width(line) <= 20 for line in wrapped("模拟未来所用的随机种子，以及（默认 1）的说明。" * 3, 20))
    assert not any(line[0] in "，。）" for line in wrapped("模拟未来所用，随机种子。（默认 1）" * 5, 10))


def test_an_interrupted_command_says_so(typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_command, "pairs", interrupted)
    printed = typed("import", "a.csv", "--into", "b")
    assert (printed.code, printed.out) == (130, "")
    assert printed.err == "Interrupted. What was stored before is as it was.\n"


@pytest.mark.parametrize(
    ("typed_in", "yes"), [("\n", True), ("是\n", True), ("n\n", False), ("", False), ("what\nno\n", False)]
)
def test_a_question_is_answered_in_either_language(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed_in: str, yes: bool
) -> None:
    (tmp_path / "typed").write_text(typed_in, encoding="utf-8")
    with (tmp_path / "typed").open(encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        assert answer.agreed(Message("Is this right?")) is yes


def test_completion_is_taught_in_the_readers_language(
    typed: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("typer.completion.install", lambda: ("fish", tmp_path / "keyworth.fish"))
    assert typed("--install-completion").out.startswith("Completion for fish is in ")
    monkeypatch.setenv("KEYWORTH_LANG", "zh")
    assert main(["--install-completion"]) == 0
