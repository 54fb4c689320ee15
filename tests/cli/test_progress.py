"""The bar on standard error: it moves where a share is known, and the next step begins anew."""

import io
import sys

import pytest
from rich.progress import Progress

from keyworth.cli import answer, language
from keyworth.words import Message


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_moves_with_the_share_that_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, float | None, float]] = []
    stop = Progress.stop

    def look(bar: Progress) -> None:
        seen.extend((task.description, task.total, task.completed) for task in bar.tasks)
        stop(bar)

    monkeypatch.setattr(Progress, "stop", look)
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(language, "_arguments", ["--lang", "en"])  # whatever another test has typed
    with answer.progress(Message("Valuing")) as step:
        step(Message("Valuing customers"))
        step(Message("Valuing customers"), 0.25)
    with answer.progress(Message("Valuing")) as step:
        step(Message("Valuing customers"), 1.0)
        step(Message("Storing the value book"))
    assert seen == [("Valuing customers", 1.0, 0.25), ("Storing the value book", None, 0)]


def test_nobody_is_told_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with answer.progress(Message("Valuing")) as step:
        step(Message("Valuing customers"))
        step(Message("Valuing customers"), 0.5)
    assert capsys.readouterr() == ("", "")
