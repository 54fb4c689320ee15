"""A sentence quotes as its language does: “ ” in Chinese, whatever is quoted; code keeps its own marks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import keyworth
from keyworth.units import Horizon, parse_day
from keyworth.words import Message, Quoted, say
from keyworth.words.catalogue import catalogue
from keyworth.words.stored import from_data, to_data

SOURCE = Path(keyworth.__file__).parent
# Python and the shell read straight marks only: frame('pyarrow'), pip install 'keyworth[bayes]', {"json": 1}.
CODE = re.compile(r"\w+\('[^']*'\)|pip install '[^']*'|\{\"[^{}]*\}")


def handed_over(called: str) -> Iterator[tuple[str, str, str]]:
    """Where a Message is given the outcome of `called(…)`: its key, the value's name, the place in src."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Message":
                for value in node.keywords:
                    inner = value.value
                    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == called:
                        key = node.args[0].value if isinstance(node.args[0], ast.Constant) else ""
                        yield str(key), str(value.arg), f"{path.relative_to(SOURCE)}:{node.lineno}"


def test_no_chinese_sentence_quotes_with_straight_marks() -> None:
    wrong = [text for text in catalogue("zh").values() if re.search(r"[\"'‘’「」『』]", CODE.sub("", text))]
    assert not wrong


def test_every_chinese_mark_that_opens_is_closed() -> None:
    marks = {text: re.sub("[^“”]", "", text) for text in catalogue("zh").values()}
    assert not [text for text, found in marks.items() if found.replace("“”", "")]


def test_nothing_is_quoted_as_python_would() -> None:
    assert not list(handed_over("repr"))


def test_chinese_marks_stand_close_and_once() -> None:
    quoted = [each for each in handed_over("Quoted") if each[0]]
    assert len(quoted) > 15
    texts = [(catalogue("zh")[key], name) for key, name, _ in quoted]
    assert not [text for text, name in texts if re.search(rf"[ “]\{{{name}\}}|\{{{name}\}}[ ”]", text)]


def test_what_was_typed_comes_back_in_the_marks_of_the_language() -> None:
    for refused, english, chinese in (
        (lambda: parse_day("2024/13/1", "--as-of"), "got '2024/13/1'", "收到的是“2024/13/1”。"),
        (lambda: Horizon.parse("-1y", "--horizon"), "got '-1y'", "收到的是“-1y”。"),
    ):
        with pytest.raises(keyworth.KeyworthError) as error:
            refused()
        assert english in str(error.value)
        assert chinese in say(error.value.message, "zh")


def test_it_can_be_stored_and_said_again() -> None:
    kept = from_data(to_data(Message("There is no model {name}.", name=Quoted("bg"))))
    assert say(kept, "zh") == "没有名为“bg”的模型。"
    assert str(kept) == "There is no model 'bg'."


@given(st.text())
def test_nothing_unseen_is_left_in_a_quotation(text: str) -> None:
    assert Quoted(text).said("zh")[1:-1].isprintable()
    assert Quoted(text).said("en") == repr(text)
