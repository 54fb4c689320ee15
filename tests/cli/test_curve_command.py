"""keyworth curve: what it prints for a person and for a machine."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from keyworth.words.wide_text import width

Typed = Callable[..., Any]

REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "survivors.csv"
    file.write_text("period,survivors\n" + "".join(f"{t},{s}%\n" for t, s in enumerate(REGULAR)), encoding="utf-8")
    return file


def test_a_machine_reads_every_period(typed: Typed, table: Path) -> None:
    told = typed("curve", table, "--model", "sbg", "--until-period", "7", "--periods", "20", "--json").json
    assert told["model"] == "sbg"
    assert told["cohort"] == 1000
    assert told["parameters"]["alpha"]["value"] == pytest.approx(0.704, abs=0.002)
    assert told["parameters"]["beta"]["se"] > 0
    assert told["log_likelihood"] == pytest.approx(-1680.265, abs=0.01)
    assert told["aic"] == pytest.approx(4 - 2 * told["log_likelihood"])
    assert told["converged"] is True
    assert [one["period"] for one in told["survival"]] == list(range(21))
    assert told["survival"][12] == {
        "period": 12,
        "expected": pytest.approx(0.17, abs=1e-4),
        "observed": pytest.approx(0.173),
    }
    assert told["survival"][13]["observed"] is None
    assert [one["period"] for one in told["retention"]] == list(range(1, 21))
    assert told["holdout"]["last_error"] == pytest.approx(-0.017, abs=0.001)
    richer = typed("curve", table, "--model", "bdw", "--until-period", "7", "--json").json
    assert richer["log_likelihood"] >= told["log_likelihood"]
    assert set(richer["parameters"]) == {"alpha", "beta", "c"}


@pytest.mark.parametrize(("lang", "held_out"), [("en", "12, held out"), ("zh", "12（检验期）")])
def test_a_person_reads_one_screen(typed: Typed, table: Path, lang: str, held_out: str) -> None:
    printed = typed("curve", table, "--until-period", "7", "--periods", "300", "--discount", "10%", "--lang", lang)
    assert printed.code == 0
    lines = (printed.out + printed.err).splitlines()
    assert len(lines) <= 32
    assert max(map(width, lines)) <= 100
    assert "±" in printed.out
    all_of_them = typed("curve", table, "--until-period", "7", "--periods", "12", "--lang", lang)
    assert held_out in all_of_them.out
    assert "17.3%" in all_of_them.out
    if lang == "zh":
        assert not re.search(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}", printed.out + printed.err)


@pytest.mark.parametrize(
    ("text", "words", "code", "said"),
    [
        ("period,survivors\n0,10\n1,20\n", (), "history_refused", "row 3: 20 survivors are more than the 10 before"),
        ("a,b,c\n1,2,3\n", (), "mapping_unclear", "no column that is clearly"),
        ("period,survivors\n0,10\n1,x\n", (), "file_unreadable", "row 3"),
        ("period,survivors\n0,10\n1,5\n2,3\n", ("--model", "bg-nbd"), "option_refused", "There is no model 'bg-nbd'"),
        ("period,survivors\n0,10\n1,5\n2,3\n", ("--cohort", "0"), "usage", "--cohort expects at least 1"),
        ("period,survivors\n0,10\n1,5\n2,3\n", ("--periods", "x"), "usage", "--periods expects a whole number"),
        ("period,survivors\n0,10\n1,5\n2,3\n", ("--discount", "0%"), "option_refused", "discounted"),
        ("period,survivors\n0,10\n1,10\n", (), "not_enough_history", "Nobody has left"),
    ],
)
def test_what_is_wrong_is_said(
    typed: Typed, tmp_path: Path, text: str, words: tuple[str, ...], code: str, said: str
) -> None:
    file = tmp_path / "survivors.csv"
    file.write_text(text, encoding="utf-8")
    printed = typed("curve", file, *words, "--json")
    assert printed.code == 2
    assert printed.json["error"]["code"] == code
    assert said in printed.json["error"]["message"]
    chinese = typed("curve", file, *words, "--lang", "zh")
    assert chinese.code == 2
    assert chinese.out == ""
    assert re.search("[一-鿿]", chinese.err)
