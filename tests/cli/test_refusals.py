"""A refused command exits 2, says one clear thing, and still prints one object for machines."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import keyworth.cli.commands  # noqa: F401  in the order of --help, before any of them alone
from keyworth.cli import import_command

Typed = Callable[..., Any]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("value",), "usage", "BOOK is missing"),
        (("valu",), "usage", "There is no command valu."),
        (("value", "BOOK", "--nope"), "usage", "There is no option --nope."),
        (("sample", "X", "--customers", "many"), "usage", "--customers expects a whole number"),
        (("value", "NOWHERE"), "book_missing", "There is no book in"),
        (
            ("value", "BOOK", "--horizon", "soon"),
            "option_refused",
            "--horizon expects a length of time such as 1y, 12m, 39w or 90d",
        ),
        (("value", "BOOK", "--discount", "0%"), "option_refused", "only when it is discounted"),
        (("value", "BOOK", "--margin", "130%"), "option_refused", "--margin expects a percentage from 0% to 100%"),
        (("value", "BOOK", "--lang", "fr"), "option_refused", "--lang expects a language; got 'fr'."),
        (("value", "BOOK", "--as-of", "31.12.2025"), "option_refused", "--as-of expects a date"),
        (("value", "BOOK", "--as-of", "1999-01-01"), "not_enough_history", "Nobody bought by 1999-01-01."),
        (("summary", "BOOK", "--unit", "fortnight"), "option_refused", "--unit expects"),
        (("fit", "BOOK", "--model", "crystal-ball"), "option_refused", "There is no model 'crystal-ball'."),
        (("value", "BOOK", "--model", "gamma-gamma"), "option_refused", "can be fitted, but no base is valued"),
        (("backtest", "BOOK", "--model", "bg"), "option_refused", "There is no model 'bg'."),
        (("value", "BOOK", "--model", "pareto-ggg"), "option_refused", "Pareto/GGG takes too long for a whole base"),
        (("backtest", "BOOK", "--model", "pareto-ggg"), "option_refused", "Pareto/GGG takes too long"),
        (("fit", "BOOK", "--model", "pareto-ggg", "--posterior"), "option_refused", "no posterior of Pareto/GGG"),
        (("backtest", "BOOK", "--holdout", "9y"), "not_enough_history", "days of history"),
        (("compare", "BOOK", "zzzz"), "book_missing", "no value book"),
        (("export", "BOOK", "-o", "x.pdf", "--what", "orders"), "option_refused", "neither .csv nor .parquet"),
        (("export", "BOOK", "-o", "x.csv", "--what", "moods"), "option_refused", "There is no table 'moods'."),
        (("import", "NOWHERE", "--into", "BOOK"), "file_unreadable", "NOWHERE"),
        (("import", "NOWHERE", "--into", "BOOK", "--map", "customer"), "option_refused", "field=column"),
        (("import", "NOWHERE", "--into", "BOOK", "--currency", "yuan"), "option_refused", "three letters"),
    ],
)
def test_refused(typed: Typed, book: Path, arguments: tuple[str, ...], code: str, sentence: str) -> None:
    words = [str(book) if word == "BOOK" else word for word in arguments]
    printed = typed(*words, "--json")
    assert printed.code == 2
    assert printed.json["error"]["code"] == code
    assert sentence in printed.json["error"]["message"]
    assert typed(*words).out == ""


def test_our_own_faults_exit_1_and_ask_for_a_report(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(import_command, "pairs", broken)
    printed = typed("import", "a.csv", "--into", "b", "--json")
    assert printed.code == 1
    assert printed.json["error"]["code"] == "internal"
    with pytest.raises(ZeroDivisionError):
        typed("import", "a.csv", "--into", "b", "--debug")


def test_help_teaches_with_examples(typed: Typed) -> None:
    for command in ("sample", "import", "summary", "fit", "curve", "value", "backtest", "report", "compare", "export"):
        printed = typed(command, "--help")
        assert printed.code == 0
        assert f"keyworth {command}" in printed.out
        assert "Example" in printed.out
